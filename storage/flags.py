"""Flags: one point by one person on one policy.

Every row here is shown to everyone: a flag that waits is in a box (`storage/boxes.py`). A confidential row names no
one: only someone who holds the policy's authors' key and the person's secret can recompute its tag. A detached row has
what is kept of its receipt code instead. Neither holds a time, a place or a language, and the table has no rowid on
SQLite, so that no order of writing can be read from it.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy
from sqlalchemy import Date, Index, Integer, Uuid, bindparam, text
from sqlmodel import Field, Session, and_, case, col, func, or_, select, update

from storage import text_key
from storage.columns import enum_type
from storage.escalation_notices import Step
from storage.read_only_rows import columns, new_read_only_row
from storage.release import Released, released_indexes

_HAS_RECEIPT = text("receipt IS NOT NULL")
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


class Flag(Released, table=True):
    """`because`, `remedy` and `evidence` are sealed, and so is `meaning`, a vector made of the first.

    `promise` decides which of `person_id`, `tag` and `receipt` is set; with the first, `named_to` holds sealed whom the
    form named. `left_out` is set once the row was found not to
    open, because it was changed or damaged: it is neither shown nor counted.

    `sent_on` is the day of the first digest, and `answer_by` the day the answer is due, set from then on. `days_left`
    is the number of working days that remain after a question stopped the clock. `told` is the last step of the
    escalation chain that was told, on `told_on`. `seconds` counts the seconds that are shown.
    """

    __tablename__ = "flags"
    __table_args__ = (
        *released_indexes("flags"),
        # All by which authors find their own, so that no text is read for that.
        Index("ix_flags_authors", "policy_id", "tag", "person_id"),
        Index("ix_flags_receipts", "policy_id", "receipt", sqlite_where=_HAS_RECEIPT, postgresql_where=_HAS_RECEIPT),
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
            "left_out",  # SQLite would read it from each row, though it is the same in all of them
            sqlite_where=text("left_out IS 0"),
            postgresql_where=text("left_out IS false"),
        ),
        # For how many wait on somebody's policies: most of their flags are answered.
        Index(
            "ix_flags_unanswered",
            "policy_id",
            "released_on",
            "left_out",
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
    tag: bytes | None = None
    receipt: bytes | None = None
    because: bytes
    remedy: bytes | None = None
    evidence: bytes | None = None
    meaning: bytes | None = None
    left_out: bool = False
    named_to: bytes | None = None
    status: FlagStatus = Field(
        sa_type=enum_type(FlagStatus, "standing"), sa_column_kwargs={"name": "standing", "key": "status"}
    )
    seconds: int = 0
    sent_on: date | None = None
    answer_by: date | None = None
    days_left: int | None = None
    told: Step | None = Field(default=None, sa_type=enum_type(Step))
    told_on: date | None = None


def bound(flag: Flag) -> bytes:
    """What is bound to the texts of a flag, so that none opens once a part of it was changed."""
    author = flag.person_id, flag.tag, flag.receipt
    values = flag.policy_id, flag.promise, *author, flag.verdict, flag.theme, flag.wording, flag.released_on
    return text_key.bound(*values)


def is_any(session: Session, policy_id: UUID) -> bool:
    """Whether a policy has any flag, shown or left out."""
    return session.exec(select(Flag.id).where(Flag.policy_id == policy_id).limit(1)).first() is not None


def flag(session: Session, flag_id: UUID) -> Flag | None:
    """The shown flag of that id, also one that is left out."""
    return session.get(Flag, flag_id)


def flags(session: Session, flag_ids: Iterable[UUID]) -> list[Flag]:
    """The flags of those ids."""
    return list(session.exec(select(Flag).where(col(Flag.id).in_(list(flag_ids)))))


def of_policies(session: Session, policy_ids: Sequence[UUID]) -> list[Flag]:
    """All flags of these policies that everyone may see, with their texts, in no order."""
    return list(session.exec(_OF_POLICIES, params={"policies": list(policy_ids)}))


_POLICY = bindparam("policy", type_=Uuid())
_POLICIES = bindparam("policies", type_=Uuid(), expanding=True)


def named(session: Session, policy_id: UUID) -> list[Flag]:
    """The *Named* flags of a policy, also those that are left out."""
    return list(session.exec(select(Flag).where(Flag.policy_id == policy_id, Flag.promise == Promise.NAMED)))


def name_to(session: Session, flag_id: UUID, named_to: bytes) -> None:
    """Set, sealed, whom a flag is named to."""
    changed = update(Flag).where(col(Flag.id) == flag_id).values(named_to=named_to)
    session.exec(changed.execution_options(synchronize_session="fetch"))


def new(**values: Any) -> Flag:
    """A new flag, read-only, to be given to `insert`."""
    return new_read_only_row(Flag, values)


def insert(session: Session, flags: Sequence[Flag]) -> None:
    """Insert new flags, in the order given."""
    session.connection().execute(_INSERT, [each.__dict__ for each in flags])


def shown(session: Session, policy_id: UUID) -> list[Flag]:
    """The flags of a policy that everyone may see, in an order that reveals nothing but the day of release."""
    return list(session.exec(_SHOWN, params={"policy": policy_id}))


_SHOWN = (
    select(Flag)
    .where(Flag.policy_id == _POLICY, col(Flag.left_out).is_(False))
    .order_by(col(Flag.released_on).desc(), col(Flag.seconds).desc(), col(Flag.id))
)


def shown_texts(session: Session, policy_id: UUID) -> list[Flag]:
    """The same in the same order, read-only, and of the texts only `because`."""
    found = session.connection().execute(_SHOWN_TEXTS, {"policy": policy_id})
    return [new_read_only_row(Flag, dict(each)) for each in found.mappings()]


_SHOWN_TEXTS = _SHOWN.with_only_columns(
    *(each for each in columns(Flag) if each.key not in ("remedy", "evidence", "digest_id"))
)


def number_left_out(session: Session, policy_id: UUID) -> int:
    """How many flags of a policy are left out, because they do not open."""
    return session.exec(_NUMBER_LEFT_OUT, params={"policy": policy_id}).one()


def of_policy(session: Session, policy_id: UUID) -> list[Flag]:
    """All flags of a policy, also those that are left out."""
    return list(session.exec(select(Flag).where(Flag.policy_id == policy_id)))


def leave_out(session: Session, flag_ids: Iterable[UUID], left_out: bool = True) -> None:
    """Note that these flags do not open, or do so again."""
    session.exec(
        update(Flag)
        .where(col(Flag.id).in_(list(flag_ids)))
        .values(left_out=left_out)
        .execution_options(synchronize_session="fetch")
    )


def shown_page(session: Session, policy_id: UUID, today: date, *, offset: int, limit: int) -> list[Flag]:
    """Some of the flags of a policy that everyone may see: late ones first, then those that most people say.

    No other flag is loaded. `today` is the organisation's day.
    """
    given = {"policy": policy_id, "today": today, "offset": offset, "limit": limit}
    return list(session.exec(_SHOWN_PAGE, params=given))


_IS_SHOWN = (Flag.policy_id == _POLICY, col(Flag.left_out).is_(False))
_NUMBER_LEFT_OUT = select(func.count()).select_from(Flag).where(Flag.policy_id == _POLICY, col(Flag.left_out).is_(True))
# The day first: few flags have one, and most are decided by it.
_LATE = and_(col(Flag.answer_by) < bindparam("today", type_=Date()), col(Flag.status).in_(OPEN))
_LATE_THEN_MOST_PEOPLE = (
    case((_LATE, 0), else_=1),
    col(Flag.seconds).desc(),
    col(Flag.released_on).desc(),
    col(Flag.id),
)
_INSERT = sqlalchemy.insert(Flag)
_OF_POLICIES = select(Flag).where(col(Flag.policy_id).in_(_POLICIES), col(Flag.left_out).is_(False))
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
        col(Flag.policy_id).in_(_POLICIES),
        col(Flag.left_out).is_(False),
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
            col(Flag.left_out).is_(False),
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
            col(Flag.left_out).is_(False),
        )
    ).one()


def ask_for_none(session: Session, policy_id: UUID) -> None:
    """No flag of a policy asks for an answer any more: those that are answered keep their answers."""
    session.exec(
        update(Flag)
        .where(col(Flag.policy_id) == policy_id, col(Flag.status).in_(OPEN))
        .values(status=FlagStatus.UNNEEDED, answer_by=None, days_left=None)
        .execution_options(synchronize_session="fetch")
    )


def tell_again(session: Session, policy_id: UUID) -> None:
    """Make the open flags of a policy news again, for the first digest of a new owner."""
    session.exec(
        update(Flag)
        .where(col(Flag.policy_id) == policy_id, col(Flag.status).in_(OPEN))
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
