"""The sandbox's clock: the machine's clock plus how far it was moved on."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

FURTHEST = timedelta(days=3660)
"""How far ahead of the machine's clock it may be, so that pages and databases can hold every date."""


class ClockUnreadable(ValueError):
    """The clock's file cannot be read; the text is a sentence for the person who starts the sandbox."""


class ClockTooFar(ValueError):
    """The move would go more than ten years ahead of the machine's clock."""


def _machine() -> datetime:
    return datetime.now(UTC)


class SandboxClock:
    """Gives the sandbox's time, aware UTC, when called. It can be moved on and never goes back.

    How far it is ahead of the `machine`, which gives an aware instant, is kept in the JSON file `path`, so that a
    restart does not turn it back; without a `path` nothing is kept. Raises `ClockUnreadable` when the file is not one
    of ours, and `OSError`.
    """

    def __init__(self, path: Path | None = None, machine: Callable[[], datetime] = _machine) -> None:
        self.path = path
        self._machine = machine
        self._ahead = timedelta()
        reached = _read(path) if path else None
        if reached:
            self._ahead, at_least = reached
            self._ahead += max(timedelta(), at_least - self())

    def __call__(self) -> datetime:
        return self._machine() + self._ahead

    @property
    def ahead(self) -> timedelta:
        """How far this clock is ahead of the machine's."""
        return self._ahead

    def move_to(self, instant: datetime) -> None:
        """Go on to `instant`, which is aware; one in the past changes nothing. Raises `ClockTooFar` and `OSError`."""
        ahead = self._ahead + max(timedelta(), instant - self())
        if ahead > FURTHEST:
            raise ClockTooFar
        if self.path:
            _write(self.path, ahead, self._machine() + ahead)
        self._ahead = ahead


def _read(path: Path) -> tuple[timedelta, datetime] | None:
    if not path.exists():
        return None
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        ahead = timedelta(seconds=float(kept["seconds_ahead"]))
        reached = datetime.fromisoformat(kept["reached"]).astimezone(UTC)
    except (ValueError, KeyError, TypeError, OverflowError):
        raise ClockUnreadable(f"{path} is not a clock of the sandbox. Start afresh, or remove it.") from None
    if not timedelta() <= ahead <= FURTHEST:
        raise ClockUnreadable(f"{path} is not a clock of the sandbox. Start afresh, or remove it.")
    return ahead, reached


def _write(path: Path, ahead: timedelta, reached: datetime) -> None:
    # Written beside the file and renamed: a crash leaves the old file or the new one, never half of one.
    beside = path.with_name(path.name + ".new")
    text = json.dumps({"seconds_ahead": ahead.total_seconds(), "reached": reached.isoformat()})
    with beside.open("w", encoding="utf-8") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    _sync(path.parent)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
