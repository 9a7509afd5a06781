"""The watch: what whoever runs this may know of the process and of the database that it shares with others.

Counts and instants only. Nothing here moves because somebody flags: what is kept back until its release is not
counted, and neither are clicks.
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
"""How long a question may take to be answered before there is no answer."""
COUNT_EVERY = timedelta(minutes=1)
"""How long a count of all that was ever sent is kept: to make it anew reads all of it."""


@dataclass(frozen=True)
class Count:
    """All that was ever made and sent, counted at an instant."""

    at: datetime
    digests: int
    digests_sent: int
    ended: tuple[Ended, ...]


@dataclass(frozen=True)
class Metrics:
    """How the shared database stands: what waits, what is due and not done, and what ended how.

    `counted` is up to a minute old, older while it takes long, and None until it was counted for the first time.
    """

    at: datetime
    waiting: tuple[Waiting, ...]
    digests_due: int
    release_late: timedelta
    counted: Count | None


class Asked(Generic[Found]):
    """A question to the database that is asked once at a time, however many wait for its answer.

    One that hangs so takes up one connection, and not one more for each who asks.
    """

    def __init__(self, database: Database, ask: Callable[[Session], Found]) -> None:
        self._database = database
        self._ask = ask
        self._task: asyncio.Task[Found | None] | None = None

    async def answer(self) -> Found | None:
        """The answer; None while there is none, or the tables are not there."""
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
    """Watches one process. `clock` gives aware UTC; without a pulse the process turns no rounds."""

    def __init__(self, database: Database, clock: Clock, heartbeat: Heartbeat | None = None) -> None:
        self.heartbeat = heartbeat
        self.draining = False
        self._clock = clock
        self._newest = newest()
        self._count: Count | None = None
        self._stands = Asked(database, lambda session: stand_at(session, self._newest))
        self._metrics = Asked(database, self._read)
        self._counted = Asked(database, self._counts)

    async def hindrances(self) -> tuple[str, ...]:
        """What stands in the way of serving, in a few words each; none when this process is ready."""
        found = []
        if self.draining:
            found.append("stopping")
        if self.heartbeat is not None and not self.heartbeat.is_steady():
            found.append("the clock does not tick")
        if not await self._stands.answer():
            found.append("the database does not answer, or its tables are not up to date")
        return tuple(found)

    async def metrics(self) -> Metrics | None:
        """How the database stands; None while it does not answer, or its tables are not those of this version."""
        if not await self._stands.answer():
            return None
        if self._count is None or self._clock() - self._count.at >= COUNT_EVERY:
            # Where it takes long, those who ask go on with the last one.
            self._count = await self._counted.answer() or self._count
        found = await self._metrics.answer()
        return replace(found, counted=self._count) if found else None

    def beats(self) -> Mapping[str, Beat]:
        """How the rounds of this process keep going, by kind."""
        return self.heartbeat.beats() if self.heartbeat else {}

    def _read(self, session: Session) -> Metrics:
        now, due_at = self._clock(), stored.release_due_at(session)
        return Metrics(
            at=now,
            waiting=tuple(stored.waiting(session, now)),
            digests_due=stored.digests_due(session, now),
            release_late=max(timedelta(0), now - due_at) if due_at else timedelta(0),
            counted=None,
        )

    def _counts(self, session: Session) -> Count:
        return Count(
            at=self._clock(),
            digests=stored.digests_made(session),
            digests_sent=stored.sent(session, SCREEN),
            ended=tuple(stored.ended(session)),
        )
