"""What whoever runs this may know: how things stand, and nothing that moves because somebody flags."""

from __future__ import annotations

import asyncio
import threading
from datetime import UTC, datetime, timedelta

import pytest
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger
from sqlalchemy import text

from bot import intents, watch
from bot.pulse import STOPPED_SECONDS, STUCK_SECONDS, Pulse
from bot.watch import COUNT_EVERY, Watch
from storage import Database, State
from storage.figures import Ended, Waiting
from tests.bot.conftest import Clock, Office
from tests.bot.outgoing import Outgoing

MINUTE = timedelta(minutes=1)
OUT_OF_REACH = "the database does not answer, or its tables are not up to date"


@pytest.fixture
def watched(database: Database, clock: Clock) -> Watch:
    """A process that turns no rounds."""
    return Watch(database, clock)


async def test_it_counts_what_waits_by_platform_and_state(office: Office, watched: Watch) -> None:
    outgoing, began = Outgoing(office.database, office.ring, office.clock), office.clock.now
    outgoing.write()
    office.clock.move_to(began + MINUTE)
    outgoing.write()
    outgoing.write(platform="slack", state=State.UNKNOWN)
    outgoing.write(state=State.DEAD, due_at=None)
    outgoing.write(state=State.SENT, due_at=None)
    found = await watched.figures()
    assert found is not None
    assert sorted(found.waiting, key=lambda each: each.platform) == [
        Waiting("slack", State.UNKNOWN, 1, began + MINUTE),
        Waiting("web", State.WAITING, 2, began),
    ]
    assert {Ended("web", State.DEAD, 1), Ended("web", State.SENT, 1)} <= set(found.counted.ended)


async def test_it_counts_what_is_due_and_what_was_made(office: Office, watched: Watch) -> None:
    policy = await office.announce()
    await office.file(policy, "asha", promise="named")
    before = await watched.figures()
    assert before is not None
    assert (before.digests_due, before.counted.digests) == (0, 0)
    due_at = min(each["next_due_at"] for each in office.rows("schedules") if each["next_due_at"])
    office.clock.move_to(datetime.fromisoformat(str(due_at)).replace(tzinfo=UTC) + MINUTE)
    due = await watched.figures()
    assert due is not None
    assert due.digests_due == 1
    await office.rounds.tick()
    office.clock.move_to(office.clock.now + COUNT_EVERY)
    made = await watched.figures()
    assert made is not None
    assert (made.digests_due, made.counted.digests) == (0, 1)


async def test_it_tells_how_late_a_release_is(office: Office, watched: Watch) -> None:
    on_time = await watched.figures()
    assert on_time is not None
    assert on_time.release_late == timedelta(0)
    (organisation,) = office.rows("organisation")
    due_at = datetime.fromisoformat(str(organisation["next_release_at"])).replace(tzinfo=UTC)
    office.clock.move_to(due_at + 90 * MINUTE)
    late = await watched.figures()
    assert late is not None
    assert late.release_late == 90 * MINUTE


async def test_nothing_of_it_moves_because_somebody_flags(office: Office, watched: Watch) -> None:
    policy = await office.announce()
    await office.until(24, 12)
    named = await office.file(policy, "ben", promise="named")
    await office.until(25, 12)
    office.clock.move_to(office.clock.now + COUNT_EVERY)
    before = await watched.figures()
    await office.file(policy, "asha")
    await office.fill(intents.SecondFlag(named), "cai", because="With us too.")
    later = Watch(office.database, office.clock)
    assert await later.figures() == before
    assert await watched.figures() == before


async def test_what_was_ever_sent_is_counted_once_a_minute(office: Office, watched: Watch) -> None:
    first = await watched.figures()
    Outgoing(office.database, office.ring, office.clock).write(platform="slack", state=State.SENT, due_at=None)
    office.clock.move_to(office.clock.now + COUNT_EVERY - timedelta(seconds=1))
    soon = await watched.figures()
    assert first is not None
    assert soon is not None
    assert soon.counted == first.counted
    office.clock.move_to(office.clock.now + timedelta(seconds=1))
    later = await watched.figures()
    assert later is not None
    assert Ended("slack", State.SENT, 1) in later.counted.ended


async def test_a_process_with_its_tables_is_ready_until_it_is_to_stop(watched: Watch) -> None:
    assert await watched.hindrances() == ()
    watched.draining = True
    assert await watched.hindrances() == ("stopping",)


@pytest.mark.parametrize("statement", ["UPDATE alembic_version SET version_num = '0001'", "DROP TABLE alembic_version"])
async def test_tables_of_another_version_are_in_the_way(database: Database, watched: Watch, statement: str) -> None:
    with database.writing() as session:
        session.connection().execute(text(statement))
    assert await watched.hindrances() == (OUT_OF_REACH,)


async def test_a_database_out_of_reach_is_in_the_way(clock: Clock) -> None:
    with Database("postgresql://deliverable@127.0.0.1:9/deliverable") as database:
        watched = Watch(database, clock)
        assert await watched.figures() is None
        assert await watched.hindrances() == (OUT_OF_REACH,)


async def test_a_database_that_hangs_is_asked_once_at_a_time(
    migrated_sqlite_url: str, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "ANSWER_SECONDS", 0.01)
    answering = threading.Event()
    with Database(migrated_sqlite_url, readers=1) as database:
        hanging = asyncio.create_task(database.read(lambda session: answering.wait(30)))
        watched = Watch(database, clock)
        for _ in range(20):
            assert await watched.figures() is None
        assert database._read_threads._work_queue.qsize() == 1
        answering.set()
        monkeypatch.setattr(watch, "ANSWER_SECONDS", 30)
        assert await watched.figures() is not None
        assert await hanging


class Seconds:
    """A clock of seconds that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


async def test_it_hears_rounds_begin_and_end() -> None:
    seconds, scheduler = Seconds(), AsyncIOScheduler(timezone="UTC")
    begun, may_end = asyncio.Event(), asyncio.Event()

    async def turn() -> None:
        seconds.now += 3
        begun.set()
        await may_end.wait()
        may_end.clear()
        seconds.now += 2

    scheduler.add_job(turn, IntervalTrigger(seconds=0.01, timezone="UTC"), misfire_grace_time=None, max_instances=1)
    pulse = Pulse(scheduler, seconds, every=1.0)
    (name,) = pulse.beats()
    seconds.now += 4
    scheduler.start()
    try:
        await asyncio.wait_for(begun.wait(), 30)
        assert pulse.beats()[name].late == 3
        seconds.now += STUCK_SECONDS - 4
        assert pulse.is_steady()
        seconds.now += 1
        assert not pulse.is_steady()
        begun.clear()
        may_end.set()
        await asyncio.wait_for(begun.wait(), 30)
        beat = pulse.beats()[name]
        assert (beat.ended, beat.seconds) == (1, 3 + STUCK_SECONDS - 3 + 2)
        assert pulse.is_steady()
    finally:
        may_end.set()
        scheduler.shutdown(wait=False)


def test_a_clock_that_never_turns_is_noticed(database: Database, clock: Clock) -> None:
    seconds, scheduler = Seconds(), AsyncIOScheduler(timezone="UTC")
    scheduler.add_job(print, IntervalTrigger(seconds=1, timezone="UTC"))
    pulse = Pulse(scheduler, seconds)
    seconds.now += STOPPED_SECONDS - 1
    assert pulse.is_steady()
    seconds.now += 1
    assert not pulse.is_steady()
    assert asyncio.run(Watch(database, clock, pulse).hindrances()) == ("the clock does not tick",)
