"""Reports of texts, and the texts that were taken down. Nothing here says who reported a text."""

from collections.abc import Collection
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import Index, UniqueConstraint, bindparam, text
from sqlmodel import Field, Session, SQLModel, col, func, or_, select, update

from storage.answers import Answer
from storage.columns import enum_type
from storage.deliveries import Delivery, State, Verb
from storage.escalation_notices import EscalationNotice
from storage.policies import Wording

_RUNS = text("follow_up_at IS NOT NULL")
_AT_ONCE = 50


class TextKind(StrEnum):
    """What a text is, which with its row's id says which one."""

    FLAG = "flag"
    SECOND = "second"
    REPLY = "reply"
    ANSWER = "answer"
    UPDATE = "update"
    POLICY = "policy"


class ReportReason(StrEnum):
    """What is wrong with a text."""

    NAMES = "names"
    SENSITIVE = "sensitive"
    OTHER = "other"


class Report(SQLModel, table=True):
    """A text that was reported for a reason, one row however often. `left_on` is set while an officer left it."""

    __tablename__ = "reports"
    __table_args__ = (UniqueConstraint("kind", "text_id", "reason"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    policy_id: UUID = Field(foreign_key="policies.id", index=True)
    kind: TextKind = Field(sa_type=enum_type(TextKind))
    text_id: UUID
    reason: ReportReason = Field(sa_type=enum_type(ReportReason))
    reported_on: date
    left_on: date | None = None


class TakeDown(SQLModel, table=True):
    """A text that was taken down. `sentence` says why, sealed with the policy's key.

    `follow_up_at` is when the worker looks again at messages that may still show the text; NULL once none can.
    """

    __tablename__ = "take_downs"
    __table_args__ = (
        UniqueConstraint("kind", "text_id"),
        Index("ix_take_downs_follow_up_at", "follow_up_at", sqlite_where=_RUNS, postgresql_where=_RUNS),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    policy_id: UUID = Field(foreign_key="policies.id", index=True)
    kind: TextKind = Field(sa_type=enum_type(TextKind))
    text_id: UUID
    reason: ReportReason = Field(sa_type=enum_type(ReportReason))
    sentence: bytes
    taken_down_at: datetime
    follow_up_at: datetime | None = None


def reports(session: Session, kind: TextKind, text_id: UUID) -> list[Report]:
    """The reports of a text."""
    statement = select(Report).where(Report.kind == kind, Report.text_id == text_id)
    return list(session.exec(statement.order_by(col(Report.reported_on), col(Report.reason))))


def open_reports(session: Session) -> list[Report]:
    """The reports on which no officer has decided, the oldest first."""
    statement = select(Report).where(col(Report.left_on).is_(None))
    return list(session.exec(statement.order_by(col(Report.reported_on), col(Report.id))))


def take_down_of(session: Session, kind: TextKind, text_id: UUID) -> TakeDown | None:
    """How a text was taken down; None for one that was not."""
    return session.exec(select(TakeDown).where(TakeDown.kind == kind, TakeDown.text_id == text_id)).first()


def take_downs_of(session: Session, kind: TextKind, text_ids: Collection[UUID]) -> dict[UUID, TakeDown]:
    """Of these texts, those that were taken down, by id."""
    if not text_ids:
        return {}
    found = select(TakeDown).where(TakeDown.kind == kind, col(TakeDown.text_id).in_(text_ids))
    return {each.text_id: each for each in session.exec(found)}


def of_flags_on(session: Session, policy_ids: Collection[UUID]) -> dict[UUID, TakeDown]:
    """The take-downs of flags of these policies, by the flag."""
    found = select(TakeDown).where(TakeDown.kind == TextKind.FLAG, col(TakeDown.policy_id).in_(policy_ids))
    return {each.text_id: each for each in session.exec(found)}


def newest(session: Session, *, offset: int, limit: int) -> list[TakeDown]:
    """Some of the take-downs, the newest first."""
    statement = select(TakeDown).order_by(col(TakeDown.taken_down_at).desc(), col(TakeDown.id))
    return list(session.exec(statement.offset(offset).limit(limit)))


def number(session: Session) -> int:
    """How many texts were taken down."""
    return session.exec(select(func.count()).select_from(TakeDown)).one()


def due(session: Session, now: datetime) -> list[UUID]:
    """The ids of the take-downs whose messages are to be looked at now."""
    return list(session.exec(_DUE, params={"now": now}))


# Built once, because it runs every second.
_DUE = select(TakeDown.id).where(
    col(TakeDown.follow_up_at).is_not(None), col(TakeDown.follow_up_at) <= bindparam("now")
)


def earliest(session: Session) -> datetime | None:
    """The earliest time at which a take-down is to be looked at, or None."""
    return session.exec(select(func.min(TakeDown.follow_up_at)).where(col(TakeDown.follow_up_at).is_not(None))).one()


def take_down(session: Session, take_down_id: UUID) -> TakeDown | None:
    """The take-down of that id."""
    return session.get(TakeDown, take_down_id)


def reword(session: Session, policy_id: UUID, title: str, summary: str) -> None:
    """Put a title and a summary in place of every wording of a policy."""
    session.exec(
        update(Wording)
        .where(col(Wording.policy_id) == policy_id)
        .values(title=title, summary=summary)
        .execution_options(synchronize_session="fetch")
    )


def answers_of(session: Session, policy_id: UUID) -> set[UUID]:
    """The ids of all answers on a policy."""
    return set(session.exec(select(Answer.id).where(Answer.policy_id == policy_id)))


def notices_of(session: Session, policy_id: UUID) -> set[UUID]:
    """The ids of all escalation notices on a policy."""
    return set(session.exec(select(EscalationNotice.id).where(EscalationNotice.policy_id == policy_id)))


def messages_about(session: Session, ids: Collection[UUID]) -> list[UUID]:
    """The ids of the messages, sent or being sent, that are drawn from one of these ids."""
    found: set[UUID] = set()
    every = sorted(ids)
    may_stand = (Delivery.verb == Verb.SEND, col(Delivery.state).in_((State.SENT, State.SENDING, State.UNKNOWN)))
    for start in range(0, len(every), _AT_ONCE):
        about = [col(Delivery.subject).contains(str(each)) for each in every[start : start + _AT_ONCE]]
        found |= set(session.exec(select(Delivery.id).where(*may_stand, or_(*about))))
    return sorted(found)


def messages(session: Session, ids: Collection[UUID]) -> list[Delivery]:
    """The messages of these ids."""
    found: list[Delivery] = []
    every = sorted(ids)
    for start in range(0, len(every), 500):
        chunk = every[start : start + 500]
        found += session.exec(select(Delivery).where(col(Delivery.id).in_(chunk)).order_by(col(Delivery.id)))
    return found


def with_keys(session: Session, keys: Collection[str]) -> dict[str, Delivery]:
    """The deliveries with these keys, by key."""
    found: dict[str, Delivery] = {}
    every = sorted(keys)
    for start in range(0, len(every), 500):
        chunk = every[start : start + 500]
        found |= {each.key: each for each in session.exec(select(Delivery).where(col(Delivery.key).in_(chunk)))}
    return found
