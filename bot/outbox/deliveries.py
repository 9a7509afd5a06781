"""Deliveries: writing down what must be sent, claiming it, and settling how it ended.

The rules write a delivery in their own transaction; nothing is sent from there. A worker claims it, draws its card,
sends, and settles. Which outcome leads where is design §6; the figures are from the storage facts: a lease more than
twice as long as a call may take, back-off min(900 s, 2^n) with jitter, eight attempts, but a day
of them at least, since a platform that is away for an hour must cost nothing.
"""

from __future__ import annotations

import contextlib
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from bot.interface.ports import IN_NO_PLACE, TAKES_NOTHING, Never, NotSent, Outcome, Pace, Place, Sent, Unknown
from bot.outbox import quiet_hours
from bot.outbox.quiet_hours import ContactHours
from bot.screens.notice import message_not_sent
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Channel, Delivery, Identity, Posting, State, Throttle, Verb
from storage import deliveries as stored
from storage import people as stored_people
from storage import postings as stored_postings
from storage import unreached as stored_unreached

LEASE = timedelta(seconds=60)
MOST_ATTEMPTS = 8
"""Tries until it is given up, and again as many each time that somebody has it sent again."""
TRIED_FOR = timedelta(days=1)
"""How long it is tried at least, from when it was made on, however many tries that takes."""
LONGEST_WAIT_SECONDS = 900
BURST = 10
PUT_BACK_FOR = timedelta(seconds=1)
PROMPT = timedelta(minutes=1)
"""What is sent so soon after it was due is sent without another look at its reader's hours."""


@dataclass(frozen=True)
class Claimed:
    """A delivery that this worker holds until `until`. `unsure` means that an earlier try may have arrived."""

    row: Delivery
    fence: int
    until: datetime
    unsure: bool
    lease: timedelta = LEASE

    @property
    def attempt(self) -> int:
        """The number of the try that is made."""
        return self.row.attempts + self.unsure

    @property
    def begin_by(self) -> datetime:
        """Until when it may be begun to be sent: with half of the lease gone, another worker may be about to."""
        return self.until - self.lease / 2


@dataclass(frozen=True)
class PutBack:
    """The platform was not asked after all. `unsure` says whether an earlier try may have arrived.

    No try is counted. While it is unsure, the delivery stays unknown and is looked up first.
    """

    unsure: bool


AttemptOutcome = Outcome | PutBack


def post(uow: UnitOfWork, posting: Posting, channel: Channel, screen: str) -> None:
    """Send a policy's card to a channel, where it will stand."""
    _write(
        uow,
        f"{stored.FIRST_CARD}{posting.id}",
        Verb.SEND,
        _of(channel),
        screen,
        str(posting.policy_id),
        posting_id=posting.id,
    )


def refresh(uow: UnitOfWork, policy_id: UUID, screen: str) -> None:
    """Bring a policy's cards up to date wherever they stand or are about to."""
    for posting, channel in stored_postings.of_policy(uow.session, policy_id):
        version = stored_postings.raise_version(uow.session, posting.id)
        stored.supersede_updates(uow.session, posting.id, uow.now)
        key = f"card:{posting.id}:{version}"
        _write(uow, key, Verb.UPDATE, _of(channel), screen, str(policy_id), posting_id=posting.id)


def tell_channels(uow: UnitOfWork, policy_id: UUID, screen: str, subject: str, key: str = "") -> None:
    """Say something under a policy's cards, wherever they stand; once for `key`, else once for that subject."""
    for posting, channel in stored_postings.of_policy(uow.session, policy_id):
        own_key = f"{key or f'{screen}:{subject}'}:{posting.id}"
        _write(uow, own_key, Verb.SEND, _of(channel), screen, subject, posting_id=posting.id)


def tell_channel(uow: UnitOfWork, channel: Channel, screen: str, subject: str) -> None:
    """Say something in a channel, once for that subject."""
    _write(uow, f"{screen}:{subject}", Verb.SEND, _of(channel), screen, subject)


def tell_person(
    uow: UnitOfWork,
    person_id: UUID,
    screen: str,
    subject: str,
    key: str = "",
    *,
    at: datetime | None = None,
    by: ContactHours | None = None,
) -> bool:
    """Send a person a message of their own, not before an aware instant, and not in their quiet hours.

    `by` is their hours, where they have been looked up. False when they have no account that can be written to.
    """
    return bool(tell_people(uow, screen, [Recipient(person_id, subject, by, key)], at=at))


@dataclass(frozen=True)
class Recipient:
    """Who is told of what subject; `by` are their hours, where they have been looked up, `key` what makes it one."""

    person_id: UUID
    subject: str
    by: ContactHours | None = None
    key: str = ""


def tell_people(uow: UnitOfWork, screen: str, recipients: Sequence[Recipient], *, at: datetime | None = None) -> int:
    """Send people messages of their own, as `tell_person` does each; how many of them can be written to."""
    accounts = _accounts(uow, [each.person_id for each in recipients])
    reached = [each for each in recipients if each.person_id in accounts]
    rows = []
    for each in reached:
        account = accounts[each.person_id]
        place = Place(account.platform, account.workspace, account.user, direct=True)
        key = each.key or f"{screen}:{each.subject}:{each.person_id}"
        row = _row(uow, key, Verb.SEND, place, screen, each.subject, person_id=each.person_id)
        row.due_at = (each.by or quiet_hours.of_person(uow, each.person_id)).awake(at or uow.now)
        rows.append(row)
    stored.add(uow.session, rows)
    return len(reached)


def _accounts(uow: UnitOfWork, person_ids: Sequence[UUID]) -> dict[UUID, Identity]:
    """The account at which each person is written to: the first that takes messages, else the first."""
    accounts = stored_people.first_identities(uow.session, person_ids)
    taking = {each.id for each in stored_unreached.taking(uow.session, list(accounts.values()))}
    for person_id in [each for each, account in accounts.items() if account.id not in taking]:
        every = stored_people.identities_of(uow.session, person_id)
        accounts[person_id] = next(iter(stored_unreached.taking(uow.session, every)), accounts[person_id])
    return accounts


def withdraw(uow: UnitOfWork, row: Delivery, ref: str, screen: str, key: str) -> None:
    """Take away a copy of a delivery's message; `screen` is what stands there where a platform cannot do that."""
    _write(uow, key, Verb.WITHDRAW, place_of(row), screen, "", ref=ref)


def _of(channel: Channel) -> Place:
    return Place(channel.platform, channel.workspace, channel.address)


def _write(
    uow: UnitOfWork,
    key: str,
    verb: Verb,
    place: Place,
    screen: str,
    subject: str,
    posting_id: UUID | None = None,
    ref: str | None = None,
) -> None:
    row = _row(uow, key, verb, place, screen, subject)
    row.posting_id, row.ref = posting_id, ref
    stored.add(uow.session, [row])


def _row(
    uow: UnitOfWork, key: str, verb: Verb, place: Place, screen: str, subject: str, *, person_id: UUID | None = None
) -> Delivery:
    return Delivery(
        key=key,
        verb=verb,
        platform=place.platform,
        workspace=place.workspace,
        address=place.address,
        direct=place.direct,
        screen=screen,
        subject=subject,
        person_id=person_id,
        state=State.WAITING,
        due_at=uow.now,
        made_at=uow.now,
    )


def any_due(uow: UnitOfWork, platform: str, pace: Pace) -> bool:
    """Whether a claim would find something, as far as a look tells that takes and writes nothing."""
    return bool(_due(uow, platform, pace, limit=1, claiming=False))


def claim(uow: UnitOfWork, platform: str, pace: Pace, limit: int, lease: timedelta = LEASE) -> list[Claimed]:
    """Take up to `limit` deliveries of a platform that are due, one a place, each with a lease and a raised fence."""
    rows = [each for each in _due(uow, platform, pace, limit=limit) if not _put_off(uow, each)]
    # Tenants before places and each in one order, so that two processes never wait for each other.
    tenants = stored.gates(uow.session, {stored.tenant_gate(each) for each in rows}, uow.now)
    places = stored.gates(uow.session, {stored.place_gate(each) for each in rows}, uow.now)
    claimed = []
    for row in rows:
        tenant = tenants[stored.tenant_gate(row)]
        # A place that was taken for one row is shut for the next.
        if _opened(uow, places[stored.place_gate(row)], tenant, pace, lease):
            claimed.append(_take(uow, row, lease))
    uow.session.flush()
    return claimed


def _put_off(uow: UnitOfWork, row: Delivery) -> bool:
    """Put a person's message off to their quiet hours' end or a sensible hour, if it comes too late; whether it was."""
    late = row.due_at is not None and uow.now - row.due_at > PROMPT
    if row.due_at is None or row.person_id is None or row.state is not State.WAITING or not late:
        return False
    # Somebody's hours that cannot be read must not hold up what goes to others.
    with contextlib.suppress(ValueError):
        row.due_at = quiet_hours.of_person(uow, row.person_id).made_up(row.due_at, uow.now)
    return row.due_at > uow.now


def _due(uow: UnitOfWork, platform: str, pace: Pace, *, limit: int, claiming: bool = True) -> list[Delivery]:
    until = _tenants_until(uow, pace)
    return stored.due(uow.session, platform, uow.now, tenants_until=until, limit=limit, claiming=claiming)


def _tenants_until(uow: UnitOfWork, pace: Pace) -> datetime:
    """A tenant's gate is a virtual schedule (GCRA): so many messages may go at once, and then one an interval."""
    return uow.now + pace.tenant * (BURST - 1)


def _opened(uow: UnitOfWork, place: Throttle, tenant: Throttle, pace: Pace, lease: timedelta) -> bool:
    """Whether both gates are open; then the place's is shut for the lease, and the tenant's moved on."""
    if place.opens_at > uow.now or tenant.opens_at > _tenants_until(uow, pace):
        return False
    place.opens_at = uow.now + lease
    tenant.opens_at = max(tenant.opens_at, uow.now) + pace.tenant
    return True


def _take(uow: UnitOfWork, row: Delivery, lease: timedelta) -> Claimed:
    # Only a message can come twice: an update or a withdrawal is simply done again.
    unsure = row.verb is Verb.SEND and row.state in (State.SENDING, State.UNKNOWN)
    if unsure:
        row.unsure_since = row.unsure_since or uow.now
    row.state, row.fence, row.due_at = State.SENDING, row.fence + 1, uow.now + lease
    row.attempts += 0 if unsure else 1
    return Claimed(row=row, fence=row.fence, until=uow.now + lease, unsure=unsure, lease=lease)


def delivery_to(uow: UnitOfWork, delivery: UUID, place: Place) -> Delivery | None:
    """The delivery of that id; None where there is none, or it was for another place."""
    row = stored.delivery(uow.session, delivery)
    return row if row is not None and place_of(row) == place else None


def ref_of_card(uow: UnitOfWork, row: Delivery) -> str | None:
    """The platform's id of what a delivery updates, withdraws or stands under; None where that is nothing.

    That is the policy's card, if it is there yet, or the copy that is to be withdrawn.
    """
    if row.verb is Verb.WITHDRAW:
        return row.ref
    under = row.posting_id if not first_card(row) else None
    posting = stored_postings.posting(uow.session, under) if under else None
    return posting.ref if posting else None


def first_card(row: Delivery) -> bool:
    """Whether this delivery is the one that puts a policy's card into its channel."""
    return row.key.startswith(stored.FIRST_CARD)


def settle(uow: UnitOfWork, claimed: Claimed, ending: AttemptOutcome, pace: Pace) -> bool:
    """Write how a try ended, as `settle_all` does; False if another worker has taken over since."""
    return settle_all(uow, [(claimed, ending)], pace)[0]


def settle_all(uow: UnitOfWork, ended: Sequence[tuple[Claimed, AttemptOutcome]], pace: Pace) -> list[bool]:
    """Write how tries ended, and open their places' gates again; for each, whether no other worker has taken over."""
    held = stored.held(uow.session, {claimed.row.id: claimed.fence for claimed, _ in ended})
    mine = [(held[claimed.row.id], claimed, ending) for claimed, ending in ended if claimed.row.id in held]
    gates = stored.gates(uow.session, {stored.place_gate(row) for row, _, _ in mine}, uow.now)
    for row, claimed, ending in mine:
        _write_ending(uow, row, ending)
        open_gate(gates[stored.place_gate(row)], claimed, uow.now + _shut_for(ending, pace))
    uow.session.flush()
    _note_reach(uow, [(row, ending) for row, _, ending in mine])
    return [claimed.row.id in held for claimed, _ in ended]


def open_gate(throttle: Throttle, claimed: Claimed, at: datetime) -> None:
    """Have the gate of a claimed delivery's place open at that instant, if it is still shut by this claim.

    After its lease another worker may have taken another delivery to the same place: then the gate is theirs.
    """
    if throttle.opens_at == claimed.until:
        throttle.opens_at = at


def _note_reach(uow: UnitOfWork, ended: Sequence[tuple[Delivery, AttemptOutcome]]) -> None:
    """Note whose accounts have taken a message, and whose take none whatever it says."""
    messages = [(row, ending) for row, ending in ended if row.direct and row.verb is Verb.SEND]
    taken = {(row.platform, row.workspace, row.address) for row, ending in messages if isinstance(ending, Sent)}
    if taken:
        stored_unreached.forget(uow.session, taken)
    for row, ending in messages:
        if isinstance(ending, Never) and ending.reason in TAKES_NOTHING:
            where = (row.platform, row.workspace, row.address)
            stored_unreached.refuse(uow.session, *where, ending.reason, unless=IN_NO_PLACE)


def _write_ending(uow: UnitOfWork, row: Delivery, ending: AttemptOutcome) -> None:
    match ending:
        case Sent(ref):
            arrived(uow, row, ref)
        case PutBack(unsure):
            row.state, row.due_at = State.UNKNOWN if unsure else State.WAITING, uow.now + PUT_BACK_FOR
            row.attempts -= 0 if unsure else 1
        case NotSent() | Unknown() | Never() if row.verb is Verb.SEND and row.ref is not None:
            arrived(uow, row, row.ref)  # a client has shown it meanwhile
        case Unknown(reason) if row.verb is Verb.SEND:
            row.state, row.due_at, row.error = State.UNKNOWN, uow.now + back_off(row.attempts), reason
            row.unsure_since = uow.now
        case Unknown(reason) if tries_left(row, uow.now):
            row.state, row.due_at, row.error = State.UNKNOWN, uow.now + back_off(row.attempts), reason
        case NotSent(reason, wait) if tries_left(row, uow.now):
            row.state, row.error = State.WAITING, reason
            row.due_at = _awake(uow, row, uow.now + (wait or back_off(row.attempts)))
        case NotSent(reason) | Unknown(reason) | Never(reason):
            give_up(uow, row, reason)


def _awake(uow: UnitOfWork, row: Delivery, at: datetime) -> datetime:
    return quiet_hours.of_person(uow, row.person_id).awake(at) if row.person_id is not None else at


def arrived(uow: UnitOfWork, row: Delivery, ref: str) -> None:
    """Note that a delivery stands as that message; what waits for a policy's card is then due."""
    row.state, row.ref, row.error = State.SENT, ref, None
    row.due_at, row.done_at, row.unsure_since, row.untold_since = None, uow.now, None, None
    posting = stored_postings.posting(uow.session, row.posting_id) if row.posting_id and first_card(row) else None
    if posting is not None:
        posting.ref = ref


def tries_left(row: Delivery, now: datetime) -> bool:
    """Whether a delivery may be tried once more."""
    return row.attempts % MOST_ATTEMPTS != 0 or now < row.made_at + TRIED_FOR


def give_up(uow: UnitOfWork, row: Delivery, reason: str | None) -> None:
    """Try a delivery no more; admins are told, unless it was to tell them so, or only to tidy up."""
    row.state, row.due_at, row.done_at, row.error = State.DEAD, None, uow.now, reason
    if row.verb is not Verb.WITHDRAW and row.screen != message_not_sent.SCREEN:
        row.untold_since = uow.now


def _shut_for(ending: AttemptOutcome, pace: Pace) -> timedelta:
    if isinstance(ending, PutBack):
        return timedelta(0)
    if isinstance(ending, NotSent) and ending.wait is not None:
        return max(ending.wait, pace.place)
    return pace.place


def back_off(attempts: int) -> timedelta:
    """How long to wait after so many tries: 2 s, 4 s, … up to 15 minutes, of which half to all, at random."""
    seconds = min(LONGEST_WAIT_SECONDS, 2 ** min(attempts, 10))
    return timedelta(seconds=seconds * random.uniform(0.5, 1))  # noqa: S311 - jitter, not a secret


def place_of(row: Delivery) -> Place:
    """Where a delivery goes."""
    return Place(row.platform, row.workspace, row.address, row.direct)
