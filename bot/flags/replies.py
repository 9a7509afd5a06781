"""Replies: what a flag's author says to an answer, once an answer. Released with the next batch or, if *Named*, now."""

from __future__ import annotations

from typing import ClassVar
from uuid import uuid4

from pydantic import field_validator

from bot.flags import flags
from bot.interface.parts import TEXT_LIMIT
from bot.people.people import Visitor
from bot.policies import answer_deadlines, policies
from bot.screens import refusals as says
from bot.unit_of_work.errors import FormRefused
from bot.unit_of_work.form_input import TypedForm, sentence
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Answer, AnswerKind, Flag, FlagStatus, Policy, Promise, Reply, ReplyKind, policy_keys
from storage import answers as stored_answers
from storage import replies as stored
from storage.keys import nonce_hash


class NewReply(TypedForm):
    """A reply as it was typed."""

    missing: ClassVar[str] = says.NO_REPLY

    text: str = ""

    @field_validator("text")
    @classmethod
    def _text(cls, value: str) -> str:
        if not value.strip():
            raise sentence(cls.missing)
        if len(value) > TEXT_LIMIT:
            raise sentence(says.too_long("Your reply", TEXT_LIMIT, len(value)))
        return value


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
        and stored.reply(uow.session, answer.id, flag.id) is None
    )


def reply(
    uow: UnitOfWork, visitor: Visitor, answer: Answer, flag: Flag, kind: ReplyKind, text: str, nonce: str
) -> Reply:
    """Write a reply. Raises `FormRefused`.

    On a confidential flag the row names no person, place or time, and waits for its batch.
    """
    # Lock first: if one form is submitted twice at once, the second must find what the first has made.
    policy_keys.lock(uow.session, flag.policy_id)
    earlier = stored.reply(uow.session, answer.id, flag.id)
    if earlier is not None and _sent_before(uow, visitor, flag, earlier, kind, nonce):
        return earlier
    if not can_reply(uow, visitor, answer, flag, kind):
        raise FormRefused({"": says.CHANGED_SINCE})
    named = flag.promise is Promise.NAMED
    row = Reply(
        id=uuid4(),
        policy_id=flag.policy_id,
        answer_id=answer.id,
        flag_id=flag.id,
        kind=kind,
        written_on=None if named else uow.today,
        released_on=uow.today if named else None,
        nonce_hash=nonce_hash(nonce),
    )
    if text:
        row.text = uow.key(flag.policy_id).seal("replies", "text", row.id, text)
    uow.session.add(row)
    if named:
        apply(uow, flag, row)
        policies.refresh_cards(uow, flag.policy_id)
    uow.session.flush()
    return row


def _sent_before(uow: UnitOfWork, visitor: Visitor, flag: Flag, earlier: Reply, kind: ReplyKind, nonce: str) -> bool:
    same = earlier.nonce_hash == nonce_hash(nonce) or (earlier.kind is kind is ReplyKind.SETTLED)
    return same and flags.is_author(uow, flag, visitor)


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
