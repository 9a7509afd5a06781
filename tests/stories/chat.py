"""What all chat platforms share as stages: a fake of the vendor on loopback, and time that goes from due to due."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from adapters.web.seed_data import ORGANISATION
from bot.calendar.dates import local_day
from bot.interface.actor import Actor
from bot.interface.announcements import Announcement
from bot.interface.ports import ChatPlatform
from bot.people.connections import Connections
from storage import Database
from tests.stories.company import Company, StandingClock
from tests.stories.stage import Application, Move

MORNING = time(9)
GATE = timedelta(seconds=5)
"""More than any platform's gate stays shut: what waits for it is due once it has passed."""
MOST_STEPS = 400


class Connected(ChatPlatform, Protocol):
    """What a chat adapter's `connect` gives."""

    async def start(self) -> None:
        """Open sessions and sockets, and read the rosters."""

    async def close(self) -> None:
        """Close them."""


class Chat(Application):
    """A chat platform over one database. A subclass brings the vendor's fake, the adapter and the windows."""

    def __init__(self, database: Database, called: Mapping[str, str]) -> None:
        super().__init__(database, Company(StandingClock()), called)
        self.company: Company
        admins = [self.company.admin.email]
        self.connections = Connections(database, self.ring, self.company.clock, admins)
        self.platform: Connected | None = None

    @abstractmethod
    async def connect(self) -> Connected:
        """Start the vendor's fake, and connect the adapter to the application."""

    @abstractmethod
    async def enrol(self) -> None:
        """Let the bot be added to the channel, the way the platform tells of it."""

    @abstractmethod
    def announcer(self) -> Actor:
        """The admin, who announces."""

    async def before_listening(self) -> None:
        """Connect the adapter."""
        self.platform = await self.connect()
        self.worker.add(self.platform)

    async def after_listening(self) -> None:
        """Bring in people, and announce what the company has announced."""
        assert self.platform is not None
        await self.platform.start()
        await self.enrol()
        await self.dispatcher.describe({**ORGANISATION, "zone": self.company.zone})
        said = [Announcement(each.title, each.summary, each.link, None) for each in self.company.announcements]
        channel, owner = self.company.channels[0].name, self.company.owner.email
        await self.dispatcher.announce(said, owner=owner, channel=channel, by=self.announcer())
        await self.settle()

    async def before_stopping(self) -> None:
        """Close the adapter's sessions."""
        if self.platform is not None:
            await self.platform.close()

    def moment(self) -> None:
        """Do what is due now, and what waits for a gate only."""
        self.run(self.settle())

    def move(self, how: Move) -> None:
        """Go from due to due up to the instant, and on until nothing waits for a gate."""
        self.run(self._move(how))

    async def settle(self) -> None:
        """Tick, past the gates of what is due by now."""
        until = self.company.clock()
        for _ in range(MOST_STEPS):
            await self.worker.tick()
            due = await self.worker.next_due()
            if due is None or due > until:
                return
            self.company.clock.move_to(self.company.clock() + GATE)
        raise AssertionError("something stays due for ever")

    async def _move(self, how: Move) -> None:
        target = await self._target(how)
        assert target is not None, "there is no digest to wait for"
        for _ in range(MOST_STEPS):
            due = await self.worker.next_due()
            if due is None or due > target:
                break
            self.company.clock.move_to(due)
            await self.settle()
        self.company.clock.move_to(target)
        await self.settle()

    async def _target(self, how: Move) -> datetime | None:
        if how is Move.DIGEST:
            return await self.worker.next_digest()
        tomorrow = local_day(self.company.clock(), self.company.zone) + timedelta(days=1)
        return datetime.combine(tomorrow, MORNING, ZoneInfo(self.company.zone)).astimezone(UTC)
