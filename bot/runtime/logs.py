"""Logging: what happened to the program, but nothing that people wrote, and not who they are.

An exception's message can hold what a user typed, so only its type and the place where it was raised are logged. With
`json`, everything on standard error is a JSON object on a line of its own: refusals of a command, warnings and faults
that nothing caught, too.
"""

from __future__ import annotations

import asyncio
import errno
import json
import logging
import sys
import threading
import time
import traceback
from collections import OrderedDict
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, TextIO

from storage.faults import where

log = logging.getLogger(__name__)

LONGEST = 2000
"""The most characters of a message that are logged; a traceback may have ten times as many."""

ONCE_IN_SECONDS = 1.0
"""How often one and the same warning or error is written at most."""
NO_DESCRIPTOR = (
    "no file descriptor is free, so new connections must wait: raise the limit (`ulimit -n`, or LimitNOFILE in systemd)"
)

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


class _Handler(logging.StreamHandler[TextIO]):
    """Writes to standard error. A record that cannot be written is reported without its text, on one line."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the name is logging's
        error = sys.exception()
        if isinstance(error, OSError | ValueError):
            return  # standard error is closed or its disk is full: there is nowhere to say so
        fault = f"a line of {record.name} could not be written: {type_and_place(error) if error else 'unknown'}"
        self.handle(logging.LogRecord(__name__, logging.ERROR, __file__, 0, fault, None, None))


class _SameLine(logging.Filter):
    """Leaves out a warning or error that was written within the last second, and says how many were left out."""

    _MOST = 100

    def __init__(self) -> None:
        super().__init__()
        self._written: OrderedDict[tuple[str, str], tuple[float, int]] = OrderedDict()

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno < logging.WARNING or record.exc_info:
            return True
        try:
            return self._is_new(record)
        except Exception:  # noqa: BLE001 - a line that cannot be written is reported by the handler
            return True

    def _is_new(self, record: logging.LogRecord) -> bool:
        line = (record.name, record.getMessage())
        now = time.monotonic()
        since, left_out = self._written.get(line, (now - ONCE_IN_SECONDS, 0))
        written = now - since >= ONCE_IN_SECONDS
        self._written[line] = (now, 0) if written else (since, left_out + 1)
        self._written.move_to_end(line)
        while len(self._written) > self._MOST:
            self._written.popitem(last=False)
        if written and left_out:
            record.msg, record.args = f"{line[1]} (and {left_out:,} times before, left out here)", None
        return written


def type_and_place(error: BaseException) -> str:
    """An error's type and where it was raised, without its text, which may hold what someone typed."""
    return f"{type(error).__name__} at {where(error.__traceback__)}"


def of_the_loop(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Log an error that no caller awaits: the event loop's own handler would show the texts of error and task."""
    error = context.get("exception")
    if isinstance(error, OSError) and error.errno in (errno.EMFILE, errno.ENFILE):
        log.error(NO_DESCRIPTOR)
        return
    shown = type_and_place(error) if isinstance(error, BaseException) else "no exception"
    log.error("a task or callback failed that nothing awaits: %s", shown)


def set_up(level: str, form: str) -> None:
    """Log to standard error at `level` (DEBUG, INFO, WARNING, ERROR), as `text` or `json`."""
    handler = _Handler(sys.stderr)
    handler.setFormatter(_JsonFormatter() if form == "json" else _TextFormatter())
    handler.addFilter(_SameLine())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # At INFO the scheduler logs every tick, once a second, and Alembic how it inspects the tables.
    for name in ("apscheduler", "alembic"):
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLevelName(level)))


def catch_the_rest() -> None:
    """Log what Python itself would print: warnings, and errors that nothing catches, without their texts."""
    logging.captureWarnings(True)
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_a_thread
    sys.unraisablehook = _unraisable


def say(sentence: str) -> None:
    """Print a sentence on standard output for whoever started the program; where logs are JSON, as such an object."""
    _write(sys.stdout, sentence, logging.INFO)


def say_aside(sentence: str, *, refused: bool = False) -> None:
    """The same on standard error, where logs go."""
    _write(sys.stderr, sentence, logging.ERROR if refused else logging.INFO)


def _write(stream: TextIO, sentence: str, level: int) -> None:
    if is_json():
        sentence = _JsonFormatter().format(logging.LogRecord("bot", level, "", 0, sentence, None, None))
    stream.write(f"{sentence}\n")
    stream.flush()


def is_json() -> bool:
    """Whether logs are JSON."""
    return any(isinstance(each.formatter, _JsonFormatter) for each in logging.getLogger().handlers)


def _uncaught(kind: type[BaseException], error: BaseException, passed: TracebackType | None) -> None:
    log.critical("nothing caught %s", type_and_place(error), exc_info=(kind, error, passed))


def _uncaught_in_a_thread(given: threading.ExceptHookArgs) -> None:
    if given.exc_value is not None:
        _uncaught(given.exc_type, given.exc_value, given.exc_traceback)


def _unraisable(given: Any) -> None:
    log.error(
        "an error could not be raised: %s",
        type_and_place(given.exc_value) if given.exc_value else given.exc_type.__name__,
    )
