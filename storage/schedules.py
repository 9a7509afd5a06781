"""Schedules: when each person's digests are sent, and their quiet hours."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import sqlalchemy
from sqlalchemy import Index, Integer, Uuid, bindparam, text
from sqlmodel import Field, Session, SQLModel, col, func, select, update

from storage.engine import claimable
from storage.people import Person
from storage.read_only_rows import columns, read_only_row_if_any


class Schedule(SQLModel, table=True):
    """One for each person. `cron` is in the local time of `zone`, `next_slot` a local time, `next_due_at` its instant.

    `own_zone` says that the person chose the zone; otherwise it follows their profile. `next_due_at` is NULL when
    nothing is planned, so that the partial index holds only what may come due. `last_slot` is the latest slot that has
    passed: where no digest has it, there was nothing to report, and nothing was sent. From `quiet_from` to
    `quiet_until`, local times such as `18:00`, no message is sent; NULL where there are no quiet hours.
    """

    __tablename__ = "schedules"
    __table_args__ = (
        Index(
            "ix_schedules_due",
            "next_due_at",
            sqlite_where=text("next_due_at IS NOT NULL"),
            postgresql_where=text("next_due_at IS NOT NULL"),
        ),
    )

    person_id: UUID = Field(foreign_key="people.id", primary_key=True)
    cron: str
    zone: str
    own_zone: bool = False
    calendar: str
    next_slot: str | None = None
    next_due_at: datetime | None = None
    snoozed_until: date | None = None
    last_slot: str | None = None
    quiet_from: str | None = None
    quiet_until: str | None = None


def schedule(session: Session, person_id: UUID) -> Schedule | None:
    """The schedule stored under that id."""
    return session.get(Schedule, person_id)


def of_person(session: Session, person_ids: Sequence[UUID]) -> Schedule | None:
    """The schedule of a person, by all their ids; of several, the one under the first id."""
    found = {each.person_id: each for each in session.exec(_OF_PEOPLE, params={"people": list(person_ids)})}
    return next((found[each] for each in person_ids if each in found), None)


_OF_PEOPLE = select(Schedule).where(col(Schedule.person_id).in_(bindparam("people", type_=Uuid(), expanding=True)))


def who_has_one(session: Session) -> set[UUID]:
    """The people who have a schedule."""
    return set(session.exec(select(Schedule.person_id)))


def held(session: Session, person_ids: Sequence[UUID]) -> Schedule | None:
    """The schedule that `of_person` gives, reloaded and locked until the transaction ends."""
    for each in person_ids:
        row = session.get(Schedule, each, with_for_update=True, populate_existing=True)
        if row is not None:
            return row
    return None


def with_name(session: Session, person_id: UUID) -> tuple[str, Schedule | None] | None:
    """(name, read-only schedule or None) of the person with that id, in one query; None for an unknown id."""
    found = session.connection().execute(_WITH_NAME, {"person": person_id}).first()
    return (found[0], read_only_row_if_any(Schedule, found[1:])) if found else None


_WITH_NAME = (
    sqlalchemy.select(col(Person.name), *columns(Schedule))
    .select_from(Person)
    .outerjoin(Schedule, col(Schedule.person_id) == Person.id)
    .where(col(Person.id) == bindparam("person", type_=Uuid()))
)


def planned_after(session: Session, person_id: UUID | None, limit: int) -> list[Schedule]:
    """The next `limit` schedules that have a slot planned, ordered by person id, after that id."""
    statement = select(Schedule).where(col(Schedule.next_due_at).is_not(None), col(Schedule.next_slot).is_not(None))
    if person_id is not None:
        statement = statement.where(col(Schedule.person_id) > person_id)
    return list(session.exec(statement.order_by(col(Schedule.person_id)).limit(limit)))


def move(session: Session, row: Schedule, due_at: datetime) -> bool:
    """Make the planned slot of a schedule due at another time. False, with nothing done, if it has moved on since."""
    result = session.exec(
        update(Schedule)
        .where(
            col(Schedule.person_id) == row.person_id,
            col(Schedule.next_due_at) == row.next_due_at,
            col(Schedule.next_slot) == row.next_slot,
        )
        .values(next_due_at=due_at)
        .execution_options(synchronize_session=False)
    )
    return result.rowcount == 1


def due(session: Session, now: datetime, limit: int) -> list[Schedule]:
    """The schedules with a digest due at `now`, the longest overdue first."""
    return list(session.exec(_DUE, params={"now": now, "most": limit}))


# Built once, because it runs every second.
_DUE = (
    select(Schedule)
    .where(col(Schedule.next_due_at).is_not(None), col(Schedule.next_due_at) <= bindparam("now"))
    .order_by(col(Schedule.next_due_at), col(Schedule.person_id))
    .limit(bindparam("most", type_=Integer()))
)


def claim(session: Session, moves: Sequence[tuple[Schedule, str, datetime]]) -> set[UUID]:
    """Claim due schedules by moving them on: (schedule as loaded, next slot, its instant) for each.

    Returns the ids of the people whose schedules this process claimed: those that nothing has moved since.
    """
    due_at = {row.person_id: row.next_due_at for row, _, _ in moves}
    found = session.exec(claimable(_WHEN_DUE), params={"people": sorted(due_at)})
    claimed = {person_id for person_id, at in found if at == due_at[person_id]}
    moved = [
        {"whose": row.person_id, "slot": slot, "at": at, "last": row.next_slot}
        for row, slot, at in moves
        if row.person_id in claimed
    ]
    if moved:
        session.connection().execute(_MOVE_ON, moved)
    return claimed


_WHEN_DUE = (
    select(Schedule.person_id, Schedule.next_due_at)
    .where(col(Schedule.person_id).in_(bindparam("people", type_=Uuid(), expanding=True)))
    .order_by(col(Schedule.person_id))
)
_MOVE_ON = (
    update(Schedule)
    .where(col(Schedule.person_id) == bindparam("whose"))
    .values(next_slot=bindparam("slot"), next_due_at=bindparam("at"), snoozed_until=None, last_slot=bindparam("last"))
)


def earliest(session: Session) -> datetime | None:
    """The earliest time at which a digest is due, or None."""
    return session.exec(select(func.min(Schedule.next_due_at)).where(col(Schedule.next_due_at).is_not(None))).one()


def all_of_them(session: Session) -> list[Schedule]:
    """Every schedule."""
    return list(session.exec(select(Schedule)))
