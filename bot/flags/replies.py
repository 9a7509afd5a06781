"""Replies: what a flag's author says to an answer. Released with the next batch or, if *Named*, now.

Once for each answer, and once more when the owner has said what became of what it promised.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from pydantic import field_validator

from bot.flags import answers, boxes, commitments, flags
from bot.people.people import Visitor
from bot.policies import answer_deadlines, policies
from bot.screens import refusals as says
from bot.unit_of_work.errors import FormRefused
from bot.unit_of_work.form_input import TypedForm, some_text
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Answer, AnswerKind, Flag, FlagStatus, Policy, Promise, Reply, ReplyKind, ReplyStage
from storage import answers as stored_answers
from storage import commitments as stored_commitments
from storage import replies as stored
from storage.authors_key import HALF_BYTES, AuthorsKey
from storage.boxes import BoxedReply
from storage.read_only_rows import set_values


class NewReply(TypedForm):
    """A reply as it was typed."""

    missing: ClassVar[str] = says.NO_REPLY

    text: str = ""

    @field_validator("text")
    @classmethod
    def _text(cls, value: str) -> str:
        return some_text(value, "Your reply", cls.missing)


class StillInTheWay(NewReply):
    """What is still in the way, as it was typed."""

    missing: ClassVar[str] = says.NO_STILL_IN_THE_WAY


@dataclass(frozen=True)
class NewReplyTo:
    """What a reply is to: an answer to a flag, at a stage of what that answer promised."""

    answer: Answer
    flag: Flag
    stage: ReplyStage = ReplyStage.PROMISED


def can_reply(uow: UnitOfWork, visitor: Visitor, to: NewReplyTo, kind: ReplyKind) -> bool:
    """Whether the visitor wrote the flag, and the answer is to it, takes that kind of reply and has none yet."""
    asks = to.answer.kind is AnswerKind.MORE
    return (
        flags.is_author(uow, to.flag, visitor)
        and to.flag.id in stored_answers.flags_of(uow.session, to.answer.id)
        and asks == (kind is ReplyKind.REPLY)
        and to.answer.kind is not AnswerKind.ACKNOWLEDGED
        and (to.stage is ReplyStage.PROMISED or _is_over(uow, to))
        and _earlier(uow, visitor, to) is None
    )


def _is_over(uow: UnitOfWork, to: NewReplyTo) -> bool:
    """Whether the owner has said what became of what was promised, and nothing else was decided on the flag since."""
    (made, *_) = stored_commitments.of_answers(uow.session, [to.answer.id]) or (None,)
    return (
        made is not None and made.state in commitments.SAID and bool(commitments.promised_to(uow, made, [to.flag.id]))
    )


def reply(uow: UnitOfWork, visitor: Visitor, to: NewReplyTo, kind: ReplyKind, text: str, nonce: str) -> None:
    """Write a reply. Raises `FormRefused`.

    On a *Named* flag it is shown at once. On any other it waits in a box, which is all that this transaction writes.
    """
    # Lock first: if one form is submitted twice at once, the second must find what the first has made.
    answer, flag = to.answer, to.flag
    uow.lock(flag.policy_id)
    earlier = _earlier(uow, visitor, to)
    key = uow.authors_key(flag.policy_id)
    made = key.box_id(nonce)
    if earlier is not None and (earlier.id == made or earlier.kind is kind is ReplyKind.SETTLED):
        return
    if not can_reply(uow, visitor, to, kind):
        raise FormRefused({"": says.CHANGED_SINCE})
    if flag.promise is Promise.NAMED:
        ids = {"id": made, "policy_id": flag.policy_id, "answer_id": answer.id, "flag_id": flag.id}
        new = stored.new(**ids, kind=kind, stage=to.stage, released_on=uow.today)
        _show_at_once(uow, flag, new, text)
        return
    # A code that came with the flag of another promise counts for nothing: else it would take a second reply.
    code = visitor.code if flag.promise is Promise.DETACHED else None
    contents = BoxedReply(
        written=boxes.written(uow, visitor, flag.policy_id, None if code else boxes.mark_of(key, visitor)),
        answer_id=answer.id,
        flag_id=flag.id,
        kind=kind,
        stage=to.stage,
        text=text,
    )
    tag = secrets.token_bytes(HALF_BYTES) + _half(key, code or visitor.secrets[0], to)
    boxes.put(uow, made, flag.policy_id, tag, contents)


def _half(key: AuthorsKey, secret: bytes, to: NewReplyTo) -> bytes:
    return key.reply_to(secret, to.answer.id, to.flag.id, done=to.stage is ReplyStage.DONE)


@dataclass(frozen=True)
class _Earlier:
    """A reply of the visitor's to an answer, shown or waiting."""

    id: UUID
    kind: ReplyKind


def _earlier(uow: UnitOfWork, visitor: Visitor, to: NewReplyTo) -> _Earlier | None:
    flag = to.flag
    shown = stored.reply(uow.session, to.answer.id, flag.id, to.stage)
    if shown is not None:
        return _Earlier(shown.id, shown.kind) if flags.is_author(uow, flag, visitor) else None
    keys = uow.authors_keys(flag.policy_id)
    halves = [_half(key, each, to) for key in keys for each in answers.found_by(visitor)]
    for each in boxes.about(uow, flag.policy_id, halves):
        if isinstance(each.contents, BoxedReply):
            return _Earlier(each.id, each.contents.kind)
    return None


def _show_at_once(uow: UnitOfWork, flag: Flag, row: Reply, text: str) -> None:
    seal(uow, row, text)
    stored.insert(uow.session, [row])
    apply(uow, flag, row)
    policies.refresh_cards(uow, flag.policy_id)
    uow.session.flush()


def seal(uow: UnitOfWork, row: Reply, text: str) -> None:
    """Seal the text of a new reply; all else of it that is bound to it must be set."""
    sealed = uow.key(row.policy_id).seal("replies", "text", row.id, text, stored.bound(row)) if text else None
    set_values(row, text=sealed)


def apply(uow: UnitOfWork, flag: Flag, row: Reply) -> None:
    """Set a flag's status and clock after a released reply. A reply to an answer since replaced changes nothing."""
    latest = stored_answers.to_flags(uow.session, [flag.id])[-1][1]
    if latest.id != row.answer_id:
        return
    policy = uow.session.get_one(Policy, flag.policy_id)
    if policy.withdrawn_on is not None:
        return  # it was written before, and asks for nothing any more
    if row.kind is ReplyKind.SETTLED:
        answer_deadlines.end(flag)
        flag.status = FlagStatus.SETTLED
    elif row.kind is ReplyKind.NOT_SETTLED:
        answer_deadlines.restart(uow, policy, flag)
        flag.status = FlagStatus.NOT_SETTLED
    else:
        answer_deadlines.resume(uow, policy, flag)
        flag.status = FlagStatus.WAITING
