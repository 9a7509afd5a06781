"""A thundering herd: all owners' digests are due at once, compared with APScheduler's SQLAlchemy job store."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from apscheduler.executors.asyncio import AsyncIOExecutor
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger

from bot.runtime.startup import freeze_startup_objects
from bot.worker.worker import Worker
from storage import Database
from storage.migrate import migrate
from tests.bench.measuring import Figures, progress
from tests.processes import crowd
from tests.rings import new_ring

NOW = datetime(2026, 12, 9, 9, 0, tzinfo=UTC)
BEAT = 0.005


def measure(folder: Path, number: int, few: int) -> Figures:
    """`number` schedules that are due and have no news, and `few` of them compared with the job store."""
    progress(f"{number:,} schedules that are due")
    seconds, blocked = asyncio.run(_run_worker(folder / "herd.db", number))
    progress(f"{few:,} schedules that are due, and as many jobs in APScheduler's store")
    ours, _ = asyncio.run(_run_worker(folder / "few.db", few))
    theirs = asyncio.run(_job_store(folder / "jobs.db", few))
    return {"herd_seconds": seconds, "herd_loop_blocked_ms": blocked * 1_000, "herd_vs_job_store": ours / theirs}


async def _run_worker(file: Path, number: int) -> tuple[float, float]:
    """Seconds until no schedule is due any more, and the longest time that the loop was blocked."""
    url = f"sqlite:///{file}"
    migrate(url, now=NOW)
    ring = new_ring("bench")
    with Database(url) as database:
        worker = Worker(database, ring, lambda: NOW)
        crowd.gather(database, ring, 1, NOW, news=False)
        await worker.compile()  # calendars and statements are slow the first time
        crowd.gather(database, ring, number, NOW, news=False)
        freeze_startup_objects()
        heart = Heart()
        beating = asyncio.create_task(heart.beat())
        began = perf_counter()
        await worker.compile()
        took = perf_counter() - began
        beating.cancel()
        found = await worker.next_digest()
        assert found is not None
        assert found > NOW
        return took, heart.longest


class Heart:
    """Beats in an event loop, and records the longest delay."""

    longest = 0.0

    async def beat(self) -> None:
        """Beat until cancelled."""
        while True:
            before = perf_counter()
            await asyncio.sleep(BEAT)
            self.longest = max(self.longest, perf_counter() - before - BEAT)


class Firing:
    """Counts the jobs of the store until all have fired."""

    left = 0
    done = asyncio.Event()


async def fire() -> None:
    """What a job does: a plain function, because the store keeps its name."""
    Firing.left -= 1
    if Firing.left == 0:
        Firing.done.set()


async def _job_store(file: Path, number: int) -> float:
    """Seconds until that many jobs have fired, one per schedule, in a persistent store."""
    Firing.left, Firing.done = number, asyncio.Event()
    scheduler = AsyncIOScheduler(
        timezone="UTC",
        jobstores={"default": SQLAlchemyJobStore(url=f"sqlite:///{file}")},
        executors={"default": AsyncIOExecutor()},
        job_defaults={"misfire_grace_time": None, "coalesce": True},
    )
    scheduler.start(paused=True)
    due = datetime.now(UTC)
    for n in range(number):
        trigger = CronTrigger.from_crontab("0 9 * * mon-fri", timezone="Europe/London")
        scheduler.add_job(fire, trigger, id=str(n), next_run_time=due)
    began = perf_counter()
    scheduler.resume()
    await Firing.done.wait()
    took = perf_counter() - began
    scheduler.shutdown(wait=False)
    return took
