"""All screens, listed and drawn from their examples."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from adapters.terminal.render import draw
from bot.parts import Card, Screen
from bot.words import screens


class UnknownView(ValueError):
    """There is no screen of that name; its text is a sentence."""


def show_views(console: Console, name: str | None = None) -> None:
    """List every screen, or draw the one called `name` with all its states. Raises `UnknownView`."""
    found = screens()
    if name is None:
        console.print(_listed(found))
        return
    wanted = {each: screen for each, screen in found.items() if name in (each, each.partition(":")[0])}
    if not wanted:
        raise UnknownView(f"There is no screen of that name. The screens are: {', '.join(_names(found))}.")
    for each, screen in wanted.items():
        console.print(draw(screen, caption=each))


def _listed(found: dict[str, Screen]) -> Table:
    table = Table("Screen", "Kind", "What it says first")
    for name, screen in found.items():
        if isinstance(screen, Card):
            table.add_row(Text(name), "card", Text(screen.fallback))
        else:
            table.add_row(Text(name), "form", Text(screen.title))
    return table


def _names(found: dict[str, Screen]) -> list[str]:
    return [name for name in found if ":" not in name]
