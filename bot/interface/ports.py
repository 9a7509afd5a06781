"""The port through which everything goes out: an adapter implements it, `bot/__main__.py` wires it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from bot.interface.parts import Card


@dataclass(frozen=True)
class Place:
    """Where a message goes: a channel, or a person's own messages, on one workspace or tenant of one platform.

    `address` is the platform's id of the channel or of the user; `direct` says which of the two.
    """

    platform: str
    workspace: str
    address: str
    direct: bool = False


@dataclass(frozen=True)
class Message:
    """One delivery on its way: its id, where it goes, what it says, and the card it stands under, if any.

    `since` is an instant, aware UTC, before which no try of it was made; None where nobody knows.
    """

    delivery: UUID
    place: Place
    card: Card
    under: str | None = None
    attempt: int = 1
    since: datetime | None = None


@dataclass(frozen=True)
class Sent:
    """It arrived; `ref` is the platform's own id of the message."""

    ref: str


@dataclass(frozen=True)
class NotSent:
    """It certainly did not arrive: refused for now, or never reached. `wait` is the platform's Retry-After."""

    reason: str
    wait: timedelta | None = None


NOT_INSTALLED = "not installed for this person"
"""Why nothing can be sent to somebody, on platforms where the app must be installed for each person."""
IN_NO_PLACE = "in no place that has the app"
"""The same, known from the rosters of all places in which the app is, before anything was sent."""
BLOCKED = "this person has blocked or removed the app"
"""Why nothing can be sent to somebody who did not want it."""
TAKES_NOTHING = frozenset({NOT_INSTALLED, BLOCKED})
"""Reasons of `Never` that are about who a message is for: any other one would not arrive either."""


@dataclass(frozen=True)
class Never:
    """It did not and will not arrive: an admin must be told."""

    reason: str


@dataclass(frozen=True)
class Unknown:
    """Nobody can say: a time-out, a 5xx, a reset. It is looked up before it is tried again."""

    reason: str


Outcome = Sent | NotSent | Never | Unknown


@dataclass(frozen=True)
class Found:
    """The message stands on the platform, as `ref`."""

    ref: str


@dataclass(frozen=True)
class Absent:
    """The message certainly does not stand on the platform."""


@dataclass(frozen=True)
class CannotTell:
    """The platform has no way to say or, with `for_now`, has one that cannot be used at the moment.

    Without a way, the message is sent once more after a while, and an older copy is withdrawn should it turn up
    (`Dispatcher.seen`). With one, it is asked again until it can say.
    """

    for_now: bool = False


Finding = Found | Absent | CannotTell


@dataclass(frozen=True)
class Pace:
    """How fast a platform takes messages: the least time between two to one place, and between two to one workspace."""

    place: timedelta = timedelta(0)
    tenant: timedelta = timedelta(0)


class ChatPlatform(Protocol):
    """A place that people read. Reasons are words of our own or of the vendor's error codes, never message text."""

    @property
    def name(self) -> str:
        """The platform's name, as in `Place.platform`: "slack", "teams", "web"."""
        ...

    @property
    def pace(self) -> Pace:
        """How fast it takes messages, over all processes."""
        ...

    async def send(self, message: Message) -> Outcome:
        """Post `message` as a new one, under the card `message.under` where that is given."""
        ...

    async def update(self, message: Message, ref: str) -> Outcome:
        """Replace the message `ref` by `message.card`."""
        ...

    async def withdraw(self, message: Message, ref: str) -> Outcome:
        """Remove the message `ref`."""
        ...

    async def find(self, message: Message) -> Finding:
        """Look for an earlier try of this delivery whose outcome is unknown."""
        ...
