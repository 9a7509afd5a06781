"""Replies: what the author of a flag said to an answer. One for each answer and flag; no person, no time."""

from collections.abc import Collection, Sequence
from enum import StrEnum
from uuid import UUID

from sqlalchemy import UniqueConstraint, bindparam
from sqlmodel import Field, Session, col, func, select

from storage.columns import enum_type
from storage.release import KeptBack, kept_back_indexes


class ReplyKind(StrEnum):
    """Whether the answer settles the flag, or the reply is to a question."""

    SETTLED = "settled"
    NOT_SETTLED = "not-settled"
    REPLY = "reply"


class Reply(KeptBack, table=True):
    """`text` is sealed, and empty for Settled."""

    __tablename__ = "replies"
    __table_args__ = (
        UniqueConstraint("answer_id", "flag_id"),
        *kept_back_indexes("replies"),
        {"sqlite_with_rowid": False},
    )

    answer_id: UUID = Field(foreign_key="answers.id")
    flag_id: UUID = Field(foreign_key="flags.id", index=True)
    kind: ReplyKind = Field(sa_type=enum_type(ReplyKind))
    text: bytes | None = None


def reply(session: Session, answer_id: UUID, flag_id: UUID) -> Reply | None:
    """The reply to that answer on that flag, released or not."""
    return session.exec(select(Reply).where(Reply.answer_id == answer_id, Reply.flag_id == flag_id)).first()


def to_flags(session: Session, flag_ids: Sequence[UUID]) -> list[Reply]:
    """Every reply on these flags, released or not: the caller checks who may see it."""
    return list(session.exec(select(Reply).where(col(Reply.flag_id).in_(list(flag_ids)))))


def settled(session: Session, digest_ids: Collection[UUID]) -> dict[UUID, int]:
    """The number of flags settled by replies in these digests, by policy."""
    return dict(session.exec(_SETTLED, params={"digests": list(digest_ids)}).all())


def said(session: Session, digest_ids: Collection[UUID], flag_ids: Collection[UUID]) -> dict[UUID, Reply]:
    """The replies with a text in these digests, for these flags, by flag."""
    given = {"flags": list(flag_ids), "digests": list(digest_ids)}
    return {each.flag_id: each for each in session.exec(_SAID, params=given)}


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
