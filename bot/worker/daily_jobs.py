"""What is done once a day by one process of all, such as reading the rosters of all channels."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.interface.clock import Clock
from bot.interface.unavailable import Unavailable
from bot.unit_of_work.runner import UnitOfWorkRunner
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import deliveries as stored
from storage.faults import where

log = logging.getLogger(__name__)

DAY = timedelta(days=1)
TRY_AGAIN = timedelta(minutes=30)
"""How long one process may take before another one tries, and how long a failure is left alone."""


@dataclass
class _Job:
    name: str
    work: Callable[[], Awaitable[object]]
    look_at: datetime | None = None


class DailyJobs:
    """Does each duty once a day. Which process does is decided by a gate in the database, as with a place's messages.

    A process that dies over it, or fails, leaves it to whoever looks half an hour later: a duty may be done twice.
    """

    def __init__(self, runner: UnitOfWorkRunner, clock: Clock) -> None:
        self._runner = runner
        self._clock = clock
        self._duties: list[_Job] = []

    def add(self, name: str, work: Callable[[], Awaitable[object]]) -> None:
        """Have this done; `name` is the same in all processes."""
        self._duties.append(_Job(name, work))

    async def run(self) -> None:
        """Do what is due. Raises `Unavailable`; what else goes wrong with a duty is logged and tried again."""
        for duty in self._duties:
            if duty.look_at is None or self._clock() >= duty.look_at:
                duty.look_at = await self._runner.write(lambda uow, name=duty.name: _taken_until(uow, name))  # type: ignore[misc]
                if duty.look_at is None:
                    duty.look_at = await self._done(duty)

    async def _done(self, duty: _Job) -> datetime:
        """Do a duty; when to look again."""
        began = self._clock()
        try:
            await duty.work()
        except Unavailable:
            raise
        except Exception as error:  # noqa: BLE001 - other duties may well succeed, and its text is never logged
            log.error("%s, once a day: %s at %s", duty.name, type(error).__name__, where(error.__traceback__))
            return began + TRY_AGAIN
        return await self._runner.write(lambda uow: _rest(uow, duty.name, began + DAY))


def _taken_until(uow: UnitOfWork, name: str) -> datetime | None:
    """Until when the duty is taken or done; None for the process that has taken it now."""
    throttle = stored.throttle(uow.session, _key(name), uow.now)
    if throttle.opens_at > uow.now:
        return throttle.opens_at
    _rest(uow, name, uow.now + TRY_AGAIN)
    return None


def _rest(uow: UnitOfWork, name: str, until: datetime) -> datetime:
    stored.throttle(uow.session, _key(name), uow.now).opens_at = until
    uow.session.flush()
    return until


def _key(name: str) -> str:
    return f"daily/{name}"
