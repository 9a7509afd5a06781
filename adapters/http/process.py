"""One process that serves: what it starts, what it listens on, and how it ends."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from aiohttp import web

from adapters.http.listening import Listening
from bot.interface.ports import ChatPlatform
from bot.runtime import logs, shutdown
from bot.worker.status import Status
from bot.worker.worker import Worker, start

log = logging.getLogger(__name__)

CLOSING_SECONDS = 3.0
"""How long the platforms may take to close, once nothing is under way."""


class Clockwork(Protocol):
    """What makes rounds turn."""

    def pause(self) -> None:
        """Begin no more of them."""
        ...

    def shutdown(self, *, wait: bool) -> None:
        """Stop, and give up what is under way."""
        ...


class Platform(ChatPlatform, Protocol):
    """A chat platform as it is served: what its adapter gives, beside the port through which all is sent."""

    async def start(self) -> None:
        """Open what it needs to hear and to speak."""
        ...

    def health(self) -> Mapping[str, str]:
        """What it is called, and in a few words how it is: a "no" or a "not" among them when it is not well."""
        ...

    async def daily(self) -> None:
        """Read the rosters of all connected channels."""
        ...

    async def end_hearing(self) -> None:
        """Take nothing more that comes in by ways of its own, and let what is under way end within a few seconds."""
        ...

    async def close(self) -> None:
        """Close what was opened; nothing is under way any more."""
        ...


@dataclass
class Process:
    """One process that serves: what it listens with, and what it turns and sends, where it does."""

    status: Status
    pages: web.Application
    worker: Worker | None
    platforms: tuple[Platform, ...] = ()


async def run(process: Process, host: str, port: int, say: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM, then end what is under way. `say` is given the address, once it is listened on.

    Raises `CannotListen`.
    """
    asyncio.get_running_loop().set_exception_handler(logs.of_the_loop)
    listening = Listening(process.pages, host, port)
    with shutdown.signals() as stop:
        try:
            for each in process.platforms:
                await each.start()
            address = await listening.start()
            clock = ticking(process)
            say(address)
            await stop.wait()
            await ended(process, listening, clock)
        finally:
            await closed(process.platforms)


def ticking(process: Process) -> Clockwork | None:
    """Let the clock tick, where this process turns rounds."""
    if process.worker is None:
        return None
    clock: Clockwork = start(process.worker)
    process.worker.heartbeat.tick()
    process.status.heartbeat = process.worker.heartbeat
    return clock


async def ended(process: Process, listening: Listening, clock: Clockwork | None) -> None:
    """Take nothing more, and let what is under way end: requests, rounds and messages."""
    process.status.draining = True
    if clock is not None:
        clock.pause()  # a round that is cut off in its middle would be logged as a fault
    sending = [process.worker.drain()] if process.worker is not None else []
    hearing = [listening.stop(), *(each.end_hearing() for each in process.platforms)]
    for failed in await asyncio.gather(*hearing, *sending, return_exceptions=True):
        if isinstance(failed, BaseException):
            log.warning("not everything ended well: %s", logs.told(failed))
    if clock is not None:
        clock.shutdown(wait=False)


async def closed(platforms: Sequence[Platform]) -> None:
    """Close the platforms, each by itself; one that fails or hangs keeps none of the others open."""

    async def close(platform: Platform) -> None:
        try:
            async with asyncio.timeout(CLOSING_SECONDS):
                await platform.close()
        except Exception as error:  # noqa: BLE001 - the process ends all the same
            log.warning("%s was not closed: %s", platform.name, logs.told(error))

    await asyncio.gather(*map(close, platforms))
