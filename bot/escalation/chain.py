"""The escalation chain: who is told, step by step, that flags on a policy are not answered, as of now."""

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
    """A step and the person who is told; None if only admins are left."""

    step: Step
    reader: UUID | None


class EscalationChain:
    """The escalation chain of one policy. Each person is looked up once."""

    def __init__(self, uow: UnitOfWork, policy: Policy) -> None:
        self._uow = uow
        self._policy = policy
        self._steps: dict[Step, ChainStep] = {}
        self._hours: dict[UUID | None, ContactHours] = {}

    @cached_property
    def owner(self) -> UUID | None:
        """The person who reads the policy owner's messages; None if nobody does."""
        return recipients.of_policy(self._uow, self._policy)

    def at(self, step: Step) -> ChainStep:
        """Who is told at a step: the next step's person if this one's is missing, has left, or reads for the owner."""
        if step not in self._steps:
            self._steps[step] = ChainStep(step, self.owner) if step is Step.REMINDER else self._next(step)
        return self._steps[step]

    def hours(self, reader: UUID | None) -> ContactHours:
        """The contact hours of a reader; the organisation's for None."""
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
