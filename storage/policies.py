"""Announced policies and all their wordings."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy
from sqlalchemy import Date, DateTime, Index, Integer, String, Uuid, bindparam, cast, text, true
from sqlmodel import Field, Session, SQLModel, case, col, func, not_, or_, select, update

from storage.boxes import Box
from storage.columns import enum_type
from storage.flags import IS_UNANSWERED, OPEN, UNANSWERED, Flag
from storage.organisation import Organisation
from storage.policy_keys import COLUMNS, PolicyKeys, WrappedAuthorsKey, WrappedKeys
from storage.postings import Posting
from storage.read_only_rows import columns, new_read_only_row, read_only_row, read_only_row_if_any

_RUNS = text("next_step_at IS NOT NULL")
_MAY_BE_OPEN = text("closed_on IS NULL")
_MOST_PAGES = 500


class Audience(StrEnum):
    """Who is on a policy, beside those who have a part in it."""

    MEMBERS = "members"
    EVERYONE = "everyone"


class Policy(SQLModel, table=True):
    """A policy. `link_key` is what its announcement is recognised by: the normalised link of its page and, after `#`,
    what tells it from other announcements there (`AnnouncementIdentity` in `bot/interface/recognition.py`). `link_page`
    is the page alone, which is looked up.

    Each of owner, delegate and senior owner is a person, or an e-mail address that waits for one. Dates are days in the
    organisation's zone. `released_on` is the day of the last batch of flags. `read_by` is who reads the digests in
    place of an owner who cannot be reached. `awaited_until` is the day on which admins are told that an owner named by
    e-mail address has not been seen. While it is on legal hold, `held_on` and the sealed `held_reason` are set. Answer
    deadlines are paused up to and including `paused_until`. `next_step_at` is when the worker checks the policy's owner
    and deadlines next; NULL when there is nothing to check, so that the partial index holds only the others. `people`
    counts the shown flags and seconds, to sort policies by. `erased_on` is the day on which all that was said about a
    policy that is closed for good was deleted. `owner_named_self` and `delegate_named_self` say that they gave
    themselves that part. `audience` says who is on it: members of the channels that have its card, or everyone on the
    roster of a connected channel. `channel_set` stands for these channels, as their postings list them. `public` is
    whether it has a page for anyone who has the address, `narrowed` whether everyone was on it before.
    `withdrawn_on`, `withdrawn_by` and `withdrawn_reason` say when the announcement was withdrawn, by whom and why.
    """

    __tablename__ = "policies"
    __table_args__ = (
        Index("ix_policies_next_step_at", "next_step_at", sqlite_where=_RUNS, postgresql_where=_RUNS),
        Index("ix_policies_open", "closes_on", sqlite_where=_MAY_BE_OPEN, postgresql_where=_MAY_BE_OPEN),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    title: str
    summary: str
    link: str = ""
    link_key: str | None = Field(default=None, unique=True)
    link_page: str | None = Field(default=None, index=True)
    wording: int = 1
    reworded_on: date | None = None
    announced_on: date
    closes_on: date
    closed_on: date | None = None
    sealed_on: date | None = None
    erased_on: date | None = None
    keep_months: int | None = None
    announced_by: UUID | None = Field(default=None, foreign_key="people.id")
    owner_id: UUID | None = Field(default=None, foreign_key="people.id", index=True)
    owner_email: str | None = Field(default=None, index=True)
    owner_since: date | None = None
    delegate_id: UUID | None = Field(default=None, foreign_key="people.id", index=True)
    delegate_email: str | None = Field(default=None, index=True)
    delegate_told_on: date | None = None
    owner_named_self: bool = False
    delegate_named_self: bool = False
    senior_id: UUID | None = Field(default=None, foreign_key="people.id", index=True)
    senior_email: str | None = Field(default=None, index=True)
    senior_told_on: date | None = None
    released_on: date | None = None
    read_by: UUID | None = Field(default=None, foreign_key="people.id", index=True)
    held_on: date | None = None
    held_reason: bytes | None = None
    paused_until: date | None = None
    paused_reason: str = ""
    withdrawn_on: date | None = None
    withdrawn_by: UUID | None = Field(default=None, foreign_key="people.id")
    withdrawn_reason: str = ""
    awaited_until: date | None = None
    next_step_at: datetime | None = None
    nonce_hash: bytes | None = Field(default=None, unique=True)
    people: int = 0
    audience: Audience = Field(default=Audience.MEMBERS, sa_type=enum_type(Audience))
    channel_set: UUID | None = None
    public: bool = False
    narrowed: bool = False


class Wording(SQLModel, table=True):
    """The title and summary in force from `since` on. A flag keeps the number of the wording it is about."""

    __tablename__ = "wordings"

    policy_id: UUID = Field(foreign_key="policies.id", primary_key=True)
    number: int = Field(primary_key=True)
    title: str
    summary: str
    since: date


def policy(session: Session, policy_id: UUID) -> Policy | None:
    """The policy of that id."""
    return session.get(Policy, policy_id)


def policies(session: Session, policy_ids: Iterable[UUID]) -> dict[UUID, Policy]:
    """The policies of those ids, by id."""
    found = session.exec(select(Policy).where(col(Policy.id).in_(list(policy_ids))))
    return {each.id: each for each in found}


WithTerms = tuple[Policy, Organisation, WrappedKeys, frozenset[UUID]]


def with_terms(session: Session, policy_id: UUID) -> WithTerms | None:
    """The policy of that id, the organisation's terms, both read-only, the wrapped keys and the ids of its channels.

    In one query.
    """
    return _with_terms(session.connection().execute(_WITH_TERMS, {"policy": policy_id}).first())


def held(session: Session, policy_id: UUID) -> WithTerms | None:
    """Like `with_terms`, locked as by `policy_keys.lock`. None for a policy that is closed for good."""
    found = _with_terms(session.connection().execute(_HELD, {"policy": policy_id}).first())
    return found if found and found[2].text is not None else None


def _with_terms(found: Sequence[Any] | None) -> WithTerms | None:
    if found is None:
        return None
    *row, channels = found
    keys = WrappedKeys(*row[-len(COLUMNS) :])
    organisation = _organisation_or_defaults(row[_WIDTH : -len(COLUMNS)])
    here = frozenset(UUID(each) for each in channels.split(",")) if channels else frozenset()
    return read_only_row(Policy, row[:_WIDTH]), organisation, keys, here


def _organisation_or_defaults(found: Sequence[Any]) -> Organisation:
    return read_only_row_if_any(Organisation, found) or new_read_only_row(Organisation, {})


_POLICY = bindparam("policy", type_=Uuid())
_WIDTH = len(columns(Policy))
_CHANNELS = (
    sqlalchemy.select(func.aggregate_strings(cast(col(Posting.channel_id), String), ","))
    .where(col(Posting.policy_id) == _POLICY)
    .scalar_subquery()
)
# Built once, because they run whenever a form is opened or submitted.
_WITH_TERMS = (
    sqlalchemy.select(*columns(Policy), *columns(Organisation), *COLUMNS, _CHANNELS)
    .select_from(Policy)
    .join(PolicyKeys, col(PolicyKeys.policy_id) == Policy.id)
    .outerjoin(Organisation, true())
    .where(col(Policy.id) == _POLICY)
)
_HELD = _WITH_TERMS.with_for_update(of=PolicyKeys)


def on_pages(session: Session, pages: Collection[str]) -> list[Policy]:
    """The policies whose announcement has its link on one of these pages, in no order."""
    listed, found = sorted(pages), list[Policy]()
    for start in range(0, len(listed), _MOST_PAGES):
        some = listed[start : start + _MOST_PAGES]
        found += session.exec(select(Policy).where(col(Policy.link_page).in_(some)))
    return found


def by_nonce(session: Session, nonce_hash: bytes) -> Policy | None:
    """The policy announced by the form with that nonce."""
    return session.exec(select(Policy).where(Policy.nonce_hash == nonce_hash)).first()


Wrapped = tuple[UUID, WrappedAuthorsKey | None]
"""A policy's id, and its wrapped authors' key, unless that has ended."""


def keys_of_current(session: Session, since: date) -> list[Wrapped]:
    """The authors' keys of current policies.

    Their last day is `since` or later, or a flag on them waits for an answer or a release. None that has ended.
    """
    return [_wrapped(each) for each in session.connection().execute(_CURRENT, {"since": since})]


def keys_of_those_over(session: Session, since: date, *, offset: int, limit: int) -> list[Wrapped]:
    """The authors' keys of some of all other policies, the last closed first."""
    found = session.connection().execute(_OVER, {"since": since, "offset": offset, "limit": limit})
    return [_wrapped(each) for each in found]


def _wrapped(found: Sequence[Any]) -> Wrapped:
    return found[0], WrappedAuthorsKey(*found) if found[2] is not None else None


def wording(session: Session, policy_id: UUID, number: int) -> Wording | None:
    """One wording of a policy."""
    return session.get(Wording, (policy_id, number))


def last_wording(session: Session, policy_id: UUID, day: date) -> int | None:
    """The number of the wording in force at the end of a day; None where the policy had none yet."""
    return session.exec(_LAST_WORDING, params={"policy": policy_id, "day": day}).one()


_LAST_WORDING = select(func.max(Wording.number)).where(
    Wording.policy_id == bindparam("policy", type_=Uuid()), col(Wording.since) <= bindparam("day", type_=Date())
)


def wordings_of(session: Session, policy_ids: Iterable[UUID]) -> dict[tuple[UUID, int], Wording]:
    """All wordings of these policies, by policy and number."""
    found = session.exec(select(Wording).where(col(Wording.policy_id).in_(list(policy_ids))))
    return {(each.policy_id, each.number): each for each in found}


def open_without_flags(session: Session, day: date) -> list[UUID]:
    """The policies that take flags on `day` and show none, in the order of their ids."""
    return list(session.exec(_OPEN_WITHOUT_FLAGS, params={"day": day}))


def is_any_open(session: Session, day: date) -> bool:
    """Whether any policy takes flags on `day`."""
    return session.exec(_ANY_OPEN, params={"day": day}).first() is not None


def number(session: Session) -> int:
    """How many policies were announced."""
    return session.exec(select(func.count()).select_from(Policy)).one()


def newest(session: Session, *, offset: int, limit: int) -> list[Policy]:
    """Some of all policies, the newest first."""
    by_day = select(Policy).order_by(col(Policy.announced_on).desc(), col(Policy.title), col(Policy.id))
    return list(session.exec(by_day.offset(offset).limit(limit)))


def count_people(session: Session, policy_id: UUID) -> None:
    """Count again how many flags and seconds of a policy are shown."""
    session.exec(_COUNT_PEOPLE, params={"policy": policy_id}, execution_options={"synchronize_session": False})


_DAY = bindparam("day", type_=Date())
IS_OPEN = (col(Policy.closed_on).is_(None), col(Policy.closes_on) >= _DAY)
"""That a policy takes flags on the parameter `day`."""
_ANY_OPEN = select(Policy.id).where(*IS_OPEN).limit(1)
_LIMIT, _OFFSET = bindparam("limit", type_=Integer()), bindparam("offset", type_=Integer())
_OPEN_WITHOUT_FLAGS = (
    select(Policy.id)
    .where(*IS_OPEN, ~select(Flag.id).where(Flag.policy_id == Policy.id).correlate(Policy).exists())
    .order_by(col(Policy.id))
)
_LAST_DAY = func.coalesce(col(Policy.closed_on), col(Policy.closes_on))
_IS_CURRENT = or_(
    bindparam("since", type_=Date()) <= _LAST_DAY,
    select(Flag.id).where(Flag.policy_id == Policy.id, col(Flag.status).in_(OPEN)).correlate(Policy).exists(),
    select(Box.id).where(Box.policy_id == Policy.id).correlate(Policy).exists(),
)
_KEYS = (
    sqlalchemy.select(
        col(Policy.id),
        col(PolicyKeys.generation),
        col(PolicyKeys.authors),
        col(PolicyKeys.authors_month),
        col(PolicyKeys.authors_day),
    )
    .join(PolicyKeys, col(PolicyKeys.policy_id) == Policy.id)
    .where(col(PolicyKeys.text).is_not(None))
)
_CURRENT = _KEYS.where(_IS_CURRENT)
_OVER = _KEYS.where(not_(_IS_CURRENT)).order_by(_LAST_DAY.desc(), col(Policy.id)).offset(_OFFSET).limit(_LIMIT)
_COUNT_PEOPLE = (
    update(Policy)
    .where(col(Policy.id) == _POLICY)
    .values(
        people=select(func.coalesce(func.sum(1 + col(Flag.seconds)), 0))
        .where(col(Flag.policy_id) == _POLICY, col(Flag.left_out).is_(False))
        .scalar_subquery()
    )
)


def owned_by(session: Session, person_ids: Iterable[UUID]) -> list[Policy]:
    """The policies that a person owns, by title; `person_ids` are all ids of one person."""
    ids = list(person_ids)
    return list(session.exec(select(Policy).where(col(Policy.owner_id).in_(ids)).order_by(Policy.title)))


def role_holders(session: Session) -> set[UUID]:
    """Everyone who is an owner, a delegate or a senior owner of a policy that is not closed for good."""
    found: set[UUID] = set()
    for column in (Policy.owner_id, Policy.delegate_id, Policy.senior_id):
        rows = session.exec(select(column).where(col(column).is_not(None), col(Policy.sealed_on).is_(None)).distinct())
        found |= {each for each in rows if each}
    return found


def owned_or_read_by(session: Session, person_ids: Iterable[UUID]) -> list[Policy]:
    """The policies that a person owns, or reads in place of an owner who cannot be reached, by title."""
    ids = list(person_ids)
    return list(session.exec(_OWNED_OR_READ_BY, params={"owners": ids, "readers": ids}))


def are_any_theirs(session: Session, owner_ids: Sequence[UUID], reader_ids: Sequence[UUID]) -> bool:
    """Whether there is any such policy."""
    return session.exec(_ANY_OF_THEIRS, params={"owners": owner_ids, "readers": reader_ids}).first() is not None


def number_theirs(session: Session, owner_ids: Sequence[UUID], reader_ids: Sequence[UUID]) -> int:
    """How many policies these owners own, or these people read in place of an owner who cannot be reached."""
    return session.exec(_NUMBER_THEIRS, params={"owners": owner_ids, "readers": reader_ids}).one()


def waiting_on(session: Session, owner_ids: Sequence[UUID], reader_ids: Sequence[UUID]) -> int:
    """How many shown flags on these policies nobody has answered, acknowledged or asked about."""
    return session.exec(_WAITING_ON, params={"owners": owner_ids, "readers": reader_ids}).one()


def page_of_theirs(
    session: Session, owner_ids: Sequence[UUID], reader_ids: Sequence[UUID], day: date, *, offset: int, limit: int
) -> list[Policy]:
    """Some of these policies: those with a late answer first, then those on which most flags wait, then by title."""
    given = {"owners": owner_ids, "readers": reader_ids, "day": day, "offset": offset, "limit": limit}
    return list(session.exec(_PAGE_OF_THEIRS, params=given))


_OWNERS = bindparam("owners", type_=Uuid(), expanding=True)
_READERS = bindparam("readers", type_=Uuid(), expanding=True)
_IS_THEIRS = or_(col(Policy.owner_id).in_(_OWNERS), col(Policy.read_by).in_(_READERS))
_IS_SHOWN = (col(Flag.left_out).is_(False),)
_OWNED_OR_READ_BY = select(Policy).where(_IS_THEIRS).order_by(Policy.title)
_ANY_OF_THEIRS = select(Policy.id).where(_IS_THEIRS).limit(1)
_NUMBER_THEIRS = select(func.count()).select_from(Policy).where(_IS_THEIRS)
_WAITING_ON = (
    select(func.count())
    .select_from(Policy)
    .join(Flag, col(Flag.policy_id) == Policy.id)
    .where(_IS_THEIRS, IS_UNANSWERED, *_IS_SHOWN)
)
_WAITING_HERE = (
    select(func.count())
    .select_from(Flag)
    .where(Flag.policy_id == Policy.id, col(Flag.status).in_(UNANSWERED), *_IS_SHOWN)
    .correlate(Policy)
    .scalar_subquery()
)
_LATE_HERE = (
    select(Flag.id)
    .where(Flag.policy_id == Policy.id, col(Flag.answer_by) < _DAY, col(Flag.status).in_(OPEN), *_IS_SHOWN)
    .correlate(Policy)
    .exists()
)
_MOST_URGENT = (case((_LATE_HERE, 0), else_=1), _WAITING_HERE.desc(), col(Policy.title), col(Policy.id))
_THESE = select(Policy.id).where(_IS_THEIRS).order_by(*_MOST_URGENT).offset(_OFFSET).limit(_LIMIT)
_PAGE_OF_THEIRS = select(Policy).where(col(Policy.id).in_(_THESE)).order_by(*_MOST_URGENT)


def awaiting(session: Session, email: str) -> list[Policy]:
    """Policies on which that e-mail address was named in a role, and waits for a person."""
    return list(
        session.exec(
            select(Policy).where(
                or_(
                    Policy.owner_email == email,
                    Policy.delegate_email == email,
                    Policy.senior_email == email,
                )
            )
        )
    )


def awaited_emails(session: Session) -> set[str]:
    """Every e-mail address that waits for a person."""
    found: set[str] = set()
    for column in (Policy.owner_email, Policy.delegate_email, Policy.senior_email):
        found |= {each for each in session.exec(select(column).where(col(column).is_not(None))) if each}
    return found


def claim_release(session: Session, policy_id: UUID, day: date) -> bool:
    """Mark the policy's batch of `day` as released; False if it was already. There is one batch a day for a policy."""
    result = session.exec(
        update(Policy)
        .where(
            col(Policy.id) == policy_id,
            or_(col(Policy.released_on).is_(None), col(Policy.released_on) < day),
        )
        .values(released_on=day)
    )
    return result.rowcount == 1


def look_by(session: Session, policy_ids: Iterable[UUID], at: datetime) -> None:
    """Have these policies checked no later than `at` (aware). One that is due earlier keeps its time."""
    session.exec(
        _LOOK_BY, params={"policies": sorted(policy_ids), "at": at}, execution_options={"synchronize_session": False}
    )


def look_at_all(session: Session, at: datetime) -> None:
    """Have every policy that waits for a check checked no later than `at` (aware)."""
    session.exec(
        update(Policy)
        .where(col(Policy.next_step_at).is_not(None), col(Policy.next_step_at) > at)
        .values(next_step_at=at)
        .execution_options(synchronize_session=False)
    )


def due_steps(session: Session, now: datetime, limit: int) -> list[UUID]:
    """The policies that are due for a check, the longest overdue first."""
    return list(session.exec(_DUE_STEPS, params={"now": now, "most": limit}))


def earliest_step(session: Session) -> datetime | None:
    """The earliest time at which a policy is due for a check, or None."""
    return session.exec(select(func.min(Policy.next_step_at)).where(col(Policy.next_step_at).is_not(None))).one()


def closed_since(session: Session, since: date, day: date) -> set[UUID]:
    """The policies whose last day for flags was `since` or later, and is before `day`."""
    over = select(Policy.id).where(col(Policy.closed_on).is_(None), Policy.closes_on >= since, Policy.closes_on < day)
    return set(session.exec(over))


# Built once, because they run every second and for every batch of digests.
_LOOK_BY = (
    update(Policy)
    .where(
        col(Policy.id).in_(bindparam("policies", type_=Uuid(), expanding=True)),
        or_(col(Policy.next_step_at).is_(None), col(Policy.next_step_at) > bindparam("at")),
    )
    .values(next_step_at=bindparam("at", type_=DateTime(timezone=True)))
)
_DUE_STEPS = (
    select(Policy.id)
    .where(col(Policy.next_step_at).is_not(None), col(Policy.next_step_at) <= bindparam("now"))
    .order_by(col(Policy.next_step_at), col(Policy.id))
    .limit(bindparam("most", type_=Integer()))
)
