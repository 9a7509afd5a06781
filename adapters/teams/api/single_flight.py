"""One flight at a time: whoever asks while an answer is being fetched waits for that one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

Fetched = TypeVar("Fetched")


class SingleFlight(Generic[Fetched]):
    """Runs `fetch` at most once at a time. A waiter that is cancelled does not cancel it for the others."""

    def __init__(self, fetch: Callable[[], Awaitable[Fetched]]) -> None:
        self._fetch = fetch
        self._flight: asyncio.Task[Fetched] | None = None

    @property
    def busy(self) -> bool:
        """Whether a fetch is under way."""
        return self._flight is not None and not self._flight.done()

    def begin(self) -> asyncio.Task[Fetched]:
        """The fetch that is under way, else a new one."""
        if self._flight is None or not self.busy:
            self._flight = asyncio.create_task(self._run())
            # Nobody may be waiting for it any more by the time it fails.
            self._flight.add_done_callback(lambda task: task.cancelled() or task.exception())
        return self._flight

    async def result(self) -> Fetched:
        """What it fetches. Raises what the fetch raises."""
        return await asyncio.shield(self.begin())

    async def close(self) -> None:
        """Give up what is under way."""
        if self._flight is not None and self.busy:
            self._flight.cancel()
            await asyncio.gather(self._flight, return_exceptions=True)

    async def _run(self) -> Fetched:
        return await self._fetch()
