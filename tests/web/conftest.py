"""The pages over a fake dispatcher and a fake worker, requested over loopback or opened in a browser."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import pytest
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer
from playwright.sync_api import Page

from adapters.web import Sandbox, SandboxClock, WebPlatform, connect
from tests.running_clock import MONDAY
from tests.web.fakes import FakeDispatcher, FakeWorker


@dataclass
class Mounted:
    """The mounted pages and everything that they use."""

    application: web.Application
    dispatcher: FakeDispatcher
    worker: FakeWorker
    sandbox: Sandbox
    platform: WebPlatform


@pytest.fixture
def mounted() -> Mounted:
    """The pages on an application that is not served yet."""
    clock = SandboxClock(machine=lambda: MONDAY)
    sandbox, dispatcher, application = Sandbox(clock), FakeDispatcher(), web.Application()
    worker = FakeWorker(clock)
    platform = connect(application, dispatcher, worker, sandbox=sandbox)
    worker.add(platform)
    return Mounted(application, dispatcher, worker, sandbox, platform)


class Client:
    """A client without a browser, which sends forms as a browser on these pages would."""

    def __init__(self, client: TestClient[web.Request, web.Application]) -> None:
        self._client = client
        self.origin = f"http://{client.host}:{client.port}"

    async def get(self, path: str, **headers: str) -> ClientResponse:
        """Request a page."""
        return await self._client.get(path, headers=headers, allow_redirects=False)

    async def send(
        self, path: str, fields: list[tuple[str, str]] | bytes | None = None, **headers: str
    ) -> ClientResponse:
        """Send a form; `fields` may be raw bytes."""
        given = {"Origin": self.origin, "Content-Type": "application/x-www-form-urlencoded", **headers}
        return await self._client.post(path, data=fields or b"", headers=given, allow_redirects=False)


@pytest.fixture
async def client(mounted: Mounted) -> AsyncIterator[Client]:
    """A client of the pages, over loopback."""
    server = TestServer(mounted.application)
    await server.start_server(access_log=None)
    async with TestClient(server) as test_client:
        yield Client(test_client)


@pytest.fixture
def address(mounted: Mounted) -> Iterator[str]:
    """The address of the pages, served from another thread for a browser."""
    loop = asyncio.new_event_loop()
    runner = web.AppRunner(mounted.application, access_log=None)

    async def start() -> str:
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{runner.addresses[0][1]}"

    thread = threading.Thread(target=loop.run_forever, name="the pages", daemon=True)
    thread.start()
    yield asyncio.run_coroutine_threadsafe(start(), loop).result(10)
    asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)
    loop.close()


@pytest.fixture
def here(page: Page, address: str) -> Page:
    """A browser's page that has the first of the pages open."""
    page.set_default_timeout(10_000)
    page.goto(f"{address}/")
    return page
