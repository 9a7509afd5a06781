"""The database goes down and comes back: meanwhile people are told so, nothing is lost, and work resumes by itself."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from uuid import uuid4

import psycopg
import pytest

from bot.dispatcher import Dispatcher
from bot.interface.announcements import Announcement
from bot.interface.unavailable import Unavailable
from bot.screens.refusals import DOWN
from bot.worker.worker import Worker
from storage import Database, DatabaseUnavailable, State, engine
from storage.migrate import migrate
from tests.bot.outgoing import Outgoing
from tests.fakes import FakePlatform
from tests.missing import missing
from tests.postgresql import CannotStart, Server, own_server
from tests.rings import new_ring
from tests.running_clock import RunningClock

LONGEST = 40
PLACES = 6
now = RunningClock()


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A PostgreSQL server that tests may stop."""
    try:
        with own_server() as made:
            yield made
    except CannotStart as problem:
        missing(f"no PostgreSQL: {problem}")


@pytest.fixture
def url(server: Server) -> str:
    """A database on that server, with all tables."""
    name = f"gone_{uuid4().hex}"
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    made = server.url.removesuffix("/postgres") + f"/{name}"
    migrate(made, now=now())
    return made


class Office:
    """A dispatcher and a worker over one database, and messages that are due."""

    def __init__(self, database: Database) -> None:
        self.ring = new_ring("k1")
        self.dispatcher = Dispatcher(database, self.ring, now)
        self.worker = Worker(database, self.ring, now)
        self.platform = FakePlatform(now)
        self.worker.add(self.platform)
        self.outgoing = Outgoing(database, self.ring, now)
        self.number = 0

    async def announce(self) -> None:
        """Announce a policy through the dispatcher."""
        self.number += 1
        announcement = Announcement(f"Policy {self.number}", "One.", "", None)
        await self.dispatcher.announce([announcement], owner="priya@example.org")

    async def is_told_that_it_cannot_be_saved(self) -> None:
        """Announcing raises `Unavailable`, with the sentence that people see."""
        with pytest.raises(Unavailable, match=DOWN):
            await self.announce()

    async def sends_once(self, written: set[object]) -> None:
        """Run the worker until everything that is due has arrived, exactly once."""
        while not written <= set(self.platform.taken()):
            await self.worker.tick()
            await asyncio.sleep(0.05)
        assert set(self.platform.taken().values()) == {1}
        assert self.platform.faults == []
        await self.worker.drain()
        assert self.outgoing.states() == {State.SENT: len(self.platform.taken())}


async def gone_and_back(database: Database, go: Callable[[], object], come_back: Callable[[], object]) -> None:
    """Announce and send while the database is down, and check that everything arrives when it is back."""
    async with asyncio.timeout(LONGEST):
        office = Office(database)
        await office.announce()
        written: set[object] = {office.outgoing.write(f"c{n}") for n in range(PLACES)}
        go()
        await office.is_told_that_it_cannot_be_saved()
        await office.worker.tick()
        await office.is_told_that_it_cannot_be_saved()
        assert office.platform.calls == []
        come_back()
        await office.sends_once(written)
        await office.announce()


async def test_postgresql_that_stands_still(server: Server, url: str) -> None:
    with Database(url, pool=4, patience=1) as database:
        try:
            await gone_and_back(database, server.freeze, server.thaw)
        finally:
            server.thaw()


async def test_postgresql_that_is_stopped_and_started(server: Server, url: str) -> None:
    with Database(url, pool=4, patience=5) as database:
        await gone_and_back(database, server.stop, server.start)


async def test_a_sqlite_file_that_another_program_has_locked(migrated_sqlite_url: str) -> None:
    with (
        Database(migrated_sqlite_url, patience=1) as database,
        closing(sqlite3.connect(database.file, isolation_level=None)) as other,
    ):
        await gone_and_back(
            database, lambda: other.execute("BEGIN IMMEDIATE"), lambda: other.execute("ROLLBACK").fetchall()
        )


async def test_the_program_ends_though_postgresql_stands_still(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "CLOSING_SECONDS", 0.2)
    database = Database(server.url, pool=2, patience=0.5)
    with database.reading():
        pass
    server.freeze()
    try:
        with pytest.raises(DatabaseUnavailable, match="takes too long"):
            await database.read(lambda session: session.connection().exec_driver_sql("SELECT 1"))
        async with asyncio.timeout(LONGEST):
            await asyncio.to_thread(database.close)
    finally:
        server.thaw()
