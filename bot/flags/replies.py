"""Replies: what a flag's author says to an answer, once an answer. Released with the next batch or, if *Named*, now."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from pydantic import field_validator

from bot.flags import answers, boxes, flags
from bot.people.people import Visitor
from bot.policies import answer_deadlines, policies
from bot.screens import refusals as says
from bot.unit_of_work.errors import FormRefused
from bot.unit_of_work.form_input import TypedForm, some_text
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Answer, AnswerKind, Flag, FlagStatus, Policy, Promise, Reply, ReplyKind
from storage import answers as stored_answers
from storage import replies as stored
from storage.authors_key import HALF_BYTES
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


def can_reply(uow: UnitOfWork, visitor: Visitor, answer: Answer, flag: Flag, kind: ReplyKind) -> bool:
    """Whether the visitor wrote the flag, and the answer is to it, takes that kind of reply and has none yet."""
    asks = answer.kind is AnswerKind.MORE
    return (
        flags.is_author(uow, flag, visitor)
        and flag.id in stored_answers.flags_of(uow.session, answer.id)
        and asks == (kind is ReplyKind.REPLY)
        and answer.kind is not AnswerKind.ACKNOWLEDGED
        and _earlier(uow, visitor, answer, flag) is None
    )


def reply(
    uow: UnitOfWork, visitor: Visitor, answer: Answer, flag: Flag, kind: ReplyKind, text: str, nonce: str
) -> None:
    """Write a reply. Raises `FormRefused`.

    On a *Named* flag it is shown at once. On any other it waits in a box, which is all that this transaction writes.
    """
    # Lock first: if one form is submitted twice at once, the second must find what the first has made.
    uow.lock(flag.policy_id)
    earlier = _earlier(uow, visitor, answer, flag)
    key = uow.authors_key(flag.policy_id)
    made = key.box_id(nonce)
    if earlier is not None and (earlier.id == made or earlier.kind is kind is ReplyKind.SETTLED):
        return
    if not can_reply(uow, visitor, answer, flag, kind):
        raise FormRefused({"": says.CHANGED_SINCE})
    if flag.promise is Promise.NAMED:
        ids = {"id": made, "policy_id": flag.policy_id, "answer_id": answer.id, "flag_id": flag.id}
        _show_at_once(uow, flag, stored.new(**ids, kind=kind, released_on=uow.today), text)
        return
    # A code that came with the flag of another promise counts for nothing: else it would take a second reply.
    code = visitor.code if flag.promise is Promise.DETACHED else None
    contents = BoxedReply(
        written=boxes.written(uow, visitor, flag.policy_id, None if code else boxes.mark_of(key, visitor)),
        answer_id=answer.id,
        flag_id=flag.id,
        kind=kind,
        text=text,
    )
    tag = secrets.token_bytes(HALF_BYTES) + key.reply_to(code or visitor.secrets[0], answer.id, flag.id)
    boxes.put(uow, made, flag.policy_id, tag, contents)


@dataclass(frozen=True)
class _Earlier:
    """A reply of the visitor's to an answer, shown or waiting."""

    id: UUID
    kind: ReplyKind


def _earlier(uow: UnitOfWork, visitor: Visitor, answer: Answer, flag: Flag) -> _Earlier | None:
    shown = stored.reply(uow.session, answer.id, flag.id)
    if shown is not None:
        return _Earlier(shown.id, shown.kind) if flags.is_author(uow, flag, visitor) else None
    keys = uow.authors_keys(flag.policy_id)
    halves = [key.reply_to(each, answer.id, flag.id) for key in keys for each in answers.found_by(visitor)]
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
    if row.kind is ReplyKind.SETTLED:
        answer_deadlines.end(flag)
        flag.status = FlagStatus.SETTLED
    elif row.kind is ReplyKind.NOT_SETTLED:
        answer_deadlines.restart(uow, policy, flag)
        flag.status = FlagStatus.NOT_SETTLED
    else:
        answer_deadlines.resume(uow, policy, flag)
        flag.status = FlagStatus.WAITING
