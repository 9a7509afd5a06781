"""The address that Teams sends activities to: who speaks is checked before anything of the body is read.

What goes wrong in acting on an activity is answered with 200 and a sentence: Teams takes anything else for a bot that
is broken, shows words of its own, sends the same again and in the end stops sending.
"""

from __future__ import annotations

import asyncio
import logging

from aiohttp import web

from adapters.teams.activity import Handler, IncomingActivity, InvokeAnswer
from adapters.teams.api.conversations import Conversations
from adapters.teams.api.faults import TeamsApiError
from adapters.teams.api.signing_keys import NoKeys
from adapters.teams.receive.activity_parsing import NotAnActivity, read
from adapters.teams.receive.bot_adapter import BotAdapter
from adapters.teams.receive.invoke_responses import saying
from adapters.teams.receive.retry_queue import RetryQueue
from adapters.teams.receive.token_validation import NotAdmitted, NoToken, TokenValidator
from bot.interface.unavailable import Unavailable
from bot.screens.refusals import DOWN

log = logging.getLogger(__name__)

PATH = "/api/messages"
MOST_BYTES = 256 * 1024
AT_ONCE = 64
"""Activities that are acted on at one time; more wait their turn, for as long as Teams waits for them."""
READ_SECONDS = 10.0
ACT_SECONDS = 12.0
"""How long acting may take: Teams gives up after some 15 s and sends the same again."""


class TeamsEndpoint:
    """Takes what Teams sends, and gives it to `handler`."""

    def __init__(
        self, token_validator: TokenValidator, adapter: BotAdapter, conversations: Conversations, handler: Handler
    ) -> None:
        self._token_validator = token_validator
        self._adapter = adapter
        self._conversations = conversations
        self._handler = handler
        self._room = asyncio.Semaphore(AT_ONCE)
        self.later = RetryQueue(self._do)

    def routes(self) -> list[web.AbstractRouteDef]:
        """Where it is."""
        return [web.post(PATH, self.take)]

    async def take(self, request: web.Request) -> web.Response:
        """Answer one request."""
        try:
            claims = await self._token_validator.claims(request.headers.get("Authorization"), request.remote)
            activity = read(await _body(request))
            reply = await self._adapter.take(claims, activity, self._act)
        except NoToken:
            return web.Response(status=401)
        except NotAdmitted:
            return web.Response(status=403)
        except NoKeys:
            return web.Response(status=503, headers={"Retry-After": "5"})
        except NotAnActivity:
            return web.Response(status=400)
        except TimeoutError:
            return web.Response(status=408)
        if reply is None:
            return web.Response(status=200)
        return web.json_response(reply.body, status=reply.status)

    async def _act(self, activity: IncomingActivity) -> InvokeAnswer | None:
        """Act on an activity. Whatever is raised is answered with a sentence and logged by its kind alone."""
        try:
            return await self._do(activity)
        except (Unavailable, TimeoutError) as error:
            log.warning("an activity of Teams was not acted on: %s", type(error).__name__)
            self.later.keep(activity)
        except TeamsApiError as fault:
            log.warning("an activity of Teams could not be answered: %s", fault)
        except Exception as error:  # noqa: BLE001 - the client must be told something, and the text may hold what was typed
            log.error("an activity of Teams failed: %s", type(error).__name__)
        return saying(activity, DOWN)

    async def _do(self, activity: IncomingActivity) -> InvokeAnswer | None:
        async with asyncio.timeout(ACT_SECONDS), self._room:
            await self._conversations.note(activity)
            # Of what somebody typed while nothing could be kept, only where they did is left: they were told so.
            return await self._handler.handle(activity) if activity.raw else None


async def _body(request: web.Request) -> bytes:
    """The body, if it is not too long. Raises `TimeoutError`, `NotAnActivity`, and 413 as aiohttp does."""
    if (request.content_length or 0) > MOST_BYTES:
        raise web.HTTPRequestEntityTooLarge(MOST_BYTES, request.content_length or 0)
    body = bytearray()
    try:
        async with asyncio.timeout(READ_SECONDS):
            async for chunk in request.content.iter_chunked(MOST_BYTES):
                body += chunk
                if len(body) > MOST_BYTES:
                    raise web.HTTPRequestEntityTooLarge(MOST_BYTES, len(body))
    except (web.RequestPayloadError, ValueError):
        raise NotAnActivity("a body that cannot be read") from None
    return bytes(body)
