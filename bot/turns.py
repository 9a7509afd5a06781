"""Opening turns on a database: the one way from an event loop to the rules."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from bot.turn import Turn
from storage import Conflict, Database, Session
from storage.keys import KeyRing

Clock = Callable[[], datetime]
Found = TypeVar("Found")
TRIES = 3


class Turns:
    """Runs rules on the database's own threads, each in one transaction. `clock` gives aware UTC."""

    def __init__(self, database: Database, ring: KeyRing, clock: Clock) -> None:
        self._database = database
        self._ring = ring
        self._clock = clock

    async def read(self, work: Callable[[Turn], Found]) -> Found:
        """Run `work` where nothing can be written. Raises `DatabaseUnavailable`."""
        return await self._database.read(lambda session: work(self._turn(session)))

    async def write(self, work: Callable[[Turn], Found]) -> Found:
        """Run `work` in one transaction; again when another one was first to what must be unique.

        Raises `DatabaseUnavailable`, and `Conflict` when the same happens again and again.
        """
        for _ in range(TRIES - 1):
            try:
                return await self._database.write(lambda session: work(self._turn(session)))
            except Conflict:
                continue
        return await self._database.write(lambda session: work(self._turn(session)))

    def _turn(self, session: Session) -> Turn:
        return Turn(session, self._clock(), self._ring)
