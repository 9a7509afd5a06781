"""The pulse: whether the rounds of a process keep going, and how long they take. It knows nothing of what they do."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

STOPPED_SECONDS = 60.0
"""After so long without a tick the clock counts as stopped."""
STUCK_SECONDS = 900.0
"""After so long a round counts as stuck: 100,000 digests and a release take less than a minute."""

Found = TypeVar("Found")


@dataclass(frozen=True)
class Beat:
    """How one kind of round keeps going: how many have ended, and how many seconds the last one took.

    `late` is how many seconds too late the last one began: since the one before it began, less what there should be
    between two.
    """

    ended: int = 0
    seconds: float = 0.0
    late: float = 0.0


@dataclass
class _Kind:
    began: float
    lasts: bool
    under_way: bool = True
    beat: Beat = Beat()


class Heartbeat:
    """Feels the rounds of one process. `seconds` is a clock that never goes back; `every` lies between two ticks."""

    def __init__(self, seconds: Callable[[], float] = time.monotonic, every: float = 1.0) -> None:
        self._seconds = seconds
        self._every = every
        self._ticked: float | None = None
        self._kinds: dict[str, _Kind] = {}

    def tick(self) -> None:
        """The clock goes."""
        self._ticked = self._seconds()

    async def measured(self, name: str, work: Callable[[], Awaitable[Found]], *, lasts: bool = False) -> Found:
        """Do one round of that kind. One that `lasts` goes on for as long as there is something to do."""
        began, last = self._seconds(), self._kinds.get(name)
        beat = Beat() if last is None else last.beat
        late = 0.0 if last is None else max(0.0, began - last.began - self._every)
        kind = self._kinds[name] = _Kind(began, lasts, beat=Beat(beat.ended, beat.seconds, late))
        try:
            return await work()
        finally:
            kind.under_way = False
            kind.beat = Beat(beat.ended + 1, self._seconds() - began, late)

    def beats(self) -> dict[str, Beat]:
        """Each kind of round, by its name."""
        return {name: each.beat for name, each in self._kinds.items()}

    def is_steady(self) -> bool:
        """Whether the clock has ticked lately, if it ever did, and no round is stuck."""
        now = self._seconds()
        stuck = any(
            each.under_way and not each.lasts and now - each.began >= STUCK_SECONDS for each in self._kinds.values()
        )
        return not stuck and (self._ticked is None or now - self._ticked < STOPPED_SECONDS)
