"""Moves the sandbox's clock on, and lets everything that falls due on the way happen in its order."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from adapters.web.clock import ClockTooFar
from adapters.web.platform import WebPlatform
from bot.calendar import dates
from bot.interface.ports import Place
from bot.worker.worker import Worker

MOVES = frozenset({"digest", "hour", "morning"})
STEPS = 300
"""The most runs of the worker in one move."""
SOON_AFTER = timedelta(seconds=10)
"""What is due so soon after the target is done too: it may only have waited for something else."""
PATIENCE = 3
"""How often the same instant may be due again before the move goes past it."""
MORNING = time(9)


@dataclass(frozen=True)
class MoveResult:
    """A sentence about a move, and the place that it links to, if any."""

    text: str
    place: Place | None = None


class TimeTravel:
    """The three moves, one at a time: to the next digest, by an hour, to 9am tomorrow.

    `told` holds the sentences about the last move, and `moves` counts all of them.
    """

    def __init__(self, worker: Worker, platform: WebPlatform) -> None:
        self._worker = worker
        self._platform = platform
        self._sandbox = platform.sandbox
        self._one_at_a_time = asyncio.Lock()
        self.moves = 0
        self.told: tuple[MoveResult, ...] = ()

    async def move(self, kind: str, moves: int) -> None:
        """Make the move `kind`.

        `moves` is the count on the page where the button was pressed, so that a second click on the same button moves
        nothing. Raises `ValueError` for a kind that is not in `MOVES`.
        """
        async with self._one_at_a_time:
            if moves != self.moves:
                return
            self.moves += 1
            target = await self._target(kind)
            if target is None:
                self.told = (MoveResult("There is no digest to wait for: nothing is new."),)
            else:
                await self._go(target)

    async def _target(self, kind: str) -> datetime | None:
        now = self._sandbox.clock()
        match kind:
            case "digest":
                return await self._worker.next_digest()
            case "hour":
                return now + timedelta(hours=1)
            case "morning":
                return _next_morning(now, self._sandbox.zone)
        raise ValueError("no such move")

    async def _go(self, target: datetime) -> None:
        with self._platform.watching() as arrived:
            try:
                finished = await self._do_what_is_due(target)
            except ClockTooFar:
                self.told = (MoveResult("The sandbox's time cannot go more than ten years ahead."),)
                return
        self.told = tuple(self._what_happened(Counter(arrived.values()), finished=finished))

    async def _do_what_is_due(self, target: datetime) -> bool:
        """Whether everything that was due could be done in one move."""
        left = await self._run_until(target, STEPS)
        if left:
            await self._run_at(target)
            left = await self._run_until(target + SOON_AFTER, left)
        return left > 0

    async def _run_until(self, until: datetime, steps: int) -> int:
        """Run the worker at each instant at which something is due; gives how many of the `steps` are left."""
        last, stuck = None, 0
        for left in range(steps, 0, -1):
            due = await self._worker.next_due()
            stuck = stuck + 1 if due == last else 0
            if due is None or due > until or stuck >= PATIENCE:
                return left
            await self._run_at(due)
            last = due
        return 0

    async def _run_at(self, instant: datetime) -> None:
        self._sandbox.clock.move_to(instant)
        await self._worker.tick()

    def _what_happened(self, arrived: Counter[Place], *, finished: bool) -> Iterator[MoveResult]:
        yield MoveResult(f"You moved the time to {dates.moment(self._sandbox.clock(), self._sandbox.zone)}.")
        for place, n in arrived.items():
            yield MoveResult(f"{dates.count(n, 'message')} arrived in {self._name_of(place)}.", place)
        if not arrived:
            yield MoveResult("No message was due.")
        if not finished:
            yield MoveResult("More is due than one move brings. Move again to go on.")

    def _name_of(self, place: Place) -> str:
        if place.direct:
            person = self._sandbox.person(place.address)
            return f"{person.name}'s inbox" if person else "an inbox"
        channel = self._sandbox.channel(place.address)
        return channel.name if channel else "a channel"


def _next_morning(now: datetime, zone: str) -> datetime:
    tomorrow = dates.local_day(now, zone) + timedelta(days=1)
    return datetime.combine(tomorrow, MORNING, ZoneInfo(zone)).astimezone(UTC)
