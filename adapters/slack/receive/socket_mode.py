"""Socket Mode: receive requests over WebSockets that we open, so that we need no public address.

We keep two connections. Slack closes each every few hours, and meanwhile sends requests over the other one. The SDK
reconnects a closed connection; one that stays down is replaced. Slack sends again what is not acknowledged, and the
dispatcher does nothing twice.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from adapters.slack.api.web_api import WebApi
from adapters.slack.receive import bolt
from bot.interface.json_object import Json

log = logging.getLogger(__name__)


LINKS = 2
AT_ONCE = 32
"""How many requests are handled at the same time. Others wait."""
PING_SECONDS = 10.0
LOOK_SECONDS = 1.0
DOWN_SECONDS = 120.0
"""How long a connection may be down, while the SDK tries to reconnect, before it is replaced."""
OPEN_SECONDS = 20.0
START_SECONDS = 5.0
END_SECONDS = 1.5
DRAIN_SECONDS = 0.02
"""How often to look whether a request is still being handled, before the connections are closed."""
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0


class SocketMode:
    """The WebSocket connections of one process."""

    def __init__(self, app: AsyncApp, api: WebApi, app_token: str, *, look: float = LOOK_SECONDS) -> None:
        """`look` is how often each connection is checked, in seconds."""
        self._app = app
        self._api = api
        self._app_token = app_token
        self._look = look
        self._clients: dict[int, SocketModeClient] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._semaphore = asyncio.Semaphore(AT_ONCE)
        self._handling: set[asyncio.Future[Any]] = set()
        self._closing = False
        self._first_open = asyncio.Event()

    async def start(self) -> None:
        """Open the connections. Wait up to `START_SECONDS` for the first one; retries go on in the background."""
        self._closing = False
        self._tasks = [asyncio.create_task(self._keep_open(n), name="Socket Mode connection") for n in range(LINKS)]
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._first_open.wait(), START_SECONDS)

    def up(self) -> int:
        """How many connections are open."""
        return sum(_is_open(each) for each in self._clients.values())

    async def close(self, seconds: float) -> None:
        """Close the connections as soon as no request is being handled, at the latest after `seconds`.

        Requests that arrive until then are handled: Slack sends a click or a form only once, to whoever is connected.
        """
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while self._is_busy():  # noqa: ASYNC110 - the SDK does not say when its queue is empty
                    await asyncio.sleep(DRAIN_SECONDS)
        self._closing = True
        for each in self._tasks:
            each.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _is_busy(self) -> bool:
        return bool(self._handling) or any(not each.message_queue.empty() for each in self._clients.values())

    async def _keep_open(self, number: int) -> None:
        pause = FIRST_PAUSE
        while True:
            client = self._client()
            self._clients[number] = client
            try:
                async with asyncio.timeout(OPEN_SECONDS):
                    await client.connect_to_new_endpoint()
                self._first_open.set()
                pause = FIRST_PAUSE
                await self._until_down(client)
                log.warning("a Socket Mode connection was down for too long and is replaced")
            except SlackApiError as error:
                log.warning("Slack refused a Socket Mode connection: %s", error.response.get("error"))
            except Exception as error:  # noqa: BLE001 - the next attempt may succeed, whatever it was
                log.warning("a Socket Mode connection could not be opened: %s", type(error).__name__)
            finally:
                await _close(client)
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    def _client(self) -> SocketModeClient:
        client = SocketModeClient(
            app_token=self._app_token,
            logger=bolt.muted(),
            web_client=self._api.client(),
            ping_interval=PING_SECONDS,
        )
        # The SDK takes a proxy from the environment. Our settings are read in one place only.
        client.proxy = None
        client.socket_mode_request_listeners.append(self._receive)
        return client

    async def _until_down(self, client: SocketModeClient) -> None:
        loop = asyncio.get_running_loop()
        up_at = loop.time()
        while loop.time() - up_at < DOWN_SECONDS:
            await asyncio.sleep(self._look)
            if await client.is_connected():
                up_at = loop.time()

    async def _receive(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        if self._closing:
            return  # it could not be acknowledged over a connection that is being closed
        task = asyncio.current_task()
        if task is not None:
            self._handling.add(task)
        try:
            async with self._semaphore:
                answer = await bolt.answer(self._app, request.payload)
            # A payload that nobody could handle is acknowledged too, or Slack would send it again.
            if answer.status < 500:
                await client.send_socket_mode_response(SocketModeResponse(request.envelope_id, _payload(answer)))
        except Exception as error:  # noqa: BLE001 - Slack sends again what is not acknowledged
            log.warning("a request from Slack could not be acknowledged: %s", type(error).__name__)
        finally:
            if task is not None:
                self._handling.discard(task)


def _payload(answer: BoltResponse) -> Json | None:
    if not answer.body:
        return None
    if answer.first_headers().get("content-type", "").startswith("application/json"):
        found: Json = json.loads(answer.body)
        return found
    return {"text": answer.body}


def _is_open(client: SocketModeClient) -> bool:
    session = client.current_session
    return session is not None and not session.closed and not client.stale and not client.closed


async def _close(client: SocketModeClient) -> None:
    """Close a connection and wait for its tasks, with a time limit, because the other end may not answer."""
    with contextlib.suppress(Exception):
        async with asyncio.timeout(END_SECONDS):
            await client.close()  # type: ignore[no-untyped-call]
    tasks = [client.message_processor, client.current_session_monitor, client.message_receiver]
    running = [each for each in tasks if each is not None]
    for each in running:
        each.cancel()
    await asyncio.wait(running, timeout=END_SECONDS)
    await client.aiohttp_client_session.close()
