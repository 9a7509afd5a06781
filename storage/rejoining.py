"""Whether people's accounts are being looked at again, to be joined and separated, and how far that has come."""

from sqlmodel import Field, Session, SQLModel, col, select, update


class Rejoining(SQLModel, table=True):
    """The one row. `after` is the last address that was looked at, empty at the beginning; NULL when all are done."""

    __tablename__ = "rejoining"

    id: int = Field(default=1, primary_key=True)
    after: str | None = None


def begin(session: Session) -> None:
    """Have all accounts looked at, from the beginning."""
    if session.exec(update(Rejoining).where(col(Rejoining.id) == 1).values(after="")).rowcount == 0:
        session.add(Rejoining(after=""))
        session.flush()


def is_under_way(session: Session) -> bool:
    """Whether accounts are still to be looked at."""
    return session.exec(_AFTER).first() is not None


def under_way(session: Session) -> Rejoining | None:
    """The row, locked until the transaction ends, if accounts are still to be looked at."""
    found = session.exec(select(Rejoining).where(Rejoining.id == 1).with_for_update()).first()
    return found if found is not None and found.after is not None else None


# Built once, because it runs every second.
_AFTER = select(Rejoining.after).where(Rejoining.id == 1)
