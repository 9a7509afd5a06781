"""A strict provider outside the processes that are killed: an HTTP server on loopback with rate limits.

It accepts messages, keeps every copy, and can hold its answers back. With `tells=False` it cannot say whether a message
arrived, like Teams; otherwise it can look one up, like Slack.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import threading
import time
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

import aiohttp
from aiohttp import web

from bot.interface.ports import (
    Absent,
    CannotTell,
    ChatPlatform,
    Finding,
    Found,
    Message,
    NotSent,
    Outcome,
    Pace,
    Sent,
    Unknown,
)
from bot.sending import send_deadline
from tests.processes.crowd import PLATFORM
from tests.processes.forge import say

Given = TypeVar("Given")

A_SECOND_IN_A_WORKSPACE = 50
SECONDS_BETWEEN_TWO_IN_A_PLACE = 1.0


@dataclass(frozen=True)
class Copy:
    """One message in a place: its delivery, and the number of the attempt that posted it."""

    ref: str
    delivery: str
    attempt: int
    address: str

    @property
    def delivery_id(self) -> UUID:
        """The delivery's id, as others know it."""
        return UUID(self.delivery)


@dataclass
class Provider:
    """What it has accepted and refused. `strict` turns its limits on; accepting and answering take up to `slow` s."""

    strict: bool = True
    tells: bool = True
    slow: float = 0
    messages: dict[str, Copy] = field(default_factory=dict)
    taken: int = 0
    refused: int = 0
    arrived: Counter[str] = field(default_factory=Counter)
    held: set[str] = field(default_factory=set)
    url: str = ""
    _chance: random.Random = field(default_factory=lambda: random.Random(7))
    _own: dict[str, float] = field(default_factory=dict)
    _all: deque[float] = field(default_factory=deque)
    _go: defaultdict[str, asyncio.Event] = field(default_factory=lambda: defaultdict(asyncio.Event))
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)

    # For tests.

    def hold(self, worker: str) -> None:
        """Accept what this worker sends, but do not answer it."""
        self._there(lambda: self.held.add(worker))

    def let_go(self, worker: str) -> None:
        """Answer this worker again, also for what it has sent already."""

        def work() -> None:
            self.held.discard(worker)
            self._go[worker].set()

        self._there(work)

    def copies(self) -> list[Copy]:
        """All messages that exist, in the order in which they came."""
        return self._there(lambda: list(self.messages.values()))

    def came_from(self, worker: str) -> int:
        """How many messages of this worker have come."""
        return self._there(lambda: self.arrived[worker])

    def _there(self, work: Callable[[], Given]) -> Given:
        async def run() -> Given:
            return work()

        return asyncio.run_coroutine_threadsafe(run(), self._loop).result(30)

    # Its API.

    async def send(self, request: web.Request) -> web.Response:
        """Accept a message, or refuse it."""
        given = await request.json()
        worker = given["worker"]
        self.arrived[worker] += 1
        if self.strict and self._too_fast(given["address"]):
            self.refused += 1
            return web.json_response({}, status=429, headers={"Retry-After": "1"})
        await asyncio.sleep(self._chance.uniform(0, self.slow))
        self.taken += 1
        made = Copy(f"ref-{self.taken}", given["delivery"], given["attempt"], given["address"])
        self.messages[made.ref] = made
        await asyncio.sleep(self._chance.uniform(0, self.slow))
        if worker in self.held:
            await self._go[worker].wait()
        return web.json_response({"ref": made.ref})

    async def withdraw(self, request: web.Request) -> web.Response:
        """Delete a message."""
        given = await request.json()
        return web.json_response({"gone": self.messages.pop(given["ref"], None) is not None})

    async def find(self, request: web.Request) -> web.Response:
        """Return the messages of a delivery that exist in a place."""
        given = await request.json()
        found = [each.ref for each in self.messages.values() if each.delivery == given["delivery"]]
        return web.json_response({"refs": found})

    def _too_fast(self, address: str) -> bool:
        now = time.monotonic()
        while self._all and self._all[0] <= now - 1:
            self._all.popleft()
        if now - self._own.get(address, -1e9) < SECONDS_BETWEEN_TWO_IN_A_PLACE:
            return True
        if len(self._all) >= A_SECOND_IN_A_WORKSPACE:
            return True
        self._own[address] = now
        self._all.append(now)
        return False

    @contextmanager
    def serving(self) -> Iterator[Provider]:
        """Serve in a thread for as long as the block lasts."""
        thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        thread.start()
        runner = self._run(self._start())
        try:
            yield self
        finally:
            for each in self._go.values():
                self._loop.call_soon_threadsafe(each.set)
            self._run(runner.cleanup())
            self._loop.call_soon_threadsafe(self._loop.stop)
            thread.join(30)
            self._loop.close()

    def _run(self, work: Coroutine[Any, Any, Given]) -> Given:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    async def _start(self) -> web.AppRunner:
        application = web.Application()
        for name in ("send", "withdraw", "find"):
            application.router.add_post(f"/{name}", getattr(self, name))
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        return runner


class ProvidedPlatform(ChatPlatform):
    """A chat platform over such a provider, for the worker of that name, if it is one.

    With `stops_at` the process suspends itself at its message with that number, right before it writes it.
    """

    name = PLATFORM
    pace = Pace()

    def __init__(self, url: str, worker: str = "", pace: Pace = Pace(), *, tells: bool, stops_at: int = 0) -> None:  # noqa: B008 - frozen
        self.pace = pace
        self._before = stops_at
        self._url = url
        self._worker = worker
        self._tells = tells
        self._session: aiohttp.ClientSession | None = None

    async def send(self, message: Message) -> Outcome:
        """Post a new message. First report that the worker is about to send it."""
        if self._worker:
            say("sending", worker=self._worker)
        given = {
            "worker": self._worker,
            "delivery": str(message.delivery),
            "attempt": message.attempt,
            "address": message.place.address,
        }
        self._before -= 1
        if self._before == 0:
            os.kill(os.getpid(), signal.SIGSTOP)
        status, answer = await self._asked("send", given)
        if status == 200:
            return Sent(answer["ref"])
        return NotSent("rate_limited") if status == 429 else Unknown(f"HTTP {status}")

    async def update(self, message: Message, ref: str) -> Outcome:
        """Nothing is ever updated here."""
        return Sent(ref)

    async def withdraw(self, message: Message, ref: str) -> Outcome:
        """Delete a message."""
        status, _ = await self._asked("withdraw", {"ref": ref})
        return Sent(ref) if status == 200 else Unknown(f"HTTP {status}")

    async def find(self, message: Message) -> Finding:
        """Look up an earlier attempt, if the provider can."""
        if not self._tells:
            return CannotTell()
        _, answer = await self._asked("find", {"delivery": str(message.delivery)})
        return Found(answer["refs"][0]) if answer["refs"] else Absent()

    async def _asked(self, path: str, given: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if self._session is None:
            trace = aiohttp.TraceConfig()
            trace.on_request_headers_sent.append(_in_time)
            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), trace_configs=[trace])
        async with self._session.post(f"{self._url}/{path}", json=given) as response:
            return response.status, await response.json()

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()


async def _in_time(*_: object) -> None:
    send_deadline.check()
