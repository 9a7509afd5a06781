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
from bot.unit_of_work.unit_of_work import Turn
from storage import Policy
from storage import flags as stored_flags
from storage import policies as stored

PAUSED = "paused"
RESUMED = "resumed"
LONGEST = timedelta(days=92)
"""How far ahead a pause may reach: what lasts longer is a decision about the policy."""


def pause(turn: Turn, policy: Policy, until: date, reason: str) -> None:
    """Let the clocks of a policy stand still up to and with a day; tell its owner and everyone, with the reason.

    A pause that stands already is given this end and this reason instead.
    """
    stored.lock(turn.session, policy.id)
    turn.session.refresh(policy)
    if (policy.paused_until, policy.paused_reason) == (until, reason):
        return
    before = answer_deadlines.counts_from(turn, policy)
    policy.paused_until, policy.paused_reason = until, reason
    turn.session.flush()
    answer_deadlines.look(turn, policy)
    _move_clocks(turn, policy, before, until)
    _tell(turn, policy, PAUSED)


def resume(turn: Turn, policy: Policy) -> None:
    """End a pause now, and tell as it was told."""
    stored.lock(turn.session, policy.id)
    turn.session.refresh(policy)
    if not answer_deadlines.paused(turn, policy):
        return
    before = answer_deadlines.counts_from(turn, policy)
    policy.paused_until, policy.paused_reason = None, ""
    turn.session.flush()
    answer_deadlines.look(turn, policy)
    _move_clocks(turn, policy, before, turn.today)
    _tell(turn, policy, RESUMED)


def end_if_over(turn: Turn, policy: Policy) -> None:
    """Take the words of a pause that is over from the policy's cards. Its clocks have been moved long since."""
    if policy.paused_until is not None and not answer_deadlines.paused(turn, policy):
        policy.paused_until, policy.paused_reason = None, ""
        turn.session.flush()
        policies.refresh_cards(turn, policy.id)


def over_at(turn: Turn, policy: Policy) -> datetime | None:
    """The instant at which a pause is over, aware UTC; None where there is none, or the policy is closed for good."""
    if policy.paused_until is None or policy.sealed_on is not None:
        return None
    first_day = datetime.combine(policy.paused_until + timedelta(days=1), time())
    return instant(first_day, zone_named(turn.organisation.zone))


def _move_clocks(turn: Turn, policy: Policy, away: date, to: date) -> None:
    if away != to:
        for each in stored_flags.on_the_clock(turn.session, policy.id):
            answer_deadlines.move(turn, each, away, to)


def _tell(turn: Turn, policy: Policy, screen: str) -> None:
    """Tell the owner, and everyone under the card, of a pause or its end, once for each time there is one."""
    policies.refresh_cards(turn, policy.id)
    key = f"{screen}:{uuid4()}"
    deliveries.tell_channels(turn, policy.id, screen, str(policy.id), key=key)
    owner = recipients.of_policy(turn, policy)
    if owner is not None:
        deliveries.tell_person(turn, owner, screen, str(policy.id), key=f"{key}:{owner}")
