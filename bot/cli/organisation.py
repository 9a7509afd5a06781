"""`deliverable organisation`: set what people read about who runs this, and print it."""

from __future__ import annotations

import argparse
import asyncio

from bot.cli.argument_types import text
from bot.dispatcher import Dispatcher
from bot.runtime.clock import now
from bot.runtime.settings import Settings
from bot.runtime.startup import Stop, configure, key_ring, made_ready, opened
from bot.unit_of_work.errors import FormRefused
from bot.unit_of_work.organisation import DESCRIBED, NEEDED, as_text, read


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what can be typed after `organisation`."""
    for name, meaning in DESCRIBED.items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=text, help=meaning)


def run(given: argparse.Namespace) -> int:
    """Set what was typed, and print everything as it is now. Raises `Stop`."""
    asyncio.run(describe(configure(), given))
    return 0


async def describe(settings: Settings, given: argparse.Namespace) -> None:
    """Set what was typed, and print everything. Raises `Stop` with a line for each value that is refused."""
    try:
        values = read({name: getattr(given, name) for name in DESCRIBED if getattr(given, name) is not None})
        if blank := {name: f"This should be {DESCRIBED[name]}" for name in NEEDED if values.get(name) == ""}:
            raise FormRefused(blank)
    except FormRefused as refused:
        wrong = [f"--{name.replace('_', '-')}: {sentence}." for name, sentence in refused.problems.items()]
        raise Stop("\n".join(wrong)) from None
    ring = key_ring(settings)
    with opened(settings.database_url.get_secret_value()) as database:
        made_ready(database, now(), ring)
        stands = await Dispatcher(database, ring, now).describe({**values, "zone": settings.timezone})
    for name, value in stands.items():
        print(f"{name}: {as_text(value)}")
