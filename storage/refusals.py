"""Why a database cannot be used, in words for an operator, and whether the same call may succeed later by itself.

PostgreSQL gives no code when it refuses a connection, only a text, which is matched here and goes no further: it can
hold names. A text that is not known, such as one in another language, is "no answer" or "the connection is refused".
"""

from __future__ import annotations

import errno
import os
import re
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import psycopg


@dataclass(frozen=True)
class Reason:
    """A reason, to be put in brackets. `lasts`: until an operator changes something; starting again does not help."""

    text: str
    lasts: bool = False


_PASSWORD = Reason("the server does not accept the user or the password", lasts=True)
_NO_DATABASE = Reason("there is no database of that name", lasts=True)
_NOT_ALLOWED = Reason("the user has no right to it: make the user its owner", lasts=True)
_NOT_ENTERED = Reason("the server takes no such connection from here: see its pg_hba.conf, and sslmode", lasts=True)
_NO_CONNECTION_FREE = Reason("the server has no connection free")
_STARTING = Reason("the server is starting or stopping")
_READ_ONLY = Reason("the server is read-only, as a standby is")

_ADDRESS = Reason("its address has a part that PostgreSQL does not know", lasts=True)

_CONNECTING: tuple[tuple[str, Reason], ...] = (
    (r"password authentication failed|role .* does not exist|not permitted to log in", _PASSWORD),
    (r"authentication failed", _PASSWORD),
    (r"no password supplied", Reason("the server asks for a password, and none is set", lasts=True)),
    (r"database .* does not exist", _NO_DATABASE),
    (r"permission denied for database", _NOT_ALLOWED),
    (r"no pg_hba.conf entry|pg_hba.conf rejects", _NOT_ENTERED),
    (r"does not support SSL", Reason("sslmode asks for TLS, which the server does not offer", lasts=True)),
    (
        r"certificate|does not match host name",
        Reason("the server's certificate cannot be checked: see sslmode and sslrootcert", lasts=True),
    ),
    (r"SSL (error|SYSCALL error)", Reason("TLS cannot be agreed with the server: see sslmode", lasts=True)),
    (r"Temporary failure in name resolution", Reason("no name server answers")),
    (r"failed to resolve host|could not translate host name", Reason("there is no host of that name", lasts=True)),
    (r"Connection refused", Reason("no server listens there")),
    (r"too many (connections|clients)|remaining connection slots", _NO_CONNECTION_FREE),
    (r"starting up|shutting down|in recovery mode|not accepting connections|not currently accepting", _STARTING),
    (r"connection is bad: invalid", _ADDRESS),
)
_STATES = {
    "28P01": _PASSWORD,
    "28000": _PASSWORD,
    "3D000": _NO_DATABASE,
    "42501": _NOT_ALLOWED,
    "53100": Reason("the disk is full"),
    "53200": Reason("out of memory"),
    "53300": _NO_CONNECTION_FREE,
    "55P03": Reason("locked for too long"),
    "57014": Reason("it took too long"),
    "57P01": _STARTING,
    "57P02": _STARTING,
    "57P03": _STARTING,
}
"""https://www.postgresql.org/docs/current/errcodes-appendix.html"""
_UNREACHABLE_STATES = ("08", "53", "57")
"""Classes: connection, resources, operator."""
_READ_ONLY_STATE, _UNSUPPORTED_STATE = "25006", "0A000"
"""A standby gives the second one where a transaction says that it will write."""

_CODES = {
    sqlite3.SQLITE_PERM: Reason("permission denied", lasts=True),
    sqlite3.SQLITE_BUSY: Reason("locked for too long"),
    sqlite3.SQLITE_LOCKED: Reason("locked by another connection"),
    sqlite3.SQLITE_NOMEM: Reason("out of memory"),
    sqlite3.SQLITE_IOERR: Reason("the disk reports an error"),
    sqlite3.SQLITE_CORRUPT: Reason("the file is damaged: restore a backup", lasts=True),
    sqlite3.SQLITE_FULL: Reason("the disk is full"),
    sqlite3.SQLITE_CANTOPEN: Reason("it cannot be opened"),
    sqlite3.SQLITE_PROTOCOL: Reason("locked for too long"),
    sqlite3.SQLITE_NOTADB: Reason("not a SQLite database", lasts=True),
}
_FILES = {
    errno.ENOENT: Reason("no such folder", lasts=True),
    errno.ENOTDIR: Reason("no such folder", lasts=True),
    errno.EISDIR: Reason("it is a folder", lasts=True),
    errno.EACCES: Reason("permission denied", lasts=True),
    errno.EPERM: Reason("permission denied", lasts=True),
    errno.EROFS: Reason("the disk is read-only", lasts=True),
    errno.ENAMETOOLONG: Reason("its name is too long", lasts=True),
    errno.ENOSPC: Reason("the disk is full"),
    errno.EDQUOT: Reason("the disk quota is used up"),
    errno.EMFILE: Reason("no file descriptor is free"),
    errno.ENFILE: Reason("no file descriptor is free"),
}
CANNOT_BE_WRITTEN = Reason("it is read-only", lasts=True)


def of_sqlite(error: sqlite3.Error, *, reading: bool) -> Reason | None:
    """Why a SQLite file cannot be used; None if the error is about a statement.

    Reading connections of ours refuse to write: in one that is `reading`, an error about that is about the statement.
    """
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_READONLY:
        return None if reading else CANNOT_BE_WRITTEN
    return _CODES.get(code)


def of_file(file: Path, error: OSError) -> Reason:
    """Why a file cannot be made, opened or written."""
    number = error.errno or 0
    if number == errno.EACCES and file.is_dir():
        number = errno.EISDIR
    return _FILES.get(number) or Reason(os.strerror(number).lower() if number else "it cannot be opened")


def of_opening(file: Path, error: sqlite3.Error) -> Reason | None:
    """Why a SQLite file that is there cannot be opened: SQLite needs to write beside it. None if that is not why."""
    if getattr(error, "sqlite_errorcode", 0) & 0xFF not in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
        return None
    if os.statvfs(file.parent).f_flag & os.ST_RDONLY:
        return _FILES[errno.EROFS]
    return None if os.access(file.parent, os.W_OK) else Reason("its folder cannot be written", lasts=True)


def of_postgresql(error: psycopg.Error, *, reading: bool) -> Reason | None:
    """Why a PostgreSQL cannot be used; None if the error is about a statement."""
    import psycopg

    state = error.sqlstate
    if state == _READ_ONLY_STATE or (state == _UNSUPPORTED_STATE and "during recovery" in str(error)):
        return None if reading else _READ_ONLY
    if state is not None:
        lost = Reason(state) if state.startswith(_UNREACHABLE_STATES) else None
        return _STATES.get(state, lost)
    if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        return _of_connecting(error)
    return _ADDRESS if re.match(r"invalid (URI|connection option)", str(error)) else None


def _of_connecting(error: psycopg.Error) -> Reason:
    found = next((reason for pattern, reason in _CONNECTING if re.search(pattern, str(error))), None)
    refused = error.pgconn is not None and error.pgconn.used_password
    return found or Reason("the connection is refused" if refused else "no answer")
