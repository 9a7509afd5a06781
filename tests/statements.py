"""The statements that the program sends to its database while something is done."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collect the statements of all engines, in order; each transaction begins with a `BEGIN`, on SQLite in words."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def queries(seen: list[str]) -> list[str]:
    """Those that are not a `BEGIN`."""
    return [each for each in seen if not each.startswith("BEGIN")]
