"""Messages that are due, sent to a platform that answers in 5 ms, or in 50 ms: by one process, and by two."""

from __future__ import annotations

import asyncio
import multiprocessing
from contextlib import suppress
from datetime import UTC, datetime
from multiprocessing.synchronize import Barrier
from pathlib import Path
from statistics import median
from time import perf_counter

from bot.interface.ports import Absent, ChatPlatform, Finding, Message, Outcome, Pace, Sent
from bot.worker.worker import Worker
from storage import Database
from storage.keys import new_master_key
from storage.migrate import migrate
from tests.bench.measuring import Figures, progress
from tests.postgresql import RUNS, CannotStart, running_server
from tests.processes import crowd
from tests.rings import ring_of

NOW = datetime(2026, 12, 9, 9, 0, tzinfo=UTC)
QUICKLY, SLOWLY = 0.005, 0.05
"""The seconds in which the platform answers."""
Share = tuple[int, float, float]


class Answering(ChatPlatform):
    """A chat platform that accepts everything after a moment, in any order and at any rate."""

    name = crowd.PLATFORM
    pace = Pace()

    def __init__(self, answers_in: float) -> None:
        self.answers_in = answers_in
        self.taken = 0
        self.first = self.last = 0.0

    async def send(self, message: Message) -> Outcome:
        """Accept a message."""
        self.first = self.first or perf_counter()
        await asyncio.sleep(self.answers_in)
        self.taken += 1
        self.last = perf_counter()
        return Sent(f"ref-{self.taken}")

    async def update(self, message: Message, ref: str) -> Outcome:
        """Nothing is updated here."""
        return Sent(ref)

    async def withdraw(self, message: Message, ref: str) -> Outcome:
        """Nothing is withdrawn here."""
        return Sent(ref)

    async def find(self, message: Message) -> Finding:
        """Nothing is ever unconfirmed here."""
        return Absent()


def measure(folder: Path, number: int, times: int) -> Figures:
    """Deliveries per second, the median of several runs: on SQLite, and on PostgreSQL if there is one."""
    progress(f"{number:,} messages that are due")
    figures = {
        "deliveries_per_second_sqlite": median(_rate(_sqlite(folder, n), number, 1, QUICKLY) for n in range(times))
    }
    try:
        with running_server() as url:
            one, two = _one_and_two(url, number, times, QUICKLY)
            slow_one, slow_two = _one_and_two(url, number, times, SLOWLY)
    except CannotStart as problem:
        progress(f"  no PostgreSQL: {problem}")
        return figures
    finally:
        with suppress(OSError):  # another server's folder may be in it
            RUNS.rmdir()
    return figures | {
        "deliveries_per_second_postgresql": one,
        "deliveries_two_workers_vs_one": two / one,
        "deliveries_two_workers_vs_one_50_ms": slow_two / slow_one,
    }


def _one_and_two(server: str, number: int, times: int, answers_in: float) -> tuple[float, float]:
    """The median rates of one process and of two, taking turns, each time on a new database."""
    one, two = [], []
    for _ in range(times):
        one.append(_rate(_fresh(server), number, 1, answers_in))
        two.append(_rate(_fresh(server), number, 2, answers_in))
    return median(one), median(two)


def _sqlite(folder: Path, n: int) -> str:
    return f"sqlite:///{folder / f'deliveries-{n}.db'}"


def _fresh(server: str) -> str:
    """The URL of a new database on a server."""
    import psycopg

    name = f"bench_{perf_counter():.6f}".replace(".", "_")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return server.rpartition("/")[0] + f"/{name}"


def _rate(url: str, number: int, workers: int, answers_in: float) -> float:
    """Fill a new database, let several processes send everything, and measure from when all of them have begun."""
    key = new_master_key("bench")
    migrate(url, now=NOW)
    with Database(url) as database:
        policy = crowd.announce(database, ring_of(key), NOW)
        crowd.post(database, policy, (f"c{n}" for n in range(number)), NOW)
    forking = multiprocessing.get_context("forkserver")
    forking.set_forkserver_preload(["tests.bench.__main__"])  # otherwise each process imports everything again
    with forking.Manager() as manager, forking.Pool(workers) as pool:
        together = manager.Barrier(workers)
        shares = pool.starmap(_work, [(url, key, answers_in, together)] * workers)
    assert sum(taken for taken, _, _ in shares) == number
    return number / (max(last for _, _, last in shares) - min(first for _, first, _ in shares))


def _work(url: str, key: str, answers_in: float, together: Barrier) -> Share:
    """Send everything due in this process. Returns the number sent, and begin and end by the machine's clock."""
    return asyncio.run(_empty(url, key, answers_in, together))


async def _empty(url: str, key: str, answers_in: float, together: Barrier) -> Share:
    with Database(url) as database:
        worker, platform = Worker(database, ring_of(key), lambda: NOW), Answering(answers_in)
        await worker.send()  # so that every statement is compiled
        worker.add(platform)
        together.wait()
        began = perf_counter()
        while await worker.send():
            pass
        await worker.drain()
        return platform.taken, began, platform.last or began
