"""Whether tables are up to date is known without loading Alembic, and agrees with Alembic."""

import subprocess
import sys
from datetime import UTC, datetime

from sqlalchemy import text

from storage import Database
from storage.migrate import migrate, pending
from storage.version import Tables, is_current, newest, tables
from tests.shape.tree import ROOT

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def test_an_empty_database_is_not_current(database_url: str) -> None:
    with Database(database_url) as database:
        assert not is_current(database)


def test_a_migrated_database_is_current_and_an_older_or_later_one_is_not(migrated_url: str) -> None:
    with Database(migrated_url) as database:
        assert is_current(database)
        assert not pending(database)
        for other, found in (("0009", Tables.TOO_OLD), ("9999", Tables.LATER)):
            with database.writing() as session:
                session.connection().execute(text(f"UPDATE alembic_version SET version_num = '{other}'"))
            assert not is_current(database)
            with database.reading() as session:
                assert tables(session) is found


def test_the_newest_step_is_the_one_that_migrations_end_at(sqlite_url: str) -> None:
    assert migrate(sqlite_url, now=NOW).to_revision == newest()


def test_the_command_line_loads_no_alembic_until_it_is_needed() -> None:
    code = "import sys, bot.__main__; sys.exit('alembic' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, timeout=60)
