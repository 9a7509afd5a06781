"""All screens, listed and drawn from their examples."""

from __future__ import annotations

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
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


def _listed(found: dict[str, Screen]) -> Group:
    """Each name with its kind on a line, and below it what the screen says first."""
    # A table with names in one piece has no room for anything else in a terminal of 80 columns.
    lines: list[RenderableType] = []
    for name, screen in found.items():
        kind, first = ("card", screen.fallback) if isinstance(screen, Card) else ("form", screen.title)
        lines.append(Text.assemble((name, "bold"), (f"  {kind}", "dim"), overflow="fold"))
        lines.append(Padding(Text(first), (0, 0, 0, 4)))
    return Group(*lines)


def _names(found: dict[str, Screen]) -> list[str]:
    return [name for name in found if ":" not in name]
