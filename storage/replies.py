"""Replies: what the author of a flag said to an answer. One for each answer, flag and stage; no person, no time.

These are shown. A reply that waits is in a box (`storage/boxes.py`).
"""

from collections.abc import Collection, Sequence
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy
from sqlalchemy import UniqueConstraint, bindparam
from sqlmodel import Field, Session, col, func, select

from storage import text_key
from storage.columns import enum_type
from storage.read_only_rows import new_read_only_row
from storage.release import Released, released_indexes


class ReplyKind(StrEnum):
    """Whether the answer settles the flag, or the reply is to a question."""

    SETTLED = "settled"
    NOT_SETTLED = "not-settled"
    REPLY = "reply"


class ReplyStage(StrEnum):
    """Whether the reply is to the answer as it was given, or to what became of what it promised."""

    PROMISED = "promised"
    DONE = "done"


class Reply(Released, table=True):
    """`text` is sealed, and empty for Settled."""

    __tablename__ = "replies"
    __table_args__ = (
        UniqueConstraint("answer_id", "flag_id", "stage"),
        *released_indexes("replies"),
        {"sqlite_with_rowid": False},
    )

    answer_id: UUID = Field(foreign_key="answers.id")
    flag_id: UUID = Field(foreign_key="flags.id", index=True)
    kind: ReplyKind = Field(sa_type=enum_type(ReplyKind))
    stage: ReplyStage = Field(default=ReplyStage.PROMISED, sa_type=enum_type(ReplyStage))
    text: bytes | None = None


def bound(reply: Reply) -> bytes:
    """What is bound to the text of a reply, so that it does not open once a part of it was changed."""
    about = reply.policy_id, reply.answer_id, reply.flag_id
    return text_key.bound(*about, reply.kind, reply.stage, reply.released_on)


def new(**values: Any) -> Reply:
    """A new reply, read-only, to be given to `insert`."""
    return new_read_only_row(Reply, values)


def insert(session: Session, replies: Sequence[Reply]) -> None:
    """Insert new replies, in the order given."""
    session.connection().execute(_INSERT, [each.__dict__ for each in replies])


def reply(session: Session, answer_id: UUID, flag_id: UUID, stage: ReplyStage) -> Reply | None:
    """The shown reply to that answer on that flag, at that stage."""
    theirs = (Reply.answer_id == answer_id, Reply.flag_id == flag_id, Reply.stage == stage)
    return session.exec(select(Reply).where(*theirs)).first()


def to_flags(session: Session, flag_ids: Sequence[UUID]) -> list[Reply]:
    """Every shown reply on these flags."""
    return list(session.exec(select(Reply).where(col(Reply.flag_id).in_(list(flag_ids)))))


def of_policies(session: Session, policy_ids: Sequence[UUID]) -> list[Reply]:
    """Every shown reply on any flag of these policies."""
    return list(session.exec(select(Reply).where(col(Reply.policy_id).in_(list(policy_ids)))))


def settled(session: Session, digest_ids: Collection[UUID]) -> dict[UUID, int]:
    """The number of flags settled by replies in these digests, by policy."""
    return dict(session.exec(_SETTLED, params={"digests": list(digest_ids)}).all())


def said(session: Session, digest_ids: Collection[UUID], flag_ids: Collection[UUID]) -> dict[UUID, Reply]:
    """The replies with a text in these digests, for these flags, by flag."""
    given = {"flags": list(flag_ids), "digests": list(digest_ids)}
    return {each.flag_id: each for each in session.exec(_SAID, params=given)}


_INSERT = sqlalchemy.insert(Reply)
# Built once, because they run for every digest.
_BY_DIGESTS = col(Reply.digest_id).in_(bindparam("digests", expanding=True))
_SETTLED = (
    select(Reply.policy_id, func.count())
    .where(_BY_DIGESTS, Reply.kind == ReplyKind.SETTLED)
    .group_by(col(Reply.policy_id))
)
_SAID = select(Reply).where(
    col(Reply.flag_id).in_(bindparam("flags", expanding=True)), _BY_DIGESTS, Reply.kind != ReplyKind.SETTLED
)
