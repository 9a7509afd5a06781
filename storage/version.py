"""Whether a database's tables are those that this code expects, without importing Alembic.

Importing Alembic takes a large part of a start, and nearly every start finds nothing to migrate.
"""

from enum import Enum, auto
from pathlib import Path

from sqlalchemy import inspect, text

from storage.engine import Database, Session
from storage.faults import DatabaseRefused, StorageFault
from storage.metadata import metadata

VERSIONS = Path(__file__).parent / "migrations" / "versions"


class Tables(Enum):
    """How a database's tables stand to those of this code."""

    NONE = auto()
    """There are none yet."""
    CURRENT = auto()
    BEHIND = auto()
    """At an earlier step, from which migrations lead on."""
    TOO_OLD = auto()
    """Made by a version before 0.1.0, or by no step that is known. Nothing leads on from there."""
    LATER = auto()
    """Made by a later version."""


class CannotUpgrade(StorageFault):
    """The tables are ones that this version can neither use nor upgrade. The text says what to do."""


def steps(versions: Path = VERSIONS) -> list[str]:
    """The revisions of all steps, oldest first. Steps are numbered, and their files begin with `v` and the number."""
    return sorted(path.stem[1:5] for path in versions.glob("v[0-9]*.py"))


def newest(versions: Path = VERSIONS) -> str:
    """The revision of the last step."""
    return steps(versions)[-1]


def tables(session: Session, *, versions: Path = VERSIONS) -> Tables:
    """How the tables stand to those of this code. Raises `DatabaseUnavailable`."""
    revision, known = found(session), steps(versions)
    if not revision:
        names = set(inspect(session.connection()).get_table_names())
        return Tables.TOO_OLD if names & set(metadata.tables) else Tables.NONE
    if revision in known:
        return Tables.CURRENT if revision == known[-1] else Tables.BEHIND
    return Tables.TOO_OLD if not known or revision < known[0] else Tables.LATER


def must_be_upgradable(session: Session, place: str, *, versions: Path = VERSIONS) -> None:
    """Raise `CannotUpgrade` for tables that this version can neither use nor upgrade. `place` is the database's."""
    match tables(session, versions=versions):
        case Tables.TOO_OLD:
            raise CannotUpgrade(
                f"The database {place} was made by a version before 0.1.0, which cannot be upgraded; nothing was "
                "changed. Set DELIVERABLE_DATABASE_URL to a new, empty database."
            )
        case Tables.LATER:
            raise CannotUpgrade(
                f"The database {place} is at step {found(session)}, which this version does not know: a later version "
                "made it; nothing was changed. Run that version."
            )


def is_current(database: Database, *, versions: Path = VERSIONS) -> bool:
    """Whether the tables are at the last step; False where there are none. Raises `DatabaseUnavailable`."""
    try:
        with database.reading() as session:
            return stand_at(session, newest(versions))
    except DatabaseRefused:
        return False


def found(session: Session) -> str:
    """The step that the tables are at; empty where there are none. Raises `DatabaseUnavailable`."""
    connection = session.connection()
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalars().first() or "")


def stand_at(session: Session, revision: str) -> bool:
    """Whether the tables are at a given step. Raises `DatabaseRefused` where there are none."""
    found = session.connection().execute(text("SELECT version_num FROM alembic_version")).scalars().all()
    return list(found) == [revision]
