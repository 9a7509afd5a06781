"""The recorder: all that leaves the process while a population is at work.

Statements with their parameters, which is what a database server that logs everything has; every row of every table
with its physical place, found by reflection and not by what tables there are today; the bytes of the files; log lines
at DEBUG; metrics; what was sent; and screens.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from psycopg import Binary
from sqlalchemy import Connection, Engine, event, inspect, text

Row = dict[str, str]
PLACES = ("(ctid)", "(xmin)", "(rowid)", "(order)")
"""The columns of a recorded row that are not the table's own: where it lies, and in which order it comes."""
IDS = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
DAYS = re.compile(r"\d{4}-\d\d-\d\d")
STRONG = 12
"""From how many characters on a value can hardly be the same in two places by accident."""


def plain(value: object) -> str:
    """A value as it can be compared, whichever database gave it: bytes and ids in hex, all text in small letters."""
    match value:
        case None:
            return ""
        case UUID():
            return value.hex
        case bytes() | bytearray() | memoryview():
            return bytes(value).hex()
        case datetime() | date():
            return value.isoformat()
        case Binary():
            return plain(value.obj)
        case str() if IDS.fullmatch(value):
            return value.replace("-", "").lower()
        case _:
            return str(value).casefold()


def is_strong(value: str) -> bool:
    """Whether a value as `plain` gives it could tell one row from all others."""
    return len(value) >= STRONG and not DAYS.match(value)


@dataclass
class Transaction:
    """One transaction as a server's log has it: what caused it, which only the tests know, and its statements."""

    cause: str
    statements: list[tuple[str, list[str]]] = field(default_factory=list)

    @property
    def values(self) -> list[str]:
        """All parameters, in order."""
        return [each for _, values in self.statements for each in values]

    @property
    def shape(self) -> str:
        """The statements without their parameters."""
        return "\n".join(each for each, _ in self.statements)


@dataclass(frozen=True)
class Dump:
    """Every row of every table at an instant, as a copy of the database has it."""

    at: datetime
    tables: dict[str, list[Row]]

    def rows(self) -> Iterator[tuple[str, Row]]:
        """Every row with its table."""
        for table, rows in self.tables.items():
            yield from ((table, each) for each in rows)


def dump(connection: Connection, at: datetime) -> Dump:
    """Read every table that the database has."""
    return Dump(at, {name: _rows(connection, name) for name in inspect(connection).get_table_names()})


def _rows(connection: Connection, table: str) -> list[Row]:
    places = {
        "postgresql": 'ctid::text AS "(ctid)", xmin::text AS "(xmin)", ',
        "sqlite": 'rowid AS "(rowid)", ' if _has_rowid(connection, table) else "",
    }[connection.dialect.name]
    found = connection.execute(text(f'SELECT {places}* FROM "{table}"')).mappings()
    return [
        {**{name: plain(value) for name, value in each.items()}, "(order)": f"{n:09}"} for n, each in enumerate(found)
    ]


def _has_rowid(connection: Connection, table: str) -> bool:
    if connection.dialect.name != "sqlite":
        return False
    made = connection.execute(text("SELECT sql FROM sqlite_master WHERE name = :name"), {"name": table}).scalar_one()
    return "WITHOUT ROWID" not in str(made).upper()


def files(connection: Connection, sqlite_files: Iterable[Any]) -> list[bytes]:
    """The bytes of the database's files: tables, indexes and the rest, as they lie on the disk."""
    if connection.dialect.name == "sqlite":
        return [each.read_bytes() for each in sqlite_files]
    paths = connection.execute(
        text(
            "SELECT pg_relation_filepath(c.oid) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE c.relkind IN ('r', 'i', 't') AND n.nspname IN ('public', 'pg_toast') "
            "AND pg_relation_filepath(c.oid) IS NOT NULL AND pg_relation_size(c.oid) > 0"
        )
    ).scalars()
    read = text("SELECT pg_read_binary_file(:path)")
    return [bytes(connection.execute(read, {"path": each}).scalar_one()) for each in list(paths)]


class Recorder(logging.Handler):
    """Records while its block lasts. `cause` is what is being done; only the tests know it."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self._cause = ""
        self._server_log: Path | None = None
        self._pieces: list[tuple[str, int]] = []
        """Each cause, and how long the server's log was when it began."""
        self.transactions: list[Transaction] = []
        self.lines: list[tuple[str, str]] = []
        self.dumps: list[Dump] = []
        self.screens: list[tuple[datetime, str, str, str]] = []
        """When, who, what, and all that it says."""
        self.metrics: list[str] = []
        self._open: dict[int, Transaction] = {}

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line as the most talkative formatter would write it."""
        self.lines.append((self.cause, f"{record.name} {record.getMessage()} {record.args!r} {record.exc_text or ''}"))

    @property
    def cause(self) -> str:
        """What is being done now."""
        return self._cause

    @cause.setter
    def cause(self, cause: str) -> None:
        self._cause = cause
        if self._server_log is not None:
            self._pieces.append((cause, self._server_log.stat().st_size))

    def follow(self, server_log: Path | None) -> None:
        """Take the log of a database server as a part of what is recorded, from now on."""
        self._server_log = server_log
        self.cause = self.cause

    def server_log(self) -> list[tuple[str, str]]:
        """What the followed log holds, in pieces, each with its cause."""
        if self._server_log is None:
            return []
        held = self._server_log.read_bytes()
        ends = [*(start for _, start in self._pieces[1:]), len(held)]
        return [
            (cause, held[start:end].decode(errors="replace"))
            for (cause, start), end in zip(self._pieces, ends, strict=True)
        ]

    def of(self, cause: str) -> list[Transaction]:
        """The transactions with that cause."""
        return [each for each in self.transactions if each.cause == cause]

    @contextmanager
    def recording(self) -> Iterator[Recorder]:
        """Listen to all engines and all loggers."""
        heard: dict[str, Callable[..., None]] = {
            "begin": self._begin,
            "before_cursor_execute": self._statement,
            "commit": self._end,
        }
        heard["rollback"] = self._end
        loggers = [logging.getLogger(each) for each in ("", "bot", "storage", "asyncio", "apscheduler")]
        levels = [(each, each.level) for each in loggers]
        for name, listener in heard.items():
            event.listen(Engine, name, listener)
        for each in loggers:
            each.setLevel(logging.DEBUG)
        loggers[0].addHandler(self)
        try:
            yield self
        finally:
            loggers[0].removeHandler(self)
            for each, level in levels:
                each.setLevel(level)
            for name, listener in heard.items():
                event.remove(Engine, name, listener)

    def _begin(self, connection: Connection) -> None:
        self._open[id(connection)] = Transaction(self.cause)
        self.transactions.append(self._open[id(connection)])

    def _statement(
        self, connection: Connection, _cursor: object, statement: str, parameters: object, *_: object
    ) -> None:
        here = self._open.get(id(connection))
        if here is not None:
            here.statements.append((statement, [plain(each) for each in _flat(parameters)]))

    def _end(self, connection: Connection) -> None:
        self._open.pop(id(connection), None)


def _flat(parameters: object) -> Iterator[object]:
    if isinstance(parameters, dict):
        for each in parameters.values():
            yield from _flat(each)
    elif isinstance(parameters, list | tuple):
        for each in parameters:
            yield from _flat(each)
    else:
        yield parameters
