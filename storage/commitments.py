"""Commitments: what an owner said would change, and by when, from the answer that promises it until it has ended.

One row for each answer that says *We will change it*; the flags that it is for are those of the answer. Everyone on the
policy reads it, so nothing in it is sealed but what people typed about it since (`CommitmentUpdate`).
"""

from collections.abc import Collection
from datetime import UTC, date, datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import Date, Index, Uuid, bindparam, text
from sqlmodel import Field, Session, SQLModel, col, func, or_, select, update

from storage import text_key
from storage.answers import Role
from storage.columns import enum_type
from storage.escalation_notices import Step
from storage.policies import Policy

_RUNS = text("ended_on IS NULL")


class CommitmentState(StrEnum):
    """How far a commitment has come; drawn in `bot/flags/commitments.py`."""

    PROMISED = "promised"
    ASKED = "asked"
    NO_WORD = "no-word"
    DONE = "done"
    WILL_NOT_HAPPEN = "will-not-happen"
    REPLACED = "replaced"
    STOPPED = "stopped"


class UpdateKind(StrEnum):
    """What was said about a commitment after it was made."""

    DONE = "done"
    NEW_DAY = "new-day"
    WILL_NOT_HAPPEN = "will-not-happen"


class Commitment(SQLModel, table=True):
    """`by_date` is the day by which it is promised now, `first_by` the one that was promised first.

    A digest asks about it from `ask_on` on; `asked_on` is when one last did, and `digest_id` which one. `told` and
    `told_on` are as in `Flag`, and `told_to` is who was told last; NULL for admins. `ended_on` is set once it is done,
    will not happen, was replaced or stopped.
    """

    __tablename__ = "commitments"
    __table_args__ = (
        Index("ix_commitments_ask_on", "policy_id", "ask_on", sqlite_where=_RUNS, postgresql_where=_RUNS),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    policy_id: UUID = Field(foreign_key="policies.id", index=True)
    answer_id: UUID = Field(foreign_key="answers.id", unique=True)
    state: CommitmentState = Field(sa_type=enum_type(CommitmentState))
    by_date: date
    first_by: date
    ask_on: date
    asked_on: date | None = None
    digest_id: UUID | None = Field(default=None, foreign_key="digests.id")
    told: Step | None = Field(default=None, sa_type=enum_type(Step))
    told_to: UUID | None = Field(default=None, foreign_key="people.id")
    told_on: date | None = None
    ended_on: date | None = None


class CommitmentUpdate(SQLModel, table=True):
    """*Done*, a new day or *Will not happen*, with how or why, which is sealed. Everyone sees who said it, and when."""

    __tablename__ = "commitment_updates"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    policy_id: UUID = Field(foreign_key="policies.id", index=True)
    commitment_id: UUID = Field(foreign_key="commitments.id", index=True)
    person_id: UUID = Field(foreign_key="people.id")
    role: Role = Field(sa_type=enum_type(Role))
    kind: UpdateKind = Field(sa_type=enum_type(UpdateKind))
    text: bytes
    by_date: date | None = None
    at: datetime
    nonce_hash: bytes | None = Field(default=None, unique=True)


def bound(update: CommitmentUpdate) -> bytes:
    """What is bound to the text of an update, so that it does not open once a part of it was changed."""
    values = update.policy_id, update.commitment_id, update.person_id, update.role, update.kind, update.by_date
    return text_key.bound(*values, update.at.astimezone(UTC).isoformat())


def commitment(session: Session, commitment_id: UUID) -> Commitment | None:
    """The commitment of that id."""
    return session.get(Commitment, commitment_id)


def commitments(session: Session, commitment_ids: Collection[UUID]) -> list[Commitment]:
    """The commitments of those ids, the first due first."""
    wanted = col(Commitment.id).in_(list(commitment_ids))
    return list(session.exec(select(Commitment).where(wanted).order_by(col(Commitment.by_date), col(Commitment.id))))


def of_answers(session: Session, answer_ids: Collection[UUID]) -> list[Commitment]:
    """The commitments that these answers made."""
    return list(session.exec(select(Commitment).where(col(Commitment.answer_id).in_(list(answer_ids)))))


def of_policies(session: Session, policy_ids: Collection[UUID]) -> list[Commitment]:
    """Every commitment on these policies."""
    return list(session.exec(select(Commitment).where(col(Commitment.policy_id).in_(list(policy_ids)))))


def running(session: Session, policy_id: UUID) -> list[Commitment]:
    """The commitments on a policy that have not ended, the first due first."""
    runs = (Commitment.policy_id == policy_id, col(Commitment.ended_on).is_(None))
    return list(session.exec(select(Commitment).where(*runs).order_by(col(Commitment.by_date), col(Commitment.id))))


def number(session: Session, policy_id: UUID) -> int:
    """How many commitments there are and were on a policy."""
    return session.exec(select(func.count()).select_from(Commitment).where(Commitment.policy_id == policy_id)).one()


def number_stopped(session: Session, policy_id: UUID) -> int:
    """How many commitments on a policy were stopped."""
    stopped = (Commitment.policy_id == policy_id, Commitment.state == CommitmentState.STOPPED)
    return session.exec(select(func.count()).select_from(Commitment).where(*stopped)).one()


def page_of(session: Session, policy_id: UUID, *, offset: int, limit: int) -> list[Commitment]:
    """Some of the commitments on a policy: those that have not ended, the first due first, then the last ended."""
    order = (col(Commitment.ended_on).is_not(None), col(Commitment.ended_on).desc(), col(Commitment.by_date))
    theirs = select(Commitment).where(Commitment.policy_id == policy_id)
    return list(session.exec(theirs.order_by(*order, col(Commitment.id)).offset(offset).limit(limit)))


def number_theirs(session: Session, owner_ids: Collection[UUID], reader_ids: Collection[UUID]) -> int:
    """How many commitments have not ended on policies that these owners own, or these people read in their place."""
    given = {"owners": list(owner_ids), "readers": list(reader_ids)}
    return session.exec(select(func.count()).select_from(_THEIRS.subquery()), params=given).one()


def page_of_theirs(
    session: Session, owner_ids: Collection[UUID], reader_ids: Collection[UUID], *, offset: int, limit: int
) -> list[Commitment]:
    """Some of these commitments, the first due first."""
    given = {"owners": list(owner_ids), "readers": list(reader_ids)}
    some = _THEIRS.order_by(col(Commitment.by_date), col(Commitment.id)).offset(offset).limit(limit)
    return list(session.exec(some, params=given))


_THEIRS = (
    select(Commitment)
    .join(Policy, col(Policy.id) == Commitment.policy_id)
    .where(
        col(Commitment.ended_on).is_(None),
        col(Policy.sealed_on).is_(None),
        or_(
            col(Policy.owner_id).in_(bindparam("owners", type_=Uuid(), expanding=True)),
            col(Policy.read_by).in_(bindparam("readers", type_=Uuid(), expanding=True)),
        ),
    )
)


def update_of(session: Session, update_id: UUID) -> CommitmentUpdate | None:
    """What was said about a commitment, by its id."""
    return session.get(CommitmentUpdate, update_id)


def by_nonce(session: Session, nonce_hash: bytes) -> CommitmentUpdate | None:
    """The update made by the form with that nonce."""
    return session.exec(select(CommitmentUpdate).where(CommitmentUpdate.nonce_hash == nonce_hash)).first()


def update_ids(session: Session, policy_id: UUID) -> set[UUID]:
    """The ids of all that was said about commitments on a policy."""
    return set(session.exec(select(CommitmentUpdate.id).where(CommitmentUpdate.policy_id == policy_id)))


def due(session: Session, policy_ids: Collection[UUID], horizon: date) -> list[Commitment]:
    """The commitments on these policies that are to be asked about before a day, or are due before it."""
    return list(session.exec(_DUE, params={"policies": list(policy_ids), "horizon": horizon}))


# Built once, because it runs for every digest.
_DUE = (
    select(Commitment)
    .where(
        col(Commitment.policy_id).in_(bindparam("policies", type_=Uuid(), expanding=True)),
        col(Commitment.ended_on).is_(None),
        or_(
            col(Commitment.ask_on) < bindparam("horizon", type_=Date()),
            col(Commitment.by_date) < bindparam("horizon", type_=Date()),
        ),
    )
    .order_by(col(Commitment.by_date), col(Commitment.id))
)


def ask_again(session: Session, policy_id: UUID, day: date) -> None:
    """Have what was asked about on a policy asked about again from that day on, for another reader of the digests."""
    session.exec(
        update(Commitment)
        .where(
            col(Commitment.policy_id) == policy_id,
            col(Commitment.ended_on).is_(None),
            col(Commitment.asked_on).is_not(None),
        )
        .values(ask_on=day, asked_on=None, digest_id=None)
        .execution_options(synchronize_session="fetch")
    )


def give_back(session: Session, digest_id: UUID, day: date) -> None:
    """Have what a digest asked about asked about again from that day on, because it could not be sent."""
    session.exec(
        update(Commitment)
        .where(col(Commitment.digest_id) == digest_id, col(Commitment.ended_on).is_(None))
        .values(ask_on=day, asked_on=None, digest_id=None)
        .execution_options(synchronize_session="fetch")
    )


def number_of_new_days(session: Session, commitment_id: UUID) -> int:
    """How often a commitment was given a new day."""
    theirs = (CommitmentUpdate.commitment_id == commitment_id, CommitmentUpdate.kind == UpdateKind.NEW_DAY)
    return session.exec(select(func.count()).select_from(CommitmentUpdate).where(*theirs)).one()


def updates_of(session: Session, commitment_ids: Collection[UUID]) -> list[CommitmentUpdate]:
    """What was said about these commitments, the oldest first."""
    theirs = col(CommitmentUpdate.commitment_id).in_(list(commitment_ids))
    order = (col(CommitmentUpdate.at), col(CommitmentUpdate.id))
    return list(session.exec(select(CommitmentUpdate).where(theirs).order_by(*order)))


def updates_on(session: Session, policy_ids: Collection[UUID]) -> list[CommitmentUpdate]:
    """What was said about every commitment on these policies, the oldest first."""
    theirs = col(CommitmentUpdate.policy_id).in_(list(policy_ids))
    order = (col(CommitmentUpdate.at), col(CommitmentUpdate.id))
    return list(session.exec(select(CommitmentUpdate).where(theirs).order_by(*order)))
