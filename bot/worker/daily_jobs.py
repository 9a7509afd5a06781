"""Daily jobs: what one of all processes does once a day, such as reading the rosters of all channels."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.interface.clock import Clock
from bot.interface.unavailable import Unavailable
from bot.runtime.logs import type_and_place
from bot.unit_of_work.runner import UnitOfWorkRunner
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import throttles as stored_throttles

log = logging.getLogger(__name__)

DAY = timedelta(days=1)
TRY_AGAIN = timedelta(minutes=30)
"""How long one process may take before another one tries, and how long to wait after a failure."""

LONGEST = DAY + timedelta(hours=1) + TRY_AGAIN
"""A day can have 25 hours. What is claimed or done for longer than this was so by a clock that was ahead."""


@dataclass
class _Job:
    name: str
    work: Callable[[], Awaitable[object]]
    hour: int | None = None
    check_at: datetime | None = None


class DailyJobs:
    """Runs each job once a day. A throttle in the database decides in which process, as for a place's messages.

    If that process dies or the job fails, the next process to check half an hour later runs it: a job may run twice.
    """

    def __init__(self, runner: UnitOfWorkRunner, clock: Clock) -> None:
        self._runner = runner
        self._clock = clock
        self._jobs: list[_Job] = []

    def add(self, name: str, work: Callable[[], Awaitable[object]], hour: int | None = None) -> None:
        """Run `work` once a day; `name` is the same in all processes.

        With an `hour`, 0 to 23 in the organisation's zone, it is run then, or as soon as a process runs after it.
        """
        self._jobs.append(_Job(name, work, hour))

    async def run(self) -> None:
        """Run what is due. Raises `Unavailable`; any other failure of a job is logged, and the job tried again."""
        for job in self._jobs:
            if job.check_at is None or not self._clock() < job.check_at <= self._clock() + LONGEST:
                job.check_at = await self._runner.write(lambda uow, name=job.name: _claimed_until(uow, name))  # type: ignore[misc]
                if job.check_at is None:
                    job.check_at = await self._run(job)

    async def _run(self, job: _Job) -> datetime:
        """Run a job; when to check it again."""
        began = self._clock()
        try:
            await job.work()
        except Unavailable:
            raise
        except Exception as error:  # noqa: BLE001 - other jobs may well succeed, and its text is never logged
            log.error("daily job %s: %s", job.name, type_and_place(error))
            return began + TRY_AGAIN
        return await self._runner.write(
            lambda uow: _close_throttle(uow, job.name, began + DAY if job.hour is None else _next(uow, job.hour))
        )


def _next(uow: UnitOfWork, hour: int) -> datetime:
    """That hour of the next day in the organisation's zone, or of today if it is still to come; aware UTC."""
    zone = ZoneInfo(uow.zone)
    at = datetime.combine(uow.today, time(hour), zone).astimezone(UTC)
    return at if at > uow.now else datetime.combine(uow.today + DAY, time(hour), zone).astimezone(UTC)


def _claimed_until(uow: UnitOfWork, name: str) -> datetime | None:
    """Until when the job is claimed or done; None for the process that has claimed it now."""
    throttle = stored_throttles.throttle(uow.session, _throttle_key(name), uow.now)
    if throttle.is_closed(uow.now, uow.now + LONGEST):
        return throttle.opens_at
    _close_throttle(uow, name, uow.now + TRY_AGAIN)
    return None


def _close_throttle(uow: UnitOfWork, name: str, until: datetime) -> datetime:
    stored_throttles.throttle(uow.session, _throttle_key(name), uow.now).opens_at = until
    uow.session.flush()
    return until


def _throttle_key(name: str) -> str:
    return f"daily/{name}"
