"""`deliverable keys`: make a master key, and wrap what is stored with a new one."""

from __future__ import annotations

import argparse
import asyncio

from bot.calendar.dates import count
from bot.dispatcher import Dispatcher
from bot.runtime.clock import now
from bot.runtime.settings import Settings
from bot.runtime.startup import configure, key_ring, made_ready, opened
from storage.keys import new_master_key


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what can be typed after `keys`."""
    what = parser.add_subparsers(dest="keys", required=True)
    what.add_parser("new", help="make a new master key and print it")
    what.add_parser("rewrap", help="wrap every policy's key by the first of several master keys")


def run(given: argparse.Namespace) -> int:
    """Make a key, or wrap again. Raises `Stop`."""
    if given.keys == "new":
        print(new_master_key(f"k{now():%Y%m%d%H%M%S}"))
    else:
        asyncio.run(rewrap(configure()))
    return 0


async def rewrap(settings: Settings) -> None:
    """Wrap every policy's key with the first master key that is set. Raises `Stop`."""
    ring = key_ring(settings)
    with opened(settings.database_url.get_secret_value()) as database:
        made_ready(database, now(), ring)
        changed = await Dispatcher(database, ring, now).rewrap()
    print(f"{count(changed, 'key')} wrapped again. All are now wrapped by {ring.names[0]}.")
