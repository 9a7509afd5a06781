"""Ends a connection that takes too long to send the header of its first request. aiohttp waits for an hour.

Headers of later requests on a connection have to arrive within aiohttp's keep-alive time, which it measures itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import cast

from aiohttp import web

HEADER_SECONDS = 10.0
"""How long a header may take, from its first byte."""
KEEP_ALIVE_SECONDS = 75.0
"""How long a connection without a request is kept: longer than reverse proxies keep theirs, which are mostly 60 s."""
TIMED_OUT = b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
Serve = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]
_ENDS = (b"\n\r\n", b"\n\n")


class Runner(web.AppRunner):
    """aiohttp's runner, whose connections begin with `FirstHeader`."""

    @property
    def server(self) -> web.Server | None:
        """What makes the protocol of a connection."""
        made = super().server
        return None if made is None else cast(web.Server, lambda: FirstHeader(made()))

    def serve_with(self, wrap: Callable[[Serve], Serve]) -> None:
        """Let `wrap` answer each request, around what the application does. Call it after `setup`."""
        made = super().server
        if made is not None:
            made.request_handler = wrap(made.request_handler)


class FirstHeader(asyncio.Protocol):
    """Passes everything on to aiohttp's protocol, which takes over once the first header is complete."""

    def __init__(self, then: asyncio.Protocol) -> None:
        self._then = then
        self._tail = b""
        self._timer: asyncio.TimerHandle | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = cast(asyncio.Transport, transport)
        self._then.connection_made(transport)

    def data_received(self, data: bytes) -> None:
        """Pass on some bytes. The first ones start the time."""
        seen = self._tail + data
        self._tail = seen[-2:]
        if any(each in seen for each in _ENDS):
            self._hand_over()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(HEADER_SECONDS, self._give_up)
        self._then.data_received(data)

    def eof_received(self) -> bool | None:
        """The client sends no more."""
        return self._then.eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection has ended."""
        self._stop_timer()
        self._then.connection_lost(exc)

    def pause_writing(self) -> None:
        """The client is slow to read."""
        self._then.pause_writing()

    def resume_writing(self) -> None:
        """The client reads again."""
        self._then.resume_writing()

    def _hand_over(self) -> None:
        self._stop_timer()
        if self._transport is not None:
            self._transport.set_protocol(self._then)

    def _give_up(self) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(TIMED_OUT)
            self._transport.close()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
