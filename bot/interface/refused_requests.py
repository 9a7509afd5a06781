"""Count the requests that a platform refused, by reason, and notice if they point to a wrong setting of ours.

Requests that were taken are not counted: such a number would change because someone flags.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from bot.interface.clock import Clock

MOST_BY_CHANCE = 2
"""Up to so many refusals with nothing taken in between prove nothing: anyone can send such requests."""
TAKEN_LATELY = timedelta(hours=1)
"""After a request was taken, refusals say nothing about our settings for so long."""


class RefusedRequests:
    """The refusals since this process started. `telling` are the reasons that a wrong setting of ours would have."""

    def __init__(self, clock: Clock, telling: Collection[str]) -> None:
        self._clock = clock
        self._telling = telling
        self._counts: Counter[str] = Counter()
        self._since_taken: Counter[str] = Counter()
        self._taken_at: datetime | None = None

    def count(self, reason: str) -> None:
        """Count one request that was refused for this reason: a few words of our own."""
        self._counts[reason] += 1
        self._since_taken[reason] += 1

    def taken(self) -> None:
        """Note that a request passed every check."""
        self._since_taken.clear()
        self._taken_at = self._clock()

    def counts(self) -> Mapping[str, int]:
        """How many were refused, by reason."""
        return dict(self._counts)

    def suspected(self) -> str:
        """The reason that looks like a wrong setting: given several times, with no request taken lately. Else empty."""
        if self._taken_at is not None and self._clock() - self._taken_at < TAKEN_LATELY:
            return ""
        often = (each for each in self._telling if self._since_taken[each] > MOST_BY_CHANCE)
        return max(often, key=lambda each: self._since_taken[each], default="")
