"""One person's client: it asks the dispatcher in their name."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.dispatcher import Dispatcher
from bot.interface.actor import Actor
from bot.interface.intents import DownloadCsv, Intent
from bot.interface.parts import Card, Screen
from bot.people.people import UnknownPerson
from bot.screens.notice.not_met import not_met_card
from tests.memory.pieces import Values
from tests.memory.platform import NAME, WORKSPACE, MemoryPlatform

Found = TypeVar("Found")


class Client:
    """Gives what the dispatcher gives. When the dispatcher does not know the person, the roster is read once more.

    `channel` is the id of the channel that they are in, empty in a private place.
    """

    def __init__(self, platform: MemoryPlatform, dispatcher: Dispatcher, user: str, *, guest: bool) -> None:
        self._platform = platform
        self._dispatcher = dispatcher
        self._user = user
        self._guest = guest
        self.channel = ""

    @property
    def actor(self) -> Actor:
        """Who clicks, and in which channel, if in one."""
        return Actor(NAME, WORKSPACE, self._user, self.channel, guest=self._guest)

    async def home(self) -> Screen:
        """What concerns them."""
        return await self._asked(lambda: self._dispatcher.home(self.actor))

    async def opens(self, intent: Intent) -> Screen | str:
        """The form or view that a button names, or the text of a file that it brings."""
        if isinstance(intent, DownloadCsv):
            file = await self._dispatcher.download(intent, self.actor)
            if file is not None:
                return file.content.decode()
        return await self._asked(lambda: self._dispatcher.open(intent, self.actor))

    async def submits(self, intent: Intent, values: Values, nonce: str = "") -> Screen:
        """What a button or a filled-in form leads to. A field that was left empty has no answer."""
        answers = {name: tuple(each for each in given if each) for name, given in values.items()}
        return await self._asked(lambda: self._dispatcher.submit(intent, answers, self.actor, nonce))

    async def _asked(self, ask: Callable[[], Awaitable[Found]]) -> Found | Card:
        try:
            return await ask()
        except UnknownPerson:
            await self._platform.daily()
        try:
            return await ask()
        except UnknownPerson:
            return not_met_card()
