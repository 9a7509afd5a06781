"""Outcomes: what an attempt to send a delivery came to, and whether it is attempted again or given up.

The back-off is min(900 s, 2^n) with jitter. A delivery gets at least eight attempts and at least a day, so that a
platform that is down for an hour costs nothing.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from bot.calendar.dates import local_day
from bot.interface import retry_after
from bot.interface.ports import IN_NO_PLACE, Gone, Never, NotSent, Outcome, Pace, Sent, Unknown
from bot.outbox import accounts, deleted_cards, quiet_hours
from bot.outbox.claims import LONGEST_CLOSED, Claimed, release_throttle
from bot.outbox.deliveries import first_card, is_update_of_a_message, withdraw
from bot.screens.digest import digest as digest_screen
from bot.screens.notice import message_not_sent, message_replaced
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Delivery, State, Verb
from storage import dead_letters as stored_dead_letters
from storage import deliveries as stored
from storage import digests as stored_digests
from storage import postings as stored_postings
from storage import restores as stored_restores
from storage import throttles as stored_throttles
from storage import unreached as stored_unreached

MOST_ATTEMPTS = 8
"""Attempts until a delivery is given up, and as many more each time an operator has it sent again."""
TRIED_FOR = timedelta(days=1)
"""How long a delivery is attempted at least, counted from when it was made, however many attempts that takes."""
LONGEST_WAIT_SECONDS = 900
PUT_BACK_FOR = timedelta(seconds=1)
LOOK_AGAIN = timedelta(seconds=20)
"""When to try again if a platform says that a message is not there. Such an answer of Teams has passed that soon."""


@dataclass(frozen=True)
class PutBack:
    """The platform was not called after all, so no attempt is counted.

    `unconfirmed` says that an earlier attempt may have arrived: then the delivery stays unknown and is looked up first.
    """

    unconfirmed: bool


AttemptOutcome = Outcome | PutBack


def settle(uow: UnitOfWork, claimed: Claimed, outcome: AttemptOutcome, pace: Pace) -> bool:
    """Write the outcome of an attempt, as `settle_all` does. False if another worker has taken over since."""
    return settle_all(uow, [(claimed, outcome)], pace)[0]


def settle_all(uow: UnitOfWork, outcomes: Sequence[tuple[Claimed, AttemptOutcome]], pace: Pace) -> list[bool]:
    """Write the outcomes of attempts and reopen their places' throttles.

    Returns for each whether it was written: it is not where another worker has claimed the delivery since.
    """
    held = stored.held(uow.session, {claimed.row.id: claimed.fence for claimed, _ in outcomes})
    mine = [(held[claimed.row.id], claimed, outcome) for claimed, outcome in outcomes if claimed.row.id in held]
    throttles = stored_throttles.throttles(uow.session, {stored.place_throttle(row) for row, _, _ in mine}, uow.now)
    for row, claimed, outcome in mine:
        release_throttle(throttles[stored.place_throttle(row)], claimed, uow.now + _closed_for(outcome, pace))
    # Before the outcomes are written, because which account comes next depends on it.
    _note_reachability(uow, [(row, outcome) for row, _, outcome in mine])
    for row, _, outcome in mine:
        _write_outcome(uow, row, outcome)
    uow.session.flush()
    if any(isinstance(outcome, Sent) for _, _, outcome in mine):
        stored_restores.raise_mark(uow.session)
    return [claimed.row.id in held for claimed, _ in outcomes]


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
        case PutBack(unconfirmed):
            row.state, row.due_at = State.UNKNOWN if unconfirmed else State.WAITING, uow.now + PUT_BACK_FOR
            row.attempts -= 0 if unconfirmed else 1
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
    elif row.verb is Verb.WITHDRAW or row.key.startswith(stored.SHOWN_AGAIN):
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


def back_off(attempts: int) -> timedelta:
    """How long to wait after that many attempts: 2 s, 4 s, … up to 15 minutes, times a random factor of 0.5 to 1."""
    seconds = min(LONGEST_WAIT_SECONDS, 2 ** min(attempts, 10))
    return timedelta(seconds=seconds * random.uniform(0.5, 1))  # noqa: S311 - jitter, not a secret


def _closed_for(outcome: AttemptOutcome, pace: Pace) -> timedelta:
    if isinstance(outcome, PutBack):
        return timedelta(0)
    if isinstance(outcome, NotSent) and outcome.wait is not None:
        return max(min(outcome.wait, LONGEST_CLOSED), pace.place)
    return pace.place


def give_up(uow: UnitOfWork, row: Delivery, reason: str | None) -> None:
    """Give up a delivery. Admins are told, unless it was such a notice itself, or the withdrawal of a copy.

    What a digest has to say is news again, for the next one. A message that a person has already is left as it is.
    """
    row.state, row.due_at, row.done_at, row.error = State.DEAD, None, uow.now, reason
    if is_update_of_a_message(row):
        row.state = State.SUPERSEDED
        return
    if row.screen == digest_screen.SCREEN:
        _give_back(uow, UUID(row.subject))
    if (row.verb is not Verb.WITHDRAW or row.key.startswith(stored.OVER)) and row.screen != message_not_sent.SCREEN:
        row.untold_since = uow.now


def _give_back(uow: UnitOfWork, digest_id: UUID) -> None:
    """Make what a digest took news again. The clocks that it started have not begun, because nobody was told."""
    digest = stored_digests.digest(uow.session, digest_id)
    if digest is not None:
        day = local_day(digest.made_at, uow.zone)
        stored_digests.give_back(uow.session, digest_id, day, uow.calendar.add(day, uow.organisation.answer_days))


def leave(uow: UnitOfWork, platform: str, workspace: str, reason: str) -> None:
    """Give up what waits for a workspace or tenant that takes no messages any more, of which admins are told anyway.

    Messages to people go to another of their accounts, if they have one.
    """
    stored_dead_letters.give_up(uow.session, platform, workspace, reason, uow.now)
    for row in stored.waiting_for_people(uow.session, platform, workspace):
        if not accounts.choose_next(uow, row):
            give_up(uow, row, reason)
            row.untold_since = None
    uow.session.flush()


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
    found = stored_dead_letters.given_up(uow.session, platform, workspace, since, address)
    # What a digest had to say is in the next one.
    rows = [each for each in found if each.screen != digest_screen.SCREEN]
    accounts.choose(uow, [each for each in rows if each.unsure_since is None])
    for row in rows:
        revive(uow, row)
    for row in stored_dead_letters.not_updated(uow.session, platform, workspace, address):
        row.made_at = uow.now  # it is drawn as of now, and gets the attempts of a new one
        revive(uow, row)
    uow.session.flush()
