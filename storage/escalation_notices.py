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


class EscalationNotice(SQLModel, table=True):
    """One a policy, step and day (`on`, the organisation's). `person_id` is who was told; NULL for admins."""

    __tablename__ = "tellings"
    __table_args__ = (UniqueConstraint("policy_id", "step", "on"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    policy_id: UUID = Field(foreign_key="policies.id")
    step: Step = Field(sa_type=word(Step))
    on: date
    person_id: UUID | None = Field(default=None, foreign_key="people.id")


class NotifiedFlag(SQLModel, table=True):
    """Which flags a telling is about."""

    __tablename__ = "told_flags"

    telling_id: UUID = Field(foreign_key="tellings.id", primary_key=True)
    flag_id: UUID = Field(foreign_key="flags.id", primary_key=True, index=True)


def notice(session: Session, telling_id: UUID) -> EscalationNotice | None:
    """The telling of that id."""
    return session.get(EscalationNotice, telling_id)


def of_day(session: Session, policy_id: UUID, step: Step, day: date) -> EscalationNotice | None:
    """The telling of a policy, step and day."""
    statement = select(EscalationNotice).where(
        EscalationNotice.policy_id == policy_id, EscalationNotice.step == step, EscalationNotice.on == day
    )
    return session.exec(statement).first()


def of_policy(session: Session, policy_id: UUID) -> list[EscalationNotice]:
    """Every telling on a policy, the latest first."""
    return list(
        session.exec(
            select(EscalationNotice)
            .where(EscalationNotice.policy_id == policy_id)
            .order_by(col(EscalationNotice.on).desc(), col(EscalationNotice.id))
        )
    )


def flags_of(session: Session, telling_id: UUID) -> list[UUID]:
    """The flags that a telling is about."""
    return list(session.exec(select(NotifiedFlag.flag_id).where(NotifiedFlag.telling_id == telling_id)))


def link(session: Session, telling_id: UUID, flag_ids: Sequence[UUID]) -> None:
    """Say which flags a telling is about; those that it names already are left."""
    known = set(flags_of(session, telling_id))
    session.add_all(NotifiedFlag(telling_id=telling_id, flag_id=each) for each in flag_ids if each not in known)
    session.flush()
