"""A probe of whether the database takes a write.

It changes one row back and forth. The row holds no time and no count: together with the numbers that a database gives
its transactions, either could date what people write.
"""

from datetime import UTC, datetime, timedelta

from storage import sqlite
from storage.engine import Database, Session
from storage.throttles import throttle

_KEY = "probe/write"
_ONE = datetime(2000, 1, 1, tzinfo=UTC)
_OTHER = _ONE + timedelta(days=1)


async def try_to_write(database: Database) -> None:
    """Write to the database. Raises what any write raises, such as `DatabaseUnavailable` on a full disk."""
    await database.write(_write)
    if database.name == "sqlite":
        # Until its write-ahead log is truncated SQLite goes on writing into it, though the disk has no room for more.
        sqlite.require_room(database.file)


def _write(session: Session) -> None:
    # The same value again would not do: SQLite does not write a page that has not changed.
    row = throttle(session, _KEY, _ONE)
    row.opens_at = _ONE if row.opens_at == _OTHER else _OTHER
    session.flush()
