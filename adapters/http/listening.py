"""Listens on one address, and stops once requests that are under way have been answered."""

from __future__ import annotations

import asyncio
import errno
import logging
import socket

from aiohttp import web

from adapters.http.application import with_readable_expectations
from adapters.http.slow_headers import KEEP_ALIVE_SECONDS, Runner

IN_FLIGHT_SECONDS = 10.0
"""How long requests that are under way may take to end when it stops."""
ARRIVING_SECONDS = 0.1
"""How long a client that is connected already may take to send its request. A later one would never be read."""


class CannotListen(Exception):
    """The address cannot be listened on. Its text says why, and how to choose another."""

    def __init__(self, host: str, port: int, error: OSError) -> None:
        super().__init__()
        self._host, self._port, self._error = host, port, error

    def sentence(self, cure: str = "") -> str:
        """Why, and what to do; `cure` says how to choose another port, where the setting does not."""
        another = cure or "Set DELIVERABLE_PORT to another."
        if isinstance(self._error, socket.gaierror) or self._error.errno == errno.EADDRNOTAVAIL:
            return f"{self._host} is not an address of this machine. Set DELIVERABLE_HOST to one, such as 127.0.0.1."
        if self._error.errno in (errno.EACCES, errno.EPERM):
            return f"Port {self._port} on {self._host} is not allowed: ports below 1024 need permission. {another}"
        return f"Port {self._port} on {self._host} is taken. {another}"

    def __str__(self) -> str:
        return self.sentence()


class Listening:
    """Serves one application on one address. aiohttp logs nothing: its own messages name addresses."""

    def __init__(self, application: web.Application, host: str, port: int) -> None:
        self._runner = Runner(
            application,
            access_log=None,
            logger=_silent(),
            shutdown_timeout=IN_FLIGHT_SECONDS,
            keepalive_timeout=KEEP_ALIVE_SECONDS,
            # Never unpack a body: a few hundred bytes could become megabytes before any handler runs.
            auto_decompress=False,
        )
        self._host = host
        self._port = port

    async def start(self) -> str:
        """Listen; give the address. Raises `CannotListen`."""
        await self._runner.setup()
        self._runner.serve_with(with_readable_expectations)
        site = web.TCPSite(self._runner, self._host, self._port)
        try:
            await site.start()
        except OSError as error:
            await self._runner.cleanup()
            raise CannotListen(self._host, self._port, error) from None
        return site.name

    async def stop(self) -> None:
        """Take no more connections, and let requests that are under way end; those that take too long are cut off."""
        for site in tuple(self._runner.sites):
            await site.stop()
        await asyncio.sleep(ARRIVING_SECONDS)
        await self._runner.cleanup()


def _silent() -> logging.Logger:
    silent = logging.getLogger(f"{__name__}.silent")
    silent.disabled = True
    return silent
