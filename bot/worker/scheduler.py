"""The scheduler: runs the worker's tick at a steady interval, whatever is done to the machine's clock.

APScheduler goes by the machine's clock. By itself, it does not tick for two minutes if that is set back by two minutes,
and lists every tick that it has missed if it is set forward by a day.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

from bot.runtime.clock import now
from bot.worker.worker import Worker


def start(worker: Worker, every: timedelta = timedelta(seconds=1)) -> AsyncIOScheduler:
    """Schedule the worker in the running loop, as one job that never overlaps itself and is run however late it is."""
    scheduler = SteadyScheduler(every)

    async def start_tasks() -> None:  # a coroutine runs in the loop; a plain function would get a thread
        worker.start_tasks()

    scheduler.add_job(start_tasks, FromNow(every), misfire_grace_time=None, coalesce=True, max_instances=1)
    scheduler.start()
    return scheduler


class FromNow(BaseTrigger):  # type: ignore[misc] # APScheduler has no types
    """Fires one interval from now, not from the last time: what was missed is not counted."""

    def __init__(self, every: timedelta) -> None:
        self._every = every

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        """The next time, aware UTC."""
        return now + self._every


class SteadyScheduler(AsyncIOScheduler):  # type: ignore[misc] # APScheduler has no types
    """Its timer is the event loop's, which is monotonic; a job further ahead than the interval is due at once."""

    def __init__(self, every: timedelta) -> None:
        super().__init__(timezone="UTC")
        self._every = every

    def _process_jobs(self) -> float | None:
        at = now()
        for job in self.get_jobs():
            # The clock was set back since the job was planned.
            if job.next_run_time is not None and job.next_run_time > at + self._every:
                job.modify(next_run_time=at)
        seconds: float | None = super()._process_jobs()
        return seconds
