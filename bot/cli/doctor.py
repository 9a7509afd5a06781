"""`deliverable doctor`: check how Slack is set up."""

from __future__ import annotations

import argparse
import asyncio

from adapters.health.reading import platforms_of
from adapters.slack import options_from
from adapters.slack.install.doctor import Doctor
from bot.people.connections import Connections
from bot.runtime.clock import now
from bot.runtime.settings import Settings
from bot.runtime.startup import configure, key_ring, made_ready, opened


def arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing can be typed after `doctor`."""


def run(given: argparse.Namespace) -> int:
    """Print one finding a line; the exit code is 1 where something is to be fixed. Raises `Stop`."""
    return 0 if asyncio.run(doctor(configure())) else 1


async def doctor(settings: Settings) -> bool:
    """Print what is found out about Slack; whether all is well. Raises `Stop`."""
    ring = key_ring(settings)
    well = True
    with opened(settings.database_url.get_secret_value()) as database:
        made_ready(database, now(), ring)
        connections = Connections(database, ring, now, admins=settings.admin_emails)
        running = await platforms_of(settings.host, settings.port)
        async for found in Doctor(connections, options_from(settings), now, running=running).examine():
            print(f"{'Good' if found.good else 'Fix'}: {found.sentence}")
            well = well and found.good
    return well
