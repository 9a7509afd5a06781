"""The program serving Slack, in this process: a database, the dispatcher, the worker, and the adapter over TCP."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import aiohttp
import pytest
from aiohttp import web

from adapters.slack import service
from adapters.slack.api import newcomers
from adapters.slack.options import SlackOptions
from adapters.slack.service import Slack as SlackAdapter
from adapters.slack.service import mount
from bot.dispatcher import Dispatcher
from bot.interface.announcements import Announcement
from bot.people.connections import Connections
from bot.policies.policies import Announced
from bot.worker.worker import Worker
from storage import Database, DatabaseUnavailable
from tests.rings import new_ring
from tests.running_clock import MONDAY
from tests.slack.driver import SECRET, Driver
from tests.slack.provider import APP_TOKEN, Slack
from tests.slack.workspace import Channel, User, Workspace
from tests.waiting import number_of

RING = new_ring("slack")
CHANNEL = "C0DELIVERY"
OWNER, AMINA, TOMOS, KEZIA, ADMIN = "U0HELEN", "U0AMINA", "U0TOMOS", "U0KEZIA", "U0DANIEL"
PEOPLE = (
    User(AMINA, "Amina Yusuf", "amina.yusuf@example.org"),
    User(TOMOS, "Tomos Rees", "tomos.rees@example.org"),
    User(KEZIA, "Kezia Barnes", "kezia.barnes@example.org"),
    User(OWNER, "Helen Marsh", "helen.marsh@example.org"),
    User(ADMIN, "Daniel Okoro", "daniel.okoro@example.org"),
)
PUBLIC_URL = "https://deliverable.example.org"
PERMIT = Announcement(
    "Single parking permit",
    "From April, one permit for every council.",
    "https://example.org/announcements/single-parking-permit",
    None,
)


@dataclass
class StandingClock:
    """A clock that only moves when told to. Aware UTC."""

    now: datetime = MONDAY

    def __call__(self) -> datetime:
        return self.now

    def move(self, by: timedelta) -> None:
        """Let time pass."""
        self.now += by


@dataclass
class Served:
    """The program, and the Slack it serves."""

    slack: Slack
    driver: Driver
    dispatcher: Dispatcher
    worker: Worker
    connections: Connections
    adapter: SlackAdapter
    clock: StandingClock
    database: Database

    @property
    def workspace(self) -> Workspace:
        """The workspace."""
        return self.slack.workspace

    def number_of(self, table: str) -> int:
        """How many `flags`, `seconds` or `replies` were sent, shown or waiting."""
        return number_of(table, self.database, RING, self.clock.now)

    async def join(self, channel: str = CHANNEL) -> None:
        """Invite the bot to a channel, and wait until its roster is known."""
        self.workspace.channels[channel].members.append(self.workspace.bot_user)
        joined = {"type": "member_joined_channel", "user": self.workspace.bot_user, "channel": channel}
        answer = await self.driver.event({**joined, "channel_type": "C", "team": self.workspace.id})
        assert answer.status == 200
        await self.adapter.settled()

    async def announce(self, announcement: Announcement = PERMIT) -> str:
        """Announce a policy in the channel and post its card. Returns the card's `ts`."""
        done: Announced = await self.dispatcher.announce(
            [announcement], owner="helen.marsh@example.org", channel="digital-delivery"
        )
        assert len(done.opened) == 1
        await self.worker.tick()
        return str(self.workspace.channels[CHANNEL].messages[-1]["ts"])


def workspace() -> Workspace:
    """A workspace with five people in a channel, to which the bot has not been invited yet."""
    made = Slack().workspace
    for each in PEOPLE:
        made.add_user(replace(each))
    made.add_channel(Channel(CHANNEL, "digital-delivery", members=[each.id for each in PEOPLE]), with_bot=False)
    return made


def unplug(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the database unreachable, until `monkeypatch` is undone."""

    async def away(*_: object) -> None:
        raise DatabaseUnavailable("the database cannot be reached")

    monkeypatch.setattr(served.database, "read", away)
    monkeypatch.setattr(served.database, "write", away)


@contextmanager
def patience(seconds: float = 30.0) -> Iterator[None]:
    """Set the time-out of calls that a click waits for: two seconds are too short on a busy machine."""
    kept = service.ANSWER_SECONDS, newcomers.PATIENCE_SECONDS
    service.ANSWER_SECONDS = newcomers.PATIENCE_SECONDS = seconds
    try:
        yield
    finally:
        service.ANSWER_SECONDS, newcomers.PATIENCE_SECONDS = kept


@asynccontextmanager
async def serving(
    url: str, slack: Slack, *, options: SlackOptions | None = None, over_sockets: bool = False
) -> AsyncIterator[Served]:
    """Serve a workspace from a migrated database, and over Socket Mode if a test wants it."""
    clock = StandingClock()
    given = options or SlackOptions(
        bot_token=slack.workspace.token,
        signing_secret=SECRET,
        app_token=APP_TOKEN if over_sockets else "",
        api_url=slack.address,
        public_url=PUBLIC_URL,
    )
    async with AsyncExitStack() as stack:
        stack.enter_context(patience())
        database = stack.enter_context(Database(url))
        admins = ["daniel.okoro@example.org"]
        dispatcher = Dispatcher(database, RING, clock, admins=admins)
        connections = Connections(database, RING, clock, admins)
        worker = Worker(database, RING, clock, admins)
        application = web.Application(client_max_size=256 * 1024)
        adapter = mount(application, dispatcher, connections, given, clock=clock)
        worker.add(adapter)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=2)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        session = await stack.enter_async_context(aiohttp.ClientSession())
        driver = Driver(slack, f"http://127.0.0.1:{runner.addresses[0][1]}", clock, session)
        await adapter.start()
        stack.push_async_callback(adapter.close)
        stack.push_async_callback(worker.drain, 2)
        yield Served(slack, driver, dispatcher, worker, connections, adapter, clock, database)
