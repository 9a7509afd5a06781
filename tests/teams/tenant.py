"""A tenant that uses the bot: Teams connected as the program connects it, over the fake, with people and a policy."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from sqlmodel import SQLModel

from adapters.teams.api.platform import TeamsPlatform
from adapters.teams.service import mount
from bot.dispatcher import Dispatcher
from bot.interface.announcements import Announcement
from bot.people.connections import Connections
from bot.worker.worker import Worker
from storage import Database
from storage.boxes import Contents
from storage.keys import KeyRing
from tests.rings import new_ring
from tests.teams.activities import installed
from tests.teams.client import Client
from tests.teams.mounted import PATH, Clock
from tests.teams.provider import Account, Posted, Provider
from tests.waiting import number_of, waiting

ADMINS = ("priya@example.org",)
ROUNDS = 60
GATE = timedelta(seconds=5)
"""More than any of Teams' gates stays shut."""
metadata = SQLModel.metadata


@dataclass
class Tenant:
    """All of it. Asha and Ben are members, Priya owns what is announced, Gus is a guest, Nobody is in no channel."""

    provider: Provider
    database: Database
    ring: KeyRing
    dispatcher: Dispatcher
    worker: Worker
    platform: TeamsPlatform
    clock: Clock
    web: TestClient[web.Request, web.Application]
    people: dict[str, Account] = field(default_factory=dict)
    channel: str = ""

    def client(self, name: str) -> Client:
        """A person's client, by their first name in lower case."""
        return Client(self.provider, self.people[name], self.post)

    async def post(self, sent: dict[str, Any]) -> tuple[int, Any]:
        """Send an activity as the service does; the status, and the JSON of the answer."""
        answer = await self.web.post(PATH, json=sent, headers={"Authorization": self.provider.bearer()})
        body = await answer.read()
        return answer.status, await answer.json() if body else None

    async def install(self) -> None:
        """The app is installed in the team."""
        status, _ = await self.post(installed(self.provider, self.people["priya"], self.channel))
        assert status == 200

    async def announce(self, title: str = "Single parking permit") -> Posted:
        """Announce a policy, and give its card in the channel."""
        await self.publish(title)
        return self.cards()[-1]

    async def publish(
        self, title: str, owner: str = "priya@example.org", summary: str = "One permit for every council."
    ) -> None:
        """Announce a policy, or another summary of it, whatever comes of it."""
        said = Announcement(title, summary, "https://example.org/permit", None)
        await self.dispatcher.announce([said], owner=owner, channel="Housing, Design")
        await self.settle()

    async def settle(self) -> None:
        """Run the worker for everything that is due, without throttling."""
        until = self.clock.now
        for _ in range(ROUNDS):
            await self.worker.tick()
            due = await self.worker.next_due()
            if due is None or due > until:
                return
            self.clock.now += GATE
        raise AssertionError("something stays due for ever")

    async def time_passes(self, minutes: int) -> None:
        """Let this many minutes pass, and run the worker every five."""
        until = self.clock.now + timedelta(minutes=minutes)
        while self.clock.now < until:
            self.clock.now += timedelta(minutes=5)
            await self.settle()

    def cards(self) -> list[Posted]:
        """The policies' cards in the channel, oldest first."""
        return [each for each in self.provider.visible(self.channel) if "give-view:" in str(each.activity)]

    def chat(self, name: str) -> list[Posted]:
        """The messages in a person's own chat."""
        return self.provider.visible(f"a:{self.people[name].aad}")

    def rows(self, table: str) -> list[dict[str, Any]]:
        """Every row of a table."""
        with self.database.reading() as session:
            found = session.connection().execute(metadata.tables[table].select()).mappings()
            return [dict(each) for each in found]

    def waiting(self) -> list[Contents]:
        """What waits to be shown."""
        return [each for _, each in waiting(self.database, self.ring, self.clock.now)]

    def number_of(self, table: str) -> int:
        """How many `flags`, `seconds` or `replies` were sent, whether they are shown or wait."""
        return number_of(table, self.database, self.ring, self.clock.now)

    def everything(self) -> str:
        """All that the database holds, as text."""
        return "\n".join(str(row) for name in metadata.tables for row in self.rows(name))


@asynccontextmanager
async def tenant(provider: Provider, url: str, **changes: Any) -> AsyncIterator[Tenant]:
    """A tenant whose people are there, with the app not yet installed; `changes` are to how it is set up."""
    ring, clock, application = new_ring("k1"), Clock(), web.Application()
    with Database(url) as database:
        dispatcher = Dispatcher(database, ring, clock, admins=ADMINS)
        connections, worker = Connections(database, ring, clock, ADMINS), Worker(database, ring, clock, admins=ADMINS)
        platform = mount(application, dispatcher, connections, provider.options(**changes), clock=clock)
        worker.add(platform)
        server = TestServer(application, shutdown_timeout=1)
        await server.start_server(access_log=None)
        async with TestClient(server) as client:
            made = Tenant(provider, database, ring, dispatcher, worker, platform, clock, client)
            for name in ("Asha Quill", "Ben Osei", "Priya Nair", "Nobody Known"):
                made.people[name.split()[0].casefold()] = provider.account(name)
            made.people["gus"] = provider.account("Gus Adler", role="guest")
            for account in made.people.values():
                provider.chats[f"a:{account.aad}"] = account
            made.channel = provider.channel(each for name, each in made.people.items() if name != "nobody")
            await platform.start()
            try:
                yield made
            finally:
                provider.let_go()
                await platform.close()
                await worker.drain(0)


def policy_of(card: Posted) -> UUID:
    """The policy that a card is about."""
    return UUID(hex=str(card.activity).partition("give-view:")[2][:32])
