"""The one address to which Slack posts everything: events, clicks, forms and commands."""

from __future__ import annotations

import asyncio
import logging

from aiohttp import web
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from adapters.slack.receive import bolt
from adapters.slack.receive.request_verification import LARGEST, RequestRejected, RequestVerifier, read
from bot.interface.clock import Clock

log = logging.getLogger(__name__)

PATH = "/slack/events"
AT_ONCE = 64
"""Requests that are worked on at the same time; the others wait their turn."""
BODY_SECONDS = 5.0


class SlackEndpoint:
    """Takes what Slack posts to the app, after the guard has looked at it."""

    def __init__(self, app: AsyncApp, verifier: RequestVerifier, clock: Clock) -> None:
        self._app = app
        self._verifier = verifier
        self._clock = clock
        self._room = asyncio.Semaphore(AT_ONCE)

    def routes(self) -> list[web.RouteDef]:
        """The route."""
        return [web.post(PATH, self.post)]

    async def post(self, request: web.Request) -> web.Response:
        """One request: 401, 400 or 413 where it is refused, 500 where it failed, else what Bolt answers."""
        known_by = b""
        try:
            body = await _body(request)
            known_by = self._verifier.check(request.headers, body, self._clock())
            payload = read(body, request.content_type)
        except RequestRejected as refused:
            self._verifier.failed(known_by)
            return web.Response(status=refused.status, text=refused.reason)
        done = False
        try:
            async with self._room:
                answered = await bolt.answer(self._app, payload)
            done = answered.status < 400
        finally:
            if not done:
                self._verifier.failed(known_by)
        return _response(answered)


async def _body(request: web.Request) -> bytes:
    if (request.content_length or 0) > LARGEST:
        raise RequestRejected(413, "too large")
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await request.read()
    except web.HTTPRequestEntityTooLarge:
        raise RequestRejected(413, "too large") from None
    except TimeoutError:
        raise RequestRejected(408, "too slow") from None
    except (web.HTTPException, web.RequestPayloadError, ConnectionError, ValueError):
        raise RequestRejected(400, "malformed") from None


def _response(answered: BoltResponse) -> web.Response:
    kind = answered.first_headers().get("content-type", "text/plain").partition(";")[0]
    return web.Response(status=answered.status, text=answered.body or "", content_type=kind)
