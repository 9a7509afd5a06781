"""The server's side of Socket Mode: sends envelopes over WebSockets, and receives acknowledgements.

link = await slack.sockets.linked()                      # until a client has connected
ack = await slack.sockets.deliver("events_api", payload)  # an envelope over any link; its acknowledgement, or None
await slack.sockets.refresh()                             # tell the oldest connection to reconnect, as Slack does
await slack.sockets.cut()                                 # break all links without a word
slack.sockets.stall()                                     # let all links hang: they stay open, and nothing is heard
"""

from __future__ import annotations

import asyncio
import json
import uuid

from aiohttp import WSMsgType, web

from bot.interface.json_object import Json


class SocketMode:
    """The open connections. `opened` counts all there ever were; `most` is how many an app may have."""

    most = 10

    def __init__(self) -> None:
        self.origin = ""
        self.links: list[web.WebSocketResponse] = []
        self.opened = 0
        self._tickets: set[str] = set()
        self._stalled: set[web.WebSocketResponse] = set()
        self._waiting: dict[str, asyncio.Future[Json]] = {}
        self._changed = asyncio.Condition()

    def address(self) -> str:
        """An address at which one link can be opened."""
        ticket = uuid.uuid4().hex
        self._tickets.add(ticket)
        return f"{self.origin}/link?ticket={ticket}&app_id=A0001"

    async def linked(self, number: int = 1) -> None:
        """Wait until this many connections are open."""
        async with self._changed:
            await self._changed.wait_for(lambda: len(self.links) >= number)

    async def deliver(
        self, kind: str, payload: Json, *, retry: int = 0, seconds: float = 3.0, link: int = -1
    ) -> Json | None:
        """Send an envelope over one connection. Returns the acknowledgement, or None if none comes in three seconds.

        `kind` is `events_api`, `interactive` or `slash_commands`; `retry` counts earlier attempts.
        """
        envelope: Json = {
            "envelope_id": str(uuid.uuid4()),
            "type": kind,
            "payload": payload,
            "accepts_response_payload": kind != "events_api",
        }
        if kind == "events_api":
            envelope |= {"retry_attempt": retry, "retry_reason": "timeout" if retry else ""}
        acknowledged: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._waiting[envelope["envelope_id"]] = acknowledged
        await self.links[link].send_json(envelope)
        try:
            return await asyncio.wait_for(acknowledged, seconds)
        except TimeoutError:
            return None
        finally:
            self._waiting.pop(envelope["envelope_id"], None)

    async def refresh(self) -> None:
        """Tell the oldest connection that it will be closed, as happens every few hours."""
        await self.links[0].send_json({"type": "disconnect", "reason": "refresh_requested", "debug_info": {}})

    async def cut(self) -> None:
        """Break all connections without notice."""
        for each in list(self.links):
            transport = each._req.transport if each._req is not None else None
            if transport is not None:
                transport.abort()

    def stall(self) -> None:
        """Make all open connections hang: they read nothing, and answer no ping."""
        self._stalled |= set(self.links)

    async def close(self) -> None:
        """Close all links."""
        for each in list(self.links):
            await each.close()

    async def link(self, request: web.Request) -> web.StreamResponse:
        """One link, for as long as it is open."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets or len(self.links) >= self.most:
            return web.Response(status=403)
        self._tickets.discard(ticket)
        link = web.WebSocketResponse(autoping=False)
        await link.prepare(request)
        await self._change(link, there=True)
        try:
            hello = {"type": "hello", "num_connections": len(self.links), "connection_info": {"app_id": "A0001"}}
            await link.send_json({**hello, "debug_info": {"host": "applink-1", "approximate_connection_time": 18060}})
            async for message in link:
                if link in self._stalled:
                    continue
                if message.type is WSMsgType.PING:
                    await link.pong(message.data)
                elif message.type is WSMsgType.TEXT:
                    self._heard(message.data)
        finally:
            await self._change(link, there=False)
        return link

    def _heard(self, text: str) -> None:
        try:
            said = json.loads(text)
        except ValueError:
            return
        waiting = self._waiting.get(str(said.get("envelope_id", "")))
        if waiting is not None and not waiting.done():
            waiting.set_result(said)

    async def _change(self, link: web.WebSocketResponse, *, there: bool) -> None:
        async with self._changed:
            if there:
                self.links.append(link)
                self.opened += 1
            else:
                self.links.remove(link)
            self._changed.notify_all()
