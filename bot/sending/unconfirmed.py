"""Unconfirmed messages: an attempt has ended, and it is not known whether its message arrived.

A platform that can look messages up is asked until it knows. On one that cannot, the message waits, is then sent once
more, and the older copy is withdrawn if a client shows it: never lost, never two live copies, rather late than twice.
Only a `Verb.SEND` can be unconfirmed. The other moves of a delivery are drawn in `storage/deliveries.py`.

    SENDING ------(1)-----> UNKNOWN <-----(8)------ DEAD
      |  ^                   |   ^                    ^
      |  |                  (2) (3)                   |
      |  |                   v   |                    |
      |  +------(6)------- SENDING, --------(4)-------+
      +---------(2)------> `unsure_since` set
                             |
                            (5)
                             v
    any of these --(7)---> SENT

    1  `outcomes.settle_all`: the outcome is `Unknown`, such as a timeout
    2  `claims.claim`: it is due again, or the lease of the worker that had it has ended
    3  `act_on_finding`: the platform cannot tell, so ask later; or `outcomes.settle_all`: `PutBack(unconfirmed=True)`
    4  `act_on_finding` and `outcomes.give_up`: no attempts left, or asked for `ASK_FOR`; or `outcomes.settle_all`:
       `Never`, because nothing is left to show
    5  `act_on_finding` and `outcomes.settle`: the platform has found it
    6  `act_on_finding`: it is absent, or has waited until `waits_until`; sent again, as the next attempt
    7  `seen` and `outcomes.arrived`: a client shows a copy. If it is that of the attempt in flight, `seen` notes its
       `ref`, which makes it SENT whatever the outcome is. Once SENT, any other copy is withdrawn
    8  `dead_letters.again`
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from bot.interface.parts import Card
from bot.interface.ports import Absent, CannotTell, Finding, Found, Pace, Place, Sent
from bot.outbox import accounts, claims, deleted_cards, deliveries, outcomes, quiet_hours
from bot.outbox.claims import Claimed
from bot.screens.notice import message_replaced
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Delivery, State, Verb
from storage import deliveries as stored
from storage import throttles as stored_throttles

WAIT = timedelta(minutes=30)
"""How long a message waits for a client to show it before it is sent once more."""
ASK_AGAIN = timedelta(minutes=5)
"""When to ask again, if a platform can look messages up, but not now."""
ASK_FOR = timedelta(days=1)
"""How long to ask such a platform before admins are told."""


def act_on_finding(uow: UnitOfWork, claimed: Claimed, finding: Finding, pace: Pace) -> bool:
    """Act on what the platform says about an earlier attempt; True if the delivery is to be sent again now."""
    if isinstance(finding, Found):
        outcomes.settle(uow, claimed, Sent(finding.ref), pace)
        return False
    row = stored.held(uow.session, {claimed.row.id: claimed.fence}).get(claimed.row.id)
    if row is None:
        return False
    if row.ref is not None:
        outcomes.settle(uow, claimed, Sent(row.ref), pace)
        return False
    if isinstance(finding, Absent) or (not finding.for_now and uow.now >= waits_until(uow, row)):
        if outcomes.attempts_left(row, uow.now):
            row.attempts, row.unsure_since = row.attempts + 1, None
            uow.session.flush()
            return True
        outcomes.give_up(uow, row, row.error)
    else:
        _ask_later(uow, row, finding)
    claims.release_throttle(
        stored_throttles.throttle(uow.session, stored.place_throttle(row), uow.now), claimed, uow.now
    )
    uow.session.flush()
    return False


def _ask_later(uow: UnitOfWork, row: Delivery, finding: CannotTell) -> None:
    if not finding.for_now:
        row.state, row.due_at = State.UNKNOWN, waits_until(uow, row)
    elif uow.now < _since(uow, row) + ASK_FOR:
        row.state, row.due_at = State.UNKNOWN, uow.now + ASK_AGAIN
    else:
        outcomes.give_up(uow, row, "the platform could not be asked whether it arrived")


def waits_until(uow: UnitOfWork, row: Delivery) -> datetime:
    """When a delivery is sent once more, if the platform has no way to tell whether it arrived.

    That is after `WAIT`, but not in the quiet hours of the person it is for and, if it is late, at a sensible hour.
    """
    at = _since(uow, row) + WAIT
    if row.person_id is None:
        return at
    hours = quiet_hours.of_person(uow, row.person_id)
    return hours.awake(at) if uow.now < at else hours.made_up(at, uow.now)


def _since(uow: UnitOfWork, row: Delivery) -> datetime:
    return row.unsure_since or uow.now


def seen(uow: UnitOfWork, delivery_id: UUID, ref: str, attempt: int, place: Place | None = None) -> Card | None:
    """Note that an attempt has arrived, as `ref`. If another copy counts, gives the card to show in place of this one.

    The first copy that is known to have arrived counts. Any other is withdrawn. `place` is where the copy stands, which
    is another account of the person where the delivery has moved on since.
    """
    row = stored.locked(uow.session, delivery_id)
    # There cannot be more attempts than claims, and each claim raised the fence.
    if row is None or row.verb is not Verb.SEND or not 1 <= attempt <= max(row.attempts, row.fence):
        return None
    if stored.by_key(uow.session, outcomes.stray_key(row, ref)) is not None:
        return None  # it is taken away, and counts nowhere
    if row.state is State.SENT:
        if deliveries.first_card(row) and not deleted_cards.counts(uow, row, ref):
            return _withdrawn(uow, row, ref, attempt, place)
        # Once sent, `attempts` is the number of the attempt that counts.
        if attempt == row.attempts or ref == row.ref:
            return None
        return _withdrawn(uow, row, ref, attempt, place)
    if attempt > row.attempts or row.state is State.SUPERSEDED:
        return None
    if _in_flight(uow, row, attempt):
        # The worker may never get an answer: with a ref, the attempt counts as sent.
        row.ref = ref
    else:
        if place is not None:
            accounts.set_place(row, place)
        outcomes.arrived(uow, row, ref)
        # The raised fence makes a worker that is sending another copy withdraw it when it arrives.
        row.attempts, row.fence = attempt, row.fence + 1
    uow.session.flush()
    return None


def _withdrawn(uow: UnitOfWork, row: Delivery, ref: str, attempt: int, place: Place | None) -> Card:
    key = f"{message_replaced.SCREEN}:{row.id}:{attempt}"
    deliveries.withdraw(uow, row, ref, message_replaced.SCREEN, key, at=place)
    return message_replaced.message_replaced_card()


def _in_flight(uow: UnitOfWork, row: Delivery, attempt: int) -> bool:
    """Whether this very attempt is in flight, so that its worker is about to write its outcome."""
    in_time = row.due_at is not None and row.due_at > uow.now
    return row.state is State.SENDING and in_time and row.unsure_since is None and attempt == row.attempts
