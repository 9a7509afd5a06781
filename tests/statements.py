"""The statements that the program sends to its database while something is done."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any

from sqlalchemy import Engine, event


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collect the statements of all engines, in order, with a word where a transaction begins and where it ends."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    heard: dict[str, Callable[..., None]] = {
        "before_cursor_execute": note,
        "begin": lambda _: seen.append(BEGIN),
        "commit": lambda _: seen.append(COMMIT),
        "rollback": lambda _: seen.append(ROLLBACK),
    }
    for name, listener in heard.items():
        event.listen(Engine, name, listener)
    try:
        yield seen
    finally:
        for name, listener in heard.items():
            event.remove(Engine, name, listener)


BEGIN, COMMIT, ROLLBACK = "BEGIN", "COMMIT", "ROLLBACK"


def queries(seen: list[str]) -> list[str]:
    """The statements between the beginnings and ends of transactions."""
    return [each for each in seen if each not in (BEGIN, COMMIT, ROLLBACK)]


@contextmanager
def with_parameters() -> Iterator[list[tuple[str, Any]]]:
    """Collect the statements of all engines with what is given to each."""
    seen: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        seen.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


RANDOM = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def masked(value: Any) -> Any:
    """What is given to a statement, without ids, tags, hashes and what is sealed."""
    if isinstance(value, Mapping):
        return {name: masked(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [masked(each) for each in value]
    if isinstance(value, str):
        return RANDOM.sub("id", value)
    return value if value is None or isinstance(value, int | date) else type(value).__name__


def bare(value: Any) -> str:
    """All that is given to a statement as text, bytes as hex."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list | tuple):
        return " ".join(bare(each) for each in value)
    value = getattr(value, "obj", value)  # what psycopg wraps
    return bytes(value).hex() if isinstance(value, bytes | memoryview) else str(value)
