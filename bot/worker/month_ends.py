"""The end of a month, carried out: the daily job that removes its line, and what each process reports.

`bot/admin/month_ends.py` draws the states. One process at a time writes the file, but each step may be repeated, and by
two processes at once: removing a line that is gone changes nothing.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from uuid import uuid4

from bot.admin import month_ends
from bot.interface.unavailable import Unavailable
from bot.unit_of_work.runner import UnitOfWorkRunner
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import endings
from storage.end_months import BadEndMonths, EndMonths, EndMonthsFile
from storage.faults import where
from storage.keys import KeyRing

log = logging.getLogger(__name__)

REPORT_SECONDS = 60.0
"""How often a process reports which months it holds."""


class MonthEnds:
    """The ends of months, for one process over one database."""

    def __init__(self, runner: UnitOfWorkRunner, ring: KeyRing) -> None:
        self._runner = runner
        self._ring = ring
        self._process = uuid4()
        self._problem = ""

    async def run(self) -> None:
        """End the months that are over, as far as the file can be written; see to lines that somebody has removed."""
        await self._runner.write(lambda uow: month_ends.note_removed(uow, self._months()))
        for month in await self._runner.read(lambda uow: month_ends.months_over(uow, self._months())):
            await self._runner.write(lambda uow, each=month: month_ends.begin(uow, each))  # type: ignore[misc]
            if isinstance(self._ring.months, EndMonthsFile):
                await self._remove(self._ring.months, month)
        await self.report()

    async def _remove(self, file: EndMonthsFile, month: str) -> None:
        try:
            # In a thread of the database's, because it waits for the disk, and without a transaction that writes.
            await self._runner.read(lambda uow: file.remove(month))
        except BadEndMonths as bad:
            log.warning("The line of %s must be removed by hand: %s", month, bad)

    async def report(self) -> None:
        """Report which months this process holds; end those whose line is gone everywhere.

        A file that cannot be read is logged once: until it can, what it said last stands.
        """

        def work(uow: UnitOfWork) -> list[str]:
            months = self._months()
            endings.report(uow.session, self._process, months.months, uow.now)
            return month_ends.finish(uow, months)

        problem = getattr(self._ring.months, "problem", "")
        if problem and problem != self._problem:
            log.error("%s What it said before stands until it can be read.", problem)
        self._problem = problem
        for each in await self._runner.write(work):
            log.info("What ended in %s is destroyed.", each)

    @asynccontextmanager
    async def reporting(self) -> AsyncIterator[None]:
        """Report again and again until the block ends, then no more: what this process held is gone with it."""
        task = asyncio.create_task(self._keep_reporting())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
            with suppress(Unavailable):
                await self._runner.write(lambda uow: endings.forget(uow.session, self._process))

    async def _keep_reporting(self) -> None:
        while True:
            try:
                await self.report()
            except Unavailable as fault:
                log.debug("the months that this process holds are reported later: %s", fault.reason)
            except Exception as error:  # noqa: BLE001 - the next report may well succeed
                log.error("reporting months: %s at %s", type(error).__name__, where(error.__traceback__))
            await asyncio.sleep(REPORT_SECONDS)

    def _months(self) -> EndMonths:
        return self._ring.months.current()
