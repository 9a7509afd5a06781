"""The in-memory platform as a stage: the company in one channel, with nothing between people and the dispatcher."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any

import pytest

from bot.interface.actor import Actor
from bot.people.people import Roster
from storage import Database
from tests.memory.platform import NAME, WORKSPACE, MemoryPlatform
from tests.memory.window import MemoryWindow
from tests.stories.chat import Chat
from tests.stories.platforms import Platform
from tests.stories.stage import Stage, opened_again


class InMemory(Chat):
    """The company on the in-memory platform."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.platform: MemoryPlatform = MemoryPlatform(self.dispatcher, self._roster, self.company.clock)

    def remembered(self) -> Mapping[str, Any]:
        """The messages that were posted."""
        return self.platform.remembered()

    def remember(self, known: Mapping[str, Any]) -> None:
        """The same messages."""
        self.platform.remember(known)

    async def connect(self) -> MemoryPlatform:
        """The platform, which needs no routes."""
        return self.platform

    async def enrol(self) -> None:
        """Read the roster of the channel."""
        await self.platform.daily()

    def left(self, user: str) -> None:
        """The next daily roster does not list them."""
        self.run(self.platform.daily())

    def announcer(self) -> Actor:
        """The admin."""
        return Actor(NAME, WORKSPACE, self.company.admin.user)

    def look_in(self, name: str) -> MemoryWindow:
        """What the person of that name has before them."""
        return MemoryWindow(self, next(each for each in self.company.people if each.name == name))

    def _roster(self) -> Roster:
        (roster,) = self.company.rosters
        return roster


def open_stage(request: pytest.FixtureRequest, url: str, stack: ExitStack) -> Stage:
    """The company on the in-memory platform, over a database that has its tables."""
    return stack.enter_context(opened_again(url, InMemory))


PLATFORM = Platform(NAME, {NAME: open_stage})
