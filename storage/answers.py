"""Answers: what the owner, the delegate or the senior owner said to one or more flags of a policy."""

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import Index, text
from sqlmodel import Field, Session, SQLModel, col, select

from storage import text_key
from storage.columns import enum_type

_TAKEN = text("digest_id IS NOT NULL")


class AnswerKind(StrEnum):
    """What the answer decides."""

    CHANGE = "change"
    HANDLED = "handled"
    CANNOT = "cannot"
    MORE = "more"
    ACKNOWLEDGED = "acknowledged"


class Role(StrEnum):
    """The role in which a person answers."""

    OWNER = "owner"
    DELEGATE = "delegate"
    SENIOR = "senior"


class Answer(SQLModel, table=True):
    """`text` is sealed. Everyone on the policy sees who answered, so the person and the time are in plain text."""

    __tablename__ = "answers"
    __table_args__ = (Index("ix_answers_digest_id", "digest_id", sqlite_where=_TAKEN, postgresql_where=_TAKEN),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    policy_id: UUID = Field(foreign_key="policies.id", index=True)
    person_id: UUID = Field(foreign_key="people.id")
    role: Role = Field(sa_type=enum_type(Role))
    kind: AnswerKind = Field(sa_type=enum_type(AnswerKind))
    text: bytes
    by_date: date | None = None
    at: datetime
    nonce_hash: bytes | None = Field(default=None, unique=True)
    digest_id: UUID | None = Field(default=None, foreign_key="digests.id")


class AnsweredFlag(SQLModel, table=True):
    """Which flags an answer is for."""

    __tablename__ = "answered_flags"

    answer_id: UUID = Field(foreign_key="answers.id", primary_key=True)
    flag_id: UUID = Field(foreign_key="flags.id", primary_key=True, index=True)


def bound(answer: Answer) -> bytes:
    """What is bound to the text of an answer, so that it does not open once a part of it was changed."""
    values = answer.policy_id, answer.person_id, answer.role, answer.kind, answer.by_date
    return text_key.bound(*values, answer.at.astimezone(UTC).isoformat())


def answer(session: Session, answer_id: UUID) -> Answer | None:
    """The answer of that id."""
    return session.get(Answer, answer_id)


def by_nonce(session: Session, nonce_hash: bytes) -> Answer | None:
    """The answer made by the form with that nonce."""
    return session.exec(select(Answer).where(Answer.nonce_hash == nonce_hash)).first()


def to_flags(session: Session, flag_ids: Sequence[UUID]) -> list[tuple[UUID, Answer]]:
    """(flag id, answer) for these flags, the oldest answer first."""
    statement = (
        select(AnsweredFlag.flag_id, Answer)
        .join(Answer, col(Answer.id) == col(AnsweredFlag.answer_id))
        .where(col(AnsweredFlag.flag_id).in_(list(flag_ids)))
        .order_by(col(Answer.at), col(Answer.id))
    )
    return [(flag_id, each) for flag_id, each in session.exec(statement).all()]


def of_policies(session: Session, policy_ids: Sequence[UUID]) -> list[tuple[UUID, Answer]]:
    """(flag id, answer) for all flags of these policies, the oldest answer first."""
    statement = (
        select(AnsweredFlag.flag_id, Answer)
        .join(Answer, col(Answer.id) == col(AnsweredFlag.answer_id))
        .where(col(Answer.policy_id).in_(list(policy_ids)))
        .order_by(col(Answer.at), col(Answer.id))
    )
    return [(flag_id, each) for flag_id, each in session.exec(statement).all()]


def flags_of(session: Session, answer_id: UUID) -> list[UUID]:
    """The flags that an answer is for."""
    return list(session.exec(select(AnsweredFlag.flag_id).where(AnsweredFlag.answer_id == answer_id)))


def answers(session: Session, answer_ids: Collection[UUID]) -> dict[UUID, Answer]:
    """The answers of those ids, by id."""
    found = session.exec(select(Answer).where(col(Answer.id).in_(list(answer_ids))))
    return {each.id: each for each in found}


def flags_of_each(session: Session, answer_ids: Collection[UUID]) -> dict[UUID, list[UUID]]:
    """The flags that each of these answers is for, in the order of their ids."""
    found: dict[UUID, list[UUID]] = {}
    theirs = select(AnsweredFlag).where(col(AnsweredFlag.answer_id).in_(list(answer_ids)))
    for each in session.exec(theirs.order_by(col(AnsweredFlag.flag_id))):
        found.setdefault(each.answer_id, []).append(each.flag_id)
    return found


def link(session: Session, answer_id: UUID, flag_ids: Sequence[UUID]) -> None:
    """Record which flags an answer is for."""
    session.add_all(AnsweredFlag(answer_id=answer_id, flag_id=each) for each in flag_ids)
    session.flush()
