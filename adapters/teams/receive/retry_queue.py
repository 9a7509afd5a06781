"""What Teams told while it could not be kept: acted on once the database is back.

Teams tells once that the app was installed, or that a chat has moved to another server, and nothing is to be asked
about it afterwards. It is kept in memory, so much of it and no more, and is lost with the process; what people type is
not kept here.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace

from adapters.teams.activity import IncomingActivity
from adapters.teams.api.conversations import MAKING, RENEWING
from adapters.teams.api.faults import TeamsApiError
from bot.interface.unavailable import Unavailable

log = logging.getLogger(__name__)

MOST_KEPT = 1_000
FIRST_WAIT = 1.0
LONGEST_WAIT = 60.0
"""Seconds until it is tried again, at first and in the end; half to all of it, at random."""

Act = Callable[[IncomingActivity], Awaitable[object]]


class RetryQueue:
    """Keeps activities in the order in which they came, and has `act` act on them in that order.

    `act` raises `Unavailable` or `TimeoutError` while it cannot; whatever else goes wrong is logged by its kind, and
    that activity is left.
    """

    def __init__(self, act: Act, *, first_wait: float = FIRST_WAIT) -> None:
        self._act = act
        self._first_wait = first_wait
        self._kept: OrderedDict[tuple[str, str], IncomingActivity] = OrderedDict()
        self._task: asyncio.Task[None] | None = None
        self._closed = False

    def __len__(self) -> int:
        return len(self._kept)

    def keep(self, activity: IncomingActivity) -> None:
        """Keep an activity, if it tells where messages go; of more than is kept, the oldest is left."""
        if activity.type not in RENEWING or self._closed:
            return
        if activity.type not in MAKING:
            # Where somebody typed is kept, and nothing of what they typed.
            activity = replace(activity, text="", value={}, raw={})
        self._kept[activity.conversation, activity.activity] = activity
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._go_on())

    async def close(self) -> None:
        """Give up what is kept."""
        self._closed = True
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        if self._kept:
            log.warning("activities of Teams that were kept and never acted on: %d", len(self._kept))

    async def _go_on(self) -> None:
        wait = self._first_wait
        while self._kept:
            await asyncio.sleep(wait * random.uniform(0.5, 1))  # noqa: S311 - jitter, not a secret
            before = len(self._kept)
            await self._try()
            wait = self._first_wait if len(self._kept) < before else min(2 * wait, LONGEST_WAIT)

    async def _try(self) -> None:
        """Act on what is kept, one after another, up to the first that still cannot be acted on."""
        while self._kept:
            key, activity = next(iter(self._kept.items()))
            try:
                await self._act(activity)
            except (Unavailable, TimeoutError):
                return
            except TeamsApiError as fault:
                log.warning("an activity of Teams that was kept could not be acted on: %s", fault)
            except Exception as error:  # noqa: BLE001 - the next one may well succeed, and its text is never logged
                log.error("an activity of Teams that was kept failed: %s", type(error).__name__)
            if self._kept.get(key) is activity:
                del self._kept[key]
