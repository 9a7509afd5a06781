"""Listening on one address, until what is under way has been answered."""

from __future__ import annotations

import asyncio
import logging

from aiohttp import web

IN_FLIGHT_SECONDS = 10.0
"""How long requests that are under way when it is told to stop may take to end."""
ARRIVING_SECONDS = 0.1
"""How long the request may take to come of somebody who had connected before. What came later would hang unread."""


class CannotListen(Exception):
    """The address cannot be listened on; its text is a sentence, and another that says how to take another port."""

    def __init__(self, host: str, port: int, cure: str = "Set DELIVERABLE_PORT to another.") -> None:
        super().__init__(f"Port {port} on {host} is taken or not allowed. {cure}")


class Listening:
    """Serves one application on one address. What aiohttp itself would log names addresses, so it logs nothing."""

    def __init__(self, application: web.Application, host: str, port: int) -> None:
        self._runner = web.AppRunner(application, access_log=None, logger=_silent(), shutdown_timeout=IN_FLIGHT_SECONDS)
        self._host = host
        self._port = port

    async def start(self) -> str:
        """Listen; give the address. Raises `CannotListen`."""
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._host, self._port)
        try:
            await site.start()
        except OSError:
            await self._runner.cleanup()
            raise CannotListen(self._host, self._port) from None
        return site.name

    async def stop(self) -> None:
        """Take no more connections, and wait for the requests that are under way; what takes too long is cut off."""
        for site in tuple(self._runner.sites):
            await site.stop()
        await asyncio.sleep(ARRIVING_SECONDS)
        await self._runner.cleanup()


def _silent() -> logging.Logger:
    silent = logging.getLogger(f"{__name__}.silent")
    silent.disabled = True
    return silent
