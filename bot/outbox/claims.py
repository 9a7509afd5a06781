"""Claims: which worker sends a delivery, until when, and how fast each place and each tenant may be sent to.

A lease is more than twice as long as a call to a platform may take. A claim raises the fence, so that a worker whose
lease has ended cannot overwrite what a later one writes.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.interface import retry_after
from bot.interface.ports import Pace
from bot.outbox import accounts, quiet_hours
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Delivery, State, Throttle, Verb
from storage import deliveries as stored
from storage import throttles as stored_throttles
from storage.throttles import Closed

LEASE = timedelta(seconds=60)
CLOCKS_DIFFER = timedelta(minutes=1)
"""By how much the clocks of two processes may differ before what one writes seems wrong to the other."""
LONGEST_CLOSED = retry_after.LONGEST_WAIT
"""The longest that a place is closed, which is the longest that a platform may ask to wait."""
BURST = 10
PROMPT = timedelta(minutes=1)
"""A message sent within this time of being due is sent without checking its reader's quiet hours again."""


@dataclass(frozen=True)
class Claimed:
    """A delivery that this worker holds until `until`. `unconfirmed` means that an earlier attempt may have arrived."""

    row: Delivery
    fence: int
    until: datetime
    unconfirmed: bool
    lease: timedelta = LEASE

    @property
    def attempt(self) -> int:
        """The number of this attempt, from 1."""
        return self.row.attempts + self.unconfirmed

    @property
    def begin_by(self) -> datetime:
        """The latest time to start sending: half of the lease before its end, so that the call ends within it."""
        return self.until - self.lease / 2


def any_due(uow: UnitOfWork, platform: str, pace: Pace) -> bool:
    """Whether a claim would find something. Locks and writes nothing."""
    return bool(_find_due(uow, platform, pace, limit=1, claiming=False))


def claim(uow: UnitOfWork, platform: str, pace: Pace, limit: int, lease: timedelta = LEASE) -> list[Claimed]:
    """Claim up to `limit` due deliveries of a platform, one for each place, each with a lease and a raised fence."""
    due = [each for each in _find_due(uow, platform, pace, limit=limit) if not _postpone_if_late(uow, each)]
    accounts.choose(uow, [each for each in due if each.state is State.WAITING])
    # What now goes to an account on another platform is due there.
    rows = [each for each in due if each.platform == platform]
    # Lock tenants before places, and each in a fixed order, so that two processes cannot deadlock.
    tenants = stored_throttles.throttles(uow.session, {stored.tenant_throttle(each) for each in rows}, uow.now)
    places = stored_throttles.throttles(uow.session, {stored.place_throttle(each) for each in rows}, uow.now)
    claimed = []
    for row in rows:
        tenant = tenants[stored.tenant_throttle(row)]
        # The throttle of a place that one row has claimed is closed for the next row.
        if _claim_throttles(uow, places[stored.place_throttle(row)], tenant, pace, lease):
            claimed.append(_mark_claimed(uow, row, lease))
    uow.session.flush()
    return claimed


def _postpone_if_late(uow: UnitOfWork, row: Delivery) -> bool:
    """Postpone a person's message that is late to a time when they may be written to. Returns whether it was."""
    late = row.due_at is not None and uow.now - row.due_at > PROMPT
    if row.due_at is None or row.person_id is None or row.state is not State.WAITING or not late:
        return False
    # One person's unreadable hours must not hold up messages to others.
    with contextlib.suppress(ValueError):
        row.due_at = quiet_hours.of_person(uow, row.person_id).made_up(row.due_at, uow.now)
    return row.due_at > uow.now


def _find_due(uow: UnitOfWork, platform: str, pace: Pace, *, limit: int, claiming: bool = True) -> list[Delivery]:
    return stored.due(
        uow.session,
        platform,
        uow.now,
        places_closed=_place_closed(uow),
        tenants_closed=_tenant_closed(uow, pace),
        limit=limit,
        claiming=claiming,
    )


def _place_closed(uow: UnitOfWork) -> Closed:
    return uow.now, uow.now + LONGEST_CLOSED


def _tenant_closed(uow: UnitOfWork, pace: Pace) -> Closed:
    """The tenant's throttle is a GCRA: a message may go while it opens before the first, which allows a burst."""
    return uow.now + pace.tenant * (BURST - 1), uow.now + pace.tenant * BURST + CLOCKS_DIFFER


def _claim_throttles(uow: UnitOfWork, place: Throttle, tenant: Throttle, pace: Pace, lease: timedelta) -> bool:
    """Claim both throttles if they are open: close the place's for the lease, and move the tenant's on."""
    tenant_closed = _tenant_closed(uow, pace)
    if place.is_closed(*_place_closed(uow)) or tenant.is_closed(*tenant_closed):
        return False
    place.opens_at = uow.now + lease
    began = uow.now if tenant.opens_at > tenant_closed[1] else max(tenant.opens_at, uow.now)
    tenant.opens_at = began + pace.tenant
    return True


def _mark_claimed(uow: UnitOfWork, row: Delivery, lease: timedelta) -> Claimed:
    # Only a message can arrive twice: an update or a withdrawal is simply repeated.
    unconfirmed = row.verb is Verb.SEND and row.state in (State.SENDING, State.UNKNOWN)
    if unconfirmed:
        row.unsure_since = row.unsure_since or uow.now
    row.state, row.fence, row.due_at = State.SENDING, row.fence + 1, uow.now + lease
    row.attempts += 0 if unconfirmed else 1
    return Claimed(row=row, fence=row.fence, until=uow.now + lease, unconfirmed=unconfirmed, lease=lease)


def release_throttle(throttle: Throttle, claimed: Claimed, at: datetime) -> None:
    """Make the throttle of a claimed delivery's place open at `at`, if this claim is what keeps it closed.

    After the lease another worker may have claimed another delivery for the same place: then the throttle is theirs.
    """
    if throttle.opens_at == claimed.until:
        throttle.opens_at = at


def end_leases_from_the_future(uow: UnitOfWork) -> int:
    """End the leases of a process whose clock was ahead: else its messages would wait until then. How many."""
    return stored.end_leases(uow.session, uow.now + LONGEST_CLOSED, uow.now)
