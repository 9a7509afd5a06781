"""Logging: what happened to the program, but nothing that people wrote, and not who they are.

An exception's message can hold what a user typed, so only its type and the place where it was raised are logged.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from storage.faults import where

LONGEST = 2000
"""The most characters of a message that are logged; a traceback may have ten times as many."""

_Exception = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class _NoMessages(logging.Formatter):
    """Formats exceptions without their messages."""

    def formatException(self, ei: _Exception) -> str:  # noqa: N802 - the name is logging's
        kind, _, passed = ei
        shown = "".join(traceback.format_tb(passed)) + (kind.__name__ if kind else "")
        return shown[-10 * LONGEST :]

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802
        return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


class _TextFormatter(_NoMessages):
    """One line of text for each record."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the name is logging's
        return super().formatMessage(record)[: LONGEST + 200]


class _JsonFormatter(_NoMessages):
    """One JSON object on a line for each record."""

    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "time": self.formatTime(record),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage()[:LONGEST],
        }
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return json.dumps(entry, ensure_ascii=False)


def told(error: BaseException) -> str:
    """What is logged about an error: its type, and the place in our code where it was raised."""
    return f"{type(error).__name__} at {where(error.__traceback__)}"


def of_the_loop(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Log an error that no caller awaits: the event loop's own handler would show the texts of error and task."""
    error = context.get("exception")
    shown = told(error) if isinstance(error, BaseException) else "no exception"
    logging.getLogger(__name__).error("a task or callback failed that nothing awaits: %s", shown)


def set_up(level: str, form: str) -> None:
    """Log to standard error at `level` (DEBUG, INFO, WARNING, ERROR), as `text` or `json`."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_JsonFormatter() if form == "json" else _TextFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # At INFO the scheduler logs every tick, once a second, and Alembic how it inspects the tables.
    for name in ("apscheduler", "alembic"):
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLevelName(level)))
