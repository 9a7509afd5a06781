"""Sends messages to the pages.

Nothing is copied: a page asks the dispatcher for the messages of its place, so a message has arrived as soon as it is
recorded as sent. Every call here can therefore be repeated, also after a crash.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from adapters.web.sandbox import PLATFORM, Sandbox
from bot.dispatcher import Dispatcher
from bot.interface.ports import Absent, ChatPlatform, Finding, Found, Message, Never, Outcome, Pace, Place, Sent


class WebPlatform(ChatPlatform):
    """The pages as a chat platform; refs are the ids of deliveries."""

    def __init__(self, dispatcher: Dispatcher, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self._dispatcher = dispatcher
        self._collecting: list[dict[UUID, Place]] = []

    @property
    def name(self) -> str:
        """The platform's name, as in `Place.platform`."""
        return PLATFORM

    @property
    def pace(self) -> Pace:
        """Pages take any number at once."""
        return Pace()

    async def send(self, message: Message) -> Outcome:
        """Take it; the same delivery twice is the same message."""
        if not self.sandbox.knows(message.place):
            return Never("no such place in the sandbox")
        for arrived in self._collecting:
            arrived[message.delivery] = message.place
        return Sent(str(message.delivery))

    async def update(self, message: Message, ref: str) -> Outcome:
        """Nothing to do: the page always draws the newest card."""
        return self._known(message, ref)

    async def withdraw(self, message: Message, ref: str) -> Outcome:
        """Nothing to do: the page shows only what the dispatcher lists."""
        return self._known(message, ref)

    async def find(self, message: Message) -> Finding:
        """Ask the dispatcher, whose messages the pages draw."""
        ref = await self._dispatcher.arrived_as(message.delivery, message.place)
        return Absent() if ref is None else Found(ref)

    @contextmanager
    def watching(self) -> Iterator[dict[UUID, Place]]:
        """Collect what is sent until the block ends: the place of each delivery."""
        arrived: dict[UUID, Place] = {}
        self._collecting.append(arrived)
        try:
            yield arrived
        finally:
            # By identity: two that collected the same are equal.
            self._collecting = [each for each in self._collecting if each is not arrived]

    def _known(self, message: Message, ref: str) -> Outcome:
        return Sent(ref) if self.sandbox.knows(message.place) else Never("no such place in the sandbox")
