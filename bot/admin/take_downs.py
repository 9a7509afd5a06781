"""Take-downs: a records officer has a text removed from where it can be, with a line in its place that says why.

The transaction of the click replaces the text in its row and in the digests that hold it. The worker then has every
message updated that shows it, and looks again until none can: one that was being sent at that moment still had the
text. The erasing of the files comes at night (`bot/worker/erasing.py`).

Seconds, answers, counts and the clock of a flag stay as they are.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from bot.admin import texts
from bot.calendar.dates import local_day
from bot.digests import digests
from bot.interface.platforms import display_name
from bot.interface.recognition import AnnouncementIdentity
from bot.interface.views import DigestItem, DigestPartView, TakeDownView
from bot.outbox import deliveries
from bot.people import places
from bot.policies import policies
from bot.screens import taken_down as words
from bot.unit_of_work.unit_of_work import Sealed, UnitOfWork
from storage import (
    Answer,
    CommitmentUpdate,
    Delivery,
    Flag,
    Policy,
    Reply,
    ReportReason,
    Second,
    State,
    TakeDown,
    TextKind,
)
from storage import answers as stored_answers
from storage import channels as stored_channels
from storage import commitments as stored_commitments
from storage import flags as stored_flags
from storage import policies as stored_policies
from storage import postings as stored_postings
from storage import replies as stored_replies
from storage import seconds as stored_seconds
from storage import take_downs as stored

AGAIN = timedelta(seconds=20)
"""When to look again at messages that were being sent."""
AT_LEAST = timedelta(seconds=60)
"""For how long to look again at least: a digest may have been made at that moment by another process."""
_NO_ID = "its platform gave no id for it"
_UPDATED, _WAITING = "updated", "waiting"


def take_down(uow: UnitOfWork, kind: TextKind, text_id: UUID, reason: ReportReason, sentence: str) -> TakeDown | None:
    """Take a text down; None where it is not there any more. One that is down already stays as it was taken down.

    Raises `Sealed`.
    """
    earlier = stored.take_down_of(uow.session, kind, text_id)
    if earlier is not None:
        return earlier
    row = texts.row_of(uow, kind, text_id)
    if row is None:
        return None
    policy_id = row.id if isinstance(row, Policy) else row.policy_id
    # No release, change or answer at the same time.
    uow.lock(policy_id)
    uow.session.refresh(row)
    made = TakeDown(
        policy_id=policy_id,
        kind=kind,
        text_id=text_id,
        reason=reason,
        sentence=b"",
        taken_down_at=uow.now,
        follow_up_at=uow.now,
    )
    made.sentence = uow.key(policy_id).seal("take_downs", "sentence", made.id, sentence)
    uow.session.add(made)
    for each in stored.reports(uow.session, kind, text_id):
        uow.session.delete(each)
    _replace(uow, row, words.instead(uow.today, reason, sentence))
    uow.session.flush()
    _in_digests(uow, made)
    policies.refresh_cards(uow, policy_id)
    return made


def _replace(uow: UnitOfWork, row: texts.Text, line: str) -> None:
    """Put the line in place of the text of a row."""
    if isinstance(row, Policy):
        row.title, row.summary, row.link = words.title_instead(row.announced_on), line, ""
        if row.link_key is not None:
            known = AnnouncementIdentity.from_key(row.link_key).hidden
            row.link_key, row.link_page = known.key, known.page
        stored.reword(uow.session, row.id, row.title, line)
        return
    key = uow.key(row.policy_id)
    match row:
        case Flag():
            row.because = key.seal("flags", "because", row.id, line, stored_flags.bound(row))
            row.remedy = row.evidence = row.meaning = None
        case Second():
            row.sentence = key.seal("seconds", "sentence", row.id, line, stored_seconds.bound(row))
        case Reply():
            row.text = key.seal("replies", "text", row.id, line, stored_replies.bound(row))
        case Answer():
            row.text = key.seal("answers", "text", row.id, line, stored_answers.bound(row))
        case CommitmentUpdate():
            row.text = key.seal("commitment_updates", "text", row.id, line, stored_commitments.bound(row))


def line_of(uow: UnitOfWork, made: TakeDown) -> str:
    """The line that stands in place of a text. Raises `Sealed`."""
    sentence = uow.opened(made.policy_id, "take_downs", "sentence", made.id, made.sentence) or ""
    return words.instead(local_day(made.taken_down_at, uow.zone), made.reason, sentence)


def _in_digests(uow: UnitOfWork, made: TakeDown) -> set[UUID]:
    """Replace the text in the digests that hold it; their ids."""
    line = line_of(uow, made)
    policy = stored_policies.policy(uow.session, made.policy_id)
    if made.kind is TextKind.POLICY and policy is not None:
        title = policy.title
        return digests.rewrite(uow, made.policy_id, lambda part: replace(part, title=title, link=""))
    answered = _flags_and_commitments(uow, made)

    def change(part: DigestPartView) -> DigestPartView | None:
        items = tuple(_item(each, made, line) for each in part.items)
        return replace(part, items=items) if _shows(part, made, answered) else None

    return digests.rewrite(uow, made.policy_id, change)


def _flags_and_commitments(uow: UnitOfWork, made: TakeDown) -> set[UUID]:
    """The ids of the flags and the commitments beside which an answer, or an update of one, is shown."""
    if made.kind is TextKind.UPDATE:
        update = stored_commitments.update_of(uow.session, made.text_id)
        return {update.commitment_id} if update else set()
    if made.kind is not TextKind.ANSWER:
        return set()
    flags = stored_answers.flags_of(uow.session, made.text_id)
    return {*flags, *(each.id for each in stored_commitments.of_answers(uow.session, [made.text_id]))}


def _shows(part: DigestPartView, made: TakeDown, answered: Collection[UUID]) -> bool:
    """Whether a part of a digest shows the text, as it was sent or with what was answered since."""
    said = any(_concerns(each, made) or each.flag in answered for each in part.items)
    return said or any(each.commitment in answered for each in part.promises)


def _concerns(item: DigestItem, made: TakeDown) -> bool:
    return made.text_id in (item.flag, item.reply_id, item.remark_id)


def _item(item: DigestItem, made: TakeDown, line: str) -> DigestItem:
    if item.flag == made.text_id:
        return replace(item, because=line, remedy="")
    if item.reply_id == made.text_id:
        return replace(item, reply=line)
    return replace(item, remark=line) if item.remark_id == made.text_id else item


def due(uow: UnitOfWork) -> list[UUID]:
    """The take-downs whose messages are to be looked at now."""
    return stored.due(uow.session, uow.now)


def follow_up(uow: UnitOfWork, take_down_id: UUID) -> int:
    """Have every message updated that may still show a text that was taken down; how many are to be updated now."""
    made = stored.take_down(uow.session, take_down_id)
    if made is None or made.follow_up_at is None or made.follow_up_at > uow.now:
        return 0
    try:
        found = _messages(uow, made, _in_digests(uow, made))
    except Sealed:
        made.follow_up_at = None
        return 0
    written = stored.with_keys(uow.session, [deliveries.shown_again_key(each, made.id) for each in found])
    standing = [each for each in found if each.state is State.SENT]
    number = sum(
        deliveries.show_without(uow, each, made.id)
        for each in standing
        if deliveries.shown_again_key(each, made.id) not in written
    )
    still_sent = len(standing) < len(found)
    until = made.taken_down_at + AT_LEAST
    made.follow_up_at = uow.now + AGAIN if still_sent or uow.now < until else None
    uow.session.flush()
    return number


def _messages(uow: UnitOfWork, made: TakeDown, digest_ids: Collection[UUID]) -> list[Delivery]:
    """The messages that show the text, or did when they were sent. A policy's card is kept up to date anyway."""
    about = {*digest_ids}
    if made.kind is TextKind.POLICY:
        about |= {made.policy_id}
        about |= stored.answers_of(uow.session, made.policy_id) | stored.notices_of(uow.session, made.policy_id)
        about |= stored_commitments.update_ids(uow.session, made.policy_id)
    elif made.kind is TextKind.ANSWER:
        made_of_it = stored_commitments.of_answers(uow.session, [made.text_id])
        updates = stored_commitments.updates_of(uow.session, [each.id for each in made_of_it])
        about |= {made.text_id, *(each.id for each in updates)}
    elif made.kind is TextKind.UPDATE:
        about.add(made.text_id)
    else:
        flag_id = _flag_of(uow, made)
        about |= {each.id for _, each in stored_answers.to_flags(uow.session, [flag_id] if flag_id else [])}
    found = stored.messages(uow.session, stored.messages_about(uow.session, about))
    return [each for each in found if not deliveries.first_card(each) and each.made_at <= made.taken_down_at + AT_LEAST]


def _flag_of(uow: UnitOfWork, made: TakeDown) -> UUID | None:
    row = texts.row_of(uow, made.kind, made.text_id)
    if isinstance(row, Second | Reply):
        return row.flag_id
    return row.id if isinstance(row, Flag) else None


def view(uow: UnitOfWork, made: TakeDown) -> TakeDownView:
    """What became of the messages that showed a text, for the records officer. Raises `Sealed`."""
    policy = stored_policies.policy(uow.session, made.policy_id)
    found = _messages(uow, made, _in_digests_now(uow, made))
    updates = stored.with_keys(uow.session, [deliveries.shown_again_key(each, made.id) for each in found])
    pairs = [(each, updates.get(deliveries.shown_again_key(each, made.id))) for each in found]
    states = [_state(each, update) for each, update in pairs] + [_card_state(update) for update in _cards(uow, made)]
    rows = [each for each, _ in pairs] + _cards(uow, made)
    return TakeDownView(
        kind=made.kind,
        title=policy.title if policy else "",
        reason=made.reason,
        sentence=uow.opened(made.policy_id, "take_downs", "sentence", made.id, made.sentence) or "",
        on=(day := local_day(made.taken_down_at, uow.zone)),
        files_by=day + timedelta(days=1),
        updated=states.count(_UPDATED),
        waiting=states.count(_WAITING),
        beyond=tuple(
            (_where(uow, row), state)
            for row, state in zip(rows, states, strict=True)
            if state not in (_UPDATED, _WAITING)
        ),
    )


def _state(sent: Delivery, update: Delivery | None) -> str:
    """How the update of a message stands, or why there is none."""
    if update is not None:
        return _card_state(update)
    return _NO_ID if sent.state is State.SENT and sent.ref is None else _WAITING


def _card_state(update: Delivery) -> str:
    if update.due_at is not None:
        return _WAITING
    return _UPDATED if update.state is State.SENT else update.error or "it was given up"


def _cards(uow: UnitOfWork, made: TakeDown) -> list[Delivery]:
    """The newest updates of a policy's cards, where its title was taken down."""
    if made.kind is not TextKind.POLICY:
        return []
    postings = stored_postings.of_policy(uow.session, made.policy_id)
    keys = [f"card:{posting.id}:{posting.version}" for posting, _ in postings]
    return list(stored.with_keys(uow.session, keys).values())


def _in_digests_now(uow: UnitOfWork, made: TakeDown) -> set[UUID]:
    """The digests that held the text, without changing them."""
    answered = _flags_and_commitments(uow, made)

    def concerned(part: DigestPartView) -> bool:
        return made.kind is TextKind.POLICY or _shows(part, made, answered)

    return digests.saying(uow, made.policy_id, concerned)


def _where(uow: UnitOfWork, row: Delivery) -> str:
    """Where a message stands. No person is named: it may be the author of a flag."""
    if row.direct:
        return f"a message to one person in {display_name(row.platform)}"
    channel = stored_channels.by_address(uow.session, row.platform, row.workspace, row.address)
    return f"a message in {places.in_its_workspace(uow, channel)}" if channel else "a message in a channel"
