"""The screens: one a file, data in, a Card or a Form out, each with an example."""

from importlib import import_module
from pkgutil import walk_packages

from bot.interface.parts import Card, Form


def screens() -> dict[str, Card | Form]:
    """Every example by the name of its screen, and every further state as `screen: state`, in order of name."""
    found: dict[str, Card | Form] = {}
    for module in walk_packages(__path__, f"{__name__}."):
        screen = import_module(module.name)
        if hasattr(screen, "SCREEN"):
            found[screen.SCREEN] = screen.EXAMPLE
            found |= {f"{screen.SCREEN}: {state}": each for state, each in getattr(screen, "STATES", {}).items()}
    return dict(sorted(found.items()))
