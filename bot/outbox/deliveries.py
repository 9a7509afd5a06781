"""Deliveries: enqueueing what must be sent, claiming it, and settling the outcome of each attempt.

A rule enqueues a delivery in its own transaction and sends nothing. Later a worker claims the delivery, draws its card,
sends it, and settles the outcome in another transaction. `storage/deliveries.py` draws the states and the moves between
them; decision 0005 gives the reasons.

A lease is more than twice as long as a call to a platform may take. The back-off is min(900 s, 2^n) with jitter. A
delivery gets at least eight attempts and at least a day, so that a platform that is down for an hour costs nothing.
"""

from __future__ import annotations

import contextlib
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from bot.calendar.dates import local_day
from bot.interface import retry_after
from bot.interface.platforms import asks_again
from bot.interface.ports import IN_NO_PLACE, Gone, Never, NotSent, Outcome, Pace, Place, Sent, Unknown
from bot.outbox import accounts, deleted_cards, quiet_hours
from bot.outbox.quiet_hours import ContactHours
from bot.screens.digest import digest as digest_screen
from bot.screens.notice import message_not_sent, message_replaced
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Channel, Delivery, Posting, State, Throttle, Verb
from storage import deliveries as stored
from storage import digests as stored_digests
from storage import postings as stored_postings
from storage import unreached as stored_unreached
from storage.deliveries import Closed

LEASE = timedelta(seconds=60)
MOST_ATTEMPTS = 8
"""Attempts until a delivery is given up, and as many more each time an operator has it sent again."""
TRIED_FOR = timedelta(days=1)
"""How long a delivery is attempted at least, counted from when it was made, however many attempts that takes."""
LONGEST_WAIT_SECONDS = 900
LONGEST_CLOSED = retry_after.LONGEST_WAIT
"""The longest that a place is closed, which is the longest that a platform may ask to wait."""
CLOCKS_DIFFER = timedelta(minutes=1)
"""By how much the clocks of two processes may differ before what one writes seems wrong to the other."""
BURST = 10
PUT_BACK_FOR = timedelta(seconds=1)
LOOK_AGAIN = timedelta(seconds=20)
"""When to try again if a platform says that a message is not there. Such an answer of Teams has passed that soon."""
PROMPT = timedelta(minutes=1)
"""A message sent within this time of being due is sent without checking its reader's quiet hours again."""


@dataclass(frozen=True)
class Claimed:
    """A delivery that this worker holds until `until`. `unsure` means that an earlier attempt may have arrived."""

    row: Delivery
    fence: int
    until: datetime
    unsure: bool
    lease: timedelta = LEASE

    @property
    def attempt(self) -> int:
        """The number of this attempt, from 1."""
        return self.row.attempts + self.unsure

    @property
    def begin_by(self) -> datetime:
        """The latest time to start sending: half of the lease before its end, so that the call ends within it."""
        return self.until - self.lease / 2


@dataclass(frozen=True)
class PutBack:
    """The platform was not called after all, so no attempt is counted.

    `unsure` says that an earlier attempt may have arrived: then the delivery stays unknown and is looked up first.
    """

    unsure: bool


AttemptOutcome = Outcome | PutBack


def post(uow: UnitOfWork, posting: Posting, channel: Channel, screen: str) -> None:
    """Enqueue the first card of a policy for a channel."""
    _add(
        uow,
        f"{stored.FIRST_CARD}{posting.id}",
        Verb.SEND,
        _channel_place(channel),
        screen,
        str(posting.policy_id),
        posting_id=posting.id,
    )


def refresh(uow: UnitOfWork, policy_id: UUID, screen: str) -> None:
    """Enqueue an update of a policy's card in every channel that has it or will have it."""
    for posting, channel in stored_postings.of_policy(uow.session, policy_id):
        version = stored_postings.raise_version(uow.session, posting.id)
        stored.supersede_updates(uow.session, posting.id, uow.now)
        key = f"card:{posting.id}:{version}"
        _add(uow, key, Verb.UPDATE, _channel_place(channel), screen, str(policy_id), posting_id=posting.id)


def tell_channels(uow: UnitOfWork, policy_id: UUID, screen: str, subject: str, key: str = "") -> None:
    """Enqueue a message under a policy's card in every channel; once for `key`, or else once for that subject."""
    for posting, channel in stored_postings.of_policy(uow.session, policy_id):
        own_key = f"{key or f'{screen}:{subject}'}:{posting.id}"
        _add(uow, own_key, Verb.SEND, _channel_place(channel), screen, subject, posting_id=posting.id)


def tell_channel(uow: UnitOfWork, channel: Channel, screen: str, subject: str) -> None:
    """Enqueue a message for a channel, once for that subject."""
    _add(uow, f"{screen}:{subject}", Verb.SEND, _channel_place(channel), screen, subject)


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
    """Enqueue a direct message, to go no earlier than `at` (aware) and not in the person's quiet hours.

    `by` is their contact hours, where the caller has them. Returns False when they have no account to send it to.
    """
    return bool(tell_people(uow, screen, [Recipient(person_id, subject, by, key)], at=at))


def tell_author(uow: UnitOfWork, author_id: UUID, screen: str, subject: str) -> None:
    """Enqueue a direct message to the account that wrote something: only there can its author act on it."""
    found = accounts.of_author(uow, author_id)
    if found is not None:
        person_id, place = found
        key = f"{stored.TO_AUTHOR}{screen}:{subject}"
        row = _new_delivery(uow, key, Verb.SEND, place, screen, subject, person_id=person_id)
        row.due_at = quiet_hours.of_person(uow, person_id).awake(uow.now)
        stored.add(uow.session, [row])


@dataclass(frozen=True)
class Recipient:
    """One person to tell, and the subject. `by` is their contact hours, where known; `key` deduplicates the message."""

    person_id: UUID
    subject: str
    by: ContactHours | None = None
    key: str = ""


def tell_people(uow: UnitOfWork, screen: str, recipients: Sequence[Recipient], *, at: datetime | None = None) -> int:
    """Enqueue direct messages as `tell_person` does; return how many of the people have an account to send to."""
    places = accounts.chosen(uow, [each.person_id for each in recipients])
    reached = [each for each in recipients if each.person_id in places]
    rows = []
    for each in reached:
        key = each.key or f"{screen}:{each.subject}:{each.person_id}"
        place = places[each.person_id]
        row = _new_delivery(uow, key, Verb.SEND, place, screen, each.subject, person_id=each.person_id)
        row.due_at = (each.by or quiet_hours.of_person(uow, each.person_id)).awake(at or uow.now)
        rows.append(row)
    stored.add(uow.session, rows)
    return len(reached)


def revive(uow: UnitOfWork, row: Delivery) -> None:
    """Have a delivery that was given up sent again. If an earlier attempt may have arrived, it is looked up first."""
    row.due_at, row.done_at, row.untold_since = uow.now, None, None
    row.state = State.UNKNOWN if row.unsure_since else State.WAITING
    if row.unsure_since:
        row.unsure_since = uow.now
        row.attempts += 0 if attempts_left(row, uow.now) else 1


def send_again(uow: UnitOfWork, platform: str, workspace: str, since: datetime, address: str | None = None) -> None:
    """Have sent again what was given up since then, and bring cards up to date whose newest update was given up.

    It is for a workspace or tenant or, with `address`, for one place in it, that takes messages after all.
    """
    found = stored.given_up(uow.session, platform, workspace, since, address)
    # What a digest had to say is in the next one.
    rows = [each for each in found if each.screen != digest_screen.SCREEN]
    accounts.choose(uow, [each for each in rows if each.unsure_since is None])
    for row in rows:
        revive(uow, row)
    for row in stored.not_updated(uow.session, platform, workspace, address):
        row.made_at = uow.now  # it is drawn as of now, and gets the attempts of a new one
        revive(uow, row)
    uow.session.flush()


def show_again(uow: UnitOfWork, sent: Delivery, screen: str) -> None:
    """Enqueue an update of a message to a person that has arrived: it is drawn as `screen`, as it stands then.

    Nothing where the platform's clients ask for that themselves, or where such an update waits already.
    """
    if sent.state is not State.SENT or sent.ref is None or asks_again(sent.platform):
        return
    earlier = stored.updates_of(uow.session, sent.platform, sent.workspace, sent.address, sent.ref)
    if State.WAITING in earlier:
        return
    key = f"{screen}:{sent.id}:{len(earlier) + 1}"
    row = _new_delivery(uow, key, Verb.UPDATE, place_of(sent), screen, sent.subject, person_id=sent.person_id)
    row.ref = sent.ref
    stored.add(uow.session, [row])


def withdraw(uow: UnitOfWork, row: Delivery, ref: str, screen: str, key: str) -> None:
    """Enqueue the withdrawal of a copy of a message. `screen` replaces it where a platform cannot delete."""
    _add(uow, key, Verb.WITHDRAW, place_of(row), screen, "", ref=ref)


def _channel_place(channel: Channel) -> Place:
    return Place(channel.platform, channel.workspace, channel.address)


def _add(
    uow: UnitOfWork,
    key: str,
    verb: Verb,
    place: Place,
    screen: str,
    subject: str,
    posting_id: UUID | None = None,
    ref: str | None = None,
) -> None:
    row = _new_delivery(uow, key, verb, place, screen, subject)
    row.posting_id, row.ref = posting_id, ref
    stored.add(uow.session, [row])


def _new_delivery(
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
    """Whether a claim would find something. Locks and writes nothing."""
    return bool(_find_due(uow, platform, pace, limit=1, claiming=False))


def claim(uow: UnitOfWork, platform: str, pace: Pace, limit: int, lease: timedelta = LEASE) -> list[Claimed]:
    """Claim up to `limit` due deliveries of a platform, one for each place, each with a lease and a raised fence."""
    due = [each for each in _find_due(uow, platform, pace, limit=limit) if not _postpone_if_late(uow, each)]
    accounts.choose(uow, [each for each in due if each.state is State.WAITING])
    # What now goes to an account on another platform is due there.
    rows = [each for each in due if each.platform == platform]
    # Lock tenants before places, and each in a fixed order, so that two processes cannot deadlock.
    tenants = stored.throttles(uow.session, {stored.tenant_throttle(each) for each in rows}, uow.now)
    places = stored.throttles(uow.session, {stored.place_throttle(each) for each in rows}, uow.now)
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
    """The platform's id of the message that a delivery updates, withdraws or is posted under; None without one.

    It is the policy's card, once that is posted, or the copy to withdraw, or the message to a person.
    """
    if row.verb is Verb.WITHDRAW or is_update_for_a_person(row):
        return row.ref
    under = row.posting_id if not first_card(row) else None
    posting = stored_postings.posting(uow.session, under) if under else None
    return posting.ref or None if posting else None


def is_update_for_a_person(row: Delivery) -> bool:
    """Whether this delivery changes a message that a person has already."""
    return row.verb is Verb.UPDATE and row.person_id is not None


def first_card(row: Delivery) -> bool:
    """Whether this delivery is the one that posts a policy's card in its channel."""
    return row.key.startswith(stored.FIRST_CARD)


def settle(uow: UnitOfWork, claimed: Claimed, outcome: AttemptOutcome, pace: Pace) -> bool:
    """Write the outcome of an attempt, as `settle_all` does. False if another worker has taken over since."""
    return settle_all(uow, [(claimed, outcome)], pace)[0]


def settle_all(uow: UnitOfWork, outcomes: Sequence[tuple[Claimed, AttemptOutcome]], pace: Pace) -> list[bool]:
    """Write the outcomes of attempts and reopen their places' throttles.

    Returns for each whether it was written: it is not where another worker has claimed the delivery since.
    """
    held = stored.held(uow.session, {claimed.row.id: claimed.fence for claimed, _ in outcomes})
    mine = [(held[claimed.row.id], claimed, outcome) for claimed, outcome in outcomes if claimed.row.id in held]
    throttles = stored.throttles(uow.session, {stored.place_throttle(row) for row, _, _ in mine}, uow.now)
    for row, claimed, outcome in mine:
        release_throttle(throttles[stored.place_throttle(row)], claimed, uow.now + _closed_for(outcome, pace))
    # Before the outcomes are written, because which account comes next depends on it.
    _note_reachability(uow, [(row, outcome) for row, _, outcome in mine])
    for row, _, outcome in mine:
        _write_outcome(uow, row, outcome)
    uow.session.flush()
    return [claimed.row.id in held for claimed, _ in outcomes]


def end_leases_from_the_future(uow: UnitOfWork) -> int:
    """End the leases of a process whose clock was ahead: else its messages would wait until then. How many."""
    return stored.end_leases(uow.session, uow.now + LONGEST_CLOSED, uow.now)


def release_throttle(throttle: Throttle, claimed: Claimed, at: datetime) -> None:
    """Make the throttle of a claimed delivery's place open at `at`, if this claim is what keeps it closed.

    After the lease another worker may have claimed another delivery for the same place: then the throttle is theirs.
    """
    if throttle.opens_at == claimed.until:
        throttle.opens_at = at


def _note_reachability(uow: UnitOfWork, outcomes: Sequence[tuple[Delivery, AttemptOutcome]]) -> None:
    """Record which accounts have taken a message, and which take none, whatever the message."""
    messages = [(row, outcome) for row, outcome in outcomes if row.direct and row.verb is Verb.SEND]
    taken = {(row.platform, row.workspace, row.address) for row, outcome in messages if isinstance(outcome, Sent)}
    if taken:
        stored_unreached.forget(uow.session, taken)
    for row, outcome in messages:
        if isinstance(outcome, Never) and outcome.account_ended:
            where = (row.platform, row.workspace, row.address)
            stored_unreached.refuse(uow.session, *where, outcome.account_ended, unless=IN_NO_PLACE)


def _write_outcome(uow: UnitOfWork, row: Delivery, outcome: AttemptOutcome) -> None:
    match outcome:
        case Sent(ref):
            arrived(uow, row, ref)
        case Gone():
            _write_gone(uow, row, outcome)
        case PutBack(unsure):
            row.state, row.due_at = State.UNKNOWN if unsure else State.WAITING, uow.now + PUT_BACK_FOR
            row.attempts -= 0 if unsure else 1
        case NotSent() | Unknown() | Never() if row.verb is Verb.SEND and row.ref is not None:
            arrived(uow, row, row.ref)  # a client has reported it meanwhile
        case Unknown(reason) if row.verb is Verb.SEND:
            row.state, row.due_at, row.error = State.UNKNOWN, uow.now + back_off(row.attempts), reason
            row.unsure_since = uow.now
        case Unknown(reason) if attempts_left(row, uow.now):
            row.state, row.due_at, row.error = State.UNKNOWN, uow.now + back_off(row.attempts), reason
        case NotSent(reason, wait, asked) if attempts_left(row, uow.now):
            row.state, row.error = State.WAITING, _with_wait(reason, asked)
            row.due_at = _after_quiet_hours(uow, row, uow.now + (wait or back_off(row.attempts)))
        case Never(reason) if outcome.account_ended and accounts.choose_next(uow, row):
            row.state, row.due_at, row.error, row.unsure_since = State.WAITING, uow.now, reason, None
        case NotSent(reason) | Unknown(reason) | Never(reason):
            give_up(uow, row, reason)


def _write_gone(uow: UnitOfWork, row: Delivery, gone: Gone) -> None:
    """Write that a message is not there, once that is sure: it was said twice in a row, or a reply went elsewhere.

    Until then, look again soon.
    """
    if gone.stray:
        row.ref = None
        withdraw(uow, row, gone.stray, message_replaced.SCREEN, stray_key(row, gone.stray))
    if row.error != gone.reason and not gone.stray:
        row.state, row.due_at, row.error, row.unsure_since = State.WAITING, uow.now + LOOK_AGAIN, gone.reason, None
    elif row.verb is Verb.WITHDRAW:
        arrived(uow, row, gone.ref)
    else:
        deleted_cards.settle(uow, row, gone)


def stray_key(row: Delivery, ref: str) -> str:
    """The key of the withdrawal of a reply that was posted elsewhere, because what it replied to was gone."""
    return f"stray:{row.id}:{ref}"


def _with_wait(reason: str, asked: timedelta | None) -> str:
    return reason if asked is None else f"{reason}, with a wait of {retry_after.in_words(asked)}"


def _after_quiet_hours(uow: UnitOfWork, row: Delivery, at: datetime) -> datetime:
    return quiet_hours.of_person(uow, row.person_id).awake(at) if row.person_id is not None else at


def arrived(uow: UnitOfWork, row: Delivery, ref: str) -> None:
    """Record that a delivery has arrived as the message `ref`. What waits for a policy's card is due from then on."""
    row.state, row.ref, row.error = State.SENT, ref, None
    row.due_at, row.done_at, row.unsure_since, row.untold_since = None, uow.now, None, None
    posting = stored_postings.posting(uow.session, row.posting_id) if row.posting_id and first_card(row) else None
    if posting is not None:
        posting.ref = ref


def attempts_left(row: Delivery, now: datetime) -> bool:
    """Whether a delivery may be attempted once more."""
    return row.attempts % MOST_ATTEMPTS != 0 or now < row.made_at + TRIED_FOR


def give_up(uow: UnitOfWork, row: Delivery, reason: str | None) -> None:
    """Give up a delivery. Admins are told, unless it was such a notice itself, or a withdrawal.

    What a digest has to say is news again, for the next one. A message that a person has already is left as it is.
    """
    row.state, row.due_at, row.done_at, row.error = State.DEAD, None, uow.now, reason
    if is_update_for_a_person(row):
        row.state = State.SUPERSEDED
        return
    if row.screen == digest_screen.SCREEN:
        _give_back(uow, UUID(row.subject))
    if row.verb is not Verb.WITHDRAW and row.screen != message_not_sent.SCREEN:
        row.untold_since = uow.now


def leave(uow: UnitOfWork, platform: str, workspace: str, reason: str) -> None:
    """Give up what waits for a workspace or tenant that takes no messages any more, of which admins are told anyway.

    Messages to people go to another of their accounts, if they have one.
    """
    stored.give_up(uow.session, platform, workspace, reason, uow.now)
    for row in stored.waiting_for_people(uow.session, platform, workspace):
        if not accounts.choose_next(uow, row):
            give_up(uow, row, reason)
            row.untold_since = None
    uow.session.flush()


def _give_back(uow: UnitOfWork, digest_id: UUID) -> None:
    """Make what a digest took news again. The clocks that it started have not begun, because nobody was told."""
    digest = stored_digests.digest(uow.session, digest_id)
    if digest is not None:
        day = local_day(digest.made_at, uow.zone)
        stored_digests.give_back(uow.session, digest_id, day, uow.calendar.add(day, uow.organisation.answer_days))


def _closed_for(outcome: AttemptOutcome, pace: Pace) -> timedelta:
    if isinstance(outcome, PutBack):
        return timedelta(0)
    if isinstance(outcome, NotSent) and outcome.wait is not None:
        return max(min(outcome.wait, LONGEST_CLOSED), pace.place)
    return pace.place


def back_off(attempts: int) -> timedelta:
    """How long to wait after that many attempts: 2 s, 4 s, … up to 15 minutes, times a random factor of 0.5 to 1."""
    seconds = min(LONGEST_WAIT_SECONDS, 2 ** min(attempts, 10))
    return timedelta(seconds=seconds * random.uniform(0.5, 1))  # noqa: S311 - jitter, not a secret


def place_of(row: Delivery) -> Place:
    """Where a delivery goes."""
    return Place(row.platform, row.workspace, row.address, row.direct)
