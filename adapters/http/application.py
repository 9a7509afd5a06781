"""The aiohttp application: a limit to the size of requests, and a plain sentence for a fault."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.runtime.logs import type_and_place

log = logging.getLogger(__name__)

MOST_BYTES = 256 * 1024
"""The largest body that is read, in bytes: several times the largest that a chat platform sends."""
FAULT = "Something went wrong here. Nothing that was saved before is lost.\n"

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Server = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


def application() -> web.Application:
    """An application without routes. An adapter may answer its faults itself; `plain_faults` takes the rest."""
    return web.Application(client_max_size=MOST_BYTES, middlewares=[plain_faults])


def with_readable_expectations(serve: Server) -> Server:
    """Answer 417 to an `Expect` header that is no text. aiohttp, which would repeat it in its answer, answers 500.

    It reads that header before any middleware, also for an address that does not exist.
    """

    async def checked(request: web.BaseRequest) -> web.StreamResponse:
        if not request.headers.get("Expect", "").isascii():
            raise web.HTTPExpectationFailed
        return await serve(request)

    return checked


@web.middleware
async def plain_faults(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer a fault with a sentence. Logs its kind and place, and not the request's address, sender or body."""
    try:
        return await handler(request)
    except web.HTTPException:
        raise
    except Exception as error:  # noqa: BLE001 - aiohttp would log who asked, and what the error says
        log.error("a request could not be answered: %s", type_and_place(error))
        return web.Response(text=FAULT, status=500)
