"""Digests: what an owner was sent, made once and kept as it was sent.

The parts are sealed, each with its policy's key, so that a digest can be shown again until the policy is sealed.
"""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, UniqueConstraint
from sqlmodel import Field, Session, SQLModel, and_, case, col, func, or_, select, update

from storage.answers import Answer, Role
from storage.flags import OPEN, UNANSWERED, Flag, Standing, Verdict
from storage.replies import Reply
from storage.seconds import Second

_URGENCY = {Verdict.NOT: 0, Verdict.IF: 1, Verdict.CANNOT_TELL: 2, Verdict.AS_ANNOUNCED: 3}


class Digest(SQLModel, table=True):
    """`slot` is the naive local time it was due (`2026-12-09T09:00`); with the owner it is unique."""

    __tablename__ = "digests"
    __table_args__ = (UniqueConstraint("owner_id", "slot"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    owner_id: UUID = Field(foreign_key="people.id")
    slot: str
    zone: str
    made_at: datetime


class DigestPart(SQLModel, table=True):
    """What a digest says of one policy, as JSON, sealed with that policy's key."""

    __tablename__ = "digest_parts"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    digest_id: UUID = Field(foreign_key="digests.id", index=True)
    policy_id: UUID = Field(foreign_key="policies.id")
    position: int
    sealed: bytes


def digest(session: Session, digest_id: UUID) -> Digest | None:
    """The digest of that id."""
    return session.get(Digest, digest_id)


def of_slot(session: Session, owner_id: UUID, slot: str) -> Digest | None:
    """The digest of an owner for that slot."""
    return session.exec(select(Digest).where(Digest.owner_id == owner_id, Digest.slot == slot)).first()


def newest(session: Session, owner_ids: Sequence[UUID]) -> Digest | None:
    """The last digest that was made for a person, by all their ids."""
    statement = select(Digest).where(col(Digest.owner_id).in_(owner_ids)).order_by(col(Digest.made_at).desc())
    return session.exec(statement).first()


def parts(session: Session, digest_id: UUID) -> list[DigestPart]:
    """The parts of a digest, in order."""
    statement = select(DigestPart).where(DigestPart.digest_id == digest_id)
    return list(session.exec(statement.order_by(col(DigestPart.position))))


def take_flags(session: Session, digest_id: UUID, policy_ids: Sequence[UUID], today: date, answer_by: date) -> int:
    """Mark every flag that is news as taken by this digest, and start the clock of those that need an answer."""
    needs_answer = col(Flag.standing).in_(OPEN)
    result = session.exec(
        update(Flag)
        .where(
            col(Flag.digest_id).is_(None),
            col(Flag.released_on).is_not(None),
            col(Flag.policy_id).in_(policy_ids),
        )
        .values(
            digest_id=digest_id,
            sent_on=func.coalesce(col(Flag.sent_on), today),
            answer_by=case((needs_answer, func.coalesce(col(Flag.answer_by), answer_by)), else_=None),
        )
        .execution_options(synchronize_session=False)
    )
    return result.rowcount


def take_answers(session: Session, digest_id: UUID, policy_ids: Sequence[UUID]) -> list[Answer]:
    """Mark the answers that somebody other than the owner gave as taken by this digest; which."""
    mine = (
        col(Answer.digest_id).is_(None),
        col(Answer.policy_id).in_(policy_ids),
        col(Answer.role) != Role.OWNER,
    )
    found = list(session.exec(select(Answer).where(*mine).order_by(col(Answer.at))))
    for each in found:
        each.digest_id = digest_id
    session.flush()
    return found


def _to_say(digest_id: UUID, horizon: date) -> ColumnElement[bool]:
    """A flag that a digest must say something of: news, or a due answer, or new people, or a reply."""
    seconded = select(Second.flag_id).where(Second.digest_id == digest_id)
    replied = select(Reply.flag_id).where(Reply.digest_id == digest_id)
    moved = or_(col(Flag.digest_id) == digest_id, col(Flag.id).in_(seconded), col(Flag.id).in_(replied))
    return and_(
        # Said first, and not in each branch, so that the index leads past all flags that are answered.
        col(Flag.standing).in_(OPEN),
        col(Flag.withdrawn).is_(False),
        col(Flag.released_on).is_not(None),
        or_(and_(col(Flag.standing).in_(UNANSWERED), moved), col(Flag.answer_by) <= horizon),
    )


def counts(
    session: Session, digest_id: UUID, policy_ids: Sequence[UUID], horizon: date
) -> list[tuple[UUID, date | None, int]]:
    """(policy, day an answer is due, flags) for the flags that need an answer and that this digest speaks of."""
    statement = (
        select(col(Flag.policy_id), col(Flag.answer_by), func.count())
        .where(col(Flag.policy_id).in_(policy_ids), _to_say(digest_id, horizon))
        .group_by(col(Flag.policy_id), col(Flag.answer_by))
    )
    return list(session.exec(statement).all())


def unneeded(session: Session, digest_id: UUID) -> dict[UUID, int]:
    """How many flags that need no answer a digest took, by policy."""
    statement = (
        select(Flag.policy_id, func.count())
        .where(
            Flag.digest_id == digest_id,
            Flag.standing == Standing.UNNEEDED,
            col(Flag.withdrawn).is_(False),
        )
        .group_by(col(Flag.policy_id))
    )
    return dict(session.exec(statement).all())


def most_urgent(
    session: Session,
    digest_id: UUID,
    policy_ids: Sequence[UUID],
    today: date,
    horizon: date,
    limits: tuple[int, int],
) -> list[Flag]:
    """The flags that a digest shows: at most `limits[0]` a policy and `limits[1]` in all, the most urgent first.

    Late before due before new; *Not deliverable* before *Deliverable if…* before *Cannot tell yet*; then most people.
    The policies stand in the order of their most urgent flag. No other flag is loaded.
    """
    lateness = case((col(Flag.answer_by) < today, 0), (col(Flag.answer_by) == today, 1), else_=2)
    weight = lateness * 10 + case(_URGENCY, value=col(Flag.verdict), else_=9)
    ranked = (
        select(
            Flag.id,
            func.row_number()
            .over(partition_by=col(Flag.policy_id), order_by=[weight, col(Flag.seconds).desc(), col(Flag.id)])
            .label("place"),
            func.min(weight).over(partition_by=col(Flag.policy_id)).label("best"),
            func.max(Flag.seconds).over(partition_by=col(Flag.policy_id)).label("people"),
        )
        .where(col(Flag.policy_id).in_(policy_ids), _to_say(digest_id, horizon))
        .subquery()
    )
    statement = (
        select(Flag)
        .join(ranked, col(Flag.id) == ranked.c.id)
        .where(ranked.c.place <= limits[0])
        .order_by(ranked.c.best, ranked.c.people.desc(), col(Flag.policy_id), ranked.c.place)
        .limit(limits[1])
    )
    return list(session.exec(statement))
