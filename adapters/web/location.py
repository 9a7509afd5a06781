"""Where a person is when they press something, and the addresses of the pages.

A location is passed in the query of a link as words, never as an address, so that no link can lead out of the pages.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote, urlencode

from bot.interface.intents import Intent

HOME = "home"
INBOX = "inbox"
CHANNEL = "channel"
_NUMBER = re.compile(r"[1-9][0-9]{0,5}", re.ASCII)
_REF = re.compile(r"[0-9A-Za-z-]{1,64}")


@dataclass(frozen=True)
class Location:
    """A person's home, inbox or channel; `at` is the ref of the card that was pressed, or empty.

    `number` is which page of its messages, from 1; the newest are on the first.
    """

    user: str
    channel_id: str = HOME
    channel: str = ""
    at: str = ""
    number: int = 1

    @property
    def path(self) -> str:
        """The address of the page, with the card that was pressed as its fragment."""
        turned = f"{self.page}?page={self.number}" if self.number > 1 else self.page
        return f"{turned}#message-{self.at}" if self.at else turned

    @property
    def page(self) -> str:
        """The address of the page alone."""
        channel_id = {HOME: "/", INBOX: "/inbox", CHANNEL: f"/channel/{_quoted(self.channel)}"}[self.channel_id]
        return f"/as/{_quoted(self.user)}{channel_id}"

    def opening(self, intent: Intent) -> str:
        """The address that opens a form or a private view from here."""
        return self._address("open", intent)

    def sending(self, intent: Intent) -> str:
        """The address that a form or a button is sent to from here."""
        return self._address("send", intent)

    def seen_by(self, user: str) -> Location:
        """The same kind of place as another person sees it."""
        return Location(user, self.channel_id, self.channel)

    def at_card(self, ref: str) -> Location:
        """The same place, at one card."""
        return replace(self, at=ref)

    def turned_to(self, number: int) -> Location:
        """The same place, at another page of its messages."""
        return replace(self, number=number, at="")

    def _address(self, verb: str, intent: Intent) -> str:
        return f"/as/{_quoted(self.user)}/{verb}/{quote(intent.to_text(), safe=':.')}{self._query()}"

    def _query(self) -> str:
        number = str(self.number) if self.number > 1 else ""
        pairs = {"from": self.channel_id, "channel": self.channel, "at": self.at, "page": number}
        kept = {name: value for name, value in pairs.items() if value and value != HOME}
        return f"?{urlencode(kept)}" if kept else ""


def location_in(query: Mapping[str, str], user: str, channels: frozenset[str]) -> Location:
    """The location that a query names; the person's home for one that names no place, or none of their `channels`."""
    channel_id, channel, at = query.get("from", HOME), query.get("channel", ""), query.get("at", "")
    at = at if _REF.fullmatch(at) else ""
    if channel_id == INBOX:
        return Location(user, INBOX, at=at, number=number_in(query))
    if channel_id == CHANNEL and channel in channels:
        return Location(user, CHANNEL, channel, at, number_in(query))
    return Location(user, HOME)


def number_in(query: Mapping[str, str]) -> int:
    """The page of messages that a query names; the first for one that names none."""
    given = query.get("page", "")
    return int(given) if _NUMBER.fullmatch(given) else 1


def _quoted(text: str) -> str:
    return quote(text, safe="")
