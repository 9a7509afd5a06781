"""The statements that the program sends to its database while something is done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
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
