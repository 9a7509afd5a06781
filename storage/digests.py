"""Digests: what a policy owner was sent, made once and kept as it was sent.

Each part is sealed with its policy's key, so a digest can be shown again until the policy is closed for good.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Date, UniqueConstraint, Uuid, bindparam
from sqlmodel import Field, Session, SQLModel, and_, case, col, func, or_, select, update

from storage import commitments
from storage.answers import Answer, Role
from storage.commitments import Commitment
from storage.flags import DONE, HARDEST_FIRST, OPEN, UNANSWERED, Flag, FlagStatus
from storage.policies import Policy
from storage.release import each_policy
from storage.replies import Reply
from storage.seconds import Second

_URGENCY = {verdict: place for place, verdict in enumerate(HARDEST_FIRST)}


class Digest(SQLModel, table=True):
    """`slot` is the naive local time at which it was due (`2026-12-09T09:00`), unique for each owner.

    `reader_id` is the person it was sent to in place of an owner who was away.
    """

    __tablename__ = "digests"
    __table_args__ = (UniqueConstraint("owner_id", "slot"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    owner_id: UUID = Field(foreign_key="people.id")
    slot: str
    zone: str
    made_at: datetime
    reader_id: UUID | None = Field(default=None, foreign_key="people.id")


class DigestPart(SQLModel, table=True):
    """What a digest says about one policy, as JSON, sealed with that policy's key."""

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


def of_slots(session: Session, slots: Mapping[UUID, str]) -> set[UUID]:
    """The owners (of those in `slots`, owner to slot) who already have a digest for their slot."""
    found = session.exec(_OF_SLOTS, params={"owners": sorted(slots), "slots": sorted(set(slots.values()))})
    return {owner_id for owner_id, slot in found if slots[owner_id] == slot}


_OF_SLOTS = select(Digest.owner_id, Digest.slot).where(
    col(Digest.owner_id).in_(bindparam("owners", type_=Uuid(), expanding=True)),
    col(Digest.slot).in_(bindparam("slots", expanding=True)),
)


def newest(session: Session, owner_ids: Sequence[UUID]) -> Digest | None:
    """The last digest made for a person, or sent to them in place of its owner, that says something still.

    `owner_ids` are all their ids. What a digest said about a policy that is over is deleted.
    """
    theirs = or_(col(Digest.owner_id).in_(owner_ids), col(Digest.reader_id).in_(owner_ids))
    says = select(DigestPart.id).where(DigestPart.digest_id == Digest.id).exists()
    return session.exec(select(Digest).where(theirs, says).order_by(col(Digest.made_at).desc())).first()


def parts(session: Session, digest_id: UUID) -> list[DigestPart]:
    """The parts of a digest, in order."""
    statement = select(DigestPart).where(DigestPart.digest_id == digest_id)
    return list(session.exec(statement.order_by(col(DigestPart.position))))


def parts_of_policy(session: Session, policy_id: UUID) -> list[DigestPart]:
    """What every digest says about a policy."""
    return list(session.exec(select(DigestPart).where(DigestPart.policy_id == policy_id).order_by(col(DigestPart.id))))


def with_news(session: Session, policy_ids: Sequence[UUID], horizon: date) -> set[UUID]:
    """The policies that may have something for a digest to report: news, or an answer due by `horizon`."""
    given = {"policies": policy_ids, "horizon": horizon}
    return {policy_id for statement in _WITH_NEWS for policy_id in session.exec(statement, params=given)}


def take_flags(session: Session, taking: Mapping[UUID, UUID], today: date, answer_by: date) -> None:
    """Assign every flag that is news to its policy's digest, and start the clock of those that need an answer.

    `taking` maps a policy to its digest, here and below.
    """
    days = {"today": today, "answered_by": answer_by}
    session.connection().execute(_TAKE_FLAGS, [each | days for each in each_policy(taking)])


def take_answers(session: Session, taking: Mapping[UUID, UUID]) -> list[tuple[UUID, UUID]]:
    """Assign answers that someone other than the owner gave to the digests; (policy, who answered) for each."""
    session.connection().execute(_TAKE_ANSWERS, each_policy(taking))
    return list(session.exec(_WHO_ANSWERED, params=_parameters(taking)).all())


def give_back(session: Session, digest_id: UUID, sent_on: date, answer_by: date) -> None:
    """Make what a digest took news again, because it could not be sent. What was answered meanwhile stays answered.

    `sent_on` is the day on which it was made: clocks that it started, which end on `answer_by`, are taken back.
    """
    taken = col(Flag.digest_id) == digest_id
    started = (col(Flag.sent_on) == sent_on, col(Flag.answer_by) == answer_by, col(Flag.told).is_(None))
    still_open = col(Flag.status).in_(UNANSWERED)
    for statement in (
        update(Flag).where(taken, still_open, *started).values(answer_by=None),
        update(Flag).where(taken, col(Flag.status).not_in(DONE)).values(digest_id=None, sent_on=None),
        *(
            update(kind).where(col(kind.digest_id) == digest_id).values(digest_id=None)
            for kind in (Second, Reply, Answer)
        ),
    ):
        session.exec(statement.execution_options(synchronize_session="fetch"))
    commitments.give_back(session, digest_id, sent_on)


def take_back(session: Session, digest_id: UUID, flag_ids: Sequence[UUID], sent_on: date, answer_by: date) -> int:
    """Assign those of these flags that are news to the digest that had them before; how many there are."""
    news = (col(Flag.id).in_(flag_ids), col(Flag.digest_id).is_(None))
    clock = case(dict.fromkeys(OPEN, func.coalesce(col(Flag.answer_by), answer_by)), value=col(Flag.status), else_=None)
    again = update(Flag).where(*news).values(digest_id=digest_id, sent_on=sent_on, answer_by=clock)
    return session.exec(again.execution_options(synchronize_session="fetch")).rowcount


def counts(session: Session, taking: Mapping[UUID, UUID], horizon: date) -> list[tuple[UUID, date | None, int]]:
    """(policy, day the answer is due, number of flags) for the flags in these digests that need an answer."""
    return list(session.exec(_COUNTS, params={**_parameters(taking), "horizon": horizon}).all())


def unneeded(session: Session, taking: Mapping[UUID, UUID]) -> dict[UUID, int]:
    """The number of flags in these digests that need no answer, by policy."""
    return dict(session.exec(_UNNEEDED, params=_parameters(taking)).all())


def most_urgent(
    session: Session, taking: Mapping[UUID, UUID], today: date, horizon: date, limits: tuple[int, int]
) -> list[Flag]:
    """The flags that digests show, most urgent first: at most `limits[0]` for a policy and `limits[1]` in a digest.

    Late before due today before later; *Not deliverable* before *Deliverable if…* before *Cannot tell yet*; then most
    people. Policies are ordered by their most urgent flag. No other flag is loaded.
    """
    a_policy, a_digest = limits
    given = {**_parameters(taking), "today": today, "horizon": horizon, "a_policy": a_policy}
    left = dict.fromkeys(taking.values(), a_digest)
    chosen: list[UUID] = []
    for flag_id, policy_id in session.exec(_MOST_URGENT, params=given):
        if left[taking[policy_id]]:
            left[taking[policy_id]] -= 1
            chosen.append(flag_id)
    found = {each.id: each for each in session.exec(_SHOWN, params={"flags": chosen})}
    return [found[each] for each in chosen]


def to_cover(session: Session, person_ids: Collection[UUID], horizon: date) -> list[Policy]:
    """The policies that digests of these people may have something to say about, by title.

    They own them, or read them in place of an owner who cannot be reached. Something there is news or due by `horizon`,
    or the digests may have to be given back to the owner. Policies that were closed for good are left out.
    """
    return list(session.exec(_TO_COVER, params={"people": list(person_ids), "horizon": horizon}))


def _parameters(taking: Mapping[UUID, UUID]) -> dict[str, Any]:
    return {"policies": list(taking), "digests": list(set(taking.values()))}


# The statements are built once, because building them for each digest takes longer than running them.

_POLICIES = bindparam("policies", type_=Uuid(), expanding=True)
_DIGESTS = bindparam("digests", type_=Uuid(), expanding=True)
_HORIZON = bindparam("horizon", type_=Date())
_TODAY = bindparam("today", type_=Date())
_ANSWER_BY = bindparam("answered_by", type_=Date())

_WITH_NEWS = (
    # Flags that are news, unless they were answered before a digest could report them.
    select(Flag.policy_id)
    .where(
        col(Flag.digest_id).is_(None),
        col(Flag.policy_id).in_(_POLICIES),
        col(Flag.status).not_in(DONE),
        col(Flag.left_out).is_(False),
    )
    .distinct(),
    select(Second.policy_id)
    .join(Flag, col(Flag.id) == col(Second.flag_id))
    .where(
        col(Second.digest_id).is_(None),
        col(Second.policy_id).in_(_POLICIES),
        col(Flag.status).in_(UNANSWERED),
    )
    .distinct(),
    select(Reply.policy_id).where(col(Reply.digest_id).is_(None), col(Reply.policy_id).in_(_POLICIES)).distinct(),
    select(Answer.policy_id)
    .where(col(Answer.digest_id).is_(None), col(Answer.role) != Role.OWNER, col(Answer.policy_id).in_(_POLICIES))
    .distinct(),
    # Answers that are due.
    select(Flag.policy_id)
    .where(col(Flag.policy_id).in_(_POLICIES), col(Flag.status).in_(OPEN), col(Flag.answer_by) <= _HORIZON)
    .distinct(),
    # Promises that are to be asked about.
    select(Commitment.policy_id)
    .where(
        col(Commitment.policy_id).in_(_POLICIES), col(Commitment.ended_on).is_(None), col(Commitment.ask_on) < _HORIZON
    )
    .distinct(),
)

_PEOPLE = bindparam("people", type_=Uuid(), expanding=True)
_OF_THE_POLICY = (
    # Whether or not it was answered meanwhile: a digest takes it.
    select(Flag.id).where(Flag.policy_id == Policy.id, col(Flag.digest_id).is_(None)),
    select(Second.id).where(Second.policy_id == Policy.id, col(Second.digest_id).is_(None)),
    select(Reply.id).where(Reply.policy_id == Policy.id, col(Reply.digest_id).is_(None)),
    select(Answer.id).where(Answer.policy_id == Policy.id, col(Answer.digest_id).is_(None), Answer.role != Role.OWNER),
    select(Flag.id).where(Flag.policy_id == Policy.id, col(Flag.answer_by) <= _HORIZON, col(Flag.status).in_(OPEN)),
    select(Commitment.id).where(
        Commitment.policy_id == Policy.id, col(Commitment.ended_on).is_(None), col(Commitment.ask_on) < _HORIZON
    ),
)
_TO_COVER = (
    select(Policy)
    .where(
        or_(col(Policy.owner_id).in_(_PEOPLE), col(Policy.read_by).in_(_PEOPLE)),
        col(Policy.sealed_on).is_(None),
        or_(
            col(Policy.read_by).is_not(None),
            col(Policy.awaited_until).is_not(None),
            *(each.correlate(Policy).exists() for each in _OF_THE_POLICY),
        ),
    )
    .order_by(Policy.title)
)

_TAKE_FLAGS = (
    update(Flag)
    .where(
        col(Flag.digest_id).is_(None),
        col(Flag.policy_id) == bindparam("of_policy"),
    )
    .values(
        digest_id=bindparam("by_digest"),
        sent_on=func.coalesce(col(Flag.sent_on), _TODAY),
        answer_by=case(
            dict.fromkeys(OPEN, func.coalesce(col(Flag.answer_by), _ANSWER_BY)), value=col(Flag.status), else_=None
        ),
    )
)

_TAKE_ANSWERS = (
    update(Answer)
    .where(
        col(Answer.digest_id).is_(None),
        col(Answer.role) != Role.OWNER,
        col(Answer.policy_id) == bindparam("of_policy"),
    )
    .values(digest_id=bindparam("by_digest"))
)

_WHO_ANSWERED = select(Answer.policy_id, Answer.person_id).where(col(Answer.digest_id).in_(_DIGESTS)).distinct()

# The flags that a digest must report: news (including what a former owner left open), new seconds, a reply, or an
# answer that is due.
_MOVED = or_(
    col(Flag.id).in_(select(Second.flag_id).where(col(Second.digest_id).in_(_DIGESTS))),
    col(Flag.id).in_(select(Reply.flag_id).where(col(Reply.digest_id).in_(_DIGESTS))),
)
_TO_REPORT = and_(
    col(Flag.policy_id).in_(_POLICIES),
    # First, and not in each branch, so that the index skips all flags that are answered.
    col(Flag.status).in_(OPEN),
    col(Flag.left_out).is_(False),
    or_(
        col(Flag.digest_id).in_(_DIGESTS),
        and_(col(Flag.status).in_(UNANSWERED), _MOVED),
        col(Flag.answer_by) <= _HORIZON,
    ),
)

_COUNTS = (
    select(col(Flag.policy_id), col(Flag.answer_by), func.count())
    .where(_TO_REPORT)
    .group_by(col(Flag.policy_id), col(Flag.answer_by))
)

_UNNEEDED = (
    select(Flag.policy_id, func.count())
    .where(col(Flag.digest_id).in_(_DIGESTS), Flag.status == FlagStatus.UNNEEDED, col(Flag.left_out).is_(False))
    .group_by(col(Flag.policy_id))
)

_LATENESS = case((col(Flag.answer_by) < _TODAY, 0), (col(Flag.answer_by) == _TODAY, 1), else_=2)
_WEIGHT = _LATENESS * 10 + case(_URGENCY, value=col(Flag.verdict), else_=9)
_RANKED = (
    select(
        Flag.id,
        func.row_number()
        .over(partition_by=col(Flag.policy_id), order_by=[_WEIGHT, col(Flag.seconds).desc(), col(Flag.id)])
        .label("place"),
        func.min(_WEIGHT).over(partition_by=col(Flag.policy_id)).label("best"),
        func.max(Flag.seconds).over(partition_by=col(Flag.policy_id)).label("people"),
    )
    .add_columns(col(Flag.policy_id))
    .where(_TO_REPORT)
    .subquery()
)
_SHOWN = select(Flag).where(col(Flag.id).in_(bindparam("flags", expanding=True)))
_MOST_URGENT = (
    select(_RANKED.c.id, _RANKED.c.policy_id)
    .where(_RANKED.c.place <= bindparam("a_policy"))
    .order_by(_RANKED.c.best, _RANKED.c.people.desc(), _RANKED.c.policy_id, _RANKED.c.place)
)
