"""A progress bar for what takes long."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn


@contextlib.contextmanager
def reading(console: Console, source: str) -> Iterator[Callable[[int, int | None], None]]:
    """A bar for reading `source`; it is told the bytes read and, where that is known, how many there are."""
    columns = (TextColumn("Reading {task.fields[source]}"), BarColumn(), DownloadColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("reading", source=source, total=None)

        def told(done: int, total: int | None) -> None:
            progress.update(task, completed=done, total=total)

        yield told
