"""Stopping: the first signal lets what is under way end, the second ends at once, and so does time."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

log = logging.getLogger(__name__)

WITHIN_SECONDS = 19.0
"""How long it may all take. Orchestrators kill what has not ended 20 or 30 seconds after SIGTERM."""
GIVEN_UP = 1
"""The exit code of a process that had to leave something undone."""


@contextmanager
def signals() -> Iterator[asyncio.Event]:
    """An event of the running loop that SIGINT or SIGTERM sets. From then on the process ends within `WITHIN_SECONDS`.

    What is left undone then stands in the database as it does after a crash, and is taken up when its lease ends.
    """
    stop, loop = asyncio.Event(), asyncio.get_running_loop()

    def told(number: int) -> None:
        if stop.is_set():
            os._exit(128 + number)
        stop.set()
        _end_within(WITHIN_SECONDS)

    for each in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(each, told, each)
    yield stop


def _end_within(seconds: float) -> None:
    # A thread, which does not depend on a loop that may hang: on a database, of which threads wait, for one.
    clock = threading.Timer(seconds, _give_up)
    clock.daemon = True
    clock.start()


def _give_up() -> None:
    log.error("not everything ended in time: what is left is taken up when its lease ends")
    os._exit(GIVEN_UP)
