"""What a command left in a SQLite file, read without the program."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

FILE = Path("deliverable.db")


def rows(table: str, columns: str = "*", file: Path = FILE) -> list[tuple[object, ...]]:
    """The rows of a table."""
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        return list(connection.execute(f"SELECT {columns} FROM {table}"))


def counted(file: Path = FILE) -> dict[str, int]:
    """The number of rows in each table; empty if there is no file."""
    if not file.exists():
        return {}
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        names = [each for (each,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {each: connection.execute(f'SELECT count(*) FROM "{each}"').fetchone()[0] for each in names}
