"""Tellings: who was told, and on which day, that flags of a policy wait for an answer.

One row a message about silence: a reminder to the policy owner, then the delegate, then the senior owner. It is about
flags that were released and sent, and tells nothing of who wrote them.
"""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, Session, SQLModel, col, select

from storage.columns import word


class Step(StrEnum):
    """How far word of a silence has gone."""

    REMINDER = "reminder"
    DELEGATE = "delegate"
    SENIOR = "senior"


class Telling(SQLModel, table=True):
    """One a policy, step and day (`on`, the organisation's). `person_id` is who was told; NULL for admins."""

    __tablename__ = "tellings"
    __table_args__ = (UniqueConstraint("policy_id", "step", "on"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    policy_id: UUID = Field(foreign_key="policies.id")
    step: Step = Field(sa_type=word(Step))
    on: date
    person_id: UUID | None = Field(default=None, foreign_key="people.id")


class ToldFlag(SQLModel, table=True):
    """Which flags a telling is about."""

    __tablename__ = "told_flags"

    telling_id: UUID = Field(foreign_key="tellings.id", primary_key=True)
    flag_id: UUID = Field(foreign_key="flags.id", primary_key=True, index=True)


def telling(session: Session, telling_id: UUID) -> Telling | None:
    """The telling of that id."""
    return session.get(Telling, telling_id)


def of_day(session: Session, policy_id: UUID, step: Step, day: date) -> Telling | None:
    """The telling of a policy, step and day."""
    statement = select(Telling).where(Telling.policy_id == policy_id, Telling.step == step, Telling.on == day)
    return session.exec(statement).first()


def of_policy(session: Session, policy_id: UUID) -> list[Telling]:
    """Every telling on a policy, the latest first."""
    return list(
        session.exec(
            select(Telling).where(Telling.policy_id == policy_id).order_by(col(Telling.on).desc(), col(Telling.id))
        )
    )


def flags_of(session: Session, telling_id: UUID) -> list[UUID]:
    """The flags that a telling is about."""
    return list(session.exec(select(ToldFlag.flag_id).where(ToldFlag.telling_id == telling_id)))


def link(session: Session, telling_id: UUID, flag_ids: Sequence[UUID]) -> None:
    """Say which flags a telling is about; those that it names already are left."""
    known = set(flags_of(session, telling_id))
    session.add_all(ToldFlag(telling_id=telling_id, flag_id=each) for each in flag_ids if each not in known)
    session.flush()
