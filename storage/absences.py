"""Absences: the days on which a person is away, and who stands in."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from sqlalchemy import Uuid, bindparam
from sqlmodel import Field, Session, SQLModel, col, delete, select


class Absence(SQLModel, table=True):
    """A person's current or next absence, from `first_day` to `last_day` inclusive, in their own time zone."""

    __tablename__ = "absences"

    person_id: UUID = Field(foreign_key="people.id", primary_key=True)
    first_day: date
    last_day: date
    stand_in_id: UUID = Field(foreign_key="people.id", index=True)


def absences(session: Session, person_ids: Iterable[UUID]) -> list[Absence]:
    """The absences of these people, by any of their ids. Past ones are included."""
    return list(session.exec(_ABSENCES, params={"people": list(person_ids)}))


def stood_in_by(session: Session, person_ids: Iterable[UUID]) -> list[Absence]:
    """The absences in which one of these people stands in."""
    return list(session.exec(select(Absence).where(col(Absence.stand_in_id).in_(list(person_ids)))))


def end(session: Session, person_ids: Iterable[UUID]) -> None:
    """Delete the absences of these people."""
    session.exec(
        delete(Absence)
        .where(col(Absence.person_id).in_(list(person_ids)))
        .execution_options(synchronize_session="fetch")
    )


def forget(session: Session, before: date) -> None:
    """Delete the absences that ended before a day."""
    session.exec(delete(Absence).where(col(Absence.last_day) < before).execution_options(synchronize_session="fetch"))


# Built once, because it runs for every batch of digests.
_PEOPLE = bindparam("people", type_=Uuid(), expanding=True)
_ABSENCES = select(Absence).where(col(Absence.person_id).in_(_PEOPLE))
