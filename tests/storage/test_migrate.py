"""Migrations: our own steps, and planted ones that fail."""

import inspect as python
import signal
import stat
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.script import Script, ScriptDirectory

from storage import migrate as machinery
from storage import version as migrations
from storage.engine import Conflict, Database, DatabaseUnavailable
from storage.metadata import metadata
from storage.migrate import Migrated, MigrationFailed, make_migration, migrate, migrate_down, pending
from storage.migrations import first
from storage.schema_diff import differences
from storage.version import CannotUpgrade

NOW = datetime(2026, 12, 9, 9, 30, tzinfo=UTC)
TYPED = "kestrel weighbridge marmalade"
ROOT = Path(__file__).parents[2]


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An empty database."""
    with Database(database_url) as opened:
        yield opened


@pytest.fixture
def lite(sqlite_url: str) -> Iterator[Database]:
    """A SQLite file that does not exist yet."""
    with Database(sqlite_url) as opened:
        yield opened


@pytest.fixture
def steps(tmp_path: Path) -> Path:
    """A folder for planted steps."""
    folder = tmp_path / "steps"
    folder.mkdir()
    return folder


def plant(steps: Path, number: int, up: str, down: str = "pass") -> None:
    before = f"{number - 1:04}" if number > 1 else None
    body = f"""
        import os
        import time
        import sqlalchemy as sa
        from alembic import op
        revision = "{number:04}"
        down_revision = {before!r}
        def upgrade() -> None:
            {up}
        def downgrade() -> None:
            {down}
    """
    (steps / f"v{number:04}_planted.py").write_text(textwrap.dedent(body))


PARENTS_AND_CHILDREN = """
            op.execute("CREATE TABLE parents (id INTEGER PRIMARY KEY, name VARCHAR)")
            op.execute("CREATE TABLE children (id INTEGER PRIMARY KEY, parent INTEGER NOT NULL"
                       " REFERENCES parents (id) ON DELETE CASCADE)")
            op.execute("INSERT INTO parents VALUES (1, 'one')")
            op.execute("INSERT INTO children VALUES (1, 1), (2, 1)")
"""


def ask(database: Database, statement: str) -> list[object]:
    with database.reading() as session:
        return list(session.connection().scalars(sa.text(statement)))


def table_names(database: Database) -> set[str]:
    with database.reading() as session:
        return set(sa.inspect(session.connection()).get_table_names()) - {"alembic_version"}


def found_differences(database: Database, tables: sa.MetaData = metadata) -> list[str]:
    with database.reading() as session:
        return differences(session.connection(), tables)


class TestOurSteps:
    def test_they_make_the_tables_of_the_code_down_and_up_again(self, database: Database) -> None:
        assert migrate(database, now=NOW).from_revision is None
        assert found_differences(database) == [], f"run `{first.COMMAND}`"
        down = migrate_down(database, now=NOW)
        assert down.to_revision is None
        assert table_names(database) == set()
        migrate(database, now=NOW)
        assert found_differences(database) == []
        assert pending(database) == []

    def test_alembic_finds_nothing_to_add(self, database: Database) -> None:
        migrate(database, now=NOW)
        with machinery.changing(database) as connection:
            command.check(machinery.config_of(migrations.VERSIONS, connection=connection))

    def test_each_can_be_undone_by_itself(self, database: Database) -> None:
        migrate(database, now=NOW)
        for step in scripts():
            migrate_down(database, to=str(step.down_revision or "base"), now=NOW)
            migrate(database, now=NOW)
            assert found_differences(database) == [], step.revision

    def test_each_has_a_downgrade(self) -> None:
        assert scripts()
        for step in scripts():
            assert "op." in python.getsource(step.module.downgrade), step.revision
            assert isinstance(step.down_revision, str | None), "one step comes before, or none"

    def test_every_rule_has_a_name_that_fits_both_databases(self) -> None:
        for table in metadata.tables.values():
            names = [getattr(one, "name", None) for one in (*table.constraints, *table.indexes)]
            assert all(names), table.name
            assert len(names) == len(set(names)), table.name
            assert max(len(str(name)) for name in names) <= 63, names


def scripts() -> list[Script]:
    """Our steps, newest first."""
    return list(ScriptDirectory.from_config(machinery.config_of(migrations.VERSIONS)).walk_revisions())


class TestAllOrNothing:
    def test_a_failing_step_leaves_nothing_behind(self, database: Database, steps: Path) -> None:
        plant(steps, 1, PARENTS_AND_CHILDREN)
        migrate(database, now=NOW, versions=steps)
        plant(steps, 2, "op.execute('CREATE TABLE second (id INTEGER)')")
        plant(
            steps,
            3,
            f"""
            op.execute("CREATE TABLE third (id INTEGER)")
            op.execute("INSERT INTO parents VALUES (2, '{TYPED}')")
            with op.batch_alter_table("parents") as batch:
                batch.alter_column("name", type_=sa.String(100), existing_type=sa.String())
            raise ValueError("{TYPED}")
            """,
        )
        with pytest.raises(MigrationFailed, match=r"nothing was changed\. ValueError at ") as raised:
            migrate(database, now=NOW, versions=steps)
        assert TYPED not in str(raised.value)
        assert raised.value.__context__ is None
        assert table_names(database) == {"parents", "children"}
        assert ask(database, "SELECT name FROM parents") == ["one"]
        assert ask(database, "SELECT count(*) FROM children") == [2]
        assert pending(database, versions=steps) == ["0002", "0003"]
        assert copies(steps.parent) == []

    def test_a_failing_statement_is_reported_without_its_rows(self, database: Database, steps: Path) -> None:
        plant(
            steps,
            1,
            f"""
            op.execute("CREATE TABLE parents (id INTEGER PRIMARY KEY, name VARCHAR UNIQUE)")
            for number in (1, 2):
                op.get_bind().execute(
                    sa.text("INSERT INTO parents VALUES (:id, :name)"), dict(id=number, name="{TYPED}")
                )
            """,
        )
        with pytest.raises(MigrationFailed, match="A row violates parents") as raised:
            migrate(database, now=NOW, versions=steps)
        assert TYPED not in str(raised.value)
        assert table_names(database) == set()

    def test_a_step_that_leaves_rows_without_parents_is_rolled_back(self, lite: Database, steps: Path) -> None:
        plant(steps, 1, PARENTS_AND_CHILDREN)
        migrate(lite, now=NOW, versions=steps)
        plant(steps, 2, "op.execute('DELETE FROM parents')")
        with pytest.raises(MigrationFailed, match="rows that are not there, in children"):
            migrate(lite, now=NOW, versions=steps)
        assert ask(lite, "SELECT count(*) FROM parents") == [1]

    def test_children_survive_the_rebuilding_of_their_parents(self, database: Database, steps: Path) -> None:
        plant(steps, 1, PARENTS_AND_CHILDREN)
        plant(
            steps,
            2,
            """
            with op.batch_alter_table("parents") as batch:
                batch.alter_column("name", nullable=False, existing_type=sa.String())
            """,
        )
        migrate(database, now=NOW, versions=steps)
        assert ask(database, "SELECT count(*) FROM children") == [2]
        with pytest.raises(Conflict), database.writing() as session:
            session.connection().execute(sa.text("INSERT INTO parents VALUES (9, NULL)"))
        with database.writing() as session:
            session.connection().execute(sa.text("DELETE FROM parents"))
        assert ask(database, "SELECT count(*) FROM children") == [0], "the reference still holds"

    def test_a_process_killed_midway_has_changed_nothing(
        self, database: Database, database_url: str, steps: Path
    ) -> None:
        plant(steps, 1, PARENTS_AND_CHILDREN)
        migrate(database, now=NOW, versions=steps)
        plant(steps, 2, "op.execute('DROP TABLE children'); os.kill(os.getpid(), 9)")
        with other_process(database_url, steps) as other:
            other.communicate("go", timeout=30)
            assert other.returncode == -signal.SIGKILL
        assert pending(database, versions=steps) == ["0002"]
        assert ask(database, "SELECT count(*) FROM children") == [2]
        plant(steps, 2, "op.execute('DROP TABLE children')")
        assert migrate(database, now=NOW, versions=steps).to_revision == "0002"

    def test_two_processes_at_once_do_the_work_once(self, database: Database, database_url: str, steps: Path) -> None:
        plant(steps, 1, PARENTS_AND_CHILDREN)
        migrate(database, now=NOW, versions=steps)
        plant(steps, 2, "op.execute('INSERT INTO children VALUES (3, 1)'); time.sleep(0.5)")
        with other_process(database_url, steps) as other:
            other.stdin.write("go\n")  # type: ignore[union-attr]
            other.stdin.flush()  # type: ignore[union-attr]
            here = migrate(database, now=NOW, versions=steps)
            there, _ = other.communicate(timeout=30)
            assert other.returncode == 0
        assert {f"{here.from_revision} to {here.to_revision}", there.strip()} == {"0001 to 0002", "0002 to 0002"}
        assert ask(database, "SELECT count(*) FROM children") == [3]
        assert len(copies(steps.parent)) == (1 if database.name == "sqlite" else 0)


@contextmanager
def other_process(url: str, steps: Path) -> Iterator["subprocess.Popen[str]"]:
    """Another process, which migrates as soon as it is sent a line."""
    program = f"""
        import sys
        from datetime import UTC, datetime
        from pathlib import Path
        from storage.migrate import migrate
        print("ready", flush=True)
        sys.stdin.readline()
        done = migrate({url!r}, now=datetime(2026, 1, 1, tzinfo=UTC), versions=Path({str(steps)!r}))
        print(done.from_revision, "to", done.to_revision)
    """
    arguments = [sys.executable, "-c", textwrap.dedent(program)]
    pipe = subprocess.PIPE
    with subprocess.Popen(arguments, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            yield process
        finally:
            process.kill()


def copies(folder: Path) -> list[Path]:
    return sorted(folder.glob("deliverable-*"))


class TestTheCopyMadeBefore:
    @pytest.fixture(autouse=True)
    def _planted(self, lite: Database, steps: Path) -> None:
        plant(steps, 1, PARENTS_AND_CHILDREN)
        assert migrate(lite, now=NOW, versions=steps) == Migrated(None, "0001", None)
        assert copies(steps.parent) == [], "nothing was there to be copied"
        plant(steps, 2, "op.execute('DROP TABLE children')", "op.execute('CREATE TABLE children (id INTEGER)')")

    def test_it_lies_beside_the_file_and_holds_the_old_state(self, lite: Database, steps: Path) -> None:
        done = migrate(lite, now=NOW, versions=steps)
        assert done.backup_path == lite.file.with_name("deliverable-20261209T093000Z-at-0001.db")
        assert stat.S_IMODE(done.backup_path.stat().st_mode) == 0o600
        with Database(f"sqlite:///{done.backup_path}") as copy:
            assert ask(copy, "SELECT count(*) FROM children") == [2]
            assert pending(copy, versions=steps) == ["0002"]
        assert table_names(lite) == {"parents"}

    def test_it_can_be_written_elsewhere(self, lite: Database, steps: Path, tmp_path: Path) -> None:
        done = migrate(lite, now=NOW, backup_dir=tmp_path / "kept" / "here", versions=steps)
        assert done.backup_path is not None
        assert done.backup_path.parent == tmp_path / "kept" / "here"

    def test_an_existing_copy_is_never_replaced(self, lite: Database, steps: Path) -> None:
        for _ in range(2):
            migrate(lite, now=NOW, versions=steps)
            migrate_down(lite, to="0001", now=NOW, versions=steps)
        assert len(copies(steps.parent)) == 4

    def test_none_is_made_if_there_is_nothing_to_do(self, lite: Database, steps: Path) -> None:
        migrate(lite, now=NOW, versions=steps)
        before = copies(steps.parent)
        assert migrate(lite, now=NOW, versions=steps) == Migrated("0002", "0002", None)
        assert copies(steps.parent) == before

    def test_if_it_cannot_be_written_nothing_is_changed(self, lite: Database, steps: Path, tmp_path: Path) -> None:
        (tmp_path / "taken").write_text("")
        with pytest.raises(DatabaseUnavailable, match="no copy"):
            migrate(lite, now=NOW, backup_dir=tmp_path / "taken", versions=steps)
        assert table_names(lite) == {"parents", "children"}

    def test_a_time_without_a_zone_is_refused(self, lite: Database, steps: Path) -> None:
        with pytest.raises(ValueError, match="aware"):
            migrate(lite, now=datetime(2026, 12, 9), versions=steps)  # noqa: DTZ001
        assert table_names(lite) == {"parents", "children"}


class TestPendingSteps:
    def test_the_steps_are_listed_oldest_first(self, database: Database, steps: Path) -> None:
        plant(steps, 1, PARENTS_AND_CHILDREN)
        migrate(database, now=NOW, versions=steps)
        for number in (2, 3):
            plant(steps, number, "pass")
        assert pending(database, versions=steps) == ["0002", "0003"]

    def test_a_database_of_a_later_version_is_left_alone(self, database: Database, steps: Path) -> None:
        plant(steps, 1, PARENTS_AND_CHILDREN)
        migrate(database, now=NOW, versions=steps)
        with database.writing() as session:
            session.connection().execute(sa.text("UPDATE alembic_version SET version_num = '0099'"))
        for act in (lambda: pending(database, versions=steps), lambda: migrate(database, now=NOW, versions=steps)):
            with pytest.raises(CannotUpgrade, match="at step 0099, which this version does not know"):
                act()

    @pytest.mark.parametrize("revision", ["0001", "0009", None])
    def test_a_database_from_before_0_1_0_is_left_alone(self, database: Database, revision: str | None) -> None:
        with database.writing() as session:
            connection = session.connection()
            connection.execute(sa.text("CREATE TABLE flags (id INTEGER PRIMARY KEY)"))
            if revision:
                connection.execute(sa.text("CREATE TABLE alembic_version (version_num VARCHAR(32) PRIMARY KEY)"))
                connection.execute(sa.text(f"INSERT INTO alembic_version VALUES ('{revision}')"))
        before = table_names(database)
        for act in (lambda: pending(database), lambda: migrate(database, now=NOW)):
            with pytest.raises(CannotUpgrade, match=r"by a version before 0\.1\.0.+nothing was changed\."):
                act()
        assert table_names(database) == before
        assert database.name == "postgresql" or copies(database.file.parent) == []

    def test_tables_that_are_not_ours_are_in_nobodys_way(self, database: Database) -> None:
        with database.writing() as session:
            session.connection().execute(sa.text("CREATE TABLE of_an_extension (id INTEGER PRIMARY KEY)"))
        assert pending(database) == migrations.steps()

    def test_a_server_that_cannot_be_reached(self) -> None:
        with pytest.raises(DatabaseUnavailable):
            pending("postgresql://u:hunter2@127.0.0.1:1/d")


def some_tables(*words: str, needed: bool = False) -> sa.MetaData:
    tables = sa.MetaData(naming_convention=metadata.naming_convention)
    due = sa.text("due IS NOT NULL")
    sa.Table(
        "cards",
        tables,
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("colour", sa.Enum(*words, name="colour", native_enum=False, create_constraint=True, length=9)),
        sa.Column("due", sa.Integer(), nullable=not needed),
        sa.Index("ix_cards_due", "due", sqlite_where=due, postgresql_where=due),
        sqlite_with_rowid=False,
    )
    return tables


class TestMakingAStep:
    def test_it_makes_the_tables_on_both_databases(self, database: Database, steps: Path) -> None:
        first, second = some_tables("red"), some_tables("red", needed=True)
        made = make_migration("cards", versions=steps, tables=first)
        assert made == steps / "v0001_cards.py"
        migrate(database, now=NOW, versions=steps)
        assert found_differences(database, first) == []
        assert make_migration("is due", versions=steps, tables=second) == steps / "v0002_is_due.py"
        migrate(database, now=NOW, versions=steps)
        assert found_differences(database, second) == []
        if database.name == "sqlite":
            rebuilt = str(ask(database, "SELECT sql FROM sqlite_master WHERE name = 'cards'"))
            assert "WITHOUT ROWID" in rebuilt
            assert "ck_cards_colour" in rebuilt

    def test_nothing_is_written_if_nothing_has_changed(self, steps: Path) -> None:
        make_migration("cards", versions=steps, tables=some_tables("red"))
        assert make_migration("nothing", versions=steps, tables=some_tables("red")) is None
        assert len(list(steps.glob("*.py"))) == 1
        made = make_migration("by hand", empty=True, versions=steps, tables=some_tables("red"))
        assert made == steps / "v0002_by_hand.py"

    def test_a_new_word_is_noticed_and_can_be_added_by_hand(self, database: Database, steps: Path) -> None:
        make_migration("cards", versions=steps, tables=some_tables("red"))
        migrate(database, now=NOW, versions=steps)
        wanted = some_tables("red", "blue")
        assert found_differences(database, wanted) == ["cards.colour: different values: ['blue']"]
        plant(
            steps,
            2,
            """
            with op.batch_alter_table("cards") as batch:
                batch.drop_constraint(op.f("ck_cards_colour"), type_="check")
                batch.create_check_constraint(op.f("ck_cards_colour"), "colour IN ('red', 'blue')")
            """,
        )
        migrate(database, now=NOW, versions=steps)
        assert found_differences(database, wanted) == []
        with database.writing() as session:
            insert = sa.text("INSERT INTO cards (id, colour) VALUES (:id, 'blue')")
            session.connection().execute(insert, {"id": uuid4().hex})

    def test_every_kind_of_difference_is_seen(self, lite: Database) -> None:
        wanted = some_tables("red")
        with lite.writing() as session:
            other = sa.MetaData()
            table = wanted.tables["cards"].to_metadata(other)
            table.dialect_options["sqlite"]["with_rowid"] = True
            check = next(one for one in table.constraints if isinstance(one, sa.CheckConstraint))
            table.constraints.remove(check)
            other.create_all(session.connection())
            session.connection().execute(sa.text("CREATE TRIGGER t AFTER DELETE ON cards BEGIN SELECT 1; END"))
        assert found_differences(lite, wanted) == [
            "cards: CHECK ck_cards_colour is missing",
            "cards: should be WITHOUT ROWID",
            "cards: trigger t is unexpected",
        ]

    def test_a_trigger_that_is_gone_is_seen(self, database: Database) -> None:
        migrate(database, now=NOW)
        on_sqlite = database.name == "sqlite"
        name = "audit_no_delete" if on_sqlite else "audit_no_change"
        with database.writing() as session:
            session.connection().execute(sa.text(f"DROP TRIGGER {name}" + ("" if on_sqlite else " ON audit")))
        assert found_differences(database) == [f"audit: trigger {name} is missing"]


def test_a_developer_is_shown_where_the_step_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    from storage.migrations import __main__ as developers

    given: list[tuple[str, bool]] = []

    def made(message: str, *, empty: bool) -> Path | None:
        given.append((message, empty))
        return tmp_path / "v0002.py" if empty else None

    monkeypatch.setattr(developers, "make_migration", made)
    run: Callable[[], int] = developers.main
    monkeypatch.setattr(sys, "argv", ["migrations", "more words", "--empty"])
    assert run() == 0
    assert str(tmp_path / "v0002.py") in capsys.readouterr().out
    monkeypatch.setattr(sys, "argv", ["migrations", "nothing"])
    assert run() == 1
    assert given == [("more words", True), ("nothing", False)]
