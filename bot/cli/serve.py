"""`deliverable serve`: the chat platforms that are set up."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Sequence

from adapters.http import Platform, Process, application
from bot.cli.platforms import CONNECT, Parts
from bot.cli.serving import serve_until_stopped
from bot.dispatcher import Dispatcher
from bot.people.connections import Connections
from bot.runtime.clock import now
from bot.runtime.platforms import set_up
from bot.runtime.settings import Settings
from bot.runtime.startup import Stop, configure, freeze_startup_objects, key_ring, made_ready, opened
from bot.worker.status import Status
from bot.worker.worker import Worker
from storage import Database
from storage.keys import KeyRing

NO_PLATFORM = (
    "No chat platform is set up, so there is nothing to serve. The settings of Slack and Teams are listed in "
    "docs/settings.md. To try it without either, use `python -m bot demo`."
)
INBOUND, WORKER = "inbound", "worker"
ONLY = {INBOUND: ", for what comes in only", WORKER: ", for what goes out only"}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what can be typed after `serve`."""
    parser.add_argument("--only", choices=tuple(ONLY), help="only what comes in, or only what goes out")


def run(given: argparse.Namespace) -> int:
    """Serve until SIGINT or SIGTERM. Raises `Stop`."""
    asyncio.run(serve(configure(), given.only))
    return 0


async def serve(settings: Settings, only: str | None) -> None:
    """Serve the platforms that are set up; `only` what comes in or what goes out. Raises `Stop`."""
    ring, names = key_ring(settings), set_up(settings)
    with opened(settings.database_url.get_secret_value()) as database:
        made_ready(database, now(), ring)
        if not names:
            raise Stop(NO_PLATFORM)
        process = await composed(settings, only, database, ring, names)
        freeze_startup_objects()
        served = " and ".join(each.capitalize() for each in names)
        sentence = f"Serving {served} at {{address}}/{ONLY.get(only or '', '')}."
        await serve_until_stopped(process, settings.host, settings.port, sentence)


async def composed(
    settings: Settings, only: str | None, database: Database, ring: KeyRing, names: Sequence[str]
) -> Process:
    """One process that serves those platforms, with nothing opened yet."""
    from adapters.health import connect as connect_health
    from adapters.web import connect_public

    called = {name: name.capitalize() for name in names}
    dispatcher = Dispatcher(database, ring, now, admins=settings.admin_emails, called=called)
    await dispatcher.describe({"zone": settings.timezone})
    connections = Connections(database, ring, now, admins=settings.admin_emails)
    pages, hears = application(), only != WORKER
    # A process that only sends has a platform's routes on an application that nobody serves.
    parts = Parts(settings, pages if hears else application(), dispatcher, connections, hears)
    platforms = tuple(CONNECT[name](parts) for name in names)
    worker = None if only == INBOUND else worker_for(database, ring, settings, platforms)
    status = Status(database, now)
    connect_health(pages, status, platforms)
    if hears and settings.public_url:
        connect_public(pages, dispatcher, settings.public_url)
    return Process(status, pages, worker, platforms)


def worker_for(database: Database, ring: KeyRing, settings: Settings, platforms: Sequence[Platform]) -> Worker:
    """A worker that sends through those platforms, and reads their rosters once a day."""
    worker = Worker(database, ring, now, admins=settings.admin_emails)
    for each in platforms:
        worker.add(each)
        worker.daily(f"{each.name} rosters", each.daily)
    return worker
