"""Single flight: callers that ask while a fetch is in progress wait for its result."""

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
        """Whether a fetch is in progress."""
        return self._flight is not None and not self._flight.done()

    def begin(self) -> asyncio.Task[Fetched]:
        """Return the fetch in progress, or start one."""
        if self._flight is None or not self.busy:
            self._flight = asyncio.create_task(self._run())
            # Read the exception, because all callers may have stopped waiting when it fails.
            self._flight.add_done_callback(lambda task: task.cancelled() or task.exception())
        return self._flight

    async def result(self) -> Fetched:
        """Return the result of the fetch. Raises what the fetch raises."""
        return await asyncio.shield(self.begin())

    async def settled(self) -> None:
        """Wait for a fetch in progress, however it ends."""
        if self._flight is not None and self.busy:
            await asyncio.wait([self._flight])

    async def close(self) -> None:
        """Cancel a fetch in progress."""
        if self._flight is not None and self.busy:
            self._flight.cancel()
            await asyncio.gather(self._flight, return_exceptions=True)

    async def _run(self) -> Fetched:
        return await self._fetch()
