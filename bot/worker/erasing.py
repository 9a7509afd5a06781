"""The nightly erasing: what was deleted or taken down is removed from the files of the database too."""

from __future__ import annotations

import logging

from storage import Database, erasing

log = logging.getLogger(__name__)

NAME = "erasing"
HOUR = 3
"""When it is run, in the organisation's zone: tables cannot be used while they are rewritten."""


class StillInUse(Exception):
    """Someone has been reading SQLite's write-ahead log all the while, so that it cannot be emptied now."""


async def erase(database: Database) -> None:
    """Rewrite the files of all tables, and empty the write-ahead log. Raises `StillInUse`, to be tried again."""
    done = await database.alone(lambda: erasing.erase(database))
    if done.log_emptied:
        return
    if database.name == "sqlite":
        raise StillInUse
    log.warning(
        "PostgreSQL's write-ahead log may still hold what was erased. Set wal_recycle to off there, and let this "
        "user run CHECKPOINT and pg_switch_wal(): docs/guides/operators.md says how"
    )
