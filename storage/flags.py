"""Flags: one point by one person on one policy.

A confidential row names no one: only someone who holds the policy's key and knows the person can recompute its tag. It
holds no time, place or language. When it is released it is deleted and inserted again, in shuffled order; for the same
reason the table has no rowid on SQLite.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy
from sqlalchemy import Date, Index, Integer, LargeBinary, Select, Uuid, bindparam, text
from sqlmodel import Field, Session, and_, case, col, func, or_, select, update

from storage.columns import enum_type
from storage.escalation_notices import Step
from storage.read_only_rows import new_read_only_row
from storage.release import KeptBack, kept_back_indexes

_MOST_IN_ONE_STATEMENT = 10_000
_IS_DUE_SOME_DAY = text("answer_by IS NOT NULL")
IS_UNANSWERED = text("flags.standing IN ('waiting', 'not-settled')")
"""Whether a flag is one of `UNANSWERED`. Spelled out, because a partial index is not used for bound parameters."""
_UNANSWERED = text(IS_UNANSWERED.text.removeprefix("flags."))


class Verdict(StrEnum):
    """The author's verdict: whether the policy is deliverable."""

    AS_ANNOUNCED = "as-announced"
    IF = "if"
    NOT = "not"
    CANNOT_TELL = "cannot-tell"


HARDEST_FIRST = (Verdict.NOT, Verdict.IF, Verdict.CANNOT_TELL, Verdict.AS_ANNOUNCED)
"""The order in which a digest shows flags that are equally due."""


class Promise(StrEnum):
    """What was promised about who can know the author."""

    NAMED = "named"
    CONFIDENTIAL = "confidential"
    DETACHED = "detached"


class FlagStatus(StrEnum):
    """The status of a flag: what it needs, or how it was answered."""

    UNNEEDED = "unneeded"
    WAITING = "waiting"
    ASKED = "asked"
    ACKNOWLEDGED = "acknowledged"
    ANSWERED = "answered"
    SETTLED = "settled"
    NOT_SETTLED = "not-settled"


UNANSWERED = (FlagStatus.WAITING, FlagStatus.NOT_SETTLED)
OPEN = (*UNANSWERED, FlagStatus.ASKED, FlagStatus.ACKNOWLEDGED)
DONE = (FlagStatus.ANSWERED, FlagStatus.SETTLED)


class Flag(KeptBack, table=True):
    """`because`, `remedy` and `evidence` are sealed, and so is `meaning`, a vector made of the first once it is shown.

    `promise` decides which of `person_id` and `tag` is set.

    `sent_on` is the day of the first digest, and `answer_by` the day the answer is due, set from then on. `days_left`
    is the number of working days that remain after a question stopped the clock. `told` is the last step of the
    escalation chain that was told, on `told_on`. `seconds` counts the seconds that are shown.
    """

    __tablename__ = "flags"
    __table_args__ = (
        *kept_back_indexes("flags"),
        Index("ix_flags_policy_id_standing_answer_by", "policy_id", "status", "answer_by"),
        # All that a tally counts and a list is sorted by, so that neither reads a row that it does not show.
        Index(
            "ix_flags_shown",
            "policy_id",
            "verdict",
            "status",
            "answer_by",
            "seconds",
            "released_on",
            "withdrawn",  # SQLite would read it from each row, though it is the same in all of them
            sqlite_where=text("released_on IS NOT NULL AND withdrawn IS 0"),
            postgresql_where=text("released_on IS NOT NULL AND withdrawn IS false"),
        ),
        # For how many wait on somebody's policies: most of their flags are answered.
        Index(
            "ix_flags_unanswered",
            "policy_id",
            "released_on",
            "withdrawn",
            "status",
            sqlite_where=_UNANSWERED,
            postgresql_where=_UNANSWERED,
        ),
        # For what is late on any policy. Partial, so that a new flag need not be written into it.
        Index(
            "ix_flags_due",
            "status",
            "answer_by",
            "policy_id",
            sqlite_where=_IS_DUE_SOME_DAY,
            postgresql_where=_IS_DUE_SOME_DAY,
        ),
        {"sqlite_with_rowid": False},
    )

    wording: int
    verdict: Verdict = Field(sa_type=enum_type(Verdict))
    theme: str
    promise: Promise = Field(sa_type=enum_type(Promise))
    person_id: UUID | None = Field(default=None, foreign_key="people.id", index=True)
    tag: bytes | None = Field(default=None, unique=True)
    because: bytes
    remedy: bytes | None = None
    evidence: bytes | None = None
    meaning: bytes | None = None
    withdrawn: bool = False
    status: FlagStatus = Field(
        sa_type=enum_type(FlagStatus, "standing"), sa_column_kwargs={"name": "standing", "key": "status"}
    )
    seconds: int = 0
    sent_on: date | None = None
    answer_by: date | None = None
    days_left: int | None = None
    told: Step | None = Field(default=None, sa_type=enum_type(Step))
    told_on: date | None = None


def flag(session: Session, flag_id: UUID) -> Flag | None:
    """The flag of that id, shown or not: the caller checks who may see it."""
    return session.get(Flag, flag_id)


def flags(session: Session, flag_ids: Iterable[UUID]) -> list[Flag]:
    """The flags of those ids."""
    return list(session.exec(select(Flag).where(col(Flag.id).in_(list(flag_ids)))))


def by_tags(session: Session, tags: Sequence[bytes]) -> list[Flag]:
    """The flags with one of these author tags."""
    found: list[Flag] = []
    for start in range(0, len(tags), _MOST_IN_ONE_STATEMENT):
        chunk = tags[start : start + _MOST_IN_ONE_STATEMENT]
        found += session.exec(select(Flag).where(col(Flag.tag).in_(chunk)))
    return found


def named_by(session: Session, person_ids: Iterable[UUID]) -> list[Flag]:
    """The *Named* flags of a person, given all their ids."""
    return list(session.exec(select(Flag).where(col(Flag.person_id).in_(list(person_ids)))))


class Filed(NamedTuple):
    """A flag that a person has sent: its id, its tag unless it is *Named*, and the hash of its form's nonce."""

    id: UUID
    tag: bytes | None
    nonce_hash: bytes | None


def filed(
    session: Session, policy_id: UUID, tags: Sequence[bytes], person_ids: Iterable[UUID], nonce_hash: bytes
) -> list[Filed]:
    """In one query, a person's flags on a policy, and the flag made by the form with that nonce, by any person."""
    people = list(person_ids)
    given = {"nonce": nonce_hash, **_numbered("tag", tags), **_numbered("person", people)}
    found = session.connection().execute(_filed(len(tags), len(people)), given)
    return [Filed(flag, tag, form) for policy, flag, tag, form in found if policy == policy_id or form == nonce_hash]


_POLICY = bindparam("policy", type_=Uuid())


@cache
def _filed(tags: int, people: int) -> Select[UUID, UUID, bytes | None, bytes | None]:
    # A parameter for each value: SQLAlchemy writes a statement with a list again each time it is sent.
    # Without the policy, by whose index SQLite would read all its flags, while nobody else can write.
    return sqlalchemy.select(col(Flag.policy_id), col(Flag.id), col(Flag.tag), col(Flag.nonce_hash)).where(
        or_(
            col(Flag.tag).in_([bindparam(f"tag_{n}", type_=LargeBinary()) for n in range(tags)]),
            col(Flag.person_id).in_([bindparam(f"person_{n}", type_=Uuid()) for n in range(people)]),
            col(Flag.nonce_hash) == bindparam("nonce", type_=LargeBinary()),
        )
    )


def _numbered(name: str, values: Sequence[Any]) -> dict[str, Any]:
    return {f"{name}_{n}": each for n, each in enumerate(values)}


def insert(session: Session, **values: Any) -> Flag:
    """Insert a new flag in one statement and return it, read-only."""
    flag = new_read_only_row(Flag, values)
    session.connection().execute(_INSERT, flag.__dict__)
    return flag


_INSERT = sqlalchemy.insert(Flag)


def shown(session: Session, policy_id: UUID) -> list[Flag]:
    """The flags of a policy that everyone may see, in an order that reveals nothing but the day of release."""
    return list(session.exec(_SHOWN, params={"policy": policy_id}))


_SHOWN = (
    select(Flag)
    .where(Flag.policy_id == _POLICY, col(Flag.released_on).is_not(None), col(Flag.withdrawn).is_(False))
    .order_by(col(Flag.released_on).desc(), col(Flag.seconds).desc(), col(Flag.id))
)


class ShownText(NamedTuple):
    """The sealed text of a shown flag, and what tells its author whether it is theirs."""

    id: UUID
    tag: bytes | None
    person_id: UUID | None
    because: bytes
    meaning: bytes | None


def shown_texts(session: Session, policy_id: UUID) -> list[ShownText]:
    """The sealed texts of the flags of a policy that everyone may see, in the order of `shown`."""
    return [ShownText(*row) for row in session.connection().execute(_SHOWN_TEXTS, {"policy": policy_id})]


_SHOWN_TEXTS = _SHOWN.with_only_columns(
    col(Flag.id), col(Flag.tag), col(Flag.person_id), col(Flag.because), col(Flag.meaning)
)


def others_shown(session: Session, policy_id: UUID, own: Sequence[UUID]) -> bool:
    """Whether everyone may see a flag of a policy that is not among `own`."""
    found = session.connection().execute(_others_shown(len(own)), {"policy": policy_id, **_numbered("own", own)})
    return found.first() is not None


@cache
def _others_shown(own: int) -> Select[UUID]:
    of_others = [col(Flag.id) != bindparam(f"own_{n}", type_=Uuid()) for n in range(own)]
    is_shown = (col(Flag.released_on).is_not(None), col(Flag.withdrawn).is_(False))
    return sqlalchemy.select(col(Flag.id)).where(col(Flag.policy_id) == _POLICY, *is_shown, *of_others).limit(1)


def shown_page(session: Session, policy_id: UUID, today: date, *, offset: int, limit: int) -> list[Flag]:
    """Some of the flags of a policy that everyone may see: late ones first, then those that most people say.

    No other flag is loaded. `today` is the organisation's day.
    """
    given = {"policy": policy_id, "today": today, "offset": offset, "limit": limit}
    return list(session.exec(_SHOWN_PAGE, params=given))


_IS_SHOWN = (Flag.policy_id == _POLICY, col(Flag.released_on).is_not(None), col(Flag.withdrawn).is_(False))
# The day first: few flags have one, and most are decided by it.
_LATE = and_(col(Flag.answer_by) < bindparam("today", type_=Date()), col(Flag.status).in_(OPEN))
_LATE_THEN_MOST_PEOPLE = (
    case((_LATE, 0), else_=1),
    col(Flag.seconds).desc(),
    col(Flag.released_on).desc(),
    col(Flag.id),
)
_LIMIT, _OFFSET = bindparam("limit", type_=Integer()), bindparam("offset", type_=Integer())
# Sorted by what the index holds; the rows of the page are read afterwards.
_OF_THE_PAGE = select(Flag.id).where(*_IS_SHOWN).order_by(*_LATE_THEN_MOST_PEOPLE).offset(_OFFSET).limit(_LIMIT)
_SHOWN_PAGE = select(Flag).where(col(Flag.id).in_(_OF_THE_PAGE)).order_by(*_LATE_THEN_MOST_PEOPLE)
_NEEDS_ANSWER = or_(
    col(Flag.status).in_(UNANSWERED),
    and_(col(Flag.status).in_(OPEN), col(Flag.answer_by) <= bindparam("soon", type_=Date())),
)
_TO_ANSWER = select(Flag).where(*_IS_SHOWN, _NEEDS_ANSWER).order_by(*_LATE_THEN_MOST_PEOPLE).limit(_LIMIT)
_NUMBER_TO_ANSWER = select(func.count()).select_from(Flag).where(*_IS_SHOWN, _NEEDS_ANSWER)


Counts = list[tuple[Verdict, FlagStatus, date | None, int]]
"""Counts of shown flags: (verdict, status, day the answer is due, number of flags)."""


def tallies(session: Session, policy_ids: Iterable[UUID]) -> dict[UUID, Counts]:
    """Counts of the shown flags of policies, by policy; nothing for a policy without any."""
    found: dict[UUID, Counts] = {}
    # Through the session, which leaves out rows with a word that this version does not know.
    rows: Iterable[Any] = session.exec(_TALLIES, params={"policies": list(policy_ids)})  # type: ignore[call-overload]
    for policy_id, verdict, status, answer_by, number in rows:
        found.setdefault(policy_id, []).append((verdict, status, answer_by, number))
    return found


_TALLIES = (
    sqlalchemy.select(col(Flag.policy_id), col(Flag.verdict), col(Flag.status), col(Flag.answer_by), func.count())
    .where(
        col(Flag.policy_id).in_(bindparam("policies", type_=Uuid(), expanding=True)),
        col(Flag.released_on).is_not(None),
        col(Flag.withdrawn).is_(False),
    )
    .group_by(col(Flag.policy_id), col(Flag.verdict), col(Flag.status), col(Flag.answer_by))
)


def late_since(session: Session, since: date, day: date) -> set[UUID]:
    """The ids of policies with an answer that was due on `since` or later and is late on `day`."""
    late = select(Flag.policy_id).where(col(Flag.status).in_(OPEN), col(Flag.answer_by) >= since)
    return set(session.exec(late.where(col(Flag.answer_by) < day)))


def waiting(session: Session, policy_id: UUID) -> list[Flag]:
    """The shown flags of a policy that need an answer."""
    return [each for each in shown(session, policy_id) if each.status in UNANSWERED]


def to_answer(session: Session, policy_id: UUID, today: date, soon: date, limit: int) -> tuple[list[Flag], int]:
    """Some shown flags of a policy that need an answer, and how many there are: a first one, or one due by `soon`.

    They are in the order of `shown_page`.
    """
    given = {"policy": policy_id, "today": today, "soon": soon}
    rows = session.exec(_TO_ANSWER, params={**given, "limit": limit})
    return list(rows), session.exec(_NUMBER_TO_ANSWER, params=given).one()


def on_the_clock(session: Session, policy_id: UUID) -> list[Flag]:
    """The flags of a policy with a day by which the answer is due, the earliest first."""
    statement = (
        select(Flag)
        .where(
            Flag.policy_id == policy_id,
            col(Flag.status).in_(OPEN),
            col(Flag.answer_by).is_not(None),
            col(Flag.released_on).is_not(None),
            col(Flag.withdrawn).is_(False),
        )
        .order_by(col(Flag.answer_by), col(Flag.id))
    )
    return list(session.exec(statement))


def shown_on(session: Session, policy_id: UUID, verdict: Verdict, day: date) -> int:
    """The number of flags of a policy with that verdict that were first shown on a day."""
    return session.exec(
        select(func.count()).where(
            Flag.policy_id == policy_id,
            Flag.verdict == verdict,
            Flag.released_on == day,
            col(Flag.withdrawn).is_(False),
        )
    ).one()


def tell_again(session: Session, policy_id: UUID) -> None:
    """Make the open flags of a policy news again, for the first digest of a new owner."""
    session.exec(
        update(Flag)
        .where(col(Flag.policy_id) == policy_id, col(Flag.status).in_(OPEN), col(Flag.released_on).is_not(None))
        .values(digest_id=None, sent_on=None)
        .execution_options(synchronize_session=False)
    )


def add_seconds(session: Session, flag_id: UUID, number: int) -> None:
    """Add to the count of shown seconds."""
    session.exec(
        update(Flag)
        .where(col(Flag.id) == flag_id)
        .values(seconds=col(Flag.seconds) + number)
        .execution_options(synchronize_session="fetch")
    )
