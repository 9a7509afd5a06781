"""Status: what operators may know of a process, and of the database that it shares with others.

Counts and instants only. No number here changes because someone flags: neither clicks nor what is kept back until its
release are counted.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Generic, TypeVar

from bot.interface.clock import Clock
from bot.runtime.key_check import must_open
from bot.screens.admin.restored import HELD, HOW_TO_CONFIRM
from bot.screens.digest.digest import SCREEN
from bot.worker.heartbeat import Beat, Heartbeat
from storage import Database, Session, probe, restores
from storage import metrics as stored
from storage.encryption import CannotOpen
from storage.faults import DatabaseRefused, StorageFault
from storage.keys import KeyRing
from storage.metrics import Ended, Waiting
from storage.version import newest, stand_at

Found = TypeVar("Found")

BALANCED_SECONDS = 60.0
"""For how long after a question at `/readyz` it is taken that a load balancer asks it."""
ANSWER_SECONDS = 3.0
"""How long to wait for the database to answer."""
PROBE_SECONDS = 5.0
"""How long the result of a probe is kept, so that an eager orchestrator makes no load."""
TOO_SLOW = "The database takes too long."
OTHER_TABLES = "The database's tables are those of another version. Run `python -m bot migrate`, or that version."
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

    It is `held` while a restore is not confirmed. `counted` is up to a minute old, older while counting takes long,
    and None before the first count.
    """

    at: datetime
    waiting: tuple[Waiting, ...]
    digests_due: int
    release_late: timedelta
    held: bool
    counted: Count | None


@dataclass(frozen=True)
class ProbeResult(Generic[Found]):
    """What a query found or, if it failed, the `fault` in a sentence for an operator."""

    found: Found | None = None
    fault: str = ""


class SharedQuery(Generic[Found]):
    """A query that runs once at a time, however many callers wait for its answer.

    So a query that hangs takes up one connection, not one for each caller. An answer is kept for `keep` seconds.
    """

    def __init__(self, ask: Callable[[], Awaitable[Found]], keep: float = 0.0) -> None:
        self._ask = ask
        self._keep = keep
        self._task: asyncio.Task[ProbeResult[Found]] | None = None
        self._ended = 0.0

    async def answer(self) -> ProbeResult[Found]:
        """The answer, or why there is none: it takes too long, or the database cannot be used."""
        if self._task is None or (self._task.done() and time.monotonic() - self._ended >= self._keep):
            self._task = asyncio.create_task(self._answered())
        task = self._task
        await asyncio.wait({task}, timeout=ANSWER_SECONDS)
        return task.result() if task.done() else ProbeResult(fault=TOO_SLOW)

    async def _answered(self) -> ProbeResult[Found]:
        try:
            return ProbeResult(await self._ask())
        except (StorageFault, CannotOpen) as fault:
            return ProbeResult(fault=str(fault))
        finally:
            self._ended = time.monotonic()


@dataclass(frozen=True)
class Probes:
    """What was tried on the database: each is empty if all is well, or says what is wrong in a sentence.

    `up`: it answers, and its tables are those of this version. `writable`: it takes a write. `keys`: the master keys of
    this process open what is stored. The last two are tried only while it is up.
    """

    up: str
    writable: str = ""
    keys: str = ""


class Status:
    """The status of one process. `clock` gives aware UTC; there is no `heartbeat` if the process runs no worker.

    Without a `ring` it is not tried whether the master keys open what is stored.
    """

    def __init__(
        self, database: Database, clock: Clock, heartbeat: Heartbeat | None = None, *, ring: KeyRing | None = None
    ) -> None:
        self.heartbeat = heartbeat
        self.draining = False
        self._asked_ready_at = -math.inf
        self._clock = clock
        self._newest = newest()
        self._count: Count | None = None
        self._up_to_date = SharedQuery(lambda: _is_up_to_date(database, self._newest))
        self._writable = SharedQuery(lambda: probe.try_to_write(database), PROBE_SECONDS)
        self._keys = SharedQuery(lambda: database.read(partial(_must_open, ring)), PROBE_SECONDS)
        self._held = SharedQuery(lambda: database.read(restores.is_held), PROBE_SECONDS)
        self._metrics = SharedQuery(lambda: database.read(self._read_metrics))
        self._counted = SharedQuery(lambda: database.read(self._count_all))

    def lives(self) -> bool:
        """Whether the worker of this process goes on, if it has one. Where it does not, a restart helps."""
        return self.heartbeat is None or self.heartbeat.is_steady()

    def asked_if_ready(self) -> None:
        """Note that something asks whether this process is ready, as load balancers do every few seconds."""
        self._asked_ready_at = time.monotonic()

    def is_balanced(self) -> bool:
        """Whether something has asked in the last minute, and so will hear that this process stops."""
        return time.monotonic() - self._asked_ready_at < BALANCED_SECONDS

    async def problems(self) -> tuple[str, ...]:
        """Why this process cannot serve, in a few words each; empty when it is ready."""
        found = []
        if self.draining:
            found.append("stopping")
        if not self.lives():
            found.append("the clock does not tick")
        probes = await self.probes()
        return (*found, *filter(None, (probes.up, probes.writable, probes.keys)))

    async def notes(self) -> tuple[str, ...]:
        """What an operator should know of a process that can serve, in a sentence each."""
        return (f"{HELD} {HOW_TO_CONFIRM}",) if (await self._held.answer()).found else ()

    async def probes(self) -> Probes:
        """Try the database: whether it answers, takes a write, and fits the master keys of this process."""
        up = await self._up_to_date.answer()
        if not up.found:
            return Probes(up.fault or OTHER_TABLES)
        writable, keys = await asyncio.gather(self._writable.answer(), self._keys.answer())
        return Probes("", writable.fault, keys.fault)

    async def metrics(self) -> Metrics | None:
        """What the database holds; None while it does not answer, or its tables are not those of this version."""
        if not (await self._up_to_date.answer()).found:
            return None
        if self._count is None or abs(self._clock() - self._count.at) >= COUNT_EVERY:
            # If counting takes long, callers are given the last count.
            self._count = (await self._counted.answer()).found or self._count
        found = (await self._metrics.answer()).found
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
            held=restores.is_held(session),
            counted=None,
        )

    def _count_all(self, session: Session) -> Count:
        return Count(
            at=self._clock(),
            digests=stored.digests_made(session),
            digests_sent=stored.sent(session, SCREEN),
            ended=tuple(stored.ended(session)),
        )


async def _is_up_to_date(database: Database, revision: str) -> bool:
    try:
        return await database.read(lambda session: stand_at(session, revision))
    except DatabaseRefused:  # there are no tables at all
        return False


def _must_open(ring: KeyRing | None, session: Session) -> None:
    if ring is not None:
        must_open(session, ring)
