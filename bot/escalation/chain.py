"""Lines: who is told of a silence on a policy, step by step, as people are there today."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from bot.outbox import quiet_hours
from bot.outbox.quiet_hours import ContactHours
from bot.people import recipients
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Policy, Step


@dataclass(frozen=True)
class ChainStep:
    """Who is told at a step, which may be a later one than was asked for; nobody where only admins are left."""

    step: Step
    reader: UUID | None


class EscalationChain:
    """The line of one policy, looked up once for a look at it."""

    def __init__(self, uow: UnitOfWork, policy: Policy) -> None:
        self._uow = uow
        self._policy = policy
        self._steps: dict[Step, ChainStep] = {}
        self._hours: dict[UUID | None, ContactHours] = {}

    @cached_property
    def owner(self) -> UUID | None:
        """Who reads what goes to the policy's owner; None where nobody does."""
        return recipients.of_policy(self._uow, self._policy)

    def at(self, step: Step) -> ChainStep:
        """Who is told at a step, without those who are missing, have left, or read the owner's messages anyway."""
        if step not in self._steps:
            self._steps[step] = ChainStep(step, self.owner) if step is Step.REMINDER else self._next(step)
        return self._steps[step]

    def hours(self, reader: UUID | None) -> ContactHours:
        """The hours of whoever is told; those of the organisation for nobody."""
        if reader not in self._hours:
            self._hours[reader] = quiet_hours.of_person(self._uow, reader)
        return self._hours[reader]

    def _next(self, step: Step) -> ChainStep:
        chain = ((Step.DELEGATE, self._policy.delegate_id), (Step.SENIOR, self._policy.senior_id))
        for chain_step, person_id in chain[0 if step is Step.DELEGATE else 1 :]:
            reader = recipients.of_person(self._uow, person_id)
            if reader is not None and reader != self.owner:
                return ChainStep(chain_step, reader)
        return ChainStep(Step.SENIOR, None)
