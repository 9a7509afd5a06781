"""`deliverable doctor`: check the database, the keys, the disk, the clock, and each platform that is set up."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import AsyncIterator, Sequence

from adapters.health.reading import platforms_of
from bot.calendar.dates import count
from bot.cli.platforms import adapter, set_up
from bot.cli.serve import NO_PLATFORM
from bot.interface.finding import Finding, bad, good
from bot.interface.platforms import display_name
from bot.people.connections import Connections
from bot.runtime import self_checks
from bot.runtime.clock import now
from bot.runtime.settings import BadSetting, Settings
from bot.runtime.startup import Stop, configure, key_ring, opened
from storage import Database
from storage.keys import KeyRing
from storage.version import is_current


def arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing can be typed after `doctor`."""


def run(given: argparse.Namespace) -> int:
    """Print one finding a line; the exit code is 1 where something is to be fixed. Raises `Stop`."""
    return 0 if asyncio.run(doctor(configure())) else 1


async def doctor(settings: Settings) -> bool:
    """Print what is found; whether all is well. Raises `Stop` for a database address that cannot be one."""
    well = True
    with opened(settings.database_url.get_secret_value()) as database:
        async for found in examine(settings, database):
            print(f"{'Good' if found.good else 'Fix'}: {found.sentence}")
            well = well and found.good
    return well


async def examine(settings: Settings, database: Database) -> AsyncIterator[Finding]:
    """Yield the findings: of what every deployment has, then of each platform that is set up. Raises `Unavailable`."""
    ring: KeyRing | None = None
    try:
        ring = key_ring(settings)
    except Stop as refused:
        yield bad(str(refused))
    reached = True
    async for each in self_checks.examine(database, ring, now):
        reached = reached and each.good
        yield each
    names: Sequence[str] = ()
    try:
        names = set_up(settings)
        if not names:
            yield bad(NO_PLATFORM)
    except BadSetting as wrong:
        yield bad(str(wrong))
    if ring is None or not reached or not is_current(database):
        if names:
            yield bad(f"{' and '.join(map(display_name, names))} could not be looked at before that is fixed.")
        return
    connections = Connections(database, ring, now, admins=settings.admin_emails)
    yield await _admins(connections)
    running = await platforms_of(settings.host, settings.port)
    for name in names:
        async for each in adapter(name).examine(connections, settings, now, running):
            yield each


async def _admins(connections: Connections) -> Finding:
    listed, unseen = await connections.admins()
    if not listed:
        return bad("Nobody is an admin: set DELIVERABLE_ADMINS to e-mail addresses, separated by commas.")
    if len(unseen) < listed:
        return good(f"{count(listed - len(unseen), 'admin')} can be reached.")
    problem = f"No admin has been seen: nobody with the address {' or '.join(unseen)} is in a channel of the app."
    return bad(f"{problem} Join one, or correct DELIVERABLE_ADMINS.")
