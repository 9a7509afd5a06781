"""Stopping: the first signal lets what is under way end, the second ends at once, and so does time."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

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
    stop, loop, heard = asyncio.Event(), asyncio.get_running_loop(), threading.Event()

    def told(number: int, frame: FrameType | None) -> None:
        if heard.is_set():
            os._exit(128 + number)
        heard.set()
        _end_within(WITHIN_SECONDS)
        loop.call_soon_threadsafe(stop.set)

    # Not by the loop: a second signal must be heard when there is no loop any more, and something hangs all the same.
    before = {each: signal.signal(each, told) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        if not heard.is_set():
            for each, handler in before.items():
                signal.signal(each, handler)


def _end_within(seconds: float) -> None:
    # A thread, which does not depend on a loop that may hang: on a database, of which threads wait, for one.
    clock = threading.Timer(seconds, _give_up)
    clock.daemon = True
    clock.start()


def _give_up() -> None:
    log.error("not everything ended in time: what is left is taken up when its lease ends")
    os._exit(GIVEN_UP)
