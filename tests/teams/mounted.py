"""Teams mounted on its own application, over a real database and a fake Bot Framework, with all checks on."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer

from adapters.teams.activity import IncomingActivity, InvokeAnswer
from adapters.teams.api.platform import TeamsPlatform
from adapters.teams.service import mount
from bot.dispatcher import Dispatcher
from bot.interface.parts import Card, Paragraph
from bot.interface.ports import Message, Place
from bot.people.connections import Connections
from bot.people.people import Member, Roster
from storage import Database
from storage.keys import KeyRing
from tests.rings import new_ring
from tests.teams.provider import TENANT, Account, Provider

PATH = "/api/messages"


class Clock:
    """A clock that only moves when told to. `now` is aware UTC."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Heard:
    """A handler that records activities, and answers or raises as told."""

    heard: list[IncomingActivity] = field(default_factory=list)
    reply: InvokeAnswer | None = None
    error: Exception | None = None

    async def handle(self, activity: IncomingActivity) -> InvokeAnswer | None:
        """Record it."""
        self.heard.append(activity)
        if self.error:
            raise self.error
        return self.reply


class Enrolling(Dispatcher):
    """A dispatcher that also records the rosters it is given."""

    def __init__(self, database: Database, ring: KeyRing, clock: Clock) -> None:
        super().__init__(database, ring, clock)
        self.rosters: list[Roster] = []

    async def enrol(self, roster: Roster) -> None:
        """Record it, and store it."""
        self.rosters.append(roster)
        await super().enrol(roster)


@dataclass
class Mounted:
    """All of it."""

    provider: Provider
    platform: TeamsPlatform
    connections: Connections
    dispatcher: Enrolling
    handler: Heard
    clock: Clock
    client: TestClient[web.Request, web.Application]

    async def post(
        self, activity: object, *, bearer: str | None = None, headers: Mapping[str, str] | None = None
    ) -> ClientResponse:
        """Send an activity, or the bytes of one, as the service does: with a token of its own unless one is given."""
        token = self.provider.bearer() if bearer is None else bearer
        given = {**({"Authorization": token} if token else {}), **(headers or {})}
        if isinstance(activity, bytes):
            return await self.client.post(PATH, data=activity, headers=given)
        return await self.client.post(PATH, json=activity, headers=given)

    async def furnish(self) -> None:
        """Make the service address known, as after an installation."""
        await self.connections.install("teams", TENANT, "", {"service": self.provider.service})


def drawn(card: Card, *, delivery: UUID | None, attempt: int, reader: str | None) -> dict[str, Any]:
    """A card as plain as can be."""
    return {
        "type": "AdaptiveCard",
        "version": "1.5",
        "body": [{"type": "TextBlock", "text": part.text} for part in card.parts if isinstance(part, Paragraph)],
        "data": {"d": str(delivery), "a": attempt, "reader": reader or ""},
    }


@asynccontextmanager
async def mounted(provider: Provider, url: str, **changes: Any) -> AsyncIterator[Mounted]:
    """Teams over the database at `url`, started, until the block ends; `changes` are to its options."""
    ring = new_ring("k1")
    application, handler, clock = web.Application(), Heard(), Clock()
    with Database(url) as database:
        dispatcher, connections = Enrolling(database, ring, clock), Connections(database, ring, clock)
        platform = mount(
            application,
            dispatcher,
            connections,
            provider.options(**changes),
            clock=clock,
            draw=drawn,
            handling=lambda _: handler,
        )
        server = TestServer(application, shutdown_timeout=1)
        await server.start_server(access_log=None)
        async with TestClient(server) as client:
            await platform.start()
            try:
                yield Mounted(provider, platform, connections, dispatcher, handler, clock, client)
            finally:
                provider.let_go()
                await platform.close()


def message(place: Place, text: str = "Two flags need an answer.", **more: Any) -> Message:
    """A message on its way to a place."""
    card = Card((Paragraph(text),), fallback="Your digest has arrived.")
    return Message(delivery=more.pop("delivery", uuid4()), place=place, card=card, **more)


def personal(account: Account) -> Place:
    """A person's own chat."""
    return Place("teams", TENANT, account.aad, direct=True)


def channel(address: str) -> Place:
    """A channel."""
    return Place("teams", TENANT, address)


def as_members(*accounts: Account) -> tuple[Member, ...]:
    """The roster members of full members."""
    return tuple(Member(each.aad, each.name, each.email) for each in accounts)
