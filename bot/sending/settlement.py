"""Settlement: writes the outcomes of attempts, in one transaction all that gathered while the last one ran."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass

from bot.interface.ports import Pace, Sent
from bot.interface.unavailable import Unavailable
from bot.outbox import deliveries, outcomes
from bot.outbox.claims import Claimed
from bot.outbox.outcomes import AttemptOutcome
from bot.sending import ended_cards, long_waits, unconfirmed
from bot.unit_of_work.runner import UnitOfWorkRunner
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Verb

SETTLE_PAUSES = (1, 2, 4, 8)
"""Seconds between attempts to write outcomes; after them the lease is left to end, as after a crash."""
TOGETHER = 64
"""Outcomes written in one transaction, at most."""


@dataclass(frozen=True)
class _Unwritten:
    claimed: Claimed
    outcome: AttemptOutcome
    written: asyncio.Future[bool]


class Settlement:
    """Writes the outcomes of one platform's attempts; `pace` says how long its throttles then stay closed."""

    def __init__(self, runner: UnitOfWorkRunner, pace: Pace) -> None:
        self._runner = runner
        self._pace = pace
        self._waiting: list[_Unwritten] = []
        self._writer: asyncio.Task[None] | None = None

    async def write(self, claimed: Claimed, outcome: AttemptOutcome) -> bool:
        """Write an outcome; False if another worker has taken over since.

        Raises `Unavailable` if the database stays out of reach for all of `SETTLE_PAUSES`.
        """
        unwritten = _Unwritten(claimed, outcome, asyncio.get_running_loop().create_future())
        self._waiting.append(unwritten)
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write_waiting())
        return await unwritten.written

    def close(self) -> None:
        """Write nothing more."""
        if self._writer is not None:
            self._writer.cancel()

    async def _write_waiting(self) -> None:
        await asyncio.sleep(0)  # so that attempts that end at the same moment are written together
        while self._waiting:
            some, self._waiting = self._waiting[:TOGETHER], self._waiting[TOGETHER:]
            await self._write_together(some)

    async def _write_together(self, some: Sequence[_Unwritten]) -> None:
        try:
            done = await self._write_patiently(some)
        except Exception as error:  # noqa: BLE001 - it is raised in those who wait
            if len(some) == 1 or isinstance(error, Unavailable):
                _raise_in_waiting(some, error)
                return
            # One of them fails, and must not take the others with it.
            for each in some:
                await self._write_together([each])
        else:
            for each, one in zip(some, done, strict=True):
                if not each.written.done():
                    each.written.set_result(one)

    async def _write_patiently(self, some: Sequence[_Unwritten]) -> list[bool]:
        """Write outcomes, and try a few times more while the database cannot be reached."""
        for pause in SETTLE_PAUSES:
            with contextlib.suppress(Unavailable):
                return await self._runner.write(lambda uow: _settled(uow, some, self._pace))
            await asyncio.sleep(pause)
        return await self._runner.write(lambda uow: _settled(uow, some, self._pace))


def _raise_in_waiting(some: Sequence[_Unwritten], error: Exception) -> None:
    for each in some:
        if not each.written.done():
            each.written.set_exception(error)


def _settled(uow: UnitOfWork, some: Sequence[_Unwritten], pace: Pace) -> list[bool]:
    done = outcomes.settle_all(uow, [(each.claimed, each.outcome) for each in some], pace)
    for each, settled in zip(some, done, strict=True):
        if not settled and isinstance(each.outcome, Sent) and each.claimed.row.verb is Verb.SEND:
            # The outcome came too late to be written, but the message it sent is there.
            sent_to = deliveries.place_of(each.claimed.row)
            unconfirmed.seen(uow, each.claimed.row.id, each.outcome.ref, each.claimed.attempt, sent_to)
    written = [(each.claimed.row, each.outcome) for each in some]
    long_waits.tell(uow, written)
    ended_cards.tell(uow, written)
    return done
