"""Escalation notices: who was told, and on which day, that flags of a policy wait, or that a promise had no word.

One row for each notice: a reminder to the policy owner, then one to the delegate, then one to the senior owner. It is
about flags that were released and sent, and says nothing about who wrote them.
"""

from collections.abc import Collection, Sequence
from datetime import date
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, Session, SQLModel, col, select

from storage.columns import enum_type


class Step(StrEnum):
    """How far up the escalation chain notices have gone."""

    REMINDER = "reminder"
    DELEGATE = "delegate"
    SENIOR = "senior"


class EscalationNotice(SQLModel, table=True):
    """One for each policy, step and day (`on`, the organisation's). `person_id` is who was told; NULL for admins."""

    __tablename__ = "tellings"
    __table_args__ = (UniqueConstraint("policy_id", "step", "on"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    policy_id: UUID = Field(foreign_key="policies.id")
    step: Step = Field(sa_type=enum_type(Step))
    on: date
    person_id: UUID | None = Field(default=None, foreign_key="people.id")


class NotifiedFlag(SQLModel, table=True):
    """Which flags a notice is about."""

    __tablename__ = "told_flags"

    notice_id: UUID = Field(
        foreign_key="tellings.id", primary_key=True, sa_column_kwargs={"name": "telling_id", "key": "notice_id"}
    )
    flag_id: UUID = Field(foreign_key="flags.id", primary_key=True, index=True)


class NotifiedCommitment(SQLModel, table=True):
    """Which commitments a notice is about."""

    __tablename__ = "notified_commitments"

    notice_id: UUID = Field(foreign_key="tellings.id", primary_key=True)
    commitment_id: UUID = Field(foreign_key="commitments.id", primary_key=True, index=True)


def notice(session: Session, notice_id: UUID) -> EscalationNotice | None:
    """The notice of that id."""
    return session.get(EscalationNotice, notice_id)


def of_day(session: Session, policy_id: UUID, step: Step, day: date) -> EscalationNotice | None:
    """The notice of a policy, step and day."""
    statement = select(EscalationNotice).where(
        EscalationNotice.policy_id == policy_id, EscalationNotice.step == step, EscalationNotice.on == day
    )
    return session.exec(statement).first()


def of_policy(session: Session, policy_id: UUID) -> list[EscalationNotice]:
    """All notices on a policy, the latest first."""
    return list(
        session.exec(
            select(EscalationNotice)
            .where(EscalationNotice.policy_id == policy_id)
            .order_by(col(EscalationNotice.on).desc(), col(EscalationNotice.id))
        )
    )


def flags_of(session: Session, notice_id: UUID) -> list[UUID]:
    """The ids of the flags that a notice is about."""
    return list(session.exec(select(NotifiedFlag.flag_id).where(NotifiedFlag.notice_id == notice_id)))


def commitments_of(session: Session, notice_id: UUID) -> list[UUID]:
    """The ids of the commitments that a notice is about."""
    theirs = NotifiedCommitment.notice_id == notice_id
    return list(session.exec(select(NotifiedCommitment.commitment_id).where(theirs)))


def told_to_senior(session: Session, flag_ids: Sequence[UUID], person_ids: Collection[UUID]) -> set[UUID]:
    """Those of the flags of which one of these people was told as senior owner."""
    statement = (
        select(NotifiedFlag.flag_id)
        .join(EscalationNotice, col(EscalationNotice.id) == col(NotifiedFlag.notice_id))
        .where(
            col(NotifiedFlag.flag_id).in_(list(flag_ids)),
            EscalationNotice.step == Step.SENIOR,
            col(EscalationNotice.person_id).in_(list(person_ids)),
        )
    )
    return set(session.exec(statement))


def link_commitments(session: Session, notice_id: UUID, commitment_ids: Sequence[UUID]) -> None:
    """Record which commitments a notice is about."""
    session.add_all(NotifiedCommitment(notice_id=notice_id, commitment_id=each) for each in commitment_ids)
    session.flush()


def link(session: Session, notice_id: UUID, flag_ids: Sequence[UUID]) -> None:
    """Record which flags a notice is about. Those already recorded are skipped."""
    known = set(flags_of(session, notice_id))
    session.add_all(NotifiedFlag(notice_id=notice_id, flag_id=each) for each in flag_ids if each not in known)
    session.flush()
