"""Stopping waits for the current run of the worker, but not for ever."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bot.runtime.clock import now
from bot.worker.worker import Worker
from storage import Database
from tests.clock import environment
from tests.rings import new_ring


async def test_it_waits_for_the_current_run_of_the_worker(migrated_sqlite_url: str) -> None:
    with Database(migrated_sqlite_url) as database:
        worker = Worker(database, new_ring("k1"), now)
        under_way = asyncio.create_task(worker.tick())
        await asyncio.sleep(0)
        assert not under_way.done()
        await worker.drain()
        assert under_way.done()
        await under_way


async def test_it_gives_up_a_run_that_does_not_end(migrated_sqlite_url: str) -> None:
    with Database(migrated_sqlite_url) as database:
        worker = Worker(database, new_ring("k1"), now)
        async with worker._preparing:
            await asyncio.wait_for(worker.drain(0.05), 5)


HANGS = """
import asyncio, signal, sys, threading
from bot.runtime import shutdown

shutdown.WITHIN_SECONDS = float(sys.argv[1])

async def serve():
    with shutdown.signals() as stop:
        print("serving", flush=True)
        await stop.wait()
        print("stopping", flush=True)

asyncio.run(serve())
threading.Event().wait()  # as on a database that does not answer
"""
"""A program that hangs after its event loop has ended, when it is asked to stop."""


@contextmanager
def hanging(seconds: float) -> Iterator[subprocess.Popen[str]]:
    """That program, ready to be stopped, with this many seconds to shut down."""
    process = subprocess.Popen(
        [sys.executable, "-c", HANGS, str(seconds)],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "serving\n"
        yield process
    finally:
        process.kill()
        process.communicate()


def test_what_hangs_over_its_end_is_ended() -> None:
    with hanging(0.2) as process:
        process.terminate()
        _, said = process.communicate(timeout=30)
        assert process.returncode == 1
        assert said == "shutdown took too long: unfinished work is taken up when its lease ends\n"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_second_signal_ends_a_hanging_program_at_once(number: signal.Signals) -> None:
    with hanging(3600) as process:
        process.terminate()
        assert process.stdout is not None
        assert process.stdout.readline() == "stopping\n"
        process.send_signal(number)
        assert process.wait(30) == 128 + number
