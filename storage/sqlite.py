"""SQLite: one file, one writer, a few readers, and copies of the file.

The driver's own transactions lose read-modify-writes without a word, so it is put into autocommit, and every
transaction of the writer begins with ``BEGIN IMMEDIATE``. Readers have connections of their own, which refuse
to write, so that nobody who reads waits for a writer.
"""

import contextlib
import errno
import os
import sqlite3
import threading
import time
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event

from storage.faults import DatabaseUnavailable, told_plainly

BUSY_SECONDS = 30
WAL_TRIES = 50
# Nobody here finds the file before its maker has closed it.
_MAKING = threading.Lock()


def writer(file: Path) -> Engine:
    """Give the engine of the one connection that writes."""
    engine = create_engine(
        _url(file),
        creator=lambda: _connection(file),
        pool_size=1,
        max_overflow=0,
        pool_timeout=BUSY_SECONDS,
        hide_parameters=True,
    )
    return _beginning(engine, "BEGIN IMMEDIATE")


def reader(file: Path, connections: int) -> Engine:
    """Give the engine of the connections that only read; each transaction sees the file as at one instant."""
    engine = create_engine(
        _url(file),
        creator=lambda: _connection(file, "query_only=ON"),
        pool_size=connections,
        max_overflow=connections,
        pool_timeout=BUSY_SECONDS,
        hide_parameters=True,
    )
    return _beginning(engine, "BEGIN")


def migrator(file: Path) -> Engine:
    """Give the engine for changes of the tables: to rebuild a parent must not delete its children."""
    engine = create_engine(
        _url(file),
        creator=lambda: _connection(file, "foreign_keys=OFF"),
        poolclass=NullPool,
        hide_parameters=True,
    )
    return _beginning(engine, "BEGIN IMMEDIATE")


def copy(source: Path, target: Path) -> None:
    """Write a whole copy of one instant of ``source`` to ``target``, a new file that only its owner may read.

    Others may write meanwhile. Raises `FileExistsError`, and `DatabaseUnavailable` where it cannot be made.
    """
    if target.exists():
        raise FileExistsError(f"{target} is there already")
    part = target.with_name(f"{target.name}.part")
    part.unlink(missing_ok=True)
    # SQLite would take the mode from the umask; it accepts an empty file that is there.
    _make_private(part)
    try:
        with told_plainly(f"the SQLite file {source} or its copy {target}"):
            _vacuum_into(source, part)
        _sync(part)
        part.rename(target)
        _sync(target.parent)
    finally:
        part.unlink(missing_ok=True)


def fold(file: Path) -> None:
    """Fold the write-ahead log into the file and empty it, as far as no reader stands in the way.

    Until then what was deleted can still be read in the log. Raises `DatabaseUnavailable`.
    """
    with told_plainly(f"the SQLite file {file}"), contextlib.closing(_connection(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _beginning(engine: Engine, statement: str) -> Engine:
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(statement)

    event.listen(engine, "begin", begin)
    return engine


def _url(file: Path) -> URL:
    return URL.create("sqlite", database=str(file))


def _connection(file: Path, *further: str) -> sqlite3.Connection:
    # The journals take their mode from the file.
    _make_private(file)
    connection = sqlite3.connect(file, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    pragmas = (
        f"busy_timeout={BUSY_SECONDS * 1000}",
        "synchronous=FULL",
        "foreign_keys=ON",
        # What is deleted is overwritten: a promise that a row is gone must hold in the file too.
        "secure_delete=ON",
        *further,
    )
    try:
        _log_ahead(connection)
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")
    except BaseException:
        connection.close()
        raise
    return connection


def _log_ahead(connection: sqlite3.Connection) -> None:
    # SQLite does not wait for its turn here: of several that open a new file at once, one may be turned away.
    for _ in range(WAL_TRIES):
        with contextlib.suppress(sqlite3.OperationalError):
            connection.execute("PRAGMA journal_mode=WAL")
            return
        time.sleep(0.02)
    connection.execute("PRAGMA journal_mode=WAL")


def _make_private(file: Path) -> None:
    """Make the file, for its owner only, where it is not there yet; one that is there is not touched.

    To close any handle on a file gives up all locks that this process holds on it. Another process would then take
    the write-ahead log away from under the connections that are open here, and what they write next would be lost.
    """
    try:
        with _MAKING:
            os.close(os.open(file.resolve(), os.O_CREAT | os.O_EXCL | os.O_RDONLY, 0o600))
    except FileExistsError:
        return
    except OSError as error:
        code = errno.errorcode.get(error.errno or 0, "OSError")
        raise DatabaseUnavailable(f"The database cannot be used: the SQLite file {file} ({code}).") from None


def _vacuum_into(source: Path, target: Path) -> None:
    uri = f"{source.absolute().as_uri()}?mode=ro"
    connection = sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None)
    with contextlib.closing(connection):
        connection.execute("VACUUM INTO ?", [str(target)])


def _sync(path: Path) -> None:
    # VACUUM INTO leaves what it wrote to the system: a power cut would leave a torn copy.
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
