"""Copies: what is done about tries of which nobody can say whether they arrived, so that one message stands in the end.

A platform that can look a message up is asked, until it can say. On one that has no way to say, the message waits, is
then sent once more, and the older copy is withdrawn should a client show it: never lost, never two live ones, and
rather late than twice. See design §6.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from bot.calendar.cron import EVERY_WORKING_DAY
from bot.digests import digests
from bot.interface.parts import Card
from bot.interface.ports import Absent, CannotTell, Finding, Found, Pace, Sent
from bot.outbox import deliveries
from bot.outbox.deliveries import Claimed
from bot.people import digest_schedules
from bot.screens.notice import message_replaced
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Delivery, Schedule, State, Verb
from storage import deliveries as stored

WAIT = timedelta(minutes=30)
"""How long anything but a digest waits for a client to show it, before it is sent once more."""
ASK_AGAIN = timedelta(minutes=5)
"""How long a platform is left alone that could look a message up, but not now."""
ASK_FOR = timedelta(days=1)
"""How long such a platform is asked, before admins are told."""


def looked_up(uow: UnitOfWork, claimed: Claimed, finding: Finding, pace: Pace) -> bool:
    """Act on what the platform says of an earlier try; True when the delivery is to be sent now after all."""
    if isinstance(finding, Found):
        deliveries.settle(uow, claimed, Sent(finding.ref), pace)
        return False
    row = stored.held(uow.session, {claimed.row.id: claimed.fence}).get(claimed.row.id)
    if row is None:
        return False
    if row.ref is not None:
        deliveries.settle(uow, claimed, Sent(row.ref), pace)
        return False
    if isinstance(finding, Absent) or (not finding.for_now and uow.now >= waits_until(uow, row)):
        if deliveries.tries_left(row, uow.now):
            row.attempts, row.unsure_since = row.attempts + 1, None
            uow.session.flush()
            return True
        deliveries.give_up(uow, row, row.error)
    else:
        _ask_later(uow, row, finding)
    deliveries.open_gate(stored.throttle(uow.session, stored.place_gate(row), uow.now), claimed, uow.now)
    uow.session.flush()
    return False


def _ask_later(uow: UnitOfWork, row: Delivery, finding: CannotTell) -> None:
    if not finding.for_now:
        row.state, row.due_at = State.UNKNOWN, waits_until(uow, row)
    elif uow.now < _since(uow, row) + ASK_FOR:
        row.state, row.due_at = State.UNKNOWN, uow.now + ASK_AGAIN
    else:
        deliveries.give_up(uow, row, "the platform could not be asked whether it arrived")


def waits_until(uow: UnitOfWork, row: Delivery) -> datetime:
    """When a delivery is sent once more of which the platform cannot say whether it arrived.

    A digest waits for its owner's next one, or for the next working day where that is sooner: no later than an owner
    who is told once a month would miss it.
    """
    since = _since(uow, row)
    own = digest_schedules.planned(uow, row.person_id) if row.screen == digests.SCREEN else None
    if own is None:
        return since + WAIT
    daily = Schedule(person_id=own.person_id, cron=EVERY_WORKING_DAY, zone=own.zone, calendar=own.calendar)
    return min(digest_schedules.following(uow, each, since).due_at for each in (own, daily))


def _since(uow: UnitOfWork, row: Delivery) -> datetime:
    return row.unsure_since or uow.now


def seen(uow: UnitOfWork, delivery_id: UUID, ref: str, attempt: int) -> Card | None:
    """That a try of a delivery has arrived, as `ref`; what is to stand there instead, where another copy is the one.

    The first copy that is known to stand is the one. Any other is withdrawn.
    """
    row = stored.locked(uow.session, delivery_id)
    # No more tries were made than there were claims, and each of those raised the fence.
    if row is None or row.verb is not Verb.SEND or not 1 <= attempt <= max(row.attempts, row.fence):
        return None
    if row.state is State.SENT:
        # Of what was sent, the number is that of the try that stands.
        if attempt == row.attempts or ref == row.ref:
            return None
        key = f"{message_replaced.SCREEN}:{row.id}:{attempt}"
        deliveries.withdraw(uow, row, ref, message_replaced.SCREEN, key)
        return message_replaced.message_replaced_card()
    if attempt > row.attempts or row.state is State.SUPERSEDED:
        return None
    if _being_sent(uow, row, attempt):
        # Its worker may never be told: then this is how its try ended.
        row.ref = ref
    else:
        deliveries.arrived(uow, row, ref)
        # Whoever is sending another copy of it now is told so when that has arrived.
        row.attempts, row.fence = attempt, row.fence + 1
    uow.session.flush()
    return None


def _being_sent(uow: UnitOfWork, row: Delivery, attempt: int) -> bool:
    """Whether this very try is under way, so that its worker is about to write down how it ended."""
    in_time = row.due_at is not None and row.due_at > uow.now
    return row.state is State.SENDING and in_time and row.unsure_since is None and attempt == row.attempts
