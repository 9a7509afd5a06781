"""`deliverable demo`: the sandbox in a browser, with invented people."""

from __future__ import annotations

import argparse
import asyncio
import logging
from pathlib import Path

from adapters import web
from adapters.http import Process, application
from bot.cli.argument_types import port
from bot.cli.sandbox import FOLDER, forget, sandbox_parts
from bot.cli.serving import serve_until_stopped
from bot.dispatcher import Dispatcher
from bot.runtime.clock import now
from bot.runtime.startup import Stop, configure, made_ready, opened
from bot.unit_of_work.runner import UnitOfWorkRunner
from bot.worker.month_ends import MonthEnds
from bot.worker.status import Status
from bot.worker.worker import Worker

CURE = 'Use another: make demo ARGS="--port 8090".'


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what can be typed after `demo`."""
    parser.add_argument("--fresh", action="store_true", help="forget what earlier runs kept")
    parser.add_argument("--host", default="127.0.0.1", help="a loopback address (default: %(default)s)")
    parser.add_argument("--port", type=port, default=None, help="default: DELIVERABLE_PORT, else 8080")


def run(given: argparse.Namespace) -> int:
    """Serve the sandbox until it is interrupted. Raises `Stop`."""
    settings = configure()
    # One person looks at it, who is told its address in a sentence.
    logging.getLogger("adapters.http").setLevel(logging.WARNING)
    if given.fresh:
        forget(FOLDER)
    asyncio.run(demo(given.host, settings.port if given.port is None else given.port, FOLDER))
    return 0


async def demo(host: str, port: int, folder: Path) -> None:
    """Serve the sandbox from `folder`. Raises `Stop`."""
    try:
        web.require_loopback(host)
    except web.NotLoopback as error:
        raise Stop(str(error)) from None
    url, ring, sandbox = sandbox_parts(folder)
    admins = [sandbox.admin.email]
    with opened(url) as database:
        made_ready(database, now(), ring)
        dispatcher = Dispatcher(database, ring, sandbox.clock, admins=admins)
        worker = Worker(database, ring, sandbox.clock, admins)
        month_ends = MonthEnds(UnitOfWorkRunner(database, ring, sandbox.clock, admins), ring)
        worker.daily("months", month_ends.run)
        pages = application()
        worker.add(web.connect(pages, dispatcher, worker, sandbox=sandbox))
        for policy in (await web.seed(dispatcher, sandbox))[-1:]:
            await web.happen(dispatcher, sandbox, policy)
        await worker.tick()
        process = Process(Status(database, sandbox.clock), pages, worker)
        sentence = f"The sandbox is at {{address}}/ and keeps its data, with its end-months file, in {folder}/."
        async with month_ends.reporting():
            await serve_until_stopped(process, host, port, sentence, CURE)
