"""Roles: everything that refers to a person as the holder of a role, moved when accounts are joined or separated.

What was written refers to an account's author and is never moved.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_
from sqlmodel import Session, SQLModel, col, delete, select, update

from storage.absences import Absence
from storage.answers import Answer
from storage.deliveries import Delivery, State
from storage.digests import Digest
from storage.escalation_notices import EscalationNotice
from storage.policies import Policy
from storage.schedules import Schedule

_OPEN_DELIVERIES = or_(col(Delivery.due_at).is_not(None), col(Delivery.state) == State.DEAD)
_REFERENCES: tuple[tuple[type[SQLModel], str, tuple[ColumnElement[bool], ...]], ...] = (
    (Policy, "announced_by", ()),
    (Policy, "owner_id", ()),
    (Policy, "delegate_id", ()),
    (Policy, "senior_id", ()),
    (Policy, "read_by", ()),
    (Absence, "stand_in_id", ()),
    (Digest, "reader_id", ()),
    (Answer, "person_id", ()),
    (EscalationNotice, "person_id", ()),
    (Delivery, "person_id", (_OPEN_DELIVERIES,)),
)


def move(session: Session, moves: Mapping[UUID, UUID]) -> None:
    """Make every role of each person (the keys) one of another person (the values)."""
    if not moves:
        return
    for table, column, where in _REFERENCES:
        _move_references(session, table, column, where, moves)
    for kind in (Schedule, Absence):
        _move_only_row(session, kind, moves)
    _move_digests(session, moves)


def _held_by(session: Session, attribute: Any, moves: Mapping[UUID, UUID]) -> list[UUID]:
    """The people to move to whom a column refers. It has few distinct values compared with a whole roster."""
    found = session.exec(select(attribute).where(col(attribute).is_not(None)).distinct())
    return sorted(set(found) & set(moves))


def _move_references(
    session: Session,
    table: type[SQLModel],
    column: str,
    where: tuple[ColumnElement[bool], ...],
    moves: Mapping[UUID, UUID],
) -> None:
    attribute = getattr(table, column)
    for old in _held_by(session, attribute, moves):
        statement = update(table).where(col(attribute) == old, *where).values({column: moves[old]})
        session.exec(statement.execution_options(synchronize_session="fetch"))


def _move_only_row(session: Session, kind: type[Schedule] | type[Absence], moves: Mapping[UUID, UUID]) -> None:
    """Move a row of which a person has one at most. Where the other has one already, that one stays."""
    theirs: Any = kind.person_id
    for old in _held_by(session, theirs, moves):
        has_one = session.exec(select(theirs).where(col(theirs) == moves[old])).first() is not None
        done = delete(kind) if has_one else update(kind).values(person_id=moves[old])
        session.exec(done.where(col(theirs) == old).execution_options(synchronize_session="fetch"))


def _move_digests(session: Session, moves: Mapping[UUID, UUID]) -> None:
    """Move the digests of an owner, but for those of a slot for which the other was sent one too."""
    for old in _held_by(session, Digest.owner_id, moves):
        taken = select(Digest.slot).where(Digest.owner_id == moves[old])
        statement = update(Digest).where(col(Digest.owner_id) == old, col(Digest.slot).not_in(taken))
        session.exec(statement.values(owner_id=moves[old]).execution_options(synchronize_session="fetch"))
