"""Whether a database's tables are at the version that this code expects, without importing Alembic.

Importing Alembic takes a large part of a start, and nearly every start finds nothing to migrate.
"""

from pathlib import Path

from sqlalchemy import inspect, text

from storage.engine import Database, Session
from storage.faults import DatabaseRefused

VERSIONS = Path(__file__).parent / "migrations" / "versions"


def newest(versions: Path = VERSIONS) -> str:
    """The revision of the last step. Steps are numbered, and their files begin with `v` and the number."""
    return max(path.stem[1:5] for path in versions.glob("v[0-9]*.py"))


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
