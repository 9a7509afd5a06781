"""Lines: who is told of a silence on a policy, step by step, as people are there today."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from bot.outbox import quiet_hours
from bot.outbox.quiet_hours import Hours
from bot.people import recipients
from bot.unit_of_work.unit_of_work import Turn
from storage import Policy, Step


@dataclass(frozen=True)
class Rung:
    """Who is told at a step, which may be a later one than was asked for; nobody where only admins are left."""

    step: Step
    reader: UUID | None


class Line:
    """The line of one policy, looked up once for a look at it."""

    def __init__(self, turn: Turn, policy: Policy) -> None:
        self._turn = turn
        self._policy = policy
        self._rungs: dict[Step, Rung] = {}
        self._hours: dict[UUID | None, Hours] = {}

    @cached_property
    def owner(self) -> UUID | None:
        """Who reads what goes to the policy's owner; None where nobody does."""
        return recipients.of_policy(self._turn, self._policy)

    def at(self, step: Step) -> Rung:
        """Who is told at a step, without those who are missing, have left, or read the owner's messages anyway."""
        if step not in self._rungs:
            self._rungs[step] = Rung(step, self.owner) if step is Step.REMINDER else self._next(step)
        return self._rungs[step]

    def hours(self, reader: UUID | None) -> Hours:
        """The hours of whoever is told; those of the organisation for nobody."""
        if reader not in self._hours:
            self._hours[reader] = quiet_hours.of_person(self._turn, reader)
        return self._hours[reader]

    def _next(self, step: Step) -> Rung:
        line = ((Step.DELEGATE, self._policy.delegate_id), (Step.SENIOR, self._policy.senior_id))
        for rung, person_id in line[0 if step is Step.DELEGATE else 1 :]:
            reader = recipients.of_person(self._turn, person_id)
            if reader is not None and reader != self.owner:
                return Rung(rung, reader)
        return Rung(Step.SENIOR, None)
