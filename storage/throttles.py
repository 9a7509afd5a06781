"""Throttles: how long a place, a tenant or a daily job has to wait until the next message or run.

`bot.outbox.claims` says when one is closed, and for how long.
"""

from collections.abc import Set
from datetime import datetime

from sqlalchemy import bindparam
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, Session, SQLModel, col, select

Closed = tuple[datetime, datetime]
"""A throttle is closed while it opens later than the first, and not later than the second."""


class Throttle(SQLModel, table=True):
    """Paces one place, one tenant or one daily job: nothing is sent there, or run, before `opens_at`.

    One that opens further ahead than its longest pace was closed by a process whose clock was ahead, and is open.
    """

    __tablename__ = "gates"

    key: str = Field(primary_key=True)
    opens_at: datetime

    def is_closed(self, after: datetime, until: datetime) -> bool:
        """Whether it opens later than `after`. `until` is the latest that it can open, by a clock that is right."""
        return after < self.opens_at <= until


def throttle(session: Session, key: str, now: datetime) -> Throttle:
    """The throttle with that key, as `throttles` gives it."""
    return throttles(session, {key}, now)[key]


def throttles(session: Session, keys: Set[str], now: datetime) -> dict[str, Throttle]:
    """The throttles with these keys, by key. Makes missing ones, open; locks all in key order on PostgreSQL."""
    if not keys:
        return {}
    given = {"keys": sorted(keys)}
    missing = sorted(keys - set(session.exec(_THROTTLE_KEYS, params=given)))
    if missing:
        # Insert before locking any: a process that waits here for another one's insert must hold no lock on throttles.
        insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
        rows = [{"key": key, "opens_at": now} for key in missing]
        session.exec(insert(Throttle).values(rows).on_conflict_do_nothing())
    return {each.key: each for each in session.exec(_THROTTLES, params=given)}


# Built once, because they run for every message.
_THROTTLE_KEYS = select(Throttle.key).where(col(Throttle.key).in_(bindparam("keys", expanding=True)))
_THROTTLES = (
    select(Throttle)
    .where(col(Throttle.key).in_(bindparam("keys", expanding=True)))
    .order_by(Throttle.key)
    .with_for_update()
)
