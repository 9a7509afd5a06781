"""Pauses: an admin stops the time to answer on a policy up to a day, for a reason that everyone sees.

Every running clock is moved so that as many working days are left after the pause as before it. During a pause there
are no reminders and no escalation notices.
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
from storage import Policy, policy_keys
from storage import flags as stored_flags

PAUSED = "paused"
RESUMED = "resumed"
LONGEST = timedelta(days=92)
"""How far ahead a pause may reach: a longer one would be a decision about the policy."""


def pause(uow: UnitOfWork, policy: Policy, until: date, reason: str) -> None:
    """Pause a policy up to and including `until`; tell its owner and everyone, with the reason.

    If the policy is paused already, the pause gets this last day and this reason instead.
    """
    policy_keys.lock(uow.session, policy.id)
    uow.session.refresh(policy)
    if (policy.paused_until, policy.paused_reason) == (until, reason):
        return
    before = answer_deadlines.counts_from(uow, policy)
    policy.paused_until, policy.paused_reason = until, reason
    uow.session.flush()
    answer_deadlines.check_now(uow, policy)
    _move_clocks(uow, policy, before, until)
    _tell(uow, policy, PAUSED)


def resume(uow: UnitOfWork, policy: Policy) -> None:
    """End a pause now; tell the owner and everyone. Does nothing if the policy is not paused."""
    policy_keys.lock(uow.session, policy.id)
    uow.session.refresh(policy)
    if not answer_deadlines.paused(uow, policy):
        return
    before = answer_deadlines.counts_from(uow, policy)
    policy.paused_until, policy.paused_reason = None, ""
    uow.session.flush()
    answer_deadlines.check_now(uow, policy)
    _move_clocks(uow, policy, before, uow.today)
    _tell(uow, policy, RESUMED)


def end_if_over(uow: UnitOfWork, policy: Policy) -> None:
    """Take a pause that is over off the policy's cards. The clocks were moved when the pause began."""
    if policy.paused_until is not None and not answer_deadlines.paused(uow, policy):
        policy.paused_until, policy.paused_reason = None, ""
        uow.session.flush()
        policies.refresh_cards(uow, policy.id)


def over_at(uow: UnitOfWork, policy: Policy) -> datetime | None:
    """The instant at which a pause is over, aware UTC; None if there is none, or the policy is closed for good."""
    if policy.paused_until is None or policy.sealed_on is not None:
        return None
    first_day = datetime.combine(policy.paused_until + timedelta(days=1), time())
    return instant(first_day, zone_named(uow.zone))


def _move_clocks(uow: UnitOfWork, policy: Policy, counted_from: date, counts_from: date) -> None:
    if counted_from != counts_from:
        for each in stored_flags.on_the_clock(uow.session, policy.id):
            answer_deadlines.move(uow, each, counted_from, counts_from)


def _tell(uow: UnitOfWork, policy: Policy, screen: str) -> None:
    """Tell the owner, and everyone under the policy's card, that a pause begins or ends."""
    policies.refresh_cards(uow, policy.id)
    key = f"{screen}:{uuid4()}"
    deliveries.tell_channels(uow, policy.id, screen, str(policy.id), key=key)
    owner = recipients.of_policy(uow, policy)
    if owner is not None:
        deliveries.tell_person(uow, owner, screen, str(policy.id), key=f"{key}:{owner}")
