"""The measured programs, each in its own process: `python -m tests.bench.teams_app WHICH ADDRESS`.

WHICH is one of *stock*, *ours*, *whole* and *connector*. It prints the port that it listens on, serves until its
standard input ends, and then prints how many flags wait.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

from aiohttp import web

from tests.bench.teams_cards import ANSWER, DIALOG

CONNECTOR_SECONDS = 0.05
NOW = datetime(2026, 12, 9, 9, 0, tzinfo=UTC)
MEMBERS, POLICIES = 40, 20
CHANNEL = "19:bench@thread.tacv2"


class Fixed:
    """A handler that gives the same answers as the SDK's."""

    async def handle(self, activity: Any) -> Any:
        """The dialog or the card."""
        from adapters.teams.activity import InvokeAnswer

        return InvokeAnswer(DIALOG if activity.name == "task/fetch" else ANSWER)


@contextlib.asynccontextmanager
async def ours(provider: str) -> AsyncIterator[web.Application]:
    """The product's wiring, with a handler that always gives the same answer."""
    from adapters.teams.draw.render import card
    from adapters.teams.service import mount

    with dispatcher_and_connections() as (dispatcher, connections):
        made = web.Application()
        options = options_of(provider)
        platform = mount(made, dispatcher, connections, options, clock=clock, draw=card, handling=lambda _: Fixed())
        await platform.start()
        yield made
        await platform.close()


@contextlib.asynccontextmanager
async def whole(provider: str) -> AsyncIterator[web.Application]:
    """The product, with members and policies."""
    from adapters.teams.service import mount
    from bot.interface.actor import Actor
    from bot.interface.announcements import Announcement
    from bot.people.people import Member, Roster
    from tests.bench.flag import opened_form
    from tests.teams.provider import TENANT

    with dispatcher_and_connections() as (dispatcher, connections):
        made = web.Application()
        members = tuple(Member(str(directory_id(n)), f"Member {n}", f"m{n}@example.org") for n in range(MEMBERS))
        await dispatcher.enrol(Roster("teams", TENANT, CHANNEL, "Design", members))
        links = (f"https://example.org/{n}" for n in range(POLICIES))
        announced = [Announcement(f"Policy {each}", "What is announced.", each, None) for each in links]
        opened = (await dispatcher.announce(announced, owner="m0@example.org", channel="Design")).opened
        platform = mount(made, dispatcher, connections, options_of(provider), clock=clock)
        await platform.start()
        member = Actor("teams", TENANT, str(directory_id(0)), CHANNEL)
        print(",".join([(await opened_form(dispatcher, each.id, member)).to_text() for each in opened]), flush=True)
        yield made
        await platform.close()


def clock() -> datetime:
    """A Wednesday morning."""
    return NOW


def directory_id(number: int) -> UUID:
    """A member's id in the directory."""
    return UUID(int=number, version=4)


def options_of(provider: str) -> Any:
    """Options for the provider at that address."""
    from tests.teams.provider import Provider

    fake = Provider()
    fake.address = provider
    return fake.options()


@contextlib.contextmanager
def dispatcher_and_connections() -> Iterator[tuple[Any, Any]]:
    """A dispatcher and connections over a new database. At the end it counts and prints the flags that wait in it."""
    from bot.dispatcher import Dispatcher
    from bot.people.connections import Connections
    from storage import Database
    from storage.migrate import migrate
    from tests.rings import new_ring

    with tempfile.TemporaryDirectory(prefix="deliverable-bench-teams-") as folder:
        file = Path(folder) / "teams.db"
        migrate(f"sqlite:///{file}", now=NOW)
        with Database(f"sqlite:///{file}") as database:
            ring = new_ring("bench")
            yield Dispatcher(database, ring, clock), Connections(database, ring, clock)
        with contextlib.closing(sqlite3.connect(file)) as raw:
            print(raw.execute("SELECT count(*) FROM boxes").fetchone()[0], flush=True)


@contextlib.asynccontextmanager
async def stock(provider: str) -> AsyncIterator[web.Application]:
    """The SDK's own wiring."""
    from tests.bench.teams_stock import application

    yield application(provider)


@contextlib.asynccontextmanager
async def connector(_: str) -> AsyncIterator[web.Application]:
    """A connector that takes 50 ms for every message, and issues tokens and keys."""
    from tests.teams.provider import jwk

    numbers = count(1)

    async def take(request: web.Request) -> web.Response:
        await request.read()
        await asyncio.sleep(CONNECTOR_SECONDS)
        return web.json_response({"id": str(next(numbers))}, status=201)

    async def token(_: web.Request) -> web.Response:
        return web.json_response({"token_type": "Bearer", "expires_in": 3599, "access_token": "bench"})

    async def keys(request: web.Request) -> web.Response:
        return web.json_response({"jwks_uri": str(request.url), "keys": [jwk(1)]})

    made = web.Application()
    made.add_routes(
        [web.get("/openid", keys), web.post("/teams/v3/conversations/{id}/activities", take), web.post("/token", token)]
    )
    yield made


async def main() -> None:
    """Serve one of them."""
    which, provider = sys.argv[1:]
    async with {"ours": ours, "stock": stock, "whole": whole, "connector": connector}[which](provider) as application:
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        print(runner.addresses[0][1], flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
        await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(main())
