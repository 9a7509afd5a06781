"""`deliverable views`: list the screens, or draw one in the terminal."""

from __future__ import annotations

import argparse

from rich.console import Console

from adapters.terminal.views import show_views


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what can be typed after `views`."""
    parser.add_argument("name", nargs="?", help="draw the screen of that name, in all its states")


def run(given: argparse.Namespace) -> int:
    """List the screens, or draw those of a name; the exit code is 2 where there is none of that name."""
    return 0 if show_views(Console(), given.name) else 2
