"""Shutdown: the first signal lets running work finish; a second signal, or a timeout, ends the process at once."""

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
"""How long a shutdown may take. Orchestrators kill a process that is still there 20 or 30 seconds after SIGTERM."""
GIVEN_UP = 1
"""The exit code of a process that left work unfinished."""


@contextmanager
def signals() -> Iterator[asyncio.Event]:
    """An event that SIGINT or SIGTERM sets. From then on the process ends within `WITHIN_SECONDS`.

    Unfinished work stays in the database as it does after a crash, and is taken up when its lease ends.
    """
    stop, loop, received = asyncio.Event(), asyncio.get_running_loop(), threading.Event()

    def handle(number: int, frame: FrameType | None) -> None:
        if received.is_set():
            os._exit(128 + number)
        received.set()
        _start_deadline(WITHIN_SECONDS)
        loop.call_soon_threadsafe(stop.set)

    # Not with loop.add_signal_handler: a second signal must work when the loop has ended and something else hangs.
    before = {each: signal.signal(each, handle) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        if not received.is_set():
            for each, handler in before.items():
                signal.signal(each, handler)


def _start_deadline(seconds: float) -> None:
    # A thread, because the event loop may hang, for example on threads that wait for a database.
    timer = threading.Timer(seconds, _give_up)
    timer.daemon = True
    timer.start()


def _give_up() -> None:
    log.error("shutdown took too long: unfinished work is taken up when its lease ends")
    os._exit(GIVEN_UP)
