"""Answer deadlines: the clock of each flag, which counts the organisation's working days until its answer is due.

The states of a flag's clock::

                    first digest             ask
    (not started) ---------------> running -------> stopped
                                   |  ^  ^             |  |
                                   |  |  +-------------+  |  resume, decide
                               end |  |                   |
                                   |  | begin_anew        | end
                                   v  |                   |
                                   ended <----------------+

- not started: no `answer_by`. The digest that first sends the flag sets it (`storage.digests.take_flags`).
- running: `answer_by` is the day the answer is due. It is late once that day has passed, and goes on. `decide` moves it
  to the day by which an acknowledged flag will be decided. A pause moves it too (`move`, from `bot.escalation.pauses`).
- stopped: `days_left` is set, because the owner has asked the author a question. `answer_by` is the day the answer is
  due if no reply comes. A second question does not move it.
- ended: answered or settled; neither is set. A reply that says "not settled" begins the clock again.

What is told while a clock runs (`told`, `told_on`) is the business of `bot.escalation.steps`. Decision 0012 gives the
reasons.
"""

from __future__ import annotations

from datetime import date

from bot.screens.labels import LONGEST_QUESTION_DAYS
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Flag, Policy, Step
from storage import policies as stored_policies


def paused(uow: UnitOfWork, policy: Policy) -> bool:
    """Whether the clocks of a policy are paused today."""
    return policy.paused_until is not None and policy.paused_until >= uow.today


def counts_from(uow: UnitOfWork, policy: Policy) -> date:
    """The day after which working days count: today or, during a pause, its last day."""
    return policy.paused_until if policy.paused_until and paused(uow, policy) else uow.today


def first(uow: UnitOfWork, policy: Policy) -> date:
    """The day on which the answer is due for a flag whose clock begins today."""
    return uow.calendar.add(counts_from(uow, policy), uow.organisation.answer_days)


def ask(uow: UnitOfWork, policy: Policy, flag: Flag) -> None:
    """Stop a flag's clock for a question. A clock that is stopped already is not stopped for longer."""
    if flag.days_left is not None:
        return
    day = counts_from(uow, policy)
    left = uow.organisation.answer_days
    if flag.answer_by is not None:
        left = max(0, uow.calendar.between(day, flag.answer_by))
    flag.days_left = left
    flag.answer_by = uow.calendar.add(uow.calendar.add(day, LONGEST_QUESTION_DAYS), left)
    _remind_again(flag)


def reply_by(uow: UnitOfWork, flag: Flag) -> date | None:
    """The last day for which a question stops a flag's clock; None where none does, or where that day is past."""
    if flag.answer_by is None or flag.days_left is None:
        return None
    day = uow.calendar.add(flag.answer_by, -flag.days_left)
    return day if day >= uow.today else None


def resume(uow: UnitOfWork, policy: Policy, flag: Flag) -> None:
    """Let a stopped clock go on after a reply. The answer is never due later than it would be without one."""
    check_now(uow, policy)
    left = flag.days_left if flag.days_left is not None else uow.organisation.answer_days
    day = uow.calendar.add(counts_from(uow, policy), left)
    flag.answer_by = min(flag.answer_by, day) if flag.answer_by is not None else day
    flag.days_left = None


def put_off_until(uow: UnitOfWork) -> date:
    """The last day to which a decision, or a digest, can be put off today: one time to answer from now.

    Who is not there for longer is away, and someone stands in.
    """
    return uow.calendar.add(uow.today, uow.organisation.answer_days)


def decide(uow: UnitOfWork, policy: Policy, flag: Flag, by: date | None) -> None:
    """Move the deadline of an acknowledged flag to the day of its decision. Only the reminder is sent again."""
    check_now(uow, policy)
    flag.answer_by, flag.days_left = by, None
    _remind_again(flag)


def restart(uow: UnitOfWork, policy: Policy, flag: Flag) -> None:
    """Begin the clock again from its start, for a flag whose answer did not settle it."""
    check_now(uow, policy)
    flag.answer_by, flag.days_left = first(uow, policy), None
    flag.told = flag.told_on = None


def end(flag: Flag) -> None:
    """End the clock of a flag that is answered."""
    flag.answer_by = flag.days_left = None


def move(uow: UnitOfWork, flag: Flag, away: date, to: date) -> None:
    """Move a deadline so that as many working days are left after `to` as there were after `away`."""
    if flag.answer_by is not None:
        flag.answer_by = uow.calendar.add(to, uow.calendar.between(away, flag.answer_by))


def check_now(uow: UnitOfWork, policy: Policy) -> None:
    """Have the worker check a policy's clocks now, and work out when to check them next.

    Call this before you change flags: every transaction locks the policy's row first, so that none deadlock.
    """
    stored_policies.look_by(uow.session, [policy.id], uow.now)


def _remind_again(flag: Flag) -> None:
    # A reminder is about one deadline, so a new one needs a new reminder. Later steps are not repeated.
    if flag.told is Step.REMINDER:
        flag.told = flag.told_on = None
