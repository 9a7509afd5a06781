"""Deadlines: until when a try may be begun, looked at right before its first byte leaves.

What a try waits for on its way there, a token, a connection, may take long, and its process may stand still meanwhile:
stopped, or in a machine that is put to sleep, whose timers then stand still too. Another worker may have taken over by
then. Adapters call `check` where nothing more comes between it and the network.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

_CURRENT: ContextVar[Callable[[], bool] | None] = ContextVar("deadline", default=None)


class DeadlinePassed(Exception):
    """The deadline has passed, and nothing was sent."""


@contextmanager
def begun_by(at: datetime, clock: Callable[[], datetime]) -> Iterator[None]:
    """What is done in this block may be begun to be sent until an instant, by a clock that gives aware UTC."""
    before = _CURRENT.set(lambda: clock() > at)
    try:
        yield
    finally:
        _CURRENT.reset(before)


def check() -> None:
    """Nothing, while there is time, and where no deadline is set. Raises `DeadlinePassed`."""
    passed = _CURRENT.get()
    if passed is not None and passed():
        raise DeadlinePassed
