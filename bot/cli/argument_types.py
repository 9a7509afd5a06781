"""What can be typed as an argument: each a function that `argparse` calls, whose refusal is a sentence."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

from bot.calendar.typed_dates import day_as_typed
from bot.interface.visible_text import storable

HIGHEST_PORT = 65535


def sqlite_file(typed: str) -> Path:
    """The name of a SQLite file, which SQLite takes in UTF-8 only."""
    return Path(text(typed))


def port(text: str) -> int:
    """A port. 0, which the sentence does not offer, takes any that is free."""
    if text.isascii() and text.isdigit() and int(text) <= HIGHEST_PORT:
        return int(text)
    raise argparse.ArgumentTypeError(f"Write a port from 1 to {HIGHEST_PORT}.")


def day(text: str) -> date:
    """A day, as `2026-12-31`."""
    found = day_as_typed(text)
    if found is None:
        raise argparse.ArgumentTypeError("Write the date as YYYY-MM-DD.")
    return found


def text(typed: str) -> str:
    """Text as it was typed. A terminal in another encoding than UTF-8 gives bytes that are none."""
    if not storable(typed):
        raise argparse.ArgumentTypeError("This has bytes that are not text in UTF-8. Type it in a terminal with UTF-8.")
    return typed
