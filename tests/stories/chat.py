"""What all chat platforms share as stages: one that the worker sends through, and time that goes on step by step."""

from __future__ import annotations

from abc import abstractmethod
from datetime import UTC, datetime, time, timedelta
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
THROTTLED = timedelta(seconds=5)
"""More than the pace of any platform: a message that was throttled is due by then."""
MOST_STEPS = 400


class Chat(Application):
    """A chat platform over one database. A subclass brings the platform and the windows."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, Company(StandingClock()))
        self.company: Company
        admins = [self.company.admin.email]
        self.connections = Connections(database, self.ring, self.company.clock, admins)
        self._connected: ChatPlatform | None = None

    @abstractmethod
    async def connect(self) -> ChatPlatform:
        """Start the vendor's fake, if there is one, and add the adapter's routes to the application."""

    @abstractmethod
    async def enrol(self) -> None:
        """Add the bot to the channel, and let the platform tell it so."""

    @abstractmethod
    def announcer(self) -> Actor:
        """The admin, who announces."""

    async def before_listening(self) -> None:
        """Connect the platform."""
        self._connected = await self.connect()
        self.worker.add(self._connected)

    async def after_listening(self) -> None:
        """Enrol the people, and announce what the company has announced."""
        assert self._connected is not None
        await self._connected.start()
        assert self._connected.health().ok, self._connected.health()
        if self.begun:
            return
        await self.enrol()
        await self.dispatcher.describe({**ORGANISATION, "zone": self.company.zone})
        said = [Announcement(each.title, each.summary, each.link, None) for each in self.company.announcements]
        channel, owner = self.company.channels[0].name, self.company.owner.email
        await self.dispatcher.announce(said, owner=owner, channel=channel, by=self.announcer())
        await self.settle()

    async def before_stopping(self) -> None:
        """Drain and close the platform."""
        if self._connected is not None:
            await self._connected.drain()
            await self._connected.close()

    def moment(self) -> None:
        """Do what is due now, and what is only throttled."""
        self.run(self.settle())

    def move(self, how: Move) -> None:
        """Go from one due instant to the next up to the target, and on until nothing is throttled."""
        self.run(self._move(how))

    async def settle(self) -> None:
        """Do what is due by now, however long it is throttled."""
        until = self.company.clock()
        for _ in range(MOST_STEPS):
            await self.worker.tick()
            due = await self.worker.next_due()
            if due is None or due > until:
                return
            self.company.clock.move_to(self.company.clock() + THROTTLED)
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
