"""Migrations: bring a database's tables to what this version of the code expects, completely or not at all.

All steps run in one transaction. On SQLite it is also the lock against other processes, and the file is copied first,
inside it, while readers still see the file unchanged. SQLite changes a table by rebuilding it, and with foreign keys
enforced, dropping a parent deletes its children; so enforcement is off meanwhile, and references are checked at the
end. A rebuilt table loses its triggers: a step that rebuilds one must create them again.
"""

import contextlib
import importlib.util
import io
import itertools
import tempfile
import threading
from argparse import Namespace
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, MetaData, inspect, text

from storage import postgresql, sqlite
from storage.engine import Database
from storage.faults import DatabaseUnavailable, StorageFault, plain, told_plainly, where
from storage.metadata import metadata as all_tables
from storage.version import VERSIONS, must_be_upgradable, steps

SCRIPTS = Path(__file__).parent / "migrations"

# Any number will do, as long as nothing else uses it on the same database.
ADVISORY_LOCK = 7_306_011_904

# Alembic's ``op``, which the steps call, is one object for the whole process.
_ONE_AT_A_TIME = threading.Lock()


class MigrationFailed(StorageFault):
    """A step failed and was rolled back."""


@dataclass(frozen=True)
class Migrated:
    """The revisions before and after (None: no tables), and the copy that was made first, if any."""

    from_revision: str | None
    to_revision: str | None
    backup_path: Path | None


def pending(database: str | Database, *, versions: Path = VERSIONS) -> list[str]:
    """The revisions that the database still lacks, oldest first.

    ``database`` may be an address. Raises `DatabaseUnavailable`, and `CannotUpgrade` where the database comes from a
    later version, or from one before the first step.
    """
    with _opened(database) as target, target.reading() as session:
        must_be_upgradable(session, target.place, versions=versions)
        return _steps_after(_revision(session.connection()), versions)


def migrate(
    database: str | Database, *, now: datetime, backup_dir: Path | None = None, versions: Path = VERSIONS
) -> Migrated:
    """Run all pending steps in one transaction. Several processes may call this at once: one does the work.

    A SQLite database that has tables is copied first, into ``backup_dir`` or else beside it. The copy's name holds the
    time ``now`` (aware) in UTC, and only its owner may read it. When a step fails, nothing is changed and no copy is
    kept. Raises `MigrationFailed`, `CannotUpgrade` and `DatabaseUnavailable`.
    """
    with _opened(database) as target:
        if pending(target, versions=versions):
            return _migrate_with(target, command.upgrade, "head", _Copying(now, backup_dir), versions)
        with target.reading() as session:
            revision = _revision(session.connection())
        return Migrated(revision, revision, None)


def migrate_down(
    database: str | Database,
    *,
    to: str = "base",
    now: datetime,
    backup_dir: Path | None = None,
    versions: Path = VERSIONS,
) -> Migrated:
    """Undo steps down to the revision ``to``, or all of them. Otherwise like `migrate`."""
    with _opened(database) as target:
        return _migrate_with(target, command.downgrade, to, _Copying(now, backup_dir), versions)


def make_migration(
    message: str, *, empty: bool = False, versions: Path = VERSIONS, tables: MetaData = all_tables
) -> Path | None:
    """Generate the next step, from the tables after the last step to those of the code. For developers.

    Returns its file, or None where nothing has changed and ``empty`` is False. Review it before you keep it: a renamed
    column looks like one dropped and one added, and changes of data are not generated at all.
    """
    number = max(map(int, steps(versions)), default=0) + 1
    with tempfile.TemporaryDirectory() as folder:
        target = Database(f"sqlite:///{folder}/scratch.db")
        with changing(target) as connection:
            config = config_of(versions, connection=connection, metadata=tables, skip_empty=not empty)
            command.upgrade(config, "head")
            made = command.revision(config, message, autogenerate=True, rev_id=f"{number:04}")
    return Path(made.path) if isinstance(made, Script) else None


@contextlib.contextmanager
def _opened(database: str | Database) -> Iterator[Database]:
    if isinstance(database, Database):
        yield database
        return
    with Database(database) as opened:
        yield opened


@contextlib.contextmanager
def changing(target: Database) -> Iterator[Connection]:
    """One transaction that may change tables, and that keeps other processes from doing so meanwhile."""
    lite = target.name == "sqlite"
    engine = sqlite.migrator(target.file) if lite else postgresql.migrator(target.url)
    with told_plainly(target.place), engine.begin() as connection:
        if not lite:
            connection.execute(text("SET LOCAL lock_timeout = 0"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": ADVISORY_LOCK})
            connection.execute(text("SET LOCAL lock_timeout = '30s'"))
        yield connection


def _migrate_with(
    target: Database, move: Callable[[Config, str], None], to: str, copying: "_Copying", versions: Path
) -> Migrated:
    copy: Path | None = None
    try:
        with changing(target) as connection:
            start = _revision(connection)
            if move is command.upgrade and not _steps_after(start, versions):
                # Another process has migrated meanwhile.
                return Migrated(start, start, None)
            if target.name == "sqlite" and _has_tables(connection):
                copy = copying.copied(target.file, start)
            _run_steps(move, config_of(versions, connection=connection), to)
            end = _revision(connection)
            _check_references(connection)
    except BaseException:
        if copy is not None:
            # The database it was copied from is unchanged.
            copy.unlink()
        raise
    return Migrated(start, end, copy)


def _has_tables(connection: Connection) -> bool:
    return bool(set(inspect(connection).get_table_names()) - {"alembic_version"})


def _run_steps(move: Callable[[Config, str], None], config: Config, to: str) -> None:
    """Run the steps. An exception in a step may hold rows, so only its type and its place are reported."""
    fault: StorageFault | None = None
    try:
        with _ONE_AT_A_TIME:
            move(config, to)
    except CommandError as error:
        fault = MigrationFailed(f"Nothing was changed: {error}")
    except Exception as error:  # noqa: BLE001
        fault = plain(error, "the database")
        if not isinstance(fault, DatabaseUnavailable):
            reason = str(fault or f"{type(error).__name__} at {where(error.__traceback__)}")
            fault = MigrationFailed(f"A step failed and nothing was changed. {reason}")
    # Outside the handlers, so that the original error is not chained.
    if fault is not None:
        raise fault


def _check_references(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    tables = {row[0] for row in connection.execute(text("PRAGMA foreign_key_check"))}
    if tables:
        names = ", ".join(sorted(tables))
        raise MigrationFailed(f"Nothing was changed: rows would refer to rows that are not there, in {names}.")


@dataclass(frozen=True)
class _Copying:
    now: datetime
    folder: Path | None

    def __post_init__(self) -> None:
        if self.now.tzinfo is None:
            raise ValueError("The time must be aware.")

    def copied(self, file: Path, revision: str | None) -> Path:
        """Copy the file to a name that holds the time, and return the copy."""
        folder = self.folder or file.parent
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError:
            raise DatabaseUnavailable(f"Nothing was changed: no copy can be made in {folder}.") from None
        stem = f"{file.stem}-{self.now.astimezone(UTC):%Y%m%dT%H%M%SZ}-at-{revision or 'none'}"
        names = (f"{stem}{'' if n == 1 else f'-{n}'}{file.suffix}" for n in itertools.count(1))
        path = next(path for path in (folder / name for name in names) if not path.exists())
        sqlite.copy(file, path)
        return path


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _steps_after(revision: str | None, versions: Path) -> list[str]:
    scripts = ScriptDirectory.from_config(config_of(versions))
    return [step.revision for step in scripts.iterate_revisions("head", revision or "base")][::-1]


def config_of(versions: Path, **attributes: object) -> Config:
    config = Config(stdout=io.StringIO(), attributes=attributes, cmd_opts=Namespace(quiet=True))
    for name, value in {
        "script_location": str(SCRIPTS),
        "version_locations": str(versions),
        "path_separator": "newline",
        "file_template": "v%(rev)s_%(slug)s",
    }.items():
        config.set_main_option(name, value.replace("%", "%%"))
    if importlib.util.find_spec("ruff"):
        _format_with_ruff(config)
    return config


def _format_with_ruff(config: Config) -> None:
    options = {"format": "format --quiet", "check": "check --fix --quiet"}
    config.set_section_option("post_write_hooks", "hooks", ", ".join(options))
    for name, value in options.items():
        config.set_section_option("post_write_hooks", f"{name}.type", "module")
        config.set_section_option("post_write_hooks", f"{name}.module", "ruff")
        config.set_section_option("post_write_hooks", f"{name}.options", f"{value} REVISION_SCRIPT_FILENAME")
