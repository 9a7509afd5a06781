"""Answers: what the owner, the delegate or, once told, the senior owner says to one or several flags."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID, uuid4

from pydantic import ValidationInfo, field_validator

from bot.calendar.dates import local_day
from bot.flags import boxes, commitments, kept_promises
from bot.flags.boxes import OpenedBox
from bot.interface.parts import TEXT_LIMIT
from bot.interface.views import AnswerView, ReplyView
from bot.outbox import deliveries
from bot.people import absences, people, places
from bot.people.people import Visitor
from bot.policies import answer_deadlines, policies
from bot.screens import refusals as says
from bot.unit_of_work.errors import FormRefused
from bot.unit_of_work.form_input import TypedForm, day_ahead, sentence
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Answer, AnswerKind, Flag, FlagStatus, Policy, Promise, Reply, ReplyStage, Role, policy_keys
from storage import answers as stored
from storage import postings as stored_postings
from storage import replies as stored_replies
from storage.boxes import BoxedReply
from storage.keys import nonce_hash

NOTICE = "answer-notice"
MESSAGE = "answer-message"

ByFlag = Mapping[UUID, tuple[AnswerView, ...]]

_STATUS_AFTER = {
    AnswerKind.CHANGE: FlagStatus.ANSWERED,
    AnswerKind.HANDLED: FlagStatus.ANSWERED,
    AnswerKind.CANNOT: FlagStatus.ANSWERED,
    AnswerKind.MORE: FlagStatus.ASKED,
    AnswerKind.ACKNOWLEDGED: FlagStatus.ACKNOWLEDGED,
}
_DATED = {AnswerKind.CHANGE, AnswerKind.ACKNOWLEDGED}


class NewAnswer(TypedForm):
    """An answer as it was typed. `by_date` is a day after today, for the kinds that need one, and then an ISO date.

    What is promised, is promised for a day within a year.
    """

    kind: str = ""
    text: str = ""
    by_date: str = ""

    @field_validator("kind")
    @classmethod
    def _kind(cls, value: str) -> str:
        if value not in set(AnswerKind):
            raise sentence(says.NO_ANSWER)
        return value

    @field_validator("text")
    @classmethod
    def _text(cls, value: str, info: ValidationInfo) -> str:
        kind = info.data.get("kind")
        if not value.strip() and kind and kind != AnswerKind.ACKNOWLEDGED:
            raise sentence(says.NO_ANSWER_TEXT[AnswerKind(kind)])
        if len(value) > TEXT_LIMIT:
            raise sentence(says.too_long("Your answer", TEXT_LIMIT, len(value)))
        return value

    @field_validator("by_date")
    @classmethod
    def _by_date(cls, value: str, info: ValidationInfo) -> str:
        if info.data.get("kind") not in _DATED:
            return ""
        found = day_ahead(value, info)
        last = commitments.last_first_day((info.context or {})["today"])
        if info.data.get("kind") == AnswerKind.CHANGE and found > last.isoformat():
            raise sentence(says.no_later_than(last))
        return found


def role_of(uow: UnitOfWork, policy: Policy, visitor: Visitor) -> Role | None:
    """The role in which a person may answer on a policy; None if they may not."""
    if visitor.guest and not uow.organisation.guests_named:
        return None
    ids = set(visitor.ids)
    if policy.owner_id in ids:
        return Role.OWNER
    if policy.delegate_id in ids:
        return Role.DELEGATE
    if policy.senior_told_on is not None and policy.senior_id in ids:
        return Role.SENIOR
    # A stand-in for the owner or the delegate answers as a delegate does.
    return Role.DELEGATE if absences.stands_in(uow, policy, visitor.ids) else None


def may_answer(uow: UnitOfWork, policy: Policy, visitor: Visitor) -> Role:
    """The role in which a person may answer. Raises `FormRefused` if they may not."""
    role = role_of(uow, policy, visitor)
    if role is None:
        raise FormRefused({"": says.may_not_answer(policies.view(uow, policy))})
    return role


def answer(
    uow: UnitOfWork, visitor: Visitor, policy: Policy, flags: Sequence[Flag], typed: NewAnswer, nonce: str
) -> Answer:
    """Answer flags of one policy, all or none. Raises `FormRefused`.

    Everyone on the policy sees the answer under the card. The author of a *Named* flag gets a message; nothing about
    any other flag is pushed to anyone.
    """
    role = may_answer(uow, policy, visitor)
    if typed.kind == AnswerKind.CHANGE:
        kept_promises.keep_until(uow, policy.id, date.fromisoformat(typed.by_date))
    # Lock first: if one form is submitted twice at once, the second must find what the first has made.
    policy_keys.lock(uow.session, policy.id)
    earlier = made_by(uow, visitor, nonce)
    if earlier is not None:
        return earlier
    kind = AnswerKind(typed.kind)
    by_date = date.fromisoformat(typed.by_date) if typed.by_date else None
    _check(uow, flags, kind, by_date)
    if kind is AnswerKind.MORE and not uow.authors_keys(policy.id) and any(each.person_id is None for each in flags):
        raise FormRefused({"kind": says.NOBODY_TO_ASK})
    row = Answer(
        id=uuid4(),
        policy_id=policy.id,
        person_id=visitor.id,
        role=role,
        kind=kind,
        text=b"",
        by_date=by_date,
        at=uow.now,
        nonce_hash=nonce_hash(nonce),
    )
    row.text = uow.key(policy.id).seal("answers", "text", row.id, typed.text, stored.bound(row))
    uow.session.add(row)
    uow.session.flush()
    stored.link(uow.session, row.id, [each.id for each in flags])
    if commitments.make(uow, row) is not None:
        answer_deadlines.check_now(uow, policy)
    commitments.end_replaced(uow, row)
    for flag in flags:
        _move(uow, policy, flag, row)
    uow.session.flush()
    _tell(uow, policy, flags, row)
    return row


def made_by(uow: UnitOfWork, visitor: Visitor, nonce: str) -> Answer | None:
    """The answer that this visitor's form has made already; None if it was not submitted before."""
    found = stored.by_nonce(uow.session, nonce_hash(nonce))
    return found if found is not None and found.person_id in visitor.ids else None


def _check(uow: UnitOfWork, flags: Sequence[Flag], kind: AnswerKind, by_date: date | None) -> None:
    if not flags or any(each.left_out or each.status is FlagStatus.UNNEEDED for each in flags):
        raise FormRefused({"": says.CHANGED_SINCE})
    if kind is AnswerKind.ACKNOWLEDGED and acknowledged(uow, flags):
        raise FormRefused({"kind": says.ACKNOWLEDGED_ALREADY})
    last = answer_deadlines.put_off_until(uow)
    if kind is AnswerKind.ACKNOWLEDGED and by_date is not None and by_date > last:
        raise FormRefused({"by_date": says.no_later_than(last)})


def acknowledged(uow: UnitOfWork, flags: Sequence[Flag]) -> set[UUID]:
    """The ids of those of the flags that were acknowledged before: that can be done once."""
    given = stored.to_flags(uow.session, [each.id for each in flags])
    return {flag_id for flag_id, each in given if each.kind is AnswerKind.ACKNOWLEDGED}


def heard_in(uow: UnitOfWork, row: Answer) -> tuple[str, ...]:
    """The names of the channels in which the policy's card stands, so that people read an answer there."""
    found = stored_postings.of_policy(uow.session, row.policy_id)
    shown = [channel for posting, channel in found if posting.ref and channel.connected]
    return tuple(places.of_channels(uow, shown).values())


def _move(uow: UnitOfWork, policy: Policy, flag: Flag, row: Answer) -> None:
    """Set a flag's status after an answer, and stop, move or end its clock."""
    if row.kind is AnswerKind.MORE:
        answer_deadlines.ask(uow, policy, flag)
    elif row.kind is AnswerKind.ACKNOWLEDGED:
        answer_deadlines.decide(uow, policy, flag, row.by_date)
    else:
        answer_deadlines.end(flag)
    flag.status = _STATUS_AFTER[row.kind]


def _tell(uow: UnitOfWork, policy: Policy, flags: Sequence[Flag], row: Answer) -> None:
    deliveries.tell_channels(uow, policy.id, NOTICE, str(row.id))
    policies.refresh_cards(uow, policy.id)
    by_author: dict[UUID, list[UUID]] = {}
    for flag in flags:
        if flag.promise is Promise.NAMED and flag.person_id is not None:
            by_author.setdefault(flag.person_id, []).append(flag.id)
    for person_id, flag_ids in by_author.items():
        deliveries.tell_author(uow, person_id, MESSAGE, " ".join(map(str, [row.id, *flag_ids])))


def view(uow: UnitOfWork, row: Answer, reply: ReplyView | None = None) -> AnswerView | None:
    """An answer as everyone sees it; `on` is the organisation's day. None where it does not open."""
    said = text(uow, row)
    if said is None:
        return None
    return AnswerView(
        id=row.id,
        kind=row.kind,
        by=people.name_of(uow, row.person_id),
        role=row.role,
        on=local_day(row.at, uow.zone),
        text=said,
        by_date=row.by_date,
        reply=reply,
    )


def text(uow: UnitOfWork, row: Answer) -> str | None:
    """What an answer says; None where it does not open."""
    return uow.opened(row.policy_id, "answers", "text", row.id, row.text, stored.bound(row))


def to_flags(uow: UnitOfWork, policy_id: UUID, flag_ids: Sequence[UUID], *, own: Visitor | None = None) -> ByFlag:
    """The answers to flags of one policy, oldest first, with the replies that are shown.

    For `own`, who wrote the flags, with those of their replies that are not shown yet.
    """
    given = stored.to_flags(uow.session, flag_ids)
    if not given:
        return {}
    waiting = waiting_replies(uow, own, policy_id, given) if own else {}
    shown = shown_replies(uow, stored_replies.to_flags(uow.session, flag_ids))
    return by_flag(uow, given, {**waiting, **shown}, commitments.of_answers(uow, (each for _, each in given)))


Replies = Mapping[tuple[UUID, UUID, ReplyStage], ReplyView]
"""Replies by the answer and the flag that they are about, and the stage of what was promised."""


def by_flag(
    uow: UnitOfWork, given: Sequence[tuple[UUID, Answer]], replies: Replies, promised: commitments.ByAnswer
) -> ByFlag:
    """Answers, what became of what was `promised`, and replies as views, by the flag.

    An answer that does not open is left out.
    """
    people.take_names(uow, (row.person_id for _, row in given))
    since = commitments.replaced_on(uow, given)
    found: dict[UUID, list[AnswerView]] = {}
    for flag_id, row in given:
        opened = view(uow, row, replies.get((row.id, flag_id, ReplyStage.PROMISED)))
        if opened is not None:
            done = replies.get((row.id, flag_id, ReplyStage.DONE))
            made = commitments.as_of_flag(promised.get(row.id), since.get((row.id, flag_id)))
            found.setdefault(flag_id, []).append(replace(opened, commitment=made, reply_done=done))
    return {flag_id: tuple(each) for flag_id, each in found.items()}


def given_since(uow: UnitOfWork, flag_ids: Sequence[UUID], at: datetime) -> Mapping[UUID, AnswerView]:
    """The last answer to each of these flags, if it was given at or after an aware instant."""
    found = stored.to_flags(uow.session, flag_ids) if flag_ids else ()
    views = ((flag_id, view(uow, row)) for flag_id, row in found if row.at >= at)
    return {flag_id: each for flag_id, each in views if each is not None}


def waiting_replies(uow: UnitOfWork, author: Visitor, policy_id: UUID, given: Sequence[tuple[UUID, Answer]]) -> Replies:
    """Those of the author's replies to these answers that are not shown yet."""
    keys, secrets = uow.authors_keys(policy_id), found_by(author)
    halves = {
        key.reply_to(each, row.id, flag_id, done=done)
        for flag_id, row in given
        for each in secrets
        for key in keys
        for done in (False, True)
    }
    return replies_in(boxes.about(uow, policy_id, halves))


def found_by(author: Visitor) -> tuple[bytes, ...]:
    """By what the author's replies are found again: their secrets and, if they have come by one, the receipt code."""
    return (*author.secrets, author.code) if author.code else author.secrets


def replies_in(opened: Iterable[OpenedBox]) -> Replies:
    """The replies in these boxes."""
    replies = (each.contents for each in opened if isinstance(each.contents, BoxedReply))
    return {
        (each.answer_id, each.flag_id, each.stage): ReplyView(kind=each.kind, text=each.text, shown=False)
        for each in replies
    }


def shown_replies(uow: UnitOfWork, rows: Iterable[Reply]) -> Replies:
    """Those of the shown replies that open."""
    found = {}
    for row in rows:
        said = reply_text(uow, row)
        if said is not None:
            found[row.answer_id, row.flag_id, row.stage] = ReplyView(kind=row.kind, text=said, shown=True)
    return found


def reply_text(uow: UnitOfWork, row: Reply) -> str | None:
    """What was typed into a shown reply; empty for Settled, None where it does not open."""
    if row.text is None:
        return ""
    return uow.opened(row.policy_id, "replies", "text", row.id, row.text, stored_replies.bound(row))
