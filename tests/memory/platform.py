"""The platform: messages in a dictionary, and the roster that a story's company gives."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count
from typing import Any
from uuid import UUID

from bot.dispatcher import Dispatcher
from bot.interface.parts import Card
from bot.interface.ports import Absent, ChatPlatform, Finding, Found, Health, Message, Never, Outcome, Pace, Place, Sent
from bot.people.people import Roster

NAME = "memory"
WORKSPACE = "M1"
NO_MESSAGE = "message_not_found"


@dataclass(frozen=True)
class PostedCard:
    """A message that people see: the card that it shows now, when it was posted, and the ref that it is under."""

    ref: str
    delivery: UUID
    card: Card
    at: datetime
    under: str | None


class MemoryPlatform(ChatPlatform):
    """`roster` gives everyone in the one channel, and `clock` aware UTC."""

    name = NAME
    pace = Pace()

    def __init__(self, dispatcher: Dispatcher, roster: Callable[[], Roster], clock: Callable[[], datetime]) -> None:
        self._dispatcher = dispatcher
        self._roster = roster
        self._clock = clock
        self._refs = count(1)
        self._posted: defaultdict[Place, dict[str, PostedCard]] = defaultdict(dict)
        self._open = False

    def remembered(self) -> Mapping[str, Any]:
        """What was posted, and the number of the next message."""
        return {"posted": self._posted, "next": next(self._refs)}

    def remember(self, known: Mapping[str, Any]) -> None:
        """The same messages."""
        self._posted, self._refs = known["posted"], count(known["next"] + 1)

    async def start(self) -> None:
        """Receive from now on."""
        self._open = True

    def health(self) -> Health:
        """Whether it was started, and not closed since."""
        return Health(ok=True, text="open") if self._open else Health(ok=False, text="closed")

    async def daily(self) -> None:
        """Bring the roster of the channel. Raises `Unavailable`."""
        await self._dispatcher.enrol(replace(self._roster(), platform=NAME, workspace=WORKSPACE))

    async def close(self) -> None:
        """Receive nothing more."""
        self._open = False

    async def send(self, message: Message) -> Outcome:
        """Post it. A ref to post it under must be one of the same place."""
        here = self._posted[message.place]
        if message.under is not None and message.under not in here:
            return Never(NO_MESSAGE)
        assert not any(each.delivery == message.delivery for each in here.values()), "one delivery was posted twice"
        ref = f"m{next(self._refs)}"
        here[ref] = PostedCard(ref, message.delivery, message.card, self._clock(), message.under)
        return Sent(ref)

    async def update(self, message: Message, ref: str) -> Outcome:
        """Let the message show another card."""
        here = self._posted[message.place]
        if ref not in here:
            return Never(NO_MESSAGE)
        here[ref] = replace(here[ref], card=message.card)
        return Sent(ref)

    async def withdraw(self, message: Message, ref: str) -> Outcome:
        """Remove the message."""
        return Sent(ref) if self._posted[message.place].pop(ref, None) else Never(NO_MESSAGE)

    async def find(self, message: Message) -> Finding:
        """Look a delivery up among the messages of its place."""
        found = (each.ref for each in self._posted[message.place].values() if each.delivery == message.delivery)
        ref = next(found, None)
        return Found(ref) if ref else Absent()

    def messages(self, place: Place) -> list[PostedCard]:
        """What people see in a place, oldest first."""
        return list(self._posted[place].values())
