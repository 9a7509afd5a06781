"""A process that runs the worker over a database until it is stopped or killed."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import tempfile
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.interface.ports import Pace
from bot.worker.scheduler import start
from bot.worker.worker import Worker
from storage import Database, metadata
from tests.processes import crowd
from tests.processes.forge import fork_for_each_line, say
from tests.processes.provider import ProvidedPlatform, Provider
from tests.rings import new_ring, ring_of
from tests.running_clock import RunningClock

LONGEST = 500
"""Seconds after which a process ends by itself, if it is not killed."""
TICK = timedelta(milliseconds=50)


@dataclass(frozen=True)
class Life:
    """The parameters of a worker process. Lease and pace are in seconds; one that does not send only makes deliveries.

    Its clock shows `MONDAY` at the instant `since` of the machine's monotonic clock, and runs at the same speed.
    With `stops_at` it suspends itself right before it writes its message with that number to the network.
    """

    name: str
    url: str
    key: str
    provider: str
    lease: float
    since: float
    place: float = 0
    tenant: float = 0
    tells: bool = True
    sends: bool = True
    stops_at: int = 0

    def line(self) -> str:
        """The parameters as a line of JSON."""
        return json.dumps(asdict(self))

    @property
    def clock(self) -> RunningClock:
        """The process's clock."""
        return RunningClock(since=self.since)

    @property
    def pace(self) -> Pace:
        """How fast it sends."""
        return Pace(place=timedelta(seconds=self.place), tenant=timedelta(seconds=self.tenant))


async def live(life: Life) -> None:
    """Run the worker until SIGTERM, then shut down as a server does, and report how that went."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    with Database(life.url, pool=4) as database:
        worker = Worker(
            database,
            ring_of(life.key),
            life.clock,
            lease=timedelta(seconds=life.lease),
        )
        platform = ProvidedPlatform(life.provider, life.name, life.pace, tells=life.tells, stops_at=life.stops_at)
        if life.sends:
            worker.add(platform)
        clock = start(worker, every=TICK)
        say("resumed", pid=str(os.getpid()))
        await stop.wait()
        clock.pause()
        await worker.drain()
        clock.shutdown(wait=False)
        await platform.close()
    say("ended", worker=life.name)


async def warm_up(folder: Path) -> None:
    """Do once what is slow the first time, so that no process spends its short life on it."""
    now = datetime(2026, 11, 24, 9, tzinfo=UTC)
    ring = new_ring("k1")
    with Database(f"sqlite:///{folder / 'warm.db'}") as database, Provider().serving() as provider:
        with database.writing() as session:
            metadata.create_all(session.connection())
        crowd.gather(database, ring, 2, now)
        platform = ProvidedPlatform(provider.url, tells=True)
        worker = Worker(database, ring, lambda: now)
        worker.add(platform)
        await worker.tick()
        await worker.drain()
        await platform.close()


def live_by(line: str) -> None:
    """Run with the parameters in a line of JSON."""
    asyncio.run(live(Life(**json.loads(line))))


def main() -> None:
    """Fork a process for each line until there are no more."""
    with tempfile.TemporaryDirectory() as folder:
        logging.disable()
        asyncio.run(warm_up(Path(folder)))
        logging.disable(logging.NOTSET)
    fork_for_each_line(live_by, LONGEST)


if __name__ == "__main__":
    main()
