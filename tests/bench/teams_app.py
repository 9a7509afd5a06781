"""What is measured, in a process of its own: `python -m tests.bench.teams_app stock|ours|connector ADDRESS`.

It prints the port that it listens on, and serves until its standard input ends.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
import tempfile
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from itertools import count
from typing import Any

from aiohttp import web

from tests.bench.teams_cards import ANSWER, DIALOG

CONNECTOR_SECONDS = 0.05
NOW = datetime(2026, 12, 9, 9, 0, tzinfo=UTC)


class Fixed:
    """A handler that answers with what the other one answers with, too."""

    async def handle(self, inbound: Any) -> Any:
        """The dialog or the card."""
        from adapters.teams import Reply

        return Reply(DIALOG if inbound.name == "task/fetch" else ANSWER)


@contextlib.asynccontextmanager
async def ours(provider: str) -> AsyncIterator[web.Application]:
    """The product's wiring, over a database of its own."""
    from adapters.teams import mount
    from adapters.teams.render import card
    from bot.connections import Connections
    from bot.desk import Desk
    from storage import Database
    from storage.keys import KeyRing, new_master_key
    from storage.migrate import migrate
    from tests.teams.provider import Provider

    fake = Provider()
    fake.address = provider
    with tempfile.TemporaryDirectory(prefix="deliverable-bench-teams-") as folder:
        url = f"sqlite:///{folder}/teams.db"
        migrate(url, now=NOW)
        with Database(url) as database:
            ring, made = KeyRing.from_text(new_master_key("bench")), web.Application()
            desk, connections = Desk(database, ring, lambda: NOW), Connections(database, ring, lambda: NOW)
            platform = mount(
                made,
                desk,
                connections,
                fake.options(),
                clock=lambda: NOW,
                draw=card,
                handling=lambda _: Fixed(),
            )
            await platform.start()
            try:
                yield made
            finally:
                await platform.close()


@contextlib.asynccontextmanager
async def stock(provider: str) -> AsyncIterator[web.Application]:
    """The SDK's own wiring."""
    from tests.bench.teams_stock import application

    yield application(provider)


@contextlib.asynccontextmanager
async def connector(_: str) -> AsyncIterator[web.Application]:
    """A connector that takes 50 ms for every message, and gives tokens."""
    numbers = count(1)

    async def take(request: web.Request) -> web.Response:
        await request.read()
        await asyncio.sleep(CONNECTOR_SECONDS)
        return web.json_response({"id": str(next(numbers))}, status=201)

    async def token(_: web.Request) -> web.Response:
        return web.json_response({"token_type": "Bearer", "expires_in": 3599, "access_token": "bench"})

    made = web.Application()
    made.add_routes([web.post("/teams/v3/conversations/{id}/activities", take), web.post("/token", token)])
    yield made


async def main() -> None:
    """Serve one of them."""
    which, provider = sys.argv[1:]
    async with {"ours": ours, "stock": stock, "connector": connector}[which](provider) as application:
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        print(runner.addresses[0][1], flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
        await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(main())
