"""The heartbeat: whether a process's worker keeps going, and how long its work takes. It knows no more about it."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

STOPPED_SECONDS = 60.0
"""After this long without a tick the worker counts as stopped."""
STUCK_SECONDS = 900.0
"""After this long a task counts as stuck: 100,000 digests and a release take less than a minute."""

Found = TypeVar("Found")


@dataclass(frozen=True)
class Beat:
    """How one kind of task is doing: how many runs have ended, and how many seconds the last one took.

    `late` is how many seconds too late the last run began: the time since the run before it began, less the interval.
    """

    ended: int = 0
    seconds: float = 0.0
    late: float = 0.0


@dataclass
class _Run:
    """The latest run of one kind of task."""

    began: float
    lasts: bool
    under_way: bool = True
    beat: Beat = Beat()


class Heartbeat:
    """Measures the worker of one process. `seconds` is a monotonic clock; `every` is the interval between two ticks."""

    def __init__(self, seconds: Callable[[], float] = time.monotonic, every: float = 1.0) -> None:
        self._seconds = seconds
        self._every = every
        self._ticked: float | None = None
        self._runs: dict[str, _Run] = {}

    def tick(self) -> None:
        """Note that the worker has ticked just now."""
        self._ticked = self._seconds()

    async def measured(self, name: str, work: Callable[[], Awaitable[Found]], *, lasts: bool = False) -> Found:
        """Run a task and measure it. One that `lasts` runs for as long as there is work, and is never stuck."""
        began, last = self._seconds(), self._runs.get(name)
        beat = Beat() if last is None else last.beat
        late = 0.0 if last is None else max(0.0, began - last.began - self._every)
        run = self._runs[name] = _Run(began, lasts, beat=Beat(beat.ended, beat.seconds, late))
        try:
            return await work()
        finally:
            run.under_way = False
            run.beat = Beat(beat.ended + 1, self._seconds() - began, late)

    def beats(self) -> dict[str, Beat]:
        """How each kind of task is doing, by its name."""
        return {name: each.beat for name, each in self._runs.items()}

    def is_steady(self) -> bool:
        """Whether the worker has ticked lately, if it ever did, and no task is stuck."""
        now = self._seconds()
        stuck = any(
            each.under_way and not each.lasts and now - each.began >= STUCK_SECONDS for each in self._runs.values()
        )
        return not stuck and (self._ticked is None or now - self._ticked < STOPPED_SECONDS)
