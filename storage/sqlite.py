"""SQLite: one file, one writer, a few readers, and copies of the file.

The driver's own transactions can silently lose read-modify-write updates, so the driver is in autocommit mode and every
transaction of the writer begins with ``BEGIN IMMEDIATE``. Readers have connections of their own, which refuse to write,
so that no reader waits for a writer.
"""

import contextlib
import errno
import os
import sqlite3
import threading
import time
from pathlib import Path

from sqlalchemy import URL, Engine, NullPool, PoolProxiedConnection, create_engine

from storage import refusals
from storage.faults import DatabaseUnavailable, DatabaseUnusable, told_plainly, unavailable

BUSY_SECONDS = 30
FOLD_MILLISECONDS = 40
"""How long folding the log waits for readers: nobody can write meanwhile, and it is tried again each second."""
WAL_TRIES = 50
ROOM_BYTES = 64 * 1024
"""With less room than this on its disk, a file counts as full: one transaction can need as much."""
# Held while a file is made, so that no other thread opens it before it is closed.
_MAKING = threading.Lock()


def writer(file: Path) -> Engine:
    """The engine with the single connection that writes."""
    engine = create_engine(
        _url(file),
        creator=lambda: _connection(file),
        pool_size=1,
        max_overflow=0,
        pool_timeout=BUSY_SECONDS,
        hide_parameters=True,
    )
    return _with_begin(engine, "BEGIN IMMEDIATE")


def reader(file: Path, connections: int) -> Engine:
    """The engine with the connections that only read. Each transaction sees a snapshot of the file."""
    engine = create_engine(
        _url(file),
        creator=lambda: _connection(file, "query_only=ON"),
        pool_size=connections,
        max_overflow=connections,
        pool_timeout=BUSY_SECONDS,
        hide_parameters=True,
    )
    return _with_begin(engine, "BEGIN")


def migrator(file: Path) -> Engine:
    """The engine for migrations, without foreign keys: rebuilding a parent table must not delete its children."""
    engine = create_engine(
        _url(file),
        creator=lambda: _connection(file, "foreign_keys=OFF"),
        poolclass=NullPool,
        hide_parameters=True,
    )
    return _with_begin(engine, "BEGIN IMMEDIATE")


def copy(source: Path, target: Path) -> None:
    """Copy a snapshot of ``source`` to ``target``, a new file that only its owner may read.

    Others may write meanwhile. Raises `FileExistsError`, and `DatabaseUnavailable` where the copy cannot be made.
    """
    part = target.with_name(f"{target.name}.part")
    try:
        if target.exists():
            raise FileExistsError(f"{target} exists already")
        part.unlink(missing_ok=True)
        # SQLite would take the file mode from the umask, but it accepts an empty file that exists.
        _create(part)
    except FileExistsError:
        raise
    except OSError as error:
        raise DatabaseUnusable(f"No copy can be made: {target} ({refusals.of_file(target, error).text}).") from None
    try:
        with told_plainly(f"the SQLite file {source} or its copy {target}"):
            _vacuum_into(source, part)
        _sync(part)
        part.rename(target)
        _sync(target.parent)
    finally:
        part.unlink(missing_ok=True)


def fold(file: Path) -> bool:
    """Checkpoint the write-ahead log into the file and truncate it; False while a reader prevents it.

    Until then deleted rows can still be read in the log. Raises `DatabaseUnavailable`.
    """
    with told_plainly(f"the SQLite file {file}"), contextlib.closing(_connection(file)) as connection:
        return _folded(connection)


def rewrite(file: Path) -> bool:
    """Write the whole file again, so that no free space in it holds anything, and `fold`, whose answer it gives.

    Nobody else can write meanwhile. Raises `DatabaseUnavailable`.
    """
    with told_plainly(f"the SQLite file {file}"), contextlib.closing(_connection(file)) as connection:
        connection.execute("VACUUM")
        return _folded(connection)


def _folded(connection: sqlite3.Connection) -> bool:
    # Not for as long as for a transaction: whoever is reading may read for long, and it is tried again.
    connection.execute(f"PRAGMA busy_timeout={FOLD_MILLISECONDS}")
    busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy


def require_room(file: Path) -> None:
    """Raise `DatabaseUnavailable` if the file's disk is full, or as good as full."""
    try:
        disk = os.statvfs(file.parent)
    except OSError as error:
        raise _unusable(file, error) from None
    blocks = disk.f_bfree if os.geteuid() == 0 else disk.f_bavail
    if disk.f_blocks and blocks * disk.f_frsize < ROOM_BYTES:
        raise _unusable(file, OSError(errno.ENOSPC, ""))


def _with_begin(engine: Engine, statement: str) -> Engine:
    # Not by an event: with one listener, SQLAlchemy looks for others around every statement.
    def begin(dbapi_connection: PoolProxiedConnection) -> None:
        dbapi_connection.cursor().execute(statement).close()

    engine.dialect.do_begin = begin  # type: ignore[method-assign]
    return engine


def _url(file: Path) -> URL:
    return URL.create("sqlite", database=str(file))


def _connection(file: Path, *further: str) -> sqlite3.Connection:
    # SQLite gives its journal files the same mode as the database file.
    _make_private(file)
    connection = sqlite3.connect(file, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    pragmas = (
        f"busy_timeout={BUSY_SECONDS * 1000}",
        "synchronous=FULL",
        "foreign_keys=ON",
        # Overwrite what is deleted: a promise that a row is gone must hold in the file too.
        "secure_delete=ON",
        *further,
    )
    try:
        _use_write_ahead_log(connection)
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")
    except sqlite3.OperationalError as error:
        connection.close()
        reason = refusals.of_opening(file, error)
        if reason is not None:
            raise unavailable(f"the SQLite file {file}", reason) from None
        raise
    except BaseException:
        connection.close()
        raise
    return connection


def _use_write_ahead_log(connection: sqlite3.Connection) -> None:
    # SQLite ignores the busy timeout here: of several processes that open a new file at once, one may be refused.
    for _ in range(WAL_TRIES):
        with contextlib.suppress(sqlite3.OperationalError):
            connection.execute("PRAGMA journal_mode=WAL")
            return
        time.sleep(0.02)
    connection.execute("PRAGMA journal_mode=WAL")


def _make_private(file: Path) -> None:
    """Create the file, readable by its owner only, unless it exists. An existing file is not opened.

    Closing any handle on a file releases all locks that this process holds on it. Another process could then delete the
    write-ahead log under the connections that are open here, and what they write next would be lost.
    """
    try:
        _create(file)
    except FileExistsError:
        if file.is_dir() or not os.access(file, os.R_OK):
            raise _unusable(file, PermissionError(errno.EACCES, "")) from None
    except OSError as error:
        raise _unusable(file, error) from None


def _create(file: Path) -> None:
    """Create an empty file that only its owner may read. Raises `OSError`."""
    with _MAKING:
        os.close(os.open(file.resolve(), os.O_CREAT | os.O_EXCL | os.O_RDONLY, 0o600))


def _unusable(file: Path, error: OSError) -> DatabaseUnavailable:
    return unavailable(f"the SQLite file {file}", refusals.of_file(file, error))


def _vacuum_into(source: Path, target: Path) -> None:
    uri = f"{source.absolute().as_uri()}?mode=ro"
    connection = sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None)
    with contextlib.closing(connection):
        connection.execute("VACUUM INTO ?", [str(target)])


def _sync(path: Path) -> None:
    # VACUUM INTO does not sync: after a power cut the copy could be incomplete.
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
