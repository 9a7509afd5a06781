"""Deliveries: writing down what must be sent, in the transaction of the rule that causes it. Nothing is sent here.

Later a worker claims the delivery (`bot.outbox.claims`), draws its card, sends it, and writes the outcome in another
transaction (`bot.outbox.outcomes`). `storage/deliveries.py` draws the states and the moves between them; decision 0005
gives the reasons.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from bot.interface.platforms import asks_again
from bot.interface.ports import Place
from bot.outbox import accounts, quiet_hours
from bot.outbox.quiet_hours import ContactHours
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Channel, Delivery, Posting, State, Verb
from storage import deliveries as stored
from storage import postings as stored_postings
from storage.stable_ids import stable_id


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
    """One person to tell, and the subject. `by` is their contact hours, where known; `key` deduplicates the message.

    `sent_since` is set if the message may have been sent, at that time or later, by what a restore undid.
    """

    person_id: UUID
    subject: str
    by: ContactHours | None = None
    key: str = ""
    sent_since: datetime | None = None


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
        if each.sent_since is not None:
            # Looked up before it is sent.
            row.state, row.attempts, row.unsure_since, row.made_at = State.UNKNOWN, 1, uow.now, each.sent_since
        rows.append(row)
    stored.add(uow.session, rows)
    return len(reached)


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


def show_without(uow: UnitOfWork, sent: Delivery, cause: UUID) -> bool:
    """Enqueue an update of any message that has arrived, because a text in it was taken down; once for `cause`.

    Unlike `show_again` it is for channels too, and for platforms whose clients ask again: the message itself must not
    keep the text. False for a message that cannot be updated, because it has no id on its platform.
    """
    if sent.ref is None:
        return False
    row = _new_delivery(
        uow,
        shown_again_key(sent, cause),
        Verb.UPDATE,
        place_of(sent),
        sent.screen,
        sent.subject,
        person_id=sent.person_id,
    )
    row.ref = sent.ref
    stored.add(uow.session, [row])
    return True


def shown_again_key(sent: Delivery, cause: UUID) -> str:
    """The key of the update of a message that `show_without` writes."""
    return f"{stored.SHOWN_AGAIN}{cause}:{sent.id}"


def withdraw(uow: UnitOfWork, row: Delivery, ref: str, screen: str, key: str, *, at: Place | None = None) -> None:
    """Enqueue the withdrawal of a copy of a message, `at` the place where it stands, if that is not the row's.

    `screen` replaces it where a platform cannot delete.
    """
    _add(uow, key, Verb.WITHDRAW, at or place_of(row), screen, "", ref=ref)


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
        id=stable_id("delivery", key),
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


def delivery_to(uow: UnitOfWork, delivery: UUID, place: Place) -> Delivery | None:
    """The delivery of that id; None where there is none, or it was for another place.

    A message to a person may have been sent to another account of theirs before, so that counts as its place too.
    """
    row = stored.delivery(uow.session, delivery)
    return row if row is not None and (place_of(row) == place or accounts.is_theirs(uow, row, place)) else None


def ref_of_card(uow: UnitOfWork, row: Delivery) -> str | None:
    """The platform's id of the message that a delivery updates, withdraws or is posted under; None without one.

    It is the policy's card, once that is posted, or the copy to withdraw, or the message to a person.
    """
    if row.verb is Verb.WITHDRAW or is_update_of_a_message(row):
        return row.ref
    under = row.posting_id if not first_card(row) else None
    posting = stored_postings.posting(uow.session, under) if under else None
    return posting.ref or None if posting else None


def is_update_of_a_message(row: Delivery) -> bool:
    """Whether this delivery changes a message that stands already, and is not a policy's card."""
    return row.verb is Verb.UPDATE and (row.person_id is not None or row.key.startswith(stored.SHOWN_AGAIN))


def first_card(row: Delivery) -> bool:
    """Whether this delivery is the one that posts a policy's card in its channel."""
    return row.key.startswith(stored.FIRST_CARD)


def place_of(row: Delivery) -> Place:
    """Where a delivery goes."""
    return Place(row.platform, row.workspace, row.address, row.direct)
