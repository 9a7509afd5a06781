"""What operators may know: how things are, and nothing that changes because someone flags."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, text

from bot.dispatcher import Dispatcher
from bot.interface import intents
from bot.people.connections import Connections
from bot.worker import status
from bot.worker.heartbeat import STOPPED_SECONDS, STUCK_SECONDS, Beat, Heartbeat
from bot.worker.scheduler import start
from bot.worker.status import COUNT_EVERY, OTHER_TABLES, TOO_SLOW, Count, Status
from storage import Database, Session, State, probe
from storage import metrics as stored
from storage.keys import KeyRing, new_master_key
from storage.metrics import Ended, Waiting
from storage.migrate import migrate
from tests.bot.conftest import Clock, Office
from tests.bot.outgoing import Outgoing
from tests.rings import ring_of

MINUTE = timedelta(minutes=1)


@pytest.fixture
def watched(database: Database, clock: Clock) -> Status:
    """A process that runs no worker."""
    return Status(database, clock)


async def counted(watched: Status) -> Count:
    """What was ever made and sent, as far as it is counted."""
    found = await watched.metrics()
    assert found is not None
    assert found.counted is not None
    return found.counted


async def test_it_counts_what_waits_by_platform_and_state(office: Office, watched: Status) -> None:
    outgoing, began = Outgoing(office.database, office.ring, office.clock), office.clock.now
    outgoing.write()
    office.clock.move_to(began + MINUTE)
    outgoing.write()
    outgoing.write(platform="slack", state=State.UNKNOWN)
    outgoing.write(state=State.DEAD, due_at=None)
    outgoing.write(state=State.SENT, due_at=None)
    found = await watched.metrics()
    assert found is not None
    assert sorted(found.waiting, key=lambda each: each.platform) == [
        Waiting("slack", State.UNKNOWN, 1, began + MINUTE),
        Waiting("web", State.WAITING, 2, began),
    ]
    assert {Ended("web", State.DEAD, 1), Ended("web", State.SENT, 1)} <= set((await counted(watched)).ended)


async def test_what_waits_for_a_persons_hour_waits_for_no_platform(office: Office, watched: Status) -> None:
    outgoing, now = Outgoing(office.database, office.ring, office.clock), office.clock.now
    outgoing.write(due_at=now + 60 * MINUTE)
    outgoing.write(platform="slack", attempts=1, due_at=now + MINUTE)
    office.clock.move_to(now + MINUTE / 2)

    async def waiting() -> list[Waiting]:
        found = await watched.metrics()
        assert found is not None
        return sorted(found.waiting, key=lambda each: each.platform)

    tried = Waiting("slack", State.WAITING, 1, now)
    assert await waiting() == [tried, Waiting("web", State.WAITING, 1, None)]
    office.clock.move_to(now + 61 * MINUTE)
    assert await waiting() == [tried, Waiting("web", State.WAITING, 1, now + 60 * MINUTE)]


async def test_it_counts_what_is_due_and_what_was_made(office: Office, watched: Status) -> None:
    policy = await office.announce()
    await office.file(policy, "asha", promise="named")
    before = await watched.metrics()
    assert before is not None
    assert before.digests_due == 0
    assert (await counted(watched)).digests == 0
    due_at = min(each["next_due_at"] for each in office.rows("schedules") if each["next_due_at"])
    office.clock.move_to(datetime.fromisoformat(str(due_at)).replace(tzinfo=UTC) + MINUTE)
    due = await watched.metrics()
    assert due is not None
    assert due.digests_due == 1
    await office.worker.tick()
    office.clock.move_to(office.clock.now + COUNT_EVERY)
    made = await watched.metrics()
    assert made is not None
    assert made.digests_due == 0
    count = await counted(watched)
    assert (count.digests, count.digests_sent) == (1, 1)


async def test_it_tells_how_late_a_release_is(office: Office, watched: Status) -> None:
    on_time = await watched.metrics()
    assert on_time is not None
    assert on_time.release_late == timedelta(0)
    (organisation,) = office.rows("organisation")
    due_at = datetime.fromisoformat(str(organisation["next_release_at"])).replace(tzinfo=UTC)
    office.clock.move_to(due_at + 90 * MINUTE)
    late = await watched.metrics()
    assert late is not None
    assert late.release_late == 90 * MINUTE


async def test_nothing_of_it_moves_because_somebody_flags(office: Office, watched: Status) -> None:
    policy = await office.announce()
    await office.until(24, 12)
    named = await office.file(policy, "ben", promise="named")
    await office.until(25, 12)
    office.clock.move_to(office.clock.now + COUNT_EVERY)
    before = await watched.metrics()
    await office.file(policy, "asha")
    await office.fill(intents.SecondFlag(named), "cai", because="With us too.")
    later = Status(office.database, office.clock)
    assert await later.metrics() == before
    assert await watched.metrics() == before


async def test_what_was_ever_sent_is_counted_once_a_minute(office: Office, watched: Status) -> None:
    first = await counted(watched)
    Outgoing(office.database, office.ring, office.clock).write(platform="slack", state=State.SENT, due_at=None)
    office.clock.move_to(office.clock.now + COUNT_EVERY - timedelta(seconds=1))
    assert await counted(watched) == first
    office.clock.move_to(office.clock.now + timedelta(seconds=1))
    assert Ended("slack", State.SENT, 1) in (await counted(watched)).ended


async def test_a_process_with_its_tables_is_ready_until_it_is_to_stop(watched: Status) -> None:
    assert await watched.problems() == ()
    watched.draining = True
    assert await watched.problems() == ("stopping",)


@pytest.mark.parametrize("statement", ["UPDATE alembic_version SET version_num = '0001'", "DROP TABLE alembic_version"])
async def test_tables_of_another_version_are_in_the_way(database: Database, watched: Status, statement: str) -> None:
    with database.writing() as session:
        session.connection().execute(text(statement))
    assert await watched.problems() == (OTHER_TABLES,)


async def test_a_database_out_of_reach_is_in_the_way(clock: Clock) -> None:
    with Database("postgresql://deliverable@127.0.0.1:9/deliverable") as database:
        watched = Status(database, clock)
        assert await watched.metrics() is None
        assert await watched.problems() == (
            "The database cannot be used: PostgreSQL at 127.0.0.1:9/deliverable (no server listens there).",
        )


async def test_a_database_that_hangs_is_asked_once_at_a_time(
    migrated_sqlite_url: str, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(status, "ANSWER_SECONDS", 0.01)
    answering = threading.Event()
    with Database(migrated_sqlite_url, readers=1) as database:
        hanging = asyncio.create_task(database.read(lambda session: answering.wait(30)))
        watched = Status(database, clock)
        for _ in range(20):
            assert await watched.metrics() is None
            assert await watched.problems() == (TOO_SLOW,)
        assert database._read_threads._work_queue.qsize() == 1
        answering.set()
        monkeypatch.setattr(status, "ANSWER_SECONDS", 30)
        assert await watched.metrics() is not None
        assert await hanging


async def test_a_count_that_takes_long_is_in_nobodys_way(
    migrated_sqlite_url: str, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering, made = threading.Event(), stored.digests_made

    def slowly(session: Session) -> int:
        assert answering.wait(30)
        return made(session)

    with Database(migrated_sqlite_url) as database:
        watched = Status(database, clock)
        await counted(watched)
        monkeypatch.setattr(stored, "digests_made", slowly)
        clock.move_to(clock.now + COUNT_EVERY)
        monkeypatch.setattr(status, "ANSWER_SECONDS", 0.01)
        counting = asyncio.create_task(watched.metrics())
        await asyncio.wait({counting})
        monkeypatch.setattr(status, "ANSWER_SECONDS", 30)
        assert await watched.problems() == ()
        answering.set()
        assert (await counted(watched)).at == clock.now


class Seconds:
    """A clock of seconds that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


async def test_it_measures_when_tasks_begin_and_end() -> None:
    seconds = Seconds()
    heartbeat = Heartbeat(seconds)
    assert heartbeat.is_steady()

    async def one() -> str:
        seconds.now += 3
        return "done"

    assert await heartbeat.measured("prepare", one) == "done"
    assert heartbeat.beats() == {"prepare": Beat(ended=1, seconds=3, late=0)}
    seconds.now += 2
    await heartbeat.measured("prepare", one)
    assert heartbeat.beats() == {"prepare": Beat(ended=2, seconds=3, late=4)}


async def test_a_task_that_fails_has_ended_too() -> None:
    heartbeat = Heartbeat(Seconds())

    async def fails() -> None:
        raise LookupError

    with pytest.raises(LookupError):
        await heartbeat.measured("prepare", fails)
    assert heartbeat.beats()["prepare"].ended == 1


@pytest.mark.parametrize("lasts", [False, True])
async def test_a_task_that_does_not_end_is_noticed_unless_it_is_one_that_lasts(lasts: bool) -> None:
    seconds, may_end = Seconds(), asyncio.Event()
    heartbeat = Heartbeat(seconds)
    task = asyncio.create_task(heartbeat.measured("send", may_end.wait, lasts=lasts))
    await asyncio.sleep(0)
    seconds.now += STUCK_SECONDS - 1
    assert heartbeat.is_steady()
    seconds.now += 1
    assert heartbeat.is_steady() is lasts
    may_end.set()
    await task
    assert heartbeat.is_steady()


async def test_a_clock_that_stops_is_noticed(database: Database, clock: Clock) -> None:
    seconds = Seconds()
    heartbeat = Heartbeat(seconds)
    heartbeat.tick()
    seconds.now += STOPPED_SECONDS - 1
    assert heartbeat.is_steady()
    seconds.now += 1
    assert not heartbeat.is_steady()
    assert await Status(database, clock, heartbeat).problems() == ("the clock does not tick",)


async def test_the_heartbeat_measures_the_worker_of_a_process(office: Office) -> None:
    scheduler = start(office.worker)
    try:
        for _ in range(600):
            if {"prepare", "send"} <= {name for name, beat in office.worker.heartbeat.beats().items() if beat.ended}:
                break
            await asyncio.sleep(0.05)
    finally:
        scheduler.shutdown(wait=False)
        await office.worker.drain()
    assert set(office.worker.heartbeat.beats()) == {"prepare", "send"}
    assert office.worker.heartbeat.is_steady()


@pytest.fixture
def tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Probes that keep no result."""
    monkeypatch.setattr(status, "PROBE_SECONDS", 0.0)


@pytest.mark.usefixtures("tried_again")
async def test_a_database_that_takes_no_write_is_in_the_way(migrated_sqlite_url: str, clock: Clock) -> None:
    with Database(migrated_sqlite_url) as database:
        watched = Status(database, clock)
        assert await watched.problems() == ()
        with without_room(database):
            assert await watched.problems() == (f"The database cannot be used: {database.place} (the disk is full).",)
            assert (await watched.probes()).up == ""
            assert await watched.metrics() is not None
        assert await watched.problems() == ()


@contextmanager
def without_room(database: Database) -> Iterator[None]:
    """Let every write fail as on a full disk."""

    def full(*_: object) -> None:
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise error

    event.listen(database._writer, "commit", full)
    try:
        yield
    finally:
        event.remove(database._writer, "commit", full)


@pytest.mark.usefixtures("tried_again")
async def test_a_full_disk_is_in_the_way_and_said_to_be_full(tmp_path: Path, clock: Clock, ring: KeyRing) -> None:
    with small_disk(tmp_path) as folder:
        migrate(f"sqlite:///{folder}/deliverable.db", now=clock())
        with Database(f"sqlite:///{folder}/deliverable.db") as database:
            watched = Status(database, clock)
            assert await watched.problems() == ()
            # SQLite's write-ahead log has been as long as this, and is written from the beginning again.
            for _ in range(1500):
                await probe.try_to_write(database)
            (folder / "filler").write_bytes(bytes(os.statvfs(folder).f_bfree * os.statvfs(folder).f_frsize))
            assert await watched.problems() == (f"The database cannot be used: {database.place} (the disk is full).",)
            (folder / "filler").unlink()
            assert await watched.problems() == ()


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A file system of 16 MB, which takes the right to mount one."""
    options = ("-t", "tmpfs", "-o", "size=16m", "tmpfs")
    if subprocess.run(["mount", *options, folder], capture_output=True, timeout=30, check=False).returncode:
        pytest.skip("no file system can be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], timeout=30, check=True)


@pytest.mark.usefixtures("tried_again")
async def test_a_process_with_the_old_key_is_not_ready_after_a_rotation(database: Database, clock: Clock) -> None:
    old, new = new_master_key("k1"), new_master_key("k2")
    before, both = ring_of(old), ring_of(f"{new},{old}")
    await Connections(database, before, clock).install("slack", "T1", "Acme", {"bot": "xoxb-1"})
    stale, rotated = (Status(database, clock, ring=each) for each in (before, both))
    assert (await stale.problems(), await rotated.problems()) == ((), ())
    await Dispatcher(database, both, clock).rewrap()
    assert await stale.problems() == ("A key is wrapped by the master key k2, which DELIVERABLE_KEY lacks.",)
    assert await rotated.problems() == ()


async def test_the_probe_leaves_no_time_behind(office: Office, watched: Status) -> None:
    at = {str(each["opens_at"])[:10] for each in office.rows("gates")}
    assert await watched.problems() == ()
    assert {str(each["opens_at"])[:4] for each in office.rows("gates") if each["key"] == "probe/write"} == {"2000"}
    assert {str(each["opens_at"])[:10] for each in office.rows("gates") if each["key"] != "probe/write"} == at


async def test_no_probe_moves_because_somebody_flags(office: Office, watched: Status) -> None:
    policy = await office.announce()
    await watched.problems()
    before = [each for each in office.rows("gates") if each["key"] == "probe/write"]
    await office.file(policy, "asha")
    assert [each for each in office.rows("gates") if each["key"] == "probe/write"] == before
