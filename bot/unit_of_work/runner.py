"""The runner of units of work: the only way from an event loop to the rules."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import date
from typing import TypeVar

from bot.interface.clock import Clock
from bot.interface.email_addresses import comparable
from bot.interface.unavailable import Unavailable
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Conflict, Database, DatabaseUnavailable, Session
from storage.encryption import CannotOpen, Damaged
from storage.held_accounts import HeldAccounts
from storage.keys import KeyRing

log = logging.getLogger(__name__)
Found = TypeVar("Found")
TRIES = 3


class UnitOfWorkRunner:
    """Runs rules on the database's own threads, each in one transaction.

    `clock` returns aware UTC; `admins` are e-mail addresses.
    """

    def __init__(self, database: Database, ring: KeyRing, clock: Clock, admins: Iterable[str] = ()) -> None:
        self._database = database
        self._ring = ring
        self._clock = clock
        self._admins = frozenset(comparable(each) for each in admins)
        self._held_accounts = HeldAccounts(ring.accounts)

    async def read(self, work: Callable[[UnitOfWork], Found]) -> Found:
        """Run `work` in a read-only unit of work. Raises `Unavailable`."""
        try:
            return await self._database.read(lambda session: work(self._uow(session)))
        except DatabaseUnavailable as fault:
            raise Unavailable(str(fault)) from None

    async def write(self, work: Callable[[UnitOfWork], Found]) -> Found:
        """Run `work` in one transaction, and retry it when another transaction took a unique value first.

        Raises `Unavailable`, and `Conflict` when every attempt fails that way.
        """
        for _ in range(TRIES - 1):
            try:
                return await self._write(work)
            except Conflict:
                continue
        return await self._write(work)

    async def _write(self, work: Callable[[UnitOfWork], Found]) -> Found:
        try:
            return await self._database.write(lambda session: work(self._uow(session)))
        except DatabaseUnavailable as fault:
            raise Unavailable(str(fault)) from None

    def _uow(self, session: Session) -> UnitOfWork:
        return UnitOfWork(session, self._clock(), self._ring, self._admins, held_accounts=self._held_accounts)


class WaitedForRunner(UnitOfWorkRunner):
    """Runs what somebody waits for, such as a click. A key that this process lacks is `Unavailable` there too.

    The worker goes on with all that other keys open, so it uses the other runner.
    """

    def __init__(self, database: Database, ring: KeyRing, clock: Clock, admins: Iterable[str] = ()) -> None:
        super().__init__(database, ring, clock, admins)
        self._told_on: date | None = None

    async def read(self, work: Callable[[UnitOfWork], Found]) -> Found:
        """Run `work` in a read-only unit of work. Raises `Unavailable`."""
        try:
            return await super().read(work)
        except CannotOpen as fault:
            raise self._lacks_key(fault) from None

    async def _write(self, work: Callable[[UnitOfWork], Found]) -> Found:
        try:
            return await super()._write(work)
        except CannotOpen as fault:
            raise self._lacks_key(fault) from None

    def _lacks_key(self, fault: CannotOpen) -> Exception:
        """What to raise instead. The operator is told once a day, and not at each click."""
        if isinstance(fault, Damaged):
            return fault
        today = self._clock().date()
        if self._told_on != today:
            self._told_on = today
            log.error("%s People are asked to try again. Start this process with all keys.", fault)
        return Unavailable(str(fault))
