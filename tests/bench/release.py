"""A release of a whole organisation's flags: how long it takes, and how long others cannot write meanwhile."""

import asyncio
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TypeVar
from uuid import UUID

from bot.dispatcher import Dispatcher
from bot.interface.actor import Actor
from bot.interface.announcements import Announcement
from bot.interface.parts import Form
from bot.people.people import Member, Roster
from bot.worker.worker import Worker
from storage import Database, Session
from storage.migrate import migrate
from tests.bench import flag
from tests.bench.measuring import Figures, progress
from tests.fakes import FakePlatform
from tests.rings import new_ring

Found = TypeVar("Found")

WRITTEN = datetime(2026, 12, 9, 9, 0, tzinfo=UTC)
SHOWN = datetime(2026, 12, 10, 12, 0, tzinfo=UTC)
"""After the hour of the release on the next working day."""


class NotAllShown(Exception):
    """Not all that waited was shown, so the time means nothing."""


class _Timed(Database):
    """A database that notes how long each thing took for which its one writer was held, and others had to wait."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.held: list[float] = []

    def _write(self, work: Callable[[Session], Found]) -> Found:
        began = perf_counter()
        try:
            return super()._write(work)
        finally:
            self.held.append(perf_counter() - began)

    def fold(self) -> bool:
        began = perf_counter()
        try:
            return super().fold()
        finally:
            self.held.append(perf_counter() - began)


def measure(folder: Path, policies: int, boxes: int, times: int) -> Figures:
    """The medians of some releases of `boxes` flags over `policies`, each in a new database."""
    progress(f"Releasing {boxes:,} flags on {policies} policies")
    taken = [asyncio.run(_released(folder / f"release-{n}.db", policies, boxes)) for n in range(times)]
    return {
        "release_1000_boxes_seconds": median(took for took, _ in taken),
        "release_lock_held_ms": 1_000 * median(held for _, held in taken),
    }


async def _released(file: Path, policies: int, boxes: int) -> tuple[float, float]:
    """How long one release took, and the longest that the writer was held at once."""
    migrate(f"sqlite:///{file}", now=WRITTEN)
    ring, now = new_ring("bench"), WRITTEN
    with _Timed(f"sqlite:///{file}") as database:
        dispatcher = Dispatcher(database, ring, lambda: now)
        worker = Worker(database, ring, lambda: now)
        worker.add(FakePlatform(lambda: now))
        policy_ids = await _announced(dispatcher, policies, boxes // policies)
        await worker.tick()  # sets the hour of the next release
        for each in policy_ids:
            await _flags(dispatcher, each, boxes // policies)
        now = SHOWN
        database.held.clear()
        began = perf_counter()
        shown = await worker.release()
        took = perf_counter() - began
        held = max(database.held)
        await worker.drain()
    if shown != boxes:
        raise NotAllShown
    return took, held


async def _announced(dispatcher: Dispatcher, policies: int, people: int) -> list[UUID]:
    members = [Member(f"u{n}", f"Member {n}", f"u{n}@example.org") for n in range(people)]
    await dispatcher.enrol(Roster("web", "bench", "c1", "delivery", tuple(members)))
    announced = [
        Announcement(f"Policy {n}", "What is announced.", f"https://example.org/{n}", None) for n in range(policies)
    ]
    opened = await dispatcher.announce(announced, owner="u0@example.org", channel="delivery")
    return [each.id for each in opened.opened]


async def _flags(dispatcher: Dispatcher, policy: UUID, people: int) -> None:
    form = await flag.opened_form(dispatcher, policy, Actor("web", "bench", "u0", "c1"))
    for n in range(people):
        actor = Actor("web", "bench", f"u{n}", "c1")
        came = await dispatcher.submit(form, flag.ANSWERS, actor, secrets.token_urlsafe(24))
        if isinstance(came, Form) and came.problems:
            raise flag.Refused
