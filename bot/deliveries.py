"""Deliveries: writing down what must be sent, claiming it, and settling how it ended.

The rules write a delivery in their own transaction; nothing is sent from there. A worker claims it, draws its card,
sends, and settles. Which outcome leads where is design §6; the figures are from the storage facts: a lease more than
twice as long as a call may take, back-off min(900 s, 2^n) with jitter, eight attempts.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from bot.ports import (
    Absent,
    CannotTell,
    Finding,
    Found,
    Never,
    NotSent,
    Outcome,
    Pace,
    Place,
    Sent,
    Unknown,
)
from bot.turn import Turn
from storage import Channel, Delivery, Gate, Posting, State, Verb
from storage import deliveries as stored
from storage import people as stored_people
from storage import postings as stored_postings

LEASE = timedelta(seconds=60)
MOST_ATTEMPTS = 8
LONGEST_WAIT_SECONDS = 900
BURST = 10
ASK_AGAIN = timedelta(hours=1)
PUT_BACK_FOR = timedelta(seconds=1)


@dataclass(frozen=True)
class Claimed:
    """A delivery that this worker holds until `until`. `unsure` means that an earlier try may have arrived."""

    row: Delivery
    fence: int
    until: datetime
    unsure: bool


def post(turn: Turn, posting: Posting, channel: Channel, screen: str) -> None:
    """Send a policy's card to a channel, where it will stand."""
    _write(
        turn,
        f"{stored.FIRST_CARD}{posting.id}",
        Verb.SEND,
        _of(channel),
        screen,
        str(posting.policy_id),
        posting_id=posting.id,
    )


def refresh(turn: Turn, policy_id: UUID, screen: str) -> None:
    """Bring a policy's cards up to date wherever they stand or are about to."""
    for posting, channel in stored_postings.of_policy(turn.session, policy_id):
        version = stored_postings.raise_version(turn.session, posting.id)
        stored.supersede_updates(turn.session, posting.id, turn.now)
        key = f"card:{posting.id}:{version}"
        _write(turn, key, Verb.UPDATE, _of(channel), screen, str(policy_id), posting_id=posting.id)


def tell_channels(turn: Turn, policy_id: UUID, screen: str, subject: str) -> None:
    """Say something under a policy's cards, wherever they stand."""
    for posting, channel in stored_postings.of_policy(turn.session, policy_id):
        key = f"{screen}:{subject}:{posting.id}"
        _write(turn, key, Verb.SEND, _of(channel), screen, subject, posting_id=posting.id)


def tell_person(turn: Turn, person_id: UUID, screen: str, subject: str, key: str = "") -> bool:
    """Send a person a message of their own; False when they have no account that can be written to."""
    identities = stored_people.identities_of(turn.session, person_id)
    if not identities:
        return False
    first = identities[0]
    place = Place(first.platform, first.workspace, first.user, direct=True)
    _write(turn, key or f"{screen}:{subject}:{person_id}", Verb.SEND, place, screen, subject, person_id=person_id)
    return True


def _of(channel: Channel) -> Place:
    return Place(channel.platform, channel.workspace, channel.address)


def _write(
    turn: Turn,
    key: str,
    verb: Verb,
    place: Place,
    screen: str,
    subject: str,
    posting_id: UUID | None = None,
    person_id: UUID | None = None,
) -> None:
    stored.add(
        turn.session,
        Delivery(
            key=key,
            verb=verb,
            platform=place.platform,
            workspace=place.workspace,
            address=place.address,
            direct=place.direct,
            screen=screen,
            subject=subject,
            person_id=person_id,
            posting_id=posting_id,
            state=State.WAITING,
            due_at=turn.now,
            made_at=turn.now,
        ),
    )


def any_due(turn: Turn, platform: str, pace: Pace) -> bool:
    """Whether a claim would find something, as far as a look tells that takes and writes nothing."""
    return bool(_due(turn, platform, pace, limit=1, claiming=False))


def claim(turn: Turn, platform: str, pace: Pace, limit: int) -> list[Claimed]:
    """Take up to `limit` deliveries of a platform that are due, one a place, each with a lease and a raised fence."""
    rows = _due(turn, platform, pace, limit=limit)
    # In one order, so that two processes never wait for each other.
    tenants = {key: stored.gate(turn.session, key, turn.now) for key in sorted({stored.tenant_gate(r) for r in rows})}
    claimed: list[Claimed] = []
    places: set[str] = set()
    for row in rows:
        place = stored.place_gate(row)
        if place not in places and _opened(turn, place, tenants[stored.tenant_gate(row)], pace):
            places.add(place)
            claimed.append(_take(turn, row))
    turn.session.flush()
    return claimed


def _due(turn: Turn, platform: str, pace: Pace, *, limit: int, claiming: bool = True) -> list[Delivery]:
    until = _tenants_until(turn, pace)
    return stored.due(turn.session, platform, turn.now, tenants_until=until, limit=limit, claiming=claiming)


def _tenants_until(turn: Turn, pace: Pace) -> datetime:
    """A tenant's gate is a virtual schedule (GCRA): so many messages may go at once, and then one an interval."""
    return turn.now + pace.tenant * (BURST - 1)


def _opened(turn: Turn, place: str, tenant: Gate, pace: Pace) -> bool:
    """Whether both gates are open; then the place's is shut for the lease, and the tenant's moved on."""
    own = stored.gate(turn.session, place, turn.now)
    if own.opens_at > turn.now or tenant.opens_at > _tenants_until(turn, pace):
        return False
    own.opens_at = turn.now + LEASE
    tenant.opens_at = max(tenant.opens_at, turn.now) + pace.tenant
    return True


def _take(turn: Turn, row: Delivery) -> Claimed:
    # Only a message can come twice: an update or a withdrawal is simply done again.
    unsure = row.verb is Verb.SEND and row.state in (State.SENDING, State.UNKNOWN)
    row.state, row.fence, row.due_at = State.SENDING, row.fence + 1, turn.now + LEASE
    row.attempts += 0 if unsure else 1
    return Claimed(row=row, fence=row.fence, until=turn.now + LEASE, unsure=unsure)


def standing_ref(turn: Turn, row: Delivery) -> str | None:
    """The platform's id of the card that a delivery updates or stands under; None while the card is not there yet."""
    posting = stored_postings.posting(turn.session, row.posting_id) if row.posting_id else None
    return posting.ref if posting else None


def first_card(row: Delivery) -> bool:
    """Whether this delivery is the one that puts a policy's card into its channel."""
    return row.key.startswith(stored.FIRST_CARD)


def settle(turn: Turn, claimed: Claimed, outcome: Outcome, pace: Pace) -> bool:
    """Write how a try ended, and open the place's gate again; False if another worker has taken over since."""
    row = stored.delivery(turn.session, claimed.row.id)
    if row is None or not _write_ending(turn, claimed, _ending(turn, row, outcome), _shut_for(outcome, pace)):
        return False
    if isinstance(outcome, Sent):
        _stands(turn, row, outcome.ref)
        turn.session.flush()
    return True


def put_back(turn: Turn, claimed: Claimed, *, unsure: bool) -> bool:
    """Let go of a delivery that was not tried after all, to be claimed again soon; False if another worker has it.

    No try is counted. While it is `unsure` whether an earlier one arrived, it stays unknown and is looked up first.
    """
    row = stored.delivery(turn.session, claimed.row.id)
    if row is None:
        return False
    values: dict[str, object] = {"state": State.UNKNOWN, "due_at": turn.now + PUT_BACK_FOR}
    if not unsure:
        values |= {"state": State.WAITING, "attempts": row.attempts - 1}
    return _write_ending(turn, claimed, values, timedelta(0))


def _write_ending(turn: Turn, claimed: Claimed, values: dict[str, object], shut: timedelta) -> bool:
    if not stored.settle(turn.session, claimed.row.id, claimed.fence, values):
        return False
    stored.gate(turn.session, stored.place_gate(claimed.row), turn.now).opens_at = turn.now + shut
    turn.session.flush()
    return True


def _stands(turn: Turn, row: Delivery, ref: str) -> None:
    """Note where a policy's card stands, once it does: what waits for it is then due."""
    posting = stored_postings.posting(turn.session, row.posting_id) if row.posting_id and first_card(row) else None
    if posting is not None:
        posting.ref = ref


def _ending(turn: Turn, row: Delivery, outcome: Outcome) -> dict[str, object]:
    match outcome:
        case Sent(ref):
            return {"state": State.SENT, "due_at": None, "done_at": turn.now, "ref": ref, "error": None}
        case Never(reason):
            return _dead(turn, reason)
        case Unknown(reason) if row.verb is Verb.SEND or row.attempts < MOST_ATTEMPTS:
            return {"state": State.UNKNOWN, "due_at": turn.now + back_off(row.attempts), "error": reason}
        case NotSent(reason, wait) if row.attempts < MOST_ATTEMPTS:
            return {"state": State.WAITING, "due_at": turn.now + (wait or back_off(row.attempts)), "error": reason}
        case NotSent(reason) | Unknown(reason):
            return _dead(turn, reason)


def _dead(turn: Turn, reason: str | None) -> dict[str, object]:
    return {"state": State.DEAD, "due_at": None, "done_at": turn.now, "error": reason}


def _shut_for(outcome: Outcome, pace: Pace) -> timedelta:
    if isinstance(outcome, NotSent) and outcome.wait is not None:
        return max(outcome.wait, pace.place)
    return pace.place


def back_off(attempts: int) -> timedelta:
    """How long to wait after so many tries: 2 s, 4 s, … up to 15 minutes, of which half to all, at random."""
    seconds = min(LONGEST_WAIT_SECONDS, 2 ** min(attempts, 10))
    return timedelta(seconds=seconds * random.uniform(0.5, 1))  # noqa: S311 - jitter, not a secret


def looked_up(turn: Turn, claimed: Claimed, finding: Finding, pace: Pace) -> bool:
    """Act on what the platform says of an earlier try; True when the delivery is to be sent now after all.

    Where it cannot tell, the delivery stays unknown and is asked for again later: late rather than twice.
    """
    match finding:
        case Found(ref):
            settle(turn, claimed, Sent(ref), pace)
            return False
        case Absent():
            return _once_more(turn, claimed, pace)
        case CannotTell():
            _write_ending(turn, claimed, {"state": State.UNKNOWN, "due_at": turn.now + ASK_AGAIN}, timedelta(0))
            return False


def _once_more(turn: Turn, claimed: Claimed, pace: Pace) -> bool:
    """Count one more try of a delivery that did not arrive; False when it has had all its tries, or another worker."""
    row = stored.delivery(turn.session, claimed.row.id)
    if row is None:
        return False
    if row.attempts >= MOST_ATTEMPTS:
        _write_ending(turn, claimed, _dead(turn, row.error), pace.place)
        return False
    return stored.settle(turn.session, row.id, claimed.fence, {"attempts": row.attempts + 1})


def place_of(row: Delivery) -> Place:
    """Where a delivery goes."""
    return Place(row.platform, row.workspace, row.address, row.direct)


def seen(turn: Turn, delivery_id: UUID, ref: str) -> None:
    """A client shows a delivery of which nobody could say whether it arrived: it has. Another is left as it is."""
    row = stored.delivery(turn.session, delivery_id)
    if row is None or row.due_at is None:
        return
    crashed = row.state is State.SENDING and row.due_at <= turn.now
    if row.state is State.UNKNOWN or crashed:
        row.state, row.ref, row.due_at, row.done_at, row.error = State.SENT, ref, None, turn.now, None
        _stands(turn, row, ref)
        turn.session.flush()
