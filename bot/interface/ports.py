"""The port: all that a chat platform gives. An adapter implements `ChatPlatform`, and `bot/cli` connects it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
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
    """One attempt of a delivery: its id, where it goes, its card, and the ref of the message it goes under, if any.

    No attempt was made before `since`, aware UTC; None where that is not known.
    """

    delivery: UUID
    place: Place
    card: Card
    under: str | None = None
    attempt: int = 1
    since: datetime | None = None


@dataclass(frozen=True)
class Sent:
    """The message arrived; `ref` is the platform's own id of it."""

    ref: str


@dataclass(frozen=True)
class NotSent:
    """The message certainly did not arrive: refused for now, or never reached. `wait` is the platform's Retry-After.

    It is read by `bot.interface.retry_after`, which bounds it; `asked` is what the platform asked for, if longer.
    """

    reason: str
    wait: timedelta | None = None
    asked: timedelta | None = None


NOT_INSTALLED = "not installed for this person"
"""Why an account takes no messages, on platforms where the app must be installed for each person."""
IN_NO_PLACE = "in no place that has the app"
"""The same, known from the rosters of all places that have the app, before anything was sent."""
BLOCKED = "this person has blocked or removed the app"
"""Why an account takes no messages: the person does not want any."""
CLOSED = "the account was closed"
"""Why an account takes no messages: the platform says that it was closed, before any roster said so."""
NO_ACCESS = "the app may not write in this workspace"
"""Why no account of a workspace or tenant takes messages: the app was removed from it, or lost a permission."""
REFUSED = "this account takes no messages"
"""Why an account takes no messages, where the platform says no more than that."""
TAKES_NOTHING = frozenset({NOT_INSTALLED, BLOCKED, CLOSED, NO_ACCESS, REFUSED})
"""All reasons for which an account takes no messages, whatever the message."""


REACTIONS = "reactions"
"""What a workspace can leave out when it allows the app: to be told of reactions."""


@dataclass(frozen=True)
class Never:
    """The message did not and will not arrive there: an admin must be told, unless it can go to another account.

    `account` is one of `TAKES_NOTHING` where no other message would arrive in that account either, and `reason` says
    more than that. Where the cause is the message, or the place is a channel, it is empty.
    """

    reason: str
    account: str = ""

    @property
    def account_ended(self) -> str:
        """Why the account takes no messages at all, one of `TAKES_NOTHING`; empty if it may take others."""
        return self.account or (self.reason if self.reason in TAKES_NOTHING else "")


@dataclass(frozen=True)
class Unknown:
    """It is not known whether the message arrived: a time-out, a 5xx, a reset. It is looked up before a retry."""

    reason: str


@dataclass(frozen=True)
class Gone:
    """The message `ref`, which was to be changed, withdrawn or replied to, does not exist. All else there is well.

    It is asked about once more before it is believed. `stray` is the id of a reply that was posted without it, and so
    stands elsewhere; empty if nothing was posted.
    """

    ref: str
    reason: str
    stray: str = ""


Outcome = Sent | NotSent | Never | Unknown | Gone


@dataclass(frozen=True)
class Found:
    """The platform has the message, as `ref`."""

    ref: str


@dataclass(frozen=True)
class Absent:
    """The platform certainly does not have the message."""


@dataclass(frozen=True)
class CannotTell:
    """The platform cannot look a message up or, with `for_now`, cannot do so at the moment.

    If it never can, the message is sent once more after a while, and an older copy is withdrawn should it turn up
    (`Dispatcher.seen`). With `for_now` the platform is asked again until it can tell.
    """

    for_now: bool = False


Finding = Found | Absent | CannotTell


@dataclass(frozen=True)
class Pace:
    """How fast a platform takes messages: the least time between two in one place, and between two in one workspace."""

    place: timedelta = timedelta(0)
    tenant: timedelta = timedelta(0)


@dataclass(frozen=True)
class Health:
    """Whether a platform is well, and how it is in a few words of our own that name nobody and no place."""

    ok: bool
    text: str


class ChatPlatform(Protocol):
    """A chat platform as the rest of the program knows it.

    An adapter inherits it. The abstract methods must be given; the others do what a platform does that opens no
    connection, keeps no roster of its own and receives nothing but HTTP requests.

    Reasons are words of our own or the vendor's error codes, never message text.
    """

    @property
    @abstractmethod
    def name(self) -> str:
        """The platform's name, as in `Place.platform` and `bot.interface.platforms`."""

    @property
    @abstractmethod
    def pace(self) -> Pace:
        """How fast it takes messages from all processes together."""

    @abstractmethod
    async def send(self, message: Message) -> Outcome:
        """Post `message` as a new one, under the message of the ref `message.under` if there is one."""

    @abstractmethod
    async def update(self, message: Message, ref: str) -> Outcome:
        """Replace the message `ref` by `message.card`."""

    @abstractmethod
    async def withdraw(self, message: Message, ref: str) -> Outcome:
        """Remove the message `ref`."""

    @abstractmethod
    async def find(self, message: Message) -> Finding:
        """Look for an earlier attempt of this delivery whose outcome is unknown."""

    async def start(self) -> None:
        """Open what it needs to receive and to send. What cannot be opened yet raises nothing, and is tried again."""
        return  # nothing to open

    def health(self) -> Health:
        """How it is now, from memory: it asks no vendor."""
        return Health(ok=True, text="ready")

    def refusals(self) -> Mapping[str, int]:
        """How many requests this process has refused, by reason: a few words of our own. Taken ones are not counted."""
        return {}  # it receives none

    async def daily(self) -> None:
        """Read the rosters of all connected channels again. Raises `Unavailable`."""
        return  # no rosters to read

    async def drain(self) -> None:
        """Stop receiving by ways of its own, such as a socket, and let what is under way end within a few seconds."""
        return  # requests are drained by the server

    async def close(self) -> None:
        """Close what `start` opened; nothing is under way any more."""
        return  # nothing to close
