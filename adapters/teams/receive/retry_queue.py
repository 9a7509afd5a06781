"""A retry queue for activities that could not be stored because the database was away.

Teams sends an installation event once, and we cannot ask for it later. The queue is in memory, limited in size, and
lost with the process. It never holds what people typed.
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
from adapters.teams.api.conversations import INSTALLATION_TYPES, UPDATING_TYPES
from adapters.teams.api.faults import TeamsApiError
from bot.interface.unavailable import Unavailable

log = logging.getLogger(__name__)

MOST_KEPT = 1_000
FIRST_WAIT = 1.0
LONGEST_WAIT = 60.0
"""The first and the longest wait before a retry, in seconds. Each wait is 50 to 100 % of it, at random."""

Act = Callable[[IncomingActivity], Awaitable[object]]


class RetryQueue:
    """Keeps activities in order, and calls `act` on each until it succeeds.

    `act` raises `Unavailable` or `TimeoutError` to have an activity retried. On any other error the activity is dropped
    and the type of the error is logged.
    """

    def __init__(self, act: Act, *, first_wait: float = FIRST_WAIT) -> None:
        self._act = act
        self._first_wait = first_wait
        self._queue: OrderedDict[tuple[str, str], IncomingActivity] = OrderedDict()
        self._task: asyncio.Task[None] | None = None
        self._closed = False

    def __len__(self) -> int:
        return len(self._queue)

    def keep(self, activity: IncomingActivity) -> None:
        """Queue an activity if it says where messages go. A full queue drops its oldest."""
        if activity.type not in UPDATING_TYPES or self._closed:
            return
        if activity.type not in INSTALLATION_TYPES:
            # Keep the conversation that someone typed in, and nothing of what they typed.
            activity = replace(activity, text="", value={}, raw={})
        self._queue[activity.conversation, activity.activity] = activity
        while len(self._queue) > MOST_KEPT:
            self._queue.popitem(last=False)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())

    async def close(self) -> None:
        """Stop, and drop what is queued."""
        self._closed = True
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        if self._queue:
            log.warning("queued Teams activities dropped at shutdown: %d", len(self._queue))

    async def _run(self) -> None:
        wait = self._first_wait
        while self._queue:
            await asyncio.sleep(wait * random.uniform(0.5, 1))  # noqa: S311 - jitter, not a secret
            before = len(self._queue)
            await self._retry()
            wait = self._first_wait if len(self._queue) < before else min(2 * wait, LONGEST_WAIT)

    async def _retry(self) -> None:
        """Retry the queued activities in order, up to the first that must wait longer."""
        while self._queue:
            key, activity = next(iter(self._queue.items()))
            try:
                await self._act(activity)
            except (Unavailable, TimeoutError):
                return
            except TeamsApiError as fault:
                log.warning("a queued Teams activity could not be handled: %s", fault)
            except Exception as error:  # noqa: BLE001 - the next activity may succeed, and the error's text is never logged
                log.error("a queued Teams activity failed: %s", type(error).__name__)
            if self._queue.get(key) is activity:
                del self._queue[key]
