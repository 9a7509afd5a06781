"""The clock watch: notices that the machine's clock was set, by comparing it with a monotonic one."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import timedelta

from bot.calendar.dates import count
from bot.interface.clock import Clock

log = logging.getLogger(__name__)

STEP = timedelta(seconds=5)
"""The smallest step that counts. NTP slews smaller differences away; leases and signatures tolerate them."""


class ClockWatch:
    """Watches `clock`, which gives aware UTC, beside `seconds`, a monotonic clock."""

    def __init__(self, clock: Clock, seconds: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seconds = seconds
        self._offset = self._measured()

    def step(self) -> timedelta:
        """By how much the clock was set since the last call, negative if it was set back; zero if it was not.

        A step is logged. A machine that slept looks like one whose clock was set forward.
        """
        offset = self._measured()
        step = offset - self._offset
        if abs(step) < STEP:
            return timedelta(0)
        self._offset = offset
        seconds = count(round(abs(step).total_seconds()), "second")
        log.warning("the machine's clock was set %s by %s", "forward" if step > timedelta(0) else "back", seconds)
        return step

    def _measured(self) -> timedelta:
        return timedelta(seconds=self._clock().timestamp() - self._seconds())
