"""The pages as a place that messages go to.

Nothing is copied: a page asks the desk what stands in its place, so a message has arrived as soon as the desk
holds it as sent. That makes every step here the same when it is tried again, after a crash as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from adapters.web.sandbox import PLATFORM, Sandbox
from bot.dispatcher import Dispatcher
from bot.interface.ports import Absent, Finding, Found, Message, Never, Outcome, Pace, Place, Sent


class WebPlatform:
    """`bot.interface.ports.ChatPlatform` for the pages; refs are the ids of deliveries."""

    def __init__(self, dispatcher: Dispatcher, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self._dispatcher = dispatcher
        self._watchers: list[dict[UUID, Place]] = []

    @property
    def name(self) -> str:
        """The platform's name, as in `Place.platform`."""
        return PLATFORM

    @property
    def pace(self) -> Pace:
        """Pages take any number at once."""
        return Pace()

    async def send(self, message: Message) -> Outcome:
        """Let it stand in its place; the same delivery twice is the same message."""
        if not self.sandbox.knows(message.place):
            return Never("no such place in the sandbox")
        for arrived in self._watchers:
            arrived[message.delivery] = message.place
        return Sent(str(message.delivery))

    async def update(self, message: Message, ref: str) -> Outcome:
        """The page draws the card anew by itself."""
        return self._stands(message, ref)

    async def withdraw(self, message: Message, ref: str) -> Outcome:
        """The page shows only what the desk says stands."""
        return self._stands(message, ref)

    async def find(self, message: Message) -> Finding:
        """Whether the desk says that it stands in its place."""
        for posted_messages in await self._dispatcher.posted_messages(message.place):
            if posted_messages.delivery == message.delivery:
                return Found(posted_messages.ref)
        return Absent()

    @contextmanager
    def watching(self) -> Iterator[dict[UUID, Place]]:
        """Gives a dictionary that fills, until the block ends, with what is sent and where to."""
        arrived: dict[UUID, Place] = {}
        self._watchers.append(arrived)
        try:
            yield arrived
        finally:
            # By identity: two watchers that saw the same are equal.
            self._watchers = [each for each in self._watchers if each is not arrived]

    def _stands(self, message: Message, ref: str) -> Outcome:
        return Sent(ref) if self.sandbox.knows(message.place) else Never("no such place in the sandbox")
