"""The database of a process: one SQLite file or one PostgreSQL, behind the same class.

Errors that leave this module carry nothing that is stored: no bound values, no rows, no server messages.
"""

import asyncio
import contextlib
import contextvars
import functools
import logging
import random
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from sqlalchemy import URL, Engine, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.sql.selectable import GenerativeSelect
from sqlmodel import Session

from storage import postgresql, sqlite
from storage.faults import (
    Conflict,
    DatabaseRefused,
    DatabaseUnavailable,
    Interrupted,
    StorageFault,
    told_plainly,
)
from storage.session import one_transaction
from storage.unknown_values import UnknownValues, is_unknown_value

__all__ = [
    "BadDatabaseUrl",
    "Conflict",
    "Database",
    "DatabaseRefused",
    "DatabaseUnavailable",
    "Session",
    "StorageFault",
    "claimable",
    "parse_url",
]

T = TypeVar("T")
Statement = TypeVar("Statement", bound=GenerativeSelect)

WRITE_TRIES = 4
PATIENCE_SECONDS = 20.0
"""How long a caller in an event loop waits for a transaction: a user who pressed a button must get an answer."""
CLOSING_SECONDS = 2.0
"""How long running transactions may take to end when the program stops."""


class BadDatabaseUrl(ValueError):
    """The address is not that of a SQLite file or a PostgreSQL database. The text never repeats the address."""


def parse_url(url: str) -> URL:
    """Parse ``sqlite:///file`` or ``postgresql://…`` (also ``postgres://``) into the URL that the engines take.

    Raises `BadDatabaseUrl`, whose text says what is accepted and repeats nothing of the address.
    """
    try:
        parsed = make_url(url.strip())
    except (ArgumentError, ValueError):
        parsed = URL.create("unreadable")
    backend, _, driver = parsed.drivername.partition("+")
    if backend == "sqlite" and driver in ("", "pysqlite"):
        return _sqlite_url(parsed)
    if backend in ("postgresql", "postgres") and driver in ("", "psycopg"):
        return parsed.set(drivername="postgresql+psycopg")
    raise BadDatabaseUrl("The database address must look like sqlite:///file or postgresql://user@host/name.")


def _sqlite_url(parsed: URL) -> URL:
    name = parsed.database or ""
    if name in ("", ":memory:") or name.startswith("file:"):
        raise BadDatabaseUrl("SQLite needs the name of a file, as in sqlite:///deliverable.db.")
    return URL.create("sqlite", database=str(Path(name).absolute()))


class Database:
    """The database of one process. Nothing is opened before first use.

    ``url`` is what `parse_url` takes. On SQLite ``readers`` is the number of reading threads and connections, in
    addition to one writer; on PostgreSQL ``pool`` is the number of threads and connections for both. ``patience`` is
    how many seconds `write` and `read` wait. Raises `BadDatabaseUrl`.

    Use `writing` and `reading` from synchronous code, `write` and `read` from an event loop. All four raise
    `DatabaseUnavailable`, `Conflict` or `DatabaseRefused` in place of the driver's errors, which are neither their
    cause nor their context. The caller's own exceptions pass through unchanged.
    """

    def __init__(self, url: str, *, readers: int = 3, pool: int = 8, patience: float = PATIENCE_SECONDS) -> None:
        self.url = parse_url(url)
        self._patience = patience
        self._unknown_values = UnknownValues()
        _keep_rows_out_of_logs()
        if self.name == "sqlite":
            self._writer = sqlite.writer(self.file)
            self._reader = sqlite.reader(self.file, readers)
            self._write_threads = ThreadPoolExecutor(1, thread_name_prefix="storage-writer")
            self._read_threads = ThreadPoolExecutor(readers, thread_name_prefix="storage-reader")
        else:
            self._writer = postgresql.writer(self.url, pool)
            self._reader = postgresql.reader(self._writer)
            self._write_threads = ThreadPoolExecutor(pool, thread_name_prefix="storage")
            self._read_threads = self._write_threads

    @cached_property
    def name(self) -> str:
        """``sqlite`` or ``postgresql``."""
        return self.url.get_backend_name()

    @cached_property
    def place(self) -> str:
        """The location for messages to an operator: the file, or host, port and name. Never a user or a password."""
        if self.name == "sqlite":
            return f"the SQLite file {self.file}"
        return f"PostgreSQL at {self.url.host or 'localhost'}:{self.url.port or 5432}/{self.url.database}"

    @cached_property
    def file(self) -> Path:
        """The SQLite file. Meaningless on PostgreSQL."""
        return Path(self.url.database or "")

    def __repr__(self) -> str:
        return f"<Database: {self.place}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    @contextlib.contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction: committed at the end, rolled back on any error. Loaded rows stay readable afterwards.

        Do not nest it: SQLite has one writer.
        """
        with self._session(self._writer) as session:
            yield session

    @contextlib.contextmanager
    def reading(self) -> Iterator[Session]:
        """A read-only snapshot of the database as of the first query. A write in it raises `DatabaseRefused`."""
        with self._session(self._reader) as session:
            yield session

    @contextlib.contextmanager
    def _session(self, engine: Engine) -> Iterator[Session]:
        with told_plainly(self.place, reading=engine is self._reader), one_transaction(engine) as session:
            self._unknown_values.leave_out(session)
            yield session

    async def write(self, work: Callable[[Session], T]) -> T:
        """Run ``work`` in one `writing` transaction on one of the database's threads, and return its result.

        Cancelling the waiting task gives up the result, not the transaction: one that has begun still commits or rolls
        back, and one that has not begun never starts. The same goes for a timeout after ``patience`` seconds, which
        raises `DatabaseUnavailable`. After a deadlock on PostgreSQL the transaction is run again, so ``work`` must
        have no side effect outside its session.
        """
        return await self._on(self._write_threads, functools.partial(self._leaving_out, self._write, work))

    async def read(self, work: Callable[[Session], T]) -> T:
        """Run ``work`` in one `reading` session on one of the database's threads, and return its result."""
        return await self._on(self._read_threads, functools.partial(self._leaving_out, self._read, work))

    def _leaving_out(self, run: Callable[[Callable[[Session], T]], T], work: Callable[[Session], T]) -> T:
        """Run a transaction, and again without the rows that have a value unknown to this version, if it meets one."""
        try:
            return run(work)
        except LookupError as error:
            if not is_unknown_value(error):
                raise
            with self.reading() as session:
                found = self._unknown_values.search(session)
            if not found:
                raise
        return run(work)

    def _write(self, work: Callable[[Session], T]) -> T:
        for _ in range(WRITE_TRIES - 1):
            with contextlib.suppress(Interrupted), self.writing() as session:
                return work(session)
            # A random pause, so that two transactions that deadlocked do not collide again.
            time.sleep(random.uniform(0, 0.1))  # noqa: S311
        with self.writing() as session:
            return work(session)

    def _read(self, work: Callable[[Session], T]) -> T:
        with self.reading() as session:
            return work(session)

    def backup(self, path: Path) -> None:
        """Copy the whole SQLite database to ``path``, a new file that only its owner may read.

        The copy is a snapshot; others may write meanwhile. Raises `DatabaseUnavailable` where it cannot be made,
        `FileExistsError`, and `NotImplementedError` on PostgreSQL, which has ``pg_dump``.
        """
        if self.name != "sqlite":
            raise NotImplementedError("PostgreSQL is backed up with pg_dump, not from here.")
        sqlite.copy(self.file, path)

    def fold(self) -> bool:
        """Checkpoint SQLite's write-ahead log into the file and truncate it; False while a reader prevents it.

        Until then deleted rows can still be read in the log. Does nothing on PostgreSQL.
        """
        return sqlite.fold(self.file) if self.name == "sqlite" else True

    async def folded(self) -> bool:
        """Run `fold` on the writing thread, from an event loop."""
        return await self._on(self._write_threads, self.fold)

    async def alone(self, work: Callable[[], T]) -> T:
        """Run ``work``, which may take minutes and opens a connection of its own, in place of other writing on SQLite.

        ``patience`` does not apply.
        """
        return await _on(self._write_threads, work)

    async def _on(self, threads: ThreadPoolExecutor, work: Callable[[], T]) -> T:
        try:
            async with asyncio.timeout(self._patience):
                return await _on(threads, work)
        except TimeoutError:
            raise DatabaseUnavailable(f"The database takes too long: {self.place}.") from None

    def close(self) -> None:
        """Let running transactions end, then close all threads and connections. May be called twice.

        After `CLOSING_SECONDS` connections to a PostgreSQL that does not respond are cut.
        """
        cutting = threading.Timer(CLOSING_SECONDS, postgresql.cut, [self._writer])
        cutting.daemon = True
        cutting.start()
        self._write_threads.shutdown(wait=True)
        self._read_threads.shutdown(wait=True)
        cutting.cancel()
        self._writer.dispose()
        self._reader.dispose()


def claimable(statement: Statement) -> Statement:
    """Make a select lock its rows for this transaction and skip those that another one has locked.

    On SQLite it changes nothing: ``BEGIN IMMEDIATE`` has locked the whole file already.
    """
    return statement.with_for_update(skip_locked=True)


async def _on(threads: ThreadPoolExecutor, work: Callable[[], T]) -> T:
    context, loop = contextvars.copy_context(), asyncio.get_running_loop()
    try:
        running = loop.run_in_executor(threads, context.run, work)
    except RuntimeError:
        # The thread pool is shut down. A caller at that time gets the same error as for any other lost database.
        raise DatabaseUnavailable("The database was closed.") from None
    return await running


def _keep_rows_out_of_logs() -> None:
    # At DEBUG SQLAlchemy logs every row it fetches, whatever hide_parameters says.
    for name in ("sqlalchemy.engine.Engine", "sqlalchemy.pool", "psycopg"):
        logging.getLogger(name).setLevel(logging.WARNING)
