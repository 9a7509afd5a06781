"""One process that serves: what it starts, what it listens on, and how it ends."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

from aiohttp import web

from adapters.http.listening import Listening
from bot.interface.platforms import display_name
from bot.interface.ports import ChatPlatform
from bot.runtime import logs, shutdown, systemd
from bot.worker.scheduler import start
from bot.worker.status import Status
from bot.worker.worker import Worker

log = logging.getLogger(__name__)

NOTICE_SECONDS = 4.0
"""How long a process that serves behind load balancers goes on receiving after it was told to stop."""
CLOSING_SECONDS = 3.0
"""How long the platforms may take to close, once nothing is under way."""


class Scheduler(Protocol):
    """What lets a worker run again and again."""

    def pause(self) -> None:
        """Begin no further run."""
        ...

    def shutdown(self, *, wait: bool) -> None:
        """Stop; without `wait`, a run that is under way is given up."""
        ...


@dataclass
class Process:
    """One process that serves: its routes, its platforms and, if it sends, its worker.

    When it is told to stop it goes on serving for `notice` seconds, while `/readyz` says that it stops, unless nobody
    asks that.
    """

    status: Status
    routes: web.Application
    worker: Worker | None
    platforms: tuple[ChatPlatform, ...] = ()
    notice: float = 0.0


async def run(process: Process, host: str, port: int, say: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM, then let what is under way end. `say` is given the address once it is open.

    Raises `CannotListen`.
    """
    asyncio.get_running_loop().set_exception_handler(logs.of_the_loop)
    listening = Listening(process.routes, host, port)
    with shutdown.signals() as stop:
        try:
            for each in process.platforms:
                await each.start()
            address = await listening.start()
            scheduler = start_worker(process)
            log.info("ready at %s", address)
            say(address)
            async with watched_by_systemd(process.status):
                await stop.wait()
                log.info("stopping: what is under way may end, and nothing more is begun")
                await drain(process, listening, scheduler)
        finally:
            await close(process.platforms)
    log.info("stopped")


@asynccontextmanager
async def watched_by_systemd(status: Status) -> AsyncIterator[None]:
    """Tell systemd that this process is ready, and from then on that it is alive."""
    systemd.tell(systemd.READY)
    alive = asyncio.create_task(_tell_alive(status))
    try:
        yield
    finally:
        alive.cancel()
        await asyncio.gather(alive, return_exceptions=True)


async def _tell_alive(status: Status) -> None:
    seconds = systemd.watchdog_seconds()
    while seconds is not None:
        if status.lives():
            systemd.tell(systemd.ALIVE)
        await asyncio.sleep(seconds / 3)


def start_worker(process: Process) -> Scheduler | None:
    """Let the worker run, if this process has one; its heartbeat becomes part of the process's status."""
    if process.worker is None:
        return None
    scheduler: Scheduler = start(process.worker)
    process.worker.heartbeat.tick()
    process.status.heartbeat = process.worker.heartbeat
    return scheduler


async def drain(process: Process, listening: Listening, scheduler: Scheduler | None) -> None:
    """Claim nothing more, and let requests, runs of the worker and messages that are under way end.

    Requests are received for a while longer: load balancers that ask `/readyz` send the next ones elsewhere by then.
    """
    process.status.draining = True
    systemd.tell(systemd.STOPPING)
    if scheduler is not None:
        scheduler.pause()  # a run that is cut off in the middle would be logged as a fault
    sending = [process.worker.drain()] if process.worker is not None else []
    notice = process.notice if process.status.is_balanced() else 0.0
    receiving = [_stop_listening(listening, notice), *(each.drain() for each in process.platforms)]
    for failed in await asyncio.gather(*receiving, *sending, return_exceptions=True):
        if isinstance(failed, BaseException):
            log.warning("not everything ended well: %s", logs.type_and_place(failed))
    if scheduler is not None:
        scheduler.shutdown(wait=False)


async def _stop_listening(listening: Listening, notice: float) -> None:
    await asyncio.sleep(notice)
    await listening.stop()


async def close(platforms: Sequence[ChatPlatform]) -> None:
    """Close the platforms at the same time, so that one that fails or hangs keeps none of the others open."""

    async def close_one(platform: ChatPlatform) -> None:
        try:
            async with asyncio.timeout(CLOSING_SECONDS):
                await platform.close()
        except Exception as error:  # noqa: BLE001 - the process ends all the same
            log.warning("%s was not closed: %s", display_name(platform.name), logs.type_and_place(error))

    await asyncio.gather(*map(close_one, platforms))
