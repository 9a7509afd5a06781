"""The screens, one in each file: a function from data to a `Card` or a `Form`, and an example of what it gives.

All text that people read is here. Nothing here reads the database or decides who may do what.
"""

from importlib import import_module
from pkgutil import walk_packages

from bot.interface.parts import Card, Form


def screens() -> dict[str, Card | Form]:
    """Every example by the name of its screen, and every other state as `screen: state`, sorted by name."""
    found: dict[str, Card | Form] = {}
    for module in walk_packages(__path__, f"{__name__}."):
        screen = import_module(module.name)
        if hasattr(screen, "SCREEN"):
            found[screen.SCREEN] = screen.EXAMPLE
            found |= {f"{screen.SCREEN}: {state}": each for state, each in getattr(screen, "STATES", {}).items()}
    return dict(sorted(found.items()))
