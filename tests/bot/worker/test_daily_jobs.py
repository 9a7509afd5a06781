"""What is done once a day by one process of all, and what is done once when a process starts."""

from __future__ import annotations

from datetime import timedelta

from bot.interface.unavailable import Unavailable
from bot.worker.daily_jobs import DAY, TRY_AGAIN
from bot.worker.worker import Worker
from storage import Database
from storage.keys import KeyRing
from tests.bot.conftest import Clock

HOUR = timedelta(hours=1)


class Duty:
    """Counts how often it was done; fails when told to."""

    def __init__(self) -> None:
        self.done = 0
        self.fails: Exception | None = None

    async def __call__(self) -> None:
        self.done += 1
        if self.fails:
            raise self.fails


def two(database: Database, ring: KeyRing, clock: Clock, duty: Duty) -> tuple[Worker, Worker]:
    """The rounds of two processes that have the same duty."""
    both = Worker(database, ring, clock), Worker(database, ring, clock)
    for each in both:
        each.daily("rosters", duty)
    return both


async def pass_(clock: Clock, both: tuple[Worker, Worker], by: timedelta) -> None:
    clock.move_to(clock.now + by)
    for each in both:
        await each.tick()


async def test_of_two_processes_one_does_it_once_a_day(database: Database, ring: KeyRing, clock: Clock) -> None:
    duty = Duty()
    both = two(database, ring, clock, duty)
    for _ in range(24):
        await pass_(clock, both, HOUR)
    assert duty.done == 1
    await pass_(clock, both, DAY)
    assert duty.done == 2


async def test_one_that_fails_is_tried_again_soon_and_stops_nothing_else(
    database: Database, ring: KeyRing, clock: Clock
) -> None:
    duty, other = Duty(), Duty()
    both = two(database, ring, clock, duty)
    both[0].daily("other", other)
    duty.fails = ValueError("kestrel weighbridge")
    await pass_(clock, both, HOUR)
    assert (duty.done, other.done) == (1, 1)
    duty.fails = None
    await pass_(clock, both, TRY_AGAIN)
    await pass_(clock, both, HOUR)
    assert duty.done == 2


async def test_what_is_done_at_the_start_is_done_once_and_again_only_if_the_database_was_away(
    database: Database, ring: KeyRing, clock: Clock
) -> None:
    worker, duty = Worker(database, ring, clock), Duty()
    worker.at_start(duty)
    duty.fails = Unavailable()
    await worker.tick()
    duty.fails = None
    for _ in range(3):
        await worker.tick()
    assert duty.done == 2
