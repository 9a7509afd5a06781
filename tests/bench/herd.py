"""A herd: every owner's digest is due on one morning; beside it, the same through APScheduler's SQLAlchemy store."""

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
from storage.keys import KeyRing, new_master_key
from storage.migrate import migrate
from tests.bench.measuring import Figures, progress
from tests.processes import crowd

NOW = datetime(2026, 12, 9, 9, 0, tzinfo=UTC)
BEAT = 0.005


def measure(folder: Path, number: int, few: int) -> Figures:
    """So many schedules that are due and have nothing to tell, and `few` of them through the job store."""
    progress(f"{number:,} schedules that are due")
    seconds, blocked = asyncio.run(_rounds(folder / "herd.db", number))
    progress(f"{few:,} schedules that are due, and as many jobs in APScheduler's store")
    ours, _ = asyncio.run(_rounds(folder / "few.db", few))
    theirs = asyncio.run(_job_store(folder / "jobs.db", few))
    return {"herd_seconds": seconds, "herd_loop_blocked_ms": blocked * 1_000, "herd_vs_job_store": ours / theirs}


async def _rounds(file: Path, number: int) -> tuple[float, float]:
    """Seconds until no schedule is due any more, and the longest that the loop was blocked meanwhile."""
    url = f"sqlite:///{file}"
    migrate(url, now=NOW)
    ring = KeyRing.from_text(new_master_key("bench"))
    with Database(url) as database:
        rounds = Worker(database, ring, lambda: NOW)
        crowd.gather(database, ring, 1, NOW, news=False)
        await rounds.compile()  # what is slow the first time: calendars, and statements
        crowd.gather(database, ring, number, NOW, news=False)
        freeze_startup_objects()
        heart = Heart()
        beating = asyncio.create_task(heart.beat())
        began = perf_counter()
        await rounds.compile()
        took = perf_counter() - began
        beating.cancel()
        found = await rounds.next_digest()
        assert found is not None
        assert found > NOW
        return took, heart.longest


class Heart:
    """Beats in a loop, and notices when it could not."""

    longest = 0.0

    async def beat(self) -> None:
        """Beat until it is stopped."""
        while True:
            before = perf_counter()
            await asyncio.sleep(BEAT)
            self.longest = max(self.longest, perf_counter() - before - BEAT)


class Firing:
    """The jobs of the store: nothing but to be counted, until all have been."""

    left = 0
    done = asyncio.Event()


async def fire() -> None:
    """What a job does. The store keeps its name, so that it stands by itself."""
    Firing.left -= 1
    if Firing.left == 0:
        Firing.done.set()


async def _job_store(file: Path, number: int) -> float:
    """Seconds until so many jobs have fired, one a schedule, in a store that outlives the process."""
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
