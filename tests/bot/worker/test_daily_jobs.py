"""Daily jobs: one of all processes runs each of them, once a day."""

from __future__ import annotations

from datetime import timedelta

from bot.worker.daily_jobs import DAY, TRY_AGAIN
from bot.worker.worker import Worker
from storage import Database
from storage.keys import KeyRing
from tests.bot.conftest import Clock

HOUR = timedelta(hours=1)


class Job:
    """Counts how often it ran; fails when told to."""

    def __init__(self) -> None:
        self.done = 0
        self.fails: Exception | None = None

    async def __call__(self) -> None:
        self.done += 1
        if self.fails:
            raise self.fails


def two(database: Database, ring: KeyRing, clock: Clock, job: Job) -> tuple[Worker, Worker]:
    """The workers of two processes that have the same job."""
    both = Worker(database, ring, clock), Worker(database, ring, clock)
    for each in both:
        each.daily("rosters", job)
    return both


async def pass_(clock: Clock, both: tuple[Worker, Worker], by: timedelta) -> None:
    clock.move_to(clock.now + by)
    for each in both:
        await each.tick()


async def test_of_two_processes_one_does_it_once_a_day(database: Database, ring: KeyRing, clock: Clock) -> None:
    job = Job()
    both = two(database, ring, clock, job)
    for _ in range(24):
        await pass_(clock, both, HOUR)
    assert job.done == 1
    await pass_(clock, both, DAY)
    assert job.done == 2


async def test_one_that_fails_is_tried_again_soon_and_stops_nothing_else(
    database: Database, ring: KeyRing, clock: Clock
) -> None:
    job, other = Job(), Job()
    both = two(database, ring, clock, job)
    both[0].daily("other", other)
    job.fails = ValueError("kestrel weighbridge")
    await pass_(clock, both, HOUR)
    assert (job.done, other.done) == (1, 1)
    job.fails = None
    await pass_(clock, both, TRY_AGAIN)
    await pass_(clock, both, HOUR)
    assert job.done == 2
