"""What a PostgreSQL server writes besides its tables: its write-ahead log, and its own log of every statement."""

from __future__ import annotations

from pathlib import Path

import psycopg
from sqlalchemy import Connection, make_url, text

LOG = "log"
"""The name of the server's own log, beside its data folder (`tests/postgresql.py`)."""
LOGGED_BYTES = 2_000
"""How much of a parameter is logged: all but of sealed boxes, which say nothing more in full."""


def log_everything(url: str) -> Path | None:
    """Have the server log every statement of that database, with its parameters. Gives the log, if it is here to read.

    What is connected already goes on as before.
    """
    server = make_url(url)
    plain = server.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        for setting in ("log_min_duration_statement = 0", f"log_parameter_max_length = {LOGGED_BYTES}"):
            connection.execute(f'ALTER DATABASE "{server.database}" SET {setting}'.encode())
        (folder,) = connection.execute("SHOW data_directory").fetchone() or ("",)
    found = Path(str(folder)).parent / LOG
    return found if found.is_file() else None


class WriteAheadLog:
    """The bytes of a server's write-ahead log from now on: `read` them now and then, for old files are used again."""

    def __init__(self, connection: Connection) -> None:
        self._read_to = _number(connection, "pg_current_wal_insert_lsn()")
        self._parts: list[bytes] = []

    @property
    def bytes(self) -> bytes:
        """All that was read."""
        return b"".join(self._parts)

    def read(self, connection: Connection) -> None:
        """Read what was written since."""
        # Ends the newest file, so that all of it is on the disk.
        end = _number(connection, "pg_switch_wal()")
        size = int(connection.execute(_SEGMENT).scalar_one())
        while self._read_to < end:
            start = self._read_to % size
            length = min(end - self._read_to, size - start)
            given = {"at": self._read_to + 1, "start": start, "length": length}
            self._parts.append(bytes(connection.execute(_READ, given).scalar_one()))
            self._read_to += length
        self._read_to += -self._read_to % size  # nothing more is written into the file that was ended


def _number(connection: Connection, position: str) -> int:
    return int(connection.execute(text(f"SELECT pg_wal_lsn_diff({position}, '0/0')")).scalar_one())


_SEGMENT = text("SELECT setting FROM pg_settings WHERE name = 'wal_segment_size'")
_READ = text(
    "SELECT pg_read_binary_file('pg_wal/' || pg_walfile_name('0/0'::pg_lsn + CAST(:at AS numeric)), :start, :length)"
)
