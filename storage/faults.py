"""The exceptions that storage raises when the database fails or refuses.

Messages of SQLAlchemy, the drivers and the servers can show rows, keys and typed values, so they stop here: our
exceptions are built from codes and names alone, and the original error is neither their cause nor their context.
"""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING

from sqlalchemy import Index, Table, UniqueConstraint
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError, StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from storage import postgresql, refusals
from storage.metadata import metadata
from storage.refusals import Reason

if TYPE_CHECKING:
    import psycopg

SHOWN_OF_A_STATEMENT = 300
NOT_OURS = ("sqlalchemy", "sqlmodel", "psycopg", "contextlib", "storage.engine", "storage.faults")

# Serialization failure and deadlock: the same transaction may well succeed when it is run again.
INTERRUPTED_STATES = ("40001", "40P01")
RAISED_BY_A_TRIGGER = "P0001"


class StorageFault(Exception):
    """The base of the exceptions below."""


class DatabaseUnavailable(StorageFault):
    """The database cannot be reached, is full, or took too long. The same call may succeed later."""


class DatabaseUnusable(DatabaseUnavailable):
    """The database stays unavailable until an operator changes something: trying again later does not help."""


class Interrupted(DatabaseUnavailable):
    """PostgreSQL aborted this transaction in favour of another one: run it again from the start."""


class Conflict(StorageFault):
    """A row violates a constraint of its table.

    ``constraint`` is the constraint's name, the same on both databases (``uq_flags_nonce``); ``table.column`` where a
    value is missing; a trigger's message, if it is one word in lower case; None where the database names none, as
    SQLite does for a foreign key.
    """

    def __init__(self, constraint: str | None) -> None:
        super().__init__(f"A row violates {constraint or 'a constraint that the database does not name'}")
        self.constraint = constraint


class DatabaseRefused(StorageFault):
    """A statement is wrong: a bug in the program. The text gives the code, our module and line, and the statement."""

    def __init__(self, code: str, where: str, statement: str | None) -> None:
        shown = " ".join((statement or "no statement").split())[:SHOWN_OF_A_STATEMENT]
        super().__init__(f"The database refused a statement with {code} at {where}: {shown}")
        self.code = code


class told_plainly:  # noqa: N801 - read in a with statement only
    """A context manager that turns database errors into the exceptions above. ``place`` is the database's.

    With ``reading``, a refused write is a wrong statement, and not a database that is read-only.
    """

    def __init__(self, place: str, *, reading: bool = False) -> None:
        self._place = place
        self._reading = reading

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        fault = plain(error, self._place, reading=self._reading)
        # This frame stays reachable from the new traceback, so it must hold no reference to the original error.
        del error, traceback
        if fault is not None:
            _raise_alone(fault)


def _raise_alone(fault: StorageFault) -> None:
    try:
        raise fault
    finally:
        # "from None" would only hide the original error, not release it.
        fault.__context__ = None


def plain(error: BaseException | None, place: str, *, reading: bool = False) -> StorageFault | None:
    """The exception to raise in place of ``error``, or None where that is not a database error."""
    if isinstance(error, PoolTimeout):
        return DatabaseUnavailable(f"All connections are in use: {place}.")
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return DatabaseUnavailable(f"The connection was lost: {place}.")
    if isinstance(error, SQLAlchemyError):
        orig = error.orig if isinstance(error, StatementError) else None
        statement = error.statement if isinstance(error, StatementError) else None
        # The original error goes no further than this, whoever raises what is made of it.
        return _from_driver(orig or error, _Raised(place, where(error.__traceback__), statement, reading))
    if isinstance(error, sqlite3.Error) or postgresql.is_driver_error(error):
        return _from_driver(error, _Raised(place, where(error.__traceback__), None, reading))
    return None


@dataclass(frozen=True)
class _Raised:
    """Where an error was raised: the database, the place in our code, the statement, and whether it was to read."""

    place: str
    where: str
    statement: str | None
    reading: bool

    def refused(self, code: str) -> DatabaseRefused:
        return DatabaseRefused(code, self.where, self.statement)


def _from_driver(error: BaseException, raised: _Raised) -> StorageFault:
    if isinstance(error, sqlite3.Error):
        return _from_sqlite(error, raised)
    if postgresql.is_driver_error(error):
        return _from_postgresql(error, raised)
    if isinstance(error, IntegrityError):
        return Conflict(None)
    return raised.refused(type(error).__name__)


def _from_sqlite(error: sqlite3.Error, raised: _Raised) -> StorageFault:
    if isinstance(error, sqlite3.IntegrityError):
        return Conflict(_sqlite_constraint(str(error)))
    reason = refusals.of_sqlite(error, reading=raised.reading)
    return (
        unavailable(raised.place, reason)
        if reason
        else raised.refused(getattr(error, "sqlite_errorname", type(error).__name__))
    )


def _from_postgresql(error: psycopg.Error, raised: _Raised) -> StorageFault:
    import psycopg

    state = error.sqlstate
    if isinstance(error, psycopg.IntegrityError):
        return Conflict(_postgresql_constraint(error.diag))
    if state == RAISED_BY_A_TRIGGER:
        return Conflict(_one_word(error.diag.message_primary))
    if state in INTERRUPTED_STATES:
        return Interrupted(f"A transaction was interrupted: {raised.place} ({state}).")
    reason = refusals.of_postgresql(error, reading=raised.reading)
    return unavailable(raised.place, reason) if reason else raised.refused(state or type(error).__name__)


def unavailable(place: str, reason: Reason) -> DatabaseUnavailable:
    """The exception for a database that cannot be used for that reason."""
    kind = DatabaseUnusable if reason.lasts else DatabaseUnavailable
    return kind(f"The database cannot be used: {place} ({reason.text}).")


def _postgresql_constraint(diagnosis: psycopg.errors.Diagnostic) -> str | None:
    if diagnosis.constraint_name:
        return diagnosis.constraint_name
    return f"{diagnosis.table_name}.{diagnosis.column_name}" if diagnosis.column_name else None


def _sqlite_constraint(text: str) -> str | None:
    kind, _, rule = text.partition(" constraint failed: ")
    if kind == "UNIQUE":
        return _unique_name(rule)
    if kind in ("CHECK", "NOT NULL"):
        return rule
    return _one_word(text)


def _unique_name(rule: str) -> str | None:
    """The constraint's name. SQLite says ``index 'name'`` or ``table.column, table.column``."""
    if rule.startswith("index "):
        return rule.removeprefix("index ").strip("'")
    named = [part.partition(".") for part in rule.split(", ")]
    table = metadata.tables.get(named[0][0])
    if table is None:
        return rule
    columns = {column for _, _, column in named}
    return next((str(one.name) for one in _unique_rules(table) if {c.name for c in one.columns} == columns), rule)


def _unique_rules(table: Table) -> list[UniqueConstraint | Index]:
    unique = [one for one in table.constraints if isinstance(one, UniqueConstraint)]
    return [table.primary_key, *unique, *(one for one in table.indexes if one.unique)]  # type: ignore[list-item]


def _one_word(text: str | None) -> str | None:
    return text if text and re.fullmatch(r"[a-z0-9_]{1,63}", text) else None


def where(traceback: TracebackType | None) -> str:
    """The module and line of our own code that is innermost in a traceback: all that is kept of it."""
    innermost = "an unknown place"
    while traceback is not None:
        module = traceback.tb_frame.f_globals.get("__name__", "")
        if not any(module == one or module.startswith(f"{one}.") for one in NOT_OURS):
            innermost = f"{module}:{traceback.tb_lineno}"
        traceback = traceback.tb_next
    return innermost
