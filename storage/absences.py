"""Absences: the days on which somebody is away, and who stands in."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from sqlalchemy import Uuid, bindparam
from sqlmodel import Field, Session, SQLModel, col, delete, or_, select

from storage.people import Alias


class Absence(SQLModel, table=True):
    """One a person, the next or the current one, from `first_day` up to and with `last_day` on their own clock."""

    __tablename__ = "absences"

    person_id: UUID = Field(foreign_key="people.id", primary_key=True)
    first_day: date
    last_day: date
    stand_in_id: UUID = Field(foreign_key="people.id", index=True)


def absences(session: Session, person_ids: Iterable[UUID]) -> list[Absence]:
    """The absences of those people, whichever of their ids is given; past ones among them."""
    return list(session.exec(_ABSENCES, params={"people": list(person_ids)}))


def stood_in_by(session: Session, person_ids: Iterable[UUID]) -> list[Absence]:
    """The absences in which one of those people stands in."""
    return list(session.exec(select(Absence).where(col(Absence.stand_in_id).in_(list(person_ids)))))


def end(session: Session, person_ids: Iterable[UUID]) -> None:
    """Drop the absences of those people."""
    session.exec(
        delete(Absence)
        .where(col(Absence.person_id).in_(list(person_ids)))
        .execution_options(synchronize_session="fetch")
    )


def forget(session: Session, before: date) -> None:
    """Drop the absences that ended before that day."""
    session.exec(delete(Absence).where(col(Absence.last_day) < before).execution_options(synchronize_session="fetch"))


# Ready-made, because it is asked for every batch of digests.
_PEOPLE = bindparam("people", type_=Uuid(), expanding=True)
_ABSENCES = select(Absence).where(
    or_(
        col(Absence.person_id).in_(_PEOPLE),
        col(Absence.person_id).in_(select(Alias.person_id).where(col(Alias.id).in_(_PEOPLE))),
        col(Absence.person_id).in_(select(Alias.id).where(col(Alias.person_id).in_(_PEOPLE))),
    )
)
