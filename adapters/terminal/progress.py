"""Progress bars: for reading a feed, and for work on a known number of things."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, MofNCompleteColumn, Progress, TextColumn


@contextlib.contextmanager
def reading(console: Console, source: str) -> Iterator[Callable[[int, int | None], None]]:
    """A bar for reading `source`; gives a function that takes the bytes read and the bytes expected, if known."""
    columns = (TextColumn("Reading {task.fields[source]}"), BarColumn(), DownloadColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("reading", source=source, total=None)

        def told(done: int, total: int | None) -> None:
            progress.update(task, completed=done, total=total)

        yield told


@contextlib.contextmanager
def counting(console: Console, what: str, number: int) -> Iterator[Callable[[], None]]:
    """A bar for work on that number of things, called `what`; gives a function to call after each."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(what, total=number)
        yield lambda: progress.advance(task)
