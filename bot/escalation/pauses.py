"""Pauses: the time to answer on a policy stands still, for a reason that everyone sees.

An admin says until when and why. Every clock that runs moves so that as many working days are left after the pause as
were left before it; nobody is reminded and nobody told meanwhile.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from uuid import uuid4

from bot.calendar.dates import zone_named
from bot.calendar.occurrences import instant
from bot.outbox import deliveries
from bot.people import recipients
from bot.policies import answer_deadlines, policies
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Policy
from storage import flags as stored_flags
from storage import policies as stored

PAUSED = "paused"
RESUMED = "resumed"
LONGEST = timedelta(days=92)
"""How far ahead a pause may reach: what lasts longer is a decision about the policy."""


def pause(uow: UnitOfWork, policy: Policy, until: date, reason: str) -> None:
    """Let the clocks of a policy stand still up to and with a day; tell its owner and everyone, with the reason.

    A pause that stands already is given this end and this reason instead.
    """
    stored.lock(uow.session, policy.id)
    uow.session.refresh(policy)
    if (policy.paused_until, policy.paused_reason) == (until, reason):
        return
    before = answer_deadlines.counts_from(uow, policy)
    policy.paused_until, policy.paused_reason = until, reason
    uow.session.flush()
    answer_deadlines.look(uow, policy)
    _move_clocks(uow, policy, before, until)
    _tell(uow, policy, PAUSED)


def resume(uow: UnitOfWork, policy: Policy) -> None:
    """End a pause now, and tell as it was told."""
    stored.lock(uow.session, policy.id)
    uow.session.refresh(policy)
    if not answer_deadlines.paused(uow, policy):
        return
    before = answer_deadlines.counts_from(uow, policy)
    policy.paused_until, policy.paused_reason = None, ""
    uow.session.flush()
    answer_deadlines.look(uow, policy)
    _move_clocks(uow, policy, before, uow.today)
    _tell(uow, policy, RESUMED)


def end_if_over(uow: UnitOfWork, policy: Policy) -> None:
    """Take the words of a pause that is over from the policy's cards. Its clocks have been moved long since."""
    if policy.paused_until is not None and not answer_deadlines.paused(uow, policy):
        policy.paused_until, policy.paused_reason = None, ""
        uow.session.flush()
        policies.refresh_cards(uow, policy.id)


def over_at(uow: UnitOfWork, policy: Policy) -> datetime | None:
    """The instant at which a pause is over, aware UTC; None where there is none, or the policy is closed for good."""
    if policy.paused_until is None or policy.sealed_on is not None:
        return None
    first_day = datetime.combine(policy.paused_until + timedelta(days=1), time())
    return instant(first_day, zone_named(uow.organisation.zone))


def _move_clocks(uow: UnitOfWork, policy: Policy, away: date, to: date) -> None:
    if away != to:
        for each in stored_flags.on_the_clock(uow.session, policy.id):
            answer_deadlines.move(uow, each, away, to)


def _tell(uow: UnitOfWork, policy: Policy, screen: str) -> None:
    """Tell the owner, and everyone under the card, of a pause or its end, once for each time there is one."""
    policies.refresh_cards(uow, policy.id)
    key = f"{screen}:{uuid4()}"
    deliveries.tell_channels(uow, policy.id, screen, str(policy.id), key=key)
    owner = recipients.of_policy(uow, policy)
    if owner is not None:
        deliveries.tell_person(uow, owner, screen, str(policy.id), key=f"{key}:{owner}")
