"""Restores: whether the database was put back from a backup, and how far it had come.

A database that comes from a backup knows nothing of what was sent since. Its `mark` rises with every message that is
sent, and each process remembers the highest one that it has seen: a lower one shows that time went back.

    NORMAL ---(a mark went back, or an operator says so)---> HELD
    HELD ---(an admin confirms)---> CONFIRMED ---(what was missed is made)---> NORMAL

While it is HELD or CONFIRMED nothing is sent. While it is HELD nothing is released or made to be sent either.
"""

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlmodel import Field, Session, SQLModel, col, update

from storage.columns import enum_type


class RestoreState(StrEnum):
    """What a restored database is waiting for."""

    NORMAL = "normal"
    HELD = "held"
    CONFIRMED = "confirmed"


class Restore(SQLModel, table=True):
    """The one row. `line` is random and new after each restore, so that marks of before it are not compared with it.

    `confirmed_at` is when the last restore was confirmed. `since` is when the newest message in that backup was made:
    what was sent between the two is not in the database.
    """

    __tablename__ = "restores"

    id: int = Field(default=1, primary_key=True)
    line: UUID = Field(default_factory=uuid4)
    mark: int = 0
    state: RestoreState = Field(default=RestoreState.NORMAL, sa_type=enum_type(RestoreState))
    confirmed_at: datetime | None = None
    since: datetime | None = None


def restore(session: Session) -> Restore | None:
    """The row; None before the first start."""
    return session.get(Restore, 1)


def is_held(session: Session) -> bool:
    """Whether a restore is still to be confirmed."""
    found = restore(session)
    return found is not None and found.state is RestoreState.HELD


def locked(session: Session) -> Restore:
    """The row, made where it is missing; locked on PostgreSQL until the transaction ends."""
    found = session.get(Restore, 1, with_for_update=True)
    if found is None:
        found = Restore()
        session.add(found)
        session.flush()
    return found


def raise_mark(session: Session) -> None:
    """Note that something was sent."""
    raised = update(Restore).where(col(Restore.id) == 1).values(mark=Restore.mark + 1)
    session.exec(raised.execution_options(synchronize_session=False))
