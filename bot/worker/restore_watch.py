"""Notices that the database was put back from a backup while this process, or one before it on this machine, ran on.

The highest mark of each line of the database (`storage/restores.py`) is remembered, in memory and in a small file
outside the database. Where there is no file, a restore between two runs is not noticed: an operator must say so.
"""

from __future__ import annotations

import logging
from pathlib import Path
from uuid import UUID

from bot.outbox import restore_hold
from bot.screens.admin.restored import HELD, HOW_TO_CONFIRM
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Database
from storage import restores as stored
from storage.restores import Restore, RestoreState

log = logging.getLogger(__name__)


class RestoreWatch:
    """Remembers how far the database has come. `file` is where; without one, only in memory."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._marks: dict[UUID, int] = _read(file) if file else {}

    def stops_sending(self, uow: UnitOfWork) -> bool:
        """Whether nothing may be sent, because of a restore that is known or is noticed just now."""
        row = stored.restore(uow.session)
        return row is not None and (row.state is not RestoreState.NORMAL or self._is_behind(row))

    def has_news(self, uow: UnitOfWork) -> bool:
        """Whether `look` would write anything."""
        row = stored.restore(uow.session)
        if row is not None and not self._is_behind(row):
            self._note(row)
        return row is None or (row.state is not RestoreState.HELD and self._is_behind(row))

    def look(self, uow: UnitOfWork) -> None:
        """Make the row at the first start; hold everything where the database has gone back."""
        row = stored.locked(uow.session)
        if self._is_behind(row) and restore_hold.hold(uow):
            log.warning("%s %s", HELD, HOW_TO_CONFIRM)

    def _is_behind(self, row: Restore) -> bool:
        """Whether the row is of a line that another one has followed, or its mark was higher before."""
        known = self._marks.get(row.line)
        return known is not None and (row.mark < known or row.line != next(reversed(self._marks)))

    def _note(self, row: Restore) -> None:
        if self._marks.get(row.line) != row.mark:
            self._marks[row.line] = row.mark
            if self._file is not None:
                _write(self._file, self._marks)


def mark_file(database: Database) -> Path:
    """Where a process remembers how far the database has come: beside a SQLite file, or in the working folder."""
    return database.file.with_suffix(".mark") if database.name == "sqlite" else Path("deliverable.mark")


def _read(file: Path) -> dict[UUID, int]:
    try:
        lines = [line.split() for line in file.read_text(encoding="ascii").splitlines()]
        return {UUID(line): int(mark) for line, mark in lines}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError):
        log.warning("%s cannot be read: a restore of the database since the last run is not noticed.", file)
        return {}


def _write(file: Path, marks: dict[UUID, int]) -> None:
    following = file.with_name(f"{file.name}.new")
    try:
        following.write_text("".join(f"{line} {mark}\n" for line, mark in marks.items()), encoding="ascii")
        following.replace(file)
    except OSError:
        log.debug("%s cannot be written", file)
