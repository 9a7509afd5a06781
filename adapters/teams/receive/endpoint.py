"""The HTTP endpoint for activities from Teams. The token is validated before the body is read.

If handling an activity fails, the answer is still 200, with a sentence. On any other status Teams shows an error of its
own, sends the activity again, and in the end stops sending to a bot that looks broken.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping

from aiohttp import web

from adapters.teams.activity import Handler, IncomingActivity, InvokeAnswer
from adapters.teams.api.conversations import Conversations
from adapters.teams.api.faults import TeamsApiError
from adapters.teams.api.signing_keys import NoKeys
from adapters.teams.receive import refusals as why
from adapters.teams.receive.activity_parsing import NotAnActivity, read
from adapters.teams.receive.bot_adapter import BotAdapter
from adapters.teams.receive.invoke_responses import saying
from adapters.teams.receive.retry_queue import RetryQueue
from adapters.teams.receive.token_validation import NotAdmitted, NoToken, TokenValidator
from bot.interface.json_object import written
from bot.interface.refused_requests import RefusedRequests
from bot.interface.unavailable import Unavailable
from bot.screens.refusals import DOWN

log = logging.getLogger(__name__)

PATH = "/api/messages"
MOST_BYTES = 256 * 1024
AT_ONCE = 64
"""How many activities are handled at the same time. Others wait, within `ACT_SECONDS`."""
READ_SECONDS = 10.0
ACT_SECONDS = 12.0
"""Time-out for handling an activity. After about 15 s Teams gives up and sends it again."""


class TeamsEndpoint:
    """Validates and parses the requests from Teams, and passes the activities to `handler`."""

    def __init__(
        self,
        token_validator: TokenValidator,
        adapter: BotAdapter,
        conversations: Conversations,
        handler: Handler,
        refused: RefusedRequests,
    ) -> None:
        self._token_validator = token_validator
        self._adapter = adapter
        self._conversations = conversations
        self._handler = handler
        self._refused = refused
        self._semaphore = asyncio.Semaphore(AT_ONCE)
        self.retry_queue = RetryQueue(self._handle)

    def routes(self) -> list[web.AbstractRouteDef]:
        """The route of the endpoint."""
        return [web.post(PATH, self.take)]

    async def take(self, request: web.Request) -> web.Response:
        """Answer one request: 400, 401, 403, 408, 413 or 503 if it is rejected, otherwise the handler's answer."""
        try:
            claims = await self._token_validator.claims(request.headers.get("Authorization"), request.remote)
            activity = read(await _body(request))
            answer = await self._adapter.take(claims, activity, self._answer)
        except NoToken as error:
            return self._refuse(401, str(error))
        except NotAdmitted as error:
            return self._refuse(403, str(error))
        except NoKeys:
            return self._refuse(503, why.NO_KEYS, {"Retry-After": "5"})
        except NotAnActivity:
            return self._refuse(400, why.MALFORMED)
        except web.HTTPRequestEntityTooLarge:
            return self._refuse(413, why.TOO_LARGE)
        except TimeoutError:
            return self._refuse(408, why.TOO_SLOW)
        if answer is None or answer.body is None:
            return web.Response(status=answer.status if answer else 200)
        body = written(answer.body)
        return web.Response(body=body, status=answer.status, content_type="application/json", charset="utf-8")

    def _refuse(self, status: int, reason: str, headers: Mapping[str, str] | None = None) -> web.Response:
        self._refused.count(reason)
        return web.Response(status=status, headers=headers)

    async def _answer(self, activity: IncomingActivity) -> InvokeAnswer | None:
        """Handle an activity. An error is answered with a sentence, and only its type is logged."""
        self._refused.taken()
        try:
            return await self._handle(activity)
        except (Unavailable, TimeoutError) as error:
            reason = error.reason if isinstance(error, Unavailable) else "it took too long"
            log.warning("a Teams activity was not handled: %s", reason)
            self.retry_queue.keep(activity)
        except TeamsApiError as fault:
            log.warning("a Teams activity could not be answered: %s", fault)
        except Exception as error:  # noqa: BLE001 - the client needs an answer, and the text may contain what was typed
            log.error("a Teams activity failed: %s", type(error).__name__)
        return saying(activity, DOWN)

    async def _handle(self, activity: IncomingActivity) -> InvokeAnswer | None:
        async with asyncio.timeout(ACT_SECONDS), self._semaphore:
            await self._conversations.note(activity)
            # A retried message has lost its text, and `raw`: only its conversation is stored. Its sender was told.
            return await self._handler.handle(activity) if activity.raw else None


async def _body(request: web.Request) -> bytes:
    """Read the body. Raises `TimeoutError`, `NotAnActivity`, and `HTTPRequestEntityTooLarge` (413)."""
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
        raise NotAnActivity("unreadable body") from None
    return bytes(body)
