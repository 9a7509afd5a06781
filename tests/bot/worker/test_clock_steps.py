"""The machine's clock is set: the worker says so and goes on, and nothing that a wrong clock wrote silences it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest
import time_machine

from bot.interface.ports import Pace
from bot.outbox.claims import LEASE, LONGEST_CLOSED
from bot.runtime.clock import now
from bot.worker.clock_watch import ClockWatch
from bot.worker.daily_jobs import DAY, LONGEST
from bot.worker.scheduler import start
from bot.worker.worker import Worker
from storage import Database, Installation, State, Throttle, installations
from storage.keys import KeyRing
from tests.bot.conftest import Clock
from tests.bot.outgoing import Outgoing
from tests.fakes import FakePlatform

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
TICK = timedelta(milliseconds=20)


class Machine:
    """A machine's two clocks: one that can be set, and one that only goes on."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.seconds = 1000.0

    def clock(self) -> datetime:
        return self.now

    def monotonic(self) -> float:
        return self.seconds

    def passes(self, by: timedelta) -> None:
        self.now += by
        self.seconds += by.total_seconds()


@pytest.fixture
def machine(clock: Clock) -> Machine:
    return Machine(clock.now)


@pytest.mark.parametrize(
    ("by", "said"),
    [
        (timedelta(minutes=-2), "the machine's clock was set back by 120 seconds"),
        (timedelta(days=1), "the machine's clock was set forward by 86,400 seconds"),
        (6 * SECOND, "the machine's clock was set forward by 6 seconds"),
    ],
)
def test_a_step_is_noticed_and_logged_once(
    machine: Machine, caplog: pytest.LogCaptureFixture, by: timedelta, said: str
) -> None:
    watch = ClockWatch(machine.clock, machine.monotonic)
    machine.passes(MINUTE)
    assert watch.step() == timedelta(0)
    machine.now += by
    machine.passes(SECOND)
    assert watch.step() == by
    assert watch.step() == timedelta(0)
    assert [each.getMessage() for each in caplog.records] == [said]


def test_a_clock_that_is_slewed_makes_no_step(machine: Machine, caplog: pytest.LogCaptureFixture) -> None:
    watch = ClockWatch(machine.clock, machine.monotonic)
    machine.now += 2 * SECOND
    assert watch.step() == timedelta(0)
    assert caplog.records == []


class Counting(Worker):
    """Counts its ticks."""

    def __init__(self, database: Database, ring: KeyRing, clock: Clock) -> None:
        super().__init__(database, ring, clock)
        self.ticks = 0
        self._ticked = asyncio.Event()

    def start_tasks(self) -> None:
        self.ticks += 1
        self._ticked.set()

    async def more(self, ticks: int = 3) -> None:
        """Wait for more ticks."""
        async with asyncio.timeout(10):
            for _ in range(ticks):
                self._ticked.clear()
                await self._ticked.wait()


@pytest.fixture
async def counting(sqlite_url: str, ring: KeyRing, clock: Clock) -> AsyncIterator[Counting]:
    """A worker that ticks every 20 ms."""
    with Database(sqlite_url) as database:
        worker = Counting(database, ring, clock)
        scheduler = start(worker, every=TICK)
        await worker.more()
        yield worker
        scheduler.shutdown(wait=False)
        await asyncio.sleep(0)


@pytest.mark.parametrize("by", [timedelta(minutes=-2), timedelta(days=-400), timedelta(minutes=2), timedelta(days=400)])
async def test_the_worker_ticks_on_whatever_the_clock_is_set_to(counting: Counting, by: timedelta) -> None:
    began = time.monotonic()
    with time_machine.travel(now() + by):
        await counting.more()
    await counting.more()
    assert time.monotonic() - began < 5


async def test_it_ticks_once_for_all_that_a_step_forward_has_left_out(counting: Counting) -> None:
    before = counting.ticks
    with time_machine.travel(now() + timedelta(days=1)):
        await asyncio.sleep(5 * TICK.total_seconds())
    assert counting.ticks - before < 30


@pytest.fixture
def outgoing(database: Database, ring: KeyRing, clock: Clock) -> Outgoing:
    return Outgoing(database, ring, clock)


@pytest.fixture
def platform(clock: Clock) -> FakePlatform:
    return FakePlatform(clock, pace=Pace(place=SECOND, tenant=SECOND))


async def worker_of(database: Database, ring: KeyRing, clock: Clock, platform: FakePlatform) -> Worker:
    """The worker of a process that has just been started."""
    worker = Worker(database, ring, clock)
    worker.add(platform)
    return worker


def close(database: Database, key: str, until: datetime) -> None:
    with database.writing() as session:
        session.merge(Throttle(key=key, opens_at=until))


@pytest.mark.parametrize("key", ["web/w1/c1", "web/w1"])
@pytest.mark.parametrize("ahead", [timedelta(days=1), timedelta(days=3650)])
async def test_a_throttle_from_a_clock_that_was_ahead_silences_nobody(
    database: Database,
    ring: KeyRing,
    clock: Clock,
    outgoing: Outgoing,
    platform: FakePlatform,
    key: str,
    ahead: timedelta,
) -> None:
    close(database, key, clock.now + ahead)
    worker = await worker_of(database, ring, clock, platform)
    written = outgoing.write()
    await worker.tick()
    assert platform.taken() == {written: 1}
    opens_at = outgoing.throttle(key)
    assert opens_at is not None
    assert opens_at <= clock.now + MINUTE
    await worker.drain()


async def test_a_place_that_a_platform_has_closed_for_long_stays_closed(
    database: Database, ring: KeyRing, clock: Clock, outgoing: Outgoing, platform: FakePlatform
) -> None:
    close(database, "web/w1/c1", clock.now + LONGEST_CLOSED)
    worker = await worker_of(database, ring, clock, platform)
    written = outgoing.write()
    await worker.tick()
    assert platform.taken() == {}
    clock.move_to(clock.now + LONGEST_CLOSED)
    await worker.tick()
    assert platform.taken() == {written: 1}
    await worker.drain()


async def test_a_message_claimed_by_a_clock_that_was_ahead_is_taken_over_at_the_next_start(
    database: Database, ring: KeyRing, clock: Clock, outgoing: Outgoing, platform: FakePlatform
) -> None:
    soon = clock.now + LEASE
    stuck = outgoing.write(state=State.SENDING, due_at=clock.now + DAY, attempts=1, fence=1)
    under_way = outgoing.write("c2", state=State.SENDING, due_at=soon, attempts=1, fence=1)
    worker = await worker_of(database, ring, clock, platform)
    await worker.tick()
    assert platform.taken() == {stuck: 1}
    assert outgoing.row(under_way).due_at == soon
    await worker.drain()


async def test_it_is_taken_over_as_soon_as_the_clock_is_set_right(
    database: Database, ring: KeyRing, machine: Machine, clock: Clock, outgoing: Outgoing, platform: FakePlatform
) -> None:
    worker = Worker(database, ring, clock, clock_watch=ClockWatch(machine.clock, machine.monotonic))
    worker.add(platform)
    await worker.tick()
    stuck = outgoing.write(state=State.SENDING, due_at=clock.now + DAY, attempts=1, fence=1)
    await worker.tick()
    assert platform.taken() == {}
    machine.now -= DAY
    worker.start_tasks()
    await worker.tick()
    assert platform.taken() == {stuck: 1}
    await worker.drain()


async def test_a_daily_job_that_a_clock_ahead_has_done_is_done_again(
    database: Database, ring: KeyRing, clock: Clock
) -> None:
    done: list[datetime] = []

    async def job() -> None:
        done.append(clock.now)

    ahead = Clock(clock.now + 30 * DAY)
    workers = [Worker(database, ring, each) for each in (ahead, clock)]
    for worker in workers:
        worker.daily("rosters", job)
        await worker.tick()
    assert len(done) == 2
    clock.move_to(clock.now + LONGEST)
    await workers[1].tick()
    assert len(done) == 3


async def test_a_job_that_this_process_has_done_with_its_clock_ahead_is_done_again(
    database: Database, ring: KeyRing, machine: Machine
) -> None:
    done: list[datetime] = []

    async def job() -> None:
        done.append(machine.now)

    worker = Worker(database, ring, machine.clock)
    worker.daily("rosters", job)
    await worker.tick()
    machine.now -= 30 * DAY
    await worker.tick()
    await worker.tick()
    assert len(done) == 2


def test_a_renewal_claimed_by_a_clock_that_was_ahead_is_claimed_again(database: Database, clock: Clock) -> None:
    with database.writing() as session:
        row = Installation(platform="slack", workspace="T1", wrapped=b"", sealed=b"", renewing_until=clock.now + DAY)
        session.add(row)
        session.flush()
        assert installations.claim_renewal(session, row.id, clock.now, clock.now + MINUTE)
        assert not installations.claim_renewal(session, row.id, clock.now, clock.now + MINUTE)
