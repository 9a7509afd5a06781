"""All screens, listed and drawn from their examples."""

from __future__ import annotations

from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from adapters.terminal.render import framed
from bot.interface.parts import Card, Screen
from bot.screens import screens


def show_views(console: Console, name: str | None = None) -> bool:
    """List every screen, or draw those whose name starts like `name`; False, and a sentence, where there is none."""
    found = screens()
    if name is None:
        console.print(_listed(found))
        return True
    wanted = {each: screen for each, screen in found.items() if each.startswith(name.strip().lower())}
    for each, screen in wanted.items():
        console.print(framed(screen, each))
    if not wanted:
        console.print(Text(f"There is no screen of that name. The screens are: {', '.join(_names(found))}."))
    return bool(wanted)


def _listed(found: dict[str, Screen]) -> Table:
    # A name is typed to draw its screen: it stays in one piece, however narrow the terminal is.
    table = Table(Column("Screen", no_wrap=True), "Kind", "What it says first")
    for name, screen in found.items():
        if isinstance(screen, Card):
            table.add_row(Text(name), "card", Text(screen.fallback))
        else:
            table.add_row(Text(name), "form", Text(screen.title))
    return table


def _names(found: dict[str, Screen]) -> list[str]:
    return [name for name in found if ":" not in name]
