"""A run of the worker that finds nothing to do among many rows."""

import asyncio
import contextlib
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import perf_counter
from uuid import uuid4

from bot.worker.worker import Worker
from storage import Database
from storage.migrate import migrate
from tests.bench.measuring import Figures, progress, quick_connection
from tests.fakes import FakePlatform
from tests.rings import new_ring

NOW = datetime(2026, 12, 9, 9, 0, tzinfo=UTC)
YESTERDAY, TOMORROW = "2026-12-08 09:00:00.000000", "2026-12-10 09:00:00.000000"


def measure(folder: Path, number: int, ticks: int) -> Figures:
    """The median of many runs over `number` schedules, none due, and as many deliveries, all done."""
    progress(f"Running the worker with {number:,} schedules and nothing due")
    file = folder / "tick.db"
    migrate(f"sqlite:///{file}", now=NOW)
    with contextlib.closing(quick_connection(file)) as connection:
        _fill(connection, number)
    with Database(f"sqlite:///{file}") as database:
        return {"tick_idle_ms": asyncio.run(_tick(database, ticks)) * 1_000}


def _fill(connection: sqlite3.Connection, number: int) -> None:
    people = [uuid4().hex for _ in range(number)]
    connection.execute("BEGIN")
    connection.executemany("INSERT INTO people (id, name) VALUES (?, 'Owner')", ((each,) for each in people))
    connection.executemany(
        "INSERT INTO schedules (person_id, cron, zone, own_zone, calendar, next_slot, next_due_at)"
        f" VALUES (?, '0 9 * * mon-fri', 'Europe/London', 0, 'GB-ENG', '2026-12-10T09:00', '{TOMORROW}')",
        ((each,) for each in people),
    )
    connection.executemany(
        "INSERT INTO deliveries (id, key, verb, platform, workspace, address, direct, screen, subject, state,"
        " attempts, fence, made_at, done_at)"
        f" VALUES (?, ?, 'send', 'web', 'bench', ?, 1, 'digest', '', 'sent', 1, 1, '{YESTERDAY}', '{YESTERDAY}')",
        ((uuid4().hex, f"digest:{each}", each) for each in people),
    )
    connection.execute("COMMIT")


async def _tick(database: Database, ticks: int) -> float:
    worker = Worker(database, new_ring("bench"), lambda: NOW)
    worker.add(FakePlatform(lambda: NOW))
    await worker.tick()  # sets the hour of the next release
    times = []
    for _ in range(ticks):
        began = perf_counter()
        await worker.tick()
        times.append(perf_counter() - began)
    await worker.drain()
    return median(times)
