"""Whether a database's tables are those that this code expects, told without loading what changes them.

Alembic takes a good part of a start to load, and nearly every start finds nothing to change.
"""

from pathlib import Path

from sqlalchemy import text

from storage.engine import Database, Session
from storage.faults import DatabaseRefused

VERSIONS = Path(__file__).parent / "migrations" / "versions"


def newest(versions: Path = VERSIONS) -> str:
    """The revision of the last step there is: steps are numbered, and their files begin with `v` and the number."""
    return max(path.stem[1:5] for path in versions.glob("v[0-9]*.py"))


def is_current(database: Database, *, versions: Path = VERSIONS) -> bool:
    """Whether the tables are at the last step. Raises `DatabaseUnavailable`."""
    try:
        with database.reading() as session:
            return stand_at(session, newest(versions))
    except DatabaseRefused:
        return False


def stand_at(session: Session, revision: str) -> bool:
    """Whether the tables are at that step. Raises `DatabaseRefused` where there are none."""
    found = session.connection().execute(text("SELECT version_num FROM alembic_version")).scalars().all()
    return list(found) == [revision]
