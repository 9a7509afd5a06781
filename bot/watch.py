"""The watch: what whoever runs this may know of the process and of the database that it shares with others.

Counts and instants only. Nothing here moves because somebody flags: what is kept back until its release is not
counted, and neither are clicks.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.pulse import Beat, Pulse
from bot.turns import Clock
from bot.words.digest import SCREEN
from storage import Database, DatabaseUnavailable, Session
from storage import figures as stored
from storage.faults import DatabaseRefused
from storage.figures import Ended, Waiting
from storage.version import newest, stand_at

ANSWER_SECONDS = 3.0
"""How long the database may take to answer before it counts as out of reach."""
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
class Figures:
    """How the shared database stands: what waits, what is due and not done, and what ended how."""

    at: datetime
    waiting: tuple[Waiting, ...]
    digests_due: int
    release_late: timedelta
    counted: Count


@dataclass
class Watch:
    """Watches one process. `clock` gives aware UTC; without a pulse the process turns no rounds."""

    database: Database
    clock: Clock
    pulse: Pulse | None = None
    draining: bool = False
    _newest: str = field(default_factory=newest, init=False)
    _asked: asyncio.Task[Figures | None] | None = field(default=None, init=False)
    _count: Count | None = field(default=None, init=False)

    async def figures(self) -> Figures | None:
        """How the database stands; None while it does not answer, or its tables are not those of this version.

        However many ask, it is asked once at a time: one that hangs takes up one connection.
        """
        if self._asked is None or self._asked.done():
            self._asked = asyncio.create_task(self._read())
        asked = self._asked
        await asyncio.wait({asked}, timeout=ANSWER_SECONDS)
        return asked.result() if asked.done() else None

    async def hindrances(self) -> tuple[str, ...]:
        """What stands in the way of serving, in a few words each; none when this process is ready."""
        found = []
        if self.draining:
            found.append("stopping")
        if self.pulse is not None and not self.pulse.is_steady():
            found.append("the clock does not tick")
        if await self.figures() is None:
            found.append("the database does not answer, or its tables are not up to date")
        return tuple(found)

    def beats(self) -> Mapping[str, Beat]:
        """How the rounds of this process keep going, by kind."""
        return self.pulse.beats() if self.pulse else {}

    async def _read(self) -> Figures | None:
        now = self.clock()
        try:
            found = await self.database.read(lambda session: self._figures(session, now))
        except (DatabaseUnavailable, DatabaseRefused):
            return None
        self._count = found.counted if found else None
        return found

    def _figures(self, session: Session, now: datetime) -> Figures | None:
        if not stand_at(session, self._newest):
            return None
        due_at = stored.release_due_at(session)
        fresh = self._count is not None and now - self._count.at < COUNT_EVERY
        return Figures(
            at=now,
            waiting=tuple(stored.waiting(session)),
            digests_due=stored.digests_due(session, now),
            release_late=max(timedelta(0), now - due_at) if due_at else timedelta(0),
            counted=self._count if self._count and fresh else _counted(session, now),
        )


def _counted(session: Session, now: datetime) -> Count:
    return Count(
        at=now,
        digests=stored.digests_made(session),
        digests_sent=stored.sent(session, SCREEN),
        ended=tuple(stored.ended(session)),
    )
