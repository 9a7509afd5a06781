"""Clocks: by when a flag is to be answered, in working days of the organisation.

A clock begins with the digest in which its flag is first sent, stands still while a question waits for a reply or an
admin has paused the policy, and ends with an answer. Decision 0012 says how.
"""

from __future__ import annotations

from datetime import date

from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Flag, Policy, Step
from storage import policies as stored_policies

LONGEST_QUESTION_DAYS = 10
"""Working days for which a question stops a clock: a confidential author may not look."""


def paused(uow: UnitOfWork, policy: Policy) -> bool:
    """Whether the clocks of a policy stand still today."""
    return policy.paused_until is not None and policy.paused_until >= uow.today


def counts_from(uow: UnitOfWork, policy: Policy) -> date:
    """The day after which working days count: this one or, where clocks stand still, the last on which they do."""
    return policy.paused_until if policy.paused_until and paused(uow, policy) else uow.today


def first(uow: UnitOfWork, policy: Policy) -> date:
    """The day by which a flag is to be answered that is first sent, or begins anew, today."""
    return uow.calendar.add(counts_from(uow, policy), uow.organisation.answer_days)


def ask(uow: UnitOfWork, policy: Policy, flag: Flag) -> None:
    """Stop a flag's clock for a question. One that a question has stopped before is not stopped for longer."""
    if flag.days_left is not None:
        return
    day = counts_from(uow, policy)
    left = uow.organisation.answer_days
    if flag.answer_by is not None:
        left = max(0, uow.calendar.between(day, flag.answer_by))
    flag.days_left = left
    flag.answer_by = uow.calendar.add(uow.calendar.add(day, LONGEST_QUESTION_DAYS), left)
    _remind_again(flag)


def resume(uow: UnitOfWork, policy: Policy, flag: Flag) -> None:
    """Let a clock go on that a question has stopped; never for longer than if nobody had replied."""
    look(uow, policy)
    left = flag.days_left if flag.days_left is not None else uow.organisation.answer_days
    day = uow.calendar.add(counts_from(uow, policy), left)
    flag.answer_by = min(flag.answer_by, day) if flag.answer_by is not None else day
    flag.days_left = None


def decide(uow: UnitOfWork, policy: Policy, flag: Flag, by: date | None) -> None:
    """Let a clock go on on the day by which it is to be decided. Who has been told is not told again."""
    look(uow, policy)
    flag.answer_by, flag.days_left = by, None
    _remind_again(flag)


def begin_anew(uow: UnitOfWork, policy: Policy, flag: Flag) -> None:
    """Begin a clock again from its start, for a flag whose answer did not settle it."""
    look(uow, policy)
    flag.answer_by, flag.days_left = first(uow, policy), None
    flag.told = flag.told_on = None


def end(flag: Flag) -> None:
    """End a flag's clock: it is answered."""
    flag.answer_by = flag.days_left = None


def move(uow: UnitOfWork, flag: Flag, away: date, to: date) -> None:
    """Let as many working days be left after `to` as there were after `away`."""
    if flag.answer_by is not None:
        flag.answer_by = uow.calendar.add(to, uow.calendar.between(away, flag.answer_by))


def look(uow: UnitOfWork, policy: Policy) -> None:
    """Have a policy's clocks looked at with the next round, which finds what is to be done when.

    Before its flags are changed: who changes both locks the policy's row first, so that nobody waits for each other.
    """
    stored_policies.look_by(uow.session, [policy.id], uow.now)


def _remind_again(flag: Flag) -> None:
    # A reminder is of one day. Whoever else was told of this silence stays told.
    if flag.told is Step.REMINDER:
        flag.told = flag.told_on = None
