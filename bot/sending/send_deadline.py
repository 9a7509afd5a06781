"""The send deadline: until when an attempt may be begun, checked right before its first byte leaves.

On its way there an attempt waits for a token or a connection, and its process may be stopped, or its machine put to
sleep, whose timers then stop too. By then another worker may have taken over. Adapters call `check` where nothing
more comes between it and the network.
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
    """Set the deadline for sending in this block to an aware instant; `clock` gives aware UTC."""
    before = _CURRENT.set(lambda: clock() > at)
    try:
        yield
    finally:
        _CURRENT.reset(before)


def check() -> None:
    """Raises `DeadlinePassed` if a deadline is set and has passed."""
    passed = _CURRENT.get()
    if passed is not None and passed():
        raise DeadlinePassed
