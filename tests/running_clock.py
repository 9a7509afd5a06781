"""A clock that starts at a given instant, whatever the day, and runs."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

MONDAY = datetime(2026, 11, 23, 10, tzinfo=UTC)
"""A Monday in winter, when London keeps UTC, with no holiday near."""


class RunningClock:
    """A clock that shows `at`, aware UTC, at the instant `since` of `time.monotonic()`, and runs on from there.

    Clocks with the same `at` and `since` show the same in every process of a machine.
    """

    def __init__(self, at: datetime = MONDAY, since: float | None = None) -> None:
        self.at = at
        self.since = time.monotonic() if since is None else since

    def __call__(self) -> datetime:
        return self.at + timedelta(seconds=time.monotonic() - self.since)
