"""The HTTP endpoint for everything that Slack sends: events, button clicks, form submissions and commands."""

from __future__ import annotations

import asyncio
import logging

from aiohttp import web
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from adapters.slack.receive import bolt
from adapters.slack.receive.refusals import NOT_SIGNED
from adapters.slack.receive.request_verification import LARGEST, RequestRejected, RequestVerifier, read
from bot.interface.clock import Clock
from bot.interface.refused_requests import RefusedRequests

log = logging.getLogger(__name__)

PATH = "/slack/events"
AT_ONCE = 64
"""How many requests are handled at the same time. Others wait."""
BODY_SECONDS = 5.0


class SlackEndpoint:
    """Verifies the requests that Slack posts to the app, and gives them to Bolt."""

    def __init__(self, app: AsyncApp, verifier: RequestVerifier, clock: Clock) -> None:
        self._app = app
        self._verifier = verifier
        self._clock = clock
        self.refused = RefusedRequests(clock, telling=(NOT_SIGNED,))
        self._semaphore = asyncio.Semaphore(AT_ONCE)

    def routes(self) -> list[web.RouteDef]:
        """The route of the endpoint."""
        return [web.post(PATH, self.post)]

    async def post(self, request: web.Request) -> web.Response:
        """Answer one request: 400, 401, 408 or 413 if it is rejected, 500 if it failed, otherwise Bolt's answer."""
        fingerprint = b""
        try:
            body = await _body(request)
            fingerprint = self._verifier.check(request.headers, body, self._clock())
            self.refused.taken()
            payload = read(body, request.content_type)
        except RequestRejected as rejected:
            self._verifier.failed(fingerprint)
            self.refused.count(rejected.reason)
            return web.Response(status=rejected.status, text=rejected.reason)
        done = False
        try:
            async with self._semaphore:
                answer = await bolt.answer(self._app, payload)
            done = answer.status < 400
        finally:
            if not done:
                self._verifier.failed(fingerprint)
        return _response(answer)


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


def _response(answer: BoltResponse) -> web.Response:
    kind = answer.first_headers().get("content-type", "text/plain").partition(";")[0]
    return web.Response(status=answer.status, text=answer.body or "", content_type=kind)
