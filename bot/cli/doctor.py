"""`deliverable doctor`: check the database, the keys, the disk, the clock, and each platform that is set up.

With `--live` it also posts, changes and deletes a message in a real channel, and has an admin open a form.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress

from adapters.health.reading import platforms_of
from adapters.http.application import application
from bot.calendar.dates import count
from bot.cli.argument_types import text
from bot.cli.platforms import adapter, set_up
from bot.cli.serve import NO_PLATFORM
from bot.dispatcher import Dispatcher
from bot.interface.finding import Finding, bad, good
from bot.interface.platforms import display_name
from bot.interface.unavailable import Unavailable
from bot.people.connections import Connections
from bot.runtime import self_checks
from bot.runtime.clock import now
from bot.runtime.settings import BadSetting, Settings
from bot.runtime.startup import Stop, configure, key_ring, opened
from bot.screens.notice.live_check import OPEN_A_FORM
from bot.sending import live_check
from storage import Database
from storage.keys import KeyRing
from storage.version import is_current


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what can be typed after `doctor`."""
    parser.add_argument(
        "--live",
        type=text,
        metavar="CHANNEL",
        help="also post, change and delete a message in that channel, and send an admin one to open a form from",
    )


def run(given: argparse.Namespace) -> int:
    """Print one finding a line; the exit code is 1 where something is to be fixed. Raises `Stop`."""
    return 0 if asyncio.run(doctor(configure(), given.live)) else 1


async def doctor(settings: Settings, live: str | None) -> bool:
    """Print what is found; whether all is well. Raises `Stop` for a database address that cannot be one."""
    well = True
    with opened(settings.database_url.get_secret_value()) as database:
        async for found in examine(settings, database):
            print(_line(found))
            well = well and found.good
        if live is not None:
            async for found in try_live(settings, database, live.removeprefix("#")):
                print(_line(found), flush=True)
                well = well and found.good
    return well


def _line(found: Finding) -> str:
    return f"{'Good' if found.good else 'Fix'}: {found.sentence}"


async def try_live(settings: Settings, database: Database, channel: str) -> AsyncIterator[Finding]:
    """Send real messages, on each platform that has a channel of that name; yield what came of it."""
    ring: KeyRing | None = None
    with suppress(Stop, Unavailable):
        ring = key_ring(settings) if is_current(database) else None
    if ring is None:
        yield bad("No message was sent: fix what is said about the database and the keys first.")
        return
    dispatcher = Dispatcher(database, ring, now, admins=settings.admin_emails)
    connections = Connections(database, ring, now, admins=settings.admin_emails)
    tried = False
    for name in set_up(settings):
        names = await connections.channel_names(name)
        for place in (place for place, called in names.items() if called == channel):
            tried = True
            # Added to an application that nobody serves: what is pressed reaches the program that runs.
            platform = adapter(name).connect(
                application(), dispatcher, connections, settings, clock=now, receives=False
            )
            await platform.start()
            try:
                async for found in live_check.in_channel(platform, place, channel):
                    yield found
                for admin in (await connections.places_of_admins(name))[:1]:
                    async for found in live_check.to_admin(platform, admin, _asked):
                        yield found
            finally:
                await platform.close()
    if not tried:
        yield bad(f"No connected channel is called {channel}. Add the app to it, or see `python -m bot people`.")


async def _asked() -> bool | None:
    if not sys.stdin.isatty():
        return None
    question = f"An admin has a message now: press {OPEN_A_FORM} in it. Does a form open? [y/n] "
    return (await asyncio.to_thread(input, question)).strip().lower().startswith("y")


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
