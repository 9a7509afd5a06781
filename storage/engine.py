"""The way into the database: one SQLite file, or one PostgreSQL, behind one set of doors.

What leaves this module carries nothing of what is stored: no bound values, no rows, no text of a server.
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
"""How long a caller in an event loop waits for a transaction: whoever pressed a button must hear something."""
CLOSING_SECONDS = 2.0
"""How long what has begun may take to end when the program does."""


class BadDatabaseUrl(ValueError):
    """The address is not one of a SQLite file or of a PostgreSQL. The sentence never repeats the address."""


def parse_url(url: str) -> URL:
    """Give the address as the engines want it: ``sqlite:///file`` or ``postgresql://…`` (also ``postgres://``).

    Raises `BadDatabaseUrl`, whose sentence names what is accepted and repeats nothing of the address.
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
    """The database of one process. Nothing is opened before it is first used.

    ``url`` is what `parse_url` takes. On SQLite ``readers`` is the number of reading threads and connections,
    beside one writer; on PostgreSQL ``pool`` is the number of threads and connections for both. ``patience`` is
    how many seconds `write` and `read` wait. Raises `BadDatabaseUrl`.

    Use `writing` and `reading` where the caller is synchronous, `write` and `read` from an event loop. All
    four raise `DatabaseUnavailable`, `Conflict` or `DatabaseRefused` in place of the driver's errors, which
    are neither their cause nor their context. What the caller itself raises passes through as it is.
    """

    def __init__(self, url: str, *, readers: int = 3, pool: int = 8, patience: float = PATIENCE_SECONDS) -> None:
        self.url = parse_url(url)
        self._patience = patience
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
        """Where it is, for an operator: the file, or host, port and name. Never a user or a password."""
        if self.name == "sqlite":
            return f"the SQLite file {self.file}"
        return f"PostgreSQL at {self.url.host or 'localhost'}:{self.url.port or 5432}/{self.url.database}"

    @cached_property
    def file(self) -> Path:
        """The SQLite file. Without meaning on PostgreSQL."""
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
        """One transaction: committed at the end, rolled back on any error. What was loaded stays readable.

        Not to be nested: SQLite has one writer.
        """
        with self._session(self._writer) as session:
            yield session

    @contextlib.contextmanager
    def reading(self) -> Iterator[Session]:
        """One view of the database as at the first query. A write in it raises `DatabaseRefused`."""
        with self._session(self._reader) as session:
            yield session

    @contextlib.contextmanager
    def _session(self, engine: Engine) -> Iterator[Session]:
        with told_plainly(self.place), Session(engine, expire_on_commit=False) as session, session.begin():
            yield session

    async def write(self, work: Callable[[Session], T]) -> T:
        """Run ``work`` in one `writing` transaction on a thread of the database's own; give what it gives.

        A task cancelled while it waits gives up its answer, not the transaction: one that has begun still
        ends, in a commit or in a rollback, and one that has not begun never does. So it is, too, when the
        database takes longer than somebody can be left waiting: then it raises `DatabaseUnavailable`. PostgreSQL
        may ask for a transaction again after a deadlock, so ``work`` must have no effect but on its session.
        """
        return await self._on(self._write_threads, functools.partial(self._write, work))

    async def read(self, work: Callable[[Session], T]) -> T:
        """Run ``work`` in one `reading` session on a thread of the database's own; give what it gives."""
        return await self._on(self._read_threads, functools.partial(self._read, work))

    def _write(self, work: Callable[[Session], T]) -> T:
        for _ in range(WRITE_TRIES - 1):
            with contextlib.suppress(Interrupted), self.writing() as session:
                return work(session)
            # Two that stopped each other must not meet again at once.
            time.sleep(random.uniform(0, 0.1))  # noqa: S311
        with self.writing() as session:
            return work(session)

    def _read(self, work: Callable[[Session], T]) -> T:
        with self.reading() as session:
            return work(session)

    def backup(self, path: Path) -> None:
        """Write a whole copy of the SQLite database to ``path``, a new file that only its owner may read.

        Others may write meanwhile: the copy is of one instant. Raises `DatabaseUnavailable` where it cannot
        be made, `FileExistsError`, and `NotImplementedError` on PostgreSQL, which has ``pg_dump`` for it.
        """
        if self.name != "sqlite":
            raise NotImplementedError("PostgreSQL is backed up with pg_dump, not from here.")
        sqlite.copy(self.file, path)

    def fold(self) -> None:
        """Fold SQLite's write-ahead log into its file and empty it, as far as no reader stands in the way.

        Until then what was deleted can still be read in the log. Does nothing on PostgreSQL.
        """
        if self.name == "sqlite":
            sqlite.fold(self.file)

    async def folded(self) -> None:
        """`fold`, awaited from an event loop, on the thread that writes."""
        await self._on(self._write_threads, self.fold)

    async def _on(self, threads: ThreadPoolExecutor, work: Callable[[], T]) -> T:
        try:
            async with asyncio.timeout(self._patience):
                return await _on(threads, work)
        except TimeoutError:
            raise DatabaseUnavailable(f"The database takes too long: {self.place}.") from None

    def close(self) -> None:
        """Let what has begun end, then close all threads and connections. May be called twice.

        A PostgreSQL that says nothing any more is not waited for: after a while its connections are cut.
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
    """Have a select take its rows for this transaction, passing over those that another one holds.

    On SQLite nothing is added: ``BEGIN IMMEDIATE`` has taken the whole file already.
    """
    return statement.with_for_update(skip_locked=True)


async def _on(threads: ThreadPoolExecutor, work: Callable[[], T]) -> T:
    context, loop = contextvars.copy_context(), asyncio.get_running_loop()
    try:
        running = loop.run_in_executor(threads, context.run, work)
    except RuntimeError:
        # The threads take nothing more: who asks while the program ends must hear what they hear of any other end.
        raise DatabaseUnavailable("The database was closed.") from None
    return await running


def _keep_rows_out_of_logs() -> None:
    # At DEBUG SQLAlchemy logs every row it fetches, whatever hide_parameters says.
    for name in ("sqlalchemy.engine.Engine", "sqlalchemy.pool", "psycopg"):
        logging.getLogger(name).setLevel(logging.WARNING)
