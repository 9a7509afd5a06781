"""Socket Mode: requests come over links that we open, so that nothing of ours need be reached from outside.

Two links are kept, since Slack closes each every few hours and sends what comes meanwhile over the other. One that does
not come back by itself is replaced. What is not acknowledged comes again, and nothing is done twice by it.
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
"""Requests that are worked on at the same time; the others wait their turn."""
PING_SECONDS = 10.0
LOOK_SECONDS = 1.0
DOWN_SECONDS = 120.0
"""How long a link may be down, with the library trying to mend it, before it is replaced."""
OPEN_SECONDS = 20.0
START_SECONDS = 5.0
END_SECONDS = 1.5
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0


class SocketMode:
    """The links of one process."""

    def __init__(self, app: AsyncApp, api: WebApi, app_token: str, *, look: float = LOOK_SECONDS) -> None:
        """`look` is how often, in seconds, each link is looked at."""
        self._app = app
        self._api = api
        self._app_token = app_token
        self._look = look
        self._clients: dict[int, SocketModeClient] = {}
        self._keepers: list[asyncio.Task[None]] = []
        self._room = asyncio.Semaphore(AT_ONCE)
        self._under_way: set[asyncio.Future[Any]] = set()
        self._closing = False
        self._first = asyncio.Event()

    async def start(self) -> None:
        """Open the links; wait for the first for a few seconds, and go on trying where none opens."""
        self._closing = False
        self._keepers = [asyncio.create_task(self._keep(n), name="a link to Slack") for n in range(LINKS)]
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._first.wait(), START_SECONDS)

    def up(self) -> int:
        """How many links are open."""
        return sum(_is_open(each) for each in self._clients.values())

    async def close(self, seconds: float) -> None:
        """Take nothing more, wait up to so many seconds for what is under way, and close the links."""
        self._closing = True
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=seconds)
        for each in self._keepers:
            each.cancel()
        await asyncio.gather(*self._keepers, return_exceptions=True)

    async def _keep(self, number: int) -> None:
        pause = FIRST_PAUSE
        while True:
            client = self._client()
            self._clients[number] = client
            try:
                async with asyncio.timeout(OPEN_SECONDS):
                    await client.connect_to_new_endpoint()
                self._first.set()
                pause = FIRST_PAUSE
                await self._until_down(client)
                log.warning("a link to Slack was down for too long and is replaced")
            except SlackApiError as error:
                log.warning("Slack opens no link: %s", error.response.get("error"))
            except Exception as error:  # noqa: BLE001 - whatever it is, the next try may succeed
                log.warning("a link to Slack could not be opened: %s", type(error).__name__)
            finally:
                await _closed(client)
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    def _client(self) -> SocketModeClient:
        client = SocketModeClient(
            app_token=self._app_token,
            logger=bolt.muted(),
            web_client=self._api.client(),
            ping_interval=PING_SECONDS,
        )
        # It looks for one in the environment, which is read elsewhere.
        client.proxy = None
        client.socket_mode_request_listeners.append(self._taken)
        return client

    async def _until_down(self, client: SocketModeClient) -> None:
        loop = asyncio.get_running_loop()
        up_at = loop.time()
        while loop.time() - up_at < DOWN_SECONDS:
            await asyncio.sleep(self._look)
            if await client.is_connected():
                up_at = loop.time()

    async def _taken(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        if self._closing:
            return  # it comes again, to another process or over the next link
        task = asyncio.current_task()
        if task is not None:
            self._under_way.add(task)
        try:
            async with self._room:
                answered = await bolt.answer(self._app, request.payload)
            if answered.status == 200:
                await client.send_socket_mode_response(SocketModeResponse(request.envelope_id, _payload(answered)))
        except Exception as error:  # noqa: BLE001 - not acknowledged, it comes again
            log.warning("a request from Slack could not be acknowledged: %s", type(error).__name__)
        finally:
            if task is not None:
                self._under_way.discard(task)


def _payload(answered: BoltResponse) -> Json | None:
    if not answered.body:
        return None
    if answered.first_headers().get("content-type", "").startswith("application/json"):
        found: Json = json.loads(answered.body)
        return found
    return {"text": answered.body}


def _is_open(client: SocketModeClient) -> bool:
    session = client.current_session
    return session is not None and not session.closed and not client.stale and not client.closed


async def _closed(client: SocketModeClient) -> None:
    """Close a link, and see its tasks end; not for ever, since whoever is at the other end may say nothing."""
    with contextlib.suppress(Exception):
        async with asyncio.timeout(END_SECONDS):
            await client.close()  # type: ignore[no-untyped-call]
    tasks = [client.message_processor, client.current_session_monitor, client.message_receiver]
    running = [each for each in tasks if each is not None]
    for each in running:
        each.cancel()
    await asyncio.wait(running, timeout=END_SECONDS)
    await client.aiohttp_client_session.close()
