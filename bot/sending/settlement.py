"""Endings: how tries ended, written down, as many in one transaction as have gathered while the last one ran."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass

from bot.interface.ports import Pace, Sent
from bot.interface.unavailable import Unavailable
from bot.outbox import deliveries
from bot.outbox.deliveries import AttemptOutcome, Claimed
from bot.sending import unconfirmed
from bot.unit_of_work.runner import UnitOfWorkRunner
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Verb

SETTLE_PAUSES = (1, 2, 4, 8)
"""Seconds between the tries to write an ending down: after them the lease is left to end, as after a crash."""
TOGETHER = 64
"""Endings written in one transaction, at most."""


@dataclass(frozen=True)
class _Ending:
    claimed: Claimed
    outcome: AttemptOutcome
    written: asyncio.Future[bool]


class Settlement:
    """The endings of one platform's tries, whose pace is given."""

    def __init__(self, runner: UnitOfWorkRunner, pace: Pace) -> None:
        self._runner = runner
        self._pace = pace
        self._waiting: list[_Ending] = []
        self._writer: asyncio.Task[None] | None = None

    async def write(self, claimed: Claimed, outcome: AttemptOutcome) -> bool:
        """Write how a try ended; False if another worker has taken over since. Raises `Unavailable` after some time."""
        ended = _Ending(claimed, outcome, asyncio.get_running_loop().create_future())
        self._waiting.append(ended)
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write_on())
        return await ended.written

    def close(self) -> None:
        """Write nothing more."""
        if self._writer is not None:
            self._writer.cancel()

    async def _write_on(self) -> None:
        await asyncio.sleep(0)  # so that what ends at the same moment is written together
        while self._waiting:
            some, self._waiting = self._waiting[:TOGETHER], self._waiting[TOGETHER:]
            await self._write(some)

    async def _write(self, some: Sequence[_Ending]) -> None:
        try:
            done = await self._patiently(some)
        except Exception as error:  # noqa: BLE001 - whoever waits for it is given it
            if len(some) == 1 or isinstance(error, Unavailable):
                _give(some, error)
                return
            # One of them fails, and the others shall not fail with it.
            for each in some:
                await self._write([each])
        else:
            for each, one in zip(some, done, strict=True):
                if not each.written.done():
                    each.written.set_result(one)

    async def _patiently(self, some: Sequence[_Ending]) -> list[bool]:
        """Write them; again, a few times, while the database cannot be reached."""
        for pause in SETTLE_PAUSES:
            with contextlib.suppress(Unavailable):
                return await self._runner.write(lambda uow: _settled(uow, some, self._pace))
            await asyncio.sleep(pause)
        return await self._runner.write(lambda uow: _settled(uow, some, self._pace))


def _give(some: Sequence[_Ending], error: Exception) -> None:
    for each in some:
        if not each.written.done():
            each.written.set_exception(error)


def _settled(uow: UnitOfWork, some: Sequence[_Ending], pace: Pace) -> list[bool]:
    done = deliveries.settle_all(uow, [(each.claimed, each.outcome) for each in some], pace)
    for each, settled in zip(some, done, strict=True):
        if not settled and isinstance(each.outcome, Sent) and each.claimed.row.verb is Verb.SEND:
            # It came too late to be counted, but what it sent stands there.
            unconfirmed.seen(uow, each.claimed.row.id, each.outcome.ref, each.claimed.attempt)
    return done
