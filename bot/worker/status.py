"""Status: what operators may know of a process, and of the database that it shares with others.

Counts and instants only. No number here changes because someone flags: neither clicks nor what is kept back until its
release are counted.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from bot.interface.clock import Clock
from bot.screens.digest.digest import SCREEN
from bot.worker.heartbeat import Beat, Heartbeat
from storage import Database, DatabaseUnavailable, Session
from storage import metrics as stored
from storage.faults import DatabaseRefused
from storage.metrics import Ended, Waiting
from storage.version import newest, stand_at

Found = TypeVar("Found")

ANSWER_SECONDS = 3.0
"""How long to wait for the database to answer."""
COUNT_EVERY = timedelta(minutes=1)
"""How long a count of all that was ever sent is kept: counting again reads every row."""


@dataclass(frozen=True)
class Count:
    """Counts of all that was ever made and sent, and when they were taken."""

    at: datetime
    digests: int
    digests_sent: int
    ended: tuple[Ended, ...]


@dataclass(frozen=True)
class Metrics:
    """What the shared database holds: what waits, what is due and not done, and how deliveries ended.

    `counted` is up to a minute old, older while counting takes long, and None before the first count.
    """

    at: datetime
    waiting: tuple[Waiting, ...]
    digests_due: int
    release_late: timedelta
    counted: Count | None


class SharedQuery(Generic[Found]):
    """A query that runs once at a time, however many callers wait for its answer.

    So a query that hangs takes up one connection, not one for each caller.
    """

    def __init__(self, database: Database, ask: Callable[[Session], Found]) -> None:
        self._database = database
        self._ask = ask
        self._task: asyncio.Task[Found | None] | None = None

    async def answer(self) -> Found | None:
        """The answer; None if it takes too long, or the database cannot be reached or refuses."""
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._answered())
        task = self._task
        await asyncio.wait({task}, timeout=ANSWER_SECONDS)
        return task.result() if task.done() else None

    async def _answered(self) -> Found | None:
        try:
            return await self._database.read(self._ask)
        except (DatabaseUnavailable, DatabaseRefused):
            return None


class Status:
    """The status of one process. `clock` gives aware UTC; there is no `heartbeat` if the process runs no worker."""

    def __init__(self, database: Database, clock: Clock, heartbeat: Heartbeat | None = None) -> None:
        self.heartbeat = heartbeat
        self.draining = False
        self._clock = clock
        self._newest = newest()
        self._count: Count | None = None
        self._up_to_date = SharedQuery(database, lambda session: stand_at(session, self._newest))
        self._metrics = SharedQuery(database, self._read_metrics)
        self._counted = SharedQuery(database, self._count_all)

    async def problems(self) -> tuple[str, ...]:
        """Why this process cannot serve, in a few words each; empty when it is ready."""
        found = []
        if self.draining:
            found.append("stopping")
        if self.heartbeat is not None and not self.heartbeat.is_steady():
            found.append("the clock does not tick")
        if not await self._up_to_date.answer():
            found.append("the database does not answer, or its tables are not up to date")
        return tuple(found)

    async def metrics(self) -> Metrics | None:
        """What the database holds; None while it does not answer, or its tables are not those of this version."""
        if not await self._up_to_date.answer():
            return None
        if self._count is None or self._clock() - self._count.at >= COUNT_EVERY:
            # If counting takes long, callers are given the last count.
            self._count = await self._counted.answer() or self._count
        found = await self._metrics.answer()
        return replace(found, counted=self._count) if found else None

    def beats(self) -> Mapping[str, Beat]:
        """How the worker of this process is doing, by kind of task; empty if it runs none."""
        return self.heartbeat.beats() if self.heartbeat else {}

    def _read_metrics(self, session: Session) -> Metrics:
        now, due_at = self._clock(), stored.release_due_at(session)
        return Metrics(
            at=now,
            waiting=tuple(stored.waiting(session, now)),
            digests_due=stored.digests_due(session, now),
            release_late=max(timedelta(0), now - due_at) if due_at else timedelta(0),
            counted=None,
        )

    def _count_all(self, session: Session) -> Count:
        return Count(
            at=self._clock(),
            digests=stored.digests_made(session),
            digests_sent=stored.sent(session, SCREEN),
            ended=tuple(stored.ended(session)),
        )
