"""`deliverable serve`: the chat platforms that are set up."""

from __future__ import annotations

import argparse
import asyncio
import logging
import platform
from collections.abc import Sequence

from adapters.http import NOTICE_SECONDS, Process, application
from bot import __version__
from bot.admin import audit
from bot.cli.platforms import adapter, set_up
from bot.cli.serving import serve_until_stopped
from bot.dispatcher import Dispatcher
from bot.interface import platforms
from bot.interface.ports import ChatPlatform
from bot.people.connections import Connections
from bot.runtime.clock import now
from bot.runtime.settings import Settings
from bot.runtime.startup import Stop, configure, freeze_startup_objects, key_ring, made_ready, opened
from bot.unit_of_work.runner import UnitOfWorkRunner
from bot.worker import erasing
from bot.worker.clock_watch import ClockWatch
from bot.worker.month_ends import MonthEnds
from bot.worker.restore_watch import RestoreWatch, mark_file
from bot.worker.status import Status
from bot.worker.worker import Worker
from storage import Database
from storage.keys import KeyRing

log = logging.getLogger(__name__)

NO_PLATFORM = (
    "No chat platform is set up, so there is nothing to serve. "
    f"The settings of {platforms.listed('and')} are listed in docs/settings.md. "
    "To try it without either, use `python -m bot demo`."
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
        python = platform.python_version()
        log.info("Deliverable %s starts, on Python %s, with %s", __version__, python, database.place)
        month_ends = MonthEnds(UnitOfWorkRunner(database, ring, now, settings.admin_emails), ring)
        process = await composed(settings, only, database, ring, names, month_ends)
        freeze_startup_objects()
        sentence = f"Serving {platforms.listed('and', names)} at {{address}}/{ONLY.get(only or '', '')}."
        async with month_ends.reporting():
            await serve_until_stopped(process, settings.host, settings.port, sentence)


async def composed(
    settings: Settings,
    only: str | None,
    database: Database,
    ring: KeyRing,
    names: Sequence[str],
    month_ends: MonthEnds,
) -> Process:
    """One process that serves those platforms, with nothing opened yet."""
    from adapters.health import connect as connect_health
    from adapters.web import connect_public

    dispatcher = Dispatcher(database, ring, now, admins=settings.admin_emails)
    await dispatcher.describe({"zone": settings.timezone})
    connections = Connections(database, ring, now, admins=settings.admin_emails)
    routes, receives = application(), only != WORKER
    # A process that only sends adds the platforms' routes to an application that it does not serve.
    inbound = routes if receives else application()
    connected = tuple(
        adapter(name).connect(inbound, dispatcher, connections, settings, clock=now, receives=receives)
        for name in names
    )
    worker = None if only == INBOUND else worker_for(database, ring, settings, connected)
    if worker is not None:
        worker.daily("months", month_ends.run)
    status = Status(database, now, ring=ring)
    connect_health(routes, status, connected)
    if receives and settings.public_url:
        connect_public(routes, dispatcher, settings.public_url)
    return Process(status, routes, worker, connected, NOTICE_SECONDS)


def worker_for(database: Database, ring: KeyRing, settings: Settings, connected: Sequence[ChatPlatform]) -> Worker:
    """A worker that sends through those platforms, and reads their rosters once a day."""
    worker = Worker(
        database,
        ring,
        now,
        admins=settings.admin_emails,
        clock_watch=ClockWatch(now),
        restore_watch=RestoreWatch(mark_file(database)),
    )
    for each in connected:
        worker.add(each)
        worker.daily(f"{each.name} rosters", each.daily)
    worker.daily("audit log", lambda: _log_end_of_audit(UnitOfWorkRunner(database, ring, now)))
    worker.daily("retention", worker.retire, erasing.HOUR)
    worker.daily(erasing.NAME, lambda: erasing.erase(database), erasing.HOUR)
    return worker


async def _log_end_of_audit(runner: UnitOfWorkRunner) -> None:
    """Log the end of the audit log: kept outside the database, it shows later whether the log was cut short."""
    head = await runner.read(audit.head)
    if head.number:
        log.info("the end of the audit log: %d:%s", head.number, head.mac)
