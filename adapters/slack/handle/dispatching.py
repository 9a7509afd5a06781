"""The desk, as it is asked from Slack: whoever it does not know is looked for on the rosters, and asked for again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar
from uuid import UUID

from adapters.slack.api.rosters import Rosters
from bot.digests.csv_export import Download
from bot.dispatcher import Desk
from bot.interface.actor import Who
from bot.interface.intents import DownloadCsv, Intent
from bot.interface.parts import Card, Screen
from bot.people.people import UnknownPerson
from bot.screens.notice.not_met import not_met_card
from bot.unit_of_work.form_input import Answers

Found = TypeVar("Found")


class TooLate(Exception):
    """Somebody unknown asked, and the roster was not read in time. It is being read: they can ask again."""


class Doorway:
    """The desk's doors. Each raises `Unavailable`, and `TooLate` where somebody unknown cannot be told apart yet."""

    def __init__(self, desk: Desk, rosters: Rosters) -> None:
        self._desk = desk
        self._rosters = rosters

    async def home(self, who: Who) -> Card:
        """What concerns this person; for somebody on no roster, that they are on none."""
        found = await self._asked(who, lambda: self._desk.home(who))
        return found or not_met_card()

    async def follow(self, intent: Intent, who: Who, answers: Answers | None = None) -> Screen:
        """What a button opens."""
        found = await self._asked(who, lambda: self._desk.follow(intent, who, answers))
        return found or not_met_card()

    async def submit(self, intent: Intent, answers: Answers, who: Who, nonce: str = "") -> Screen:
        """What a form or a button leads to."""
        found = await self._asked(who, lambda: self._desk.submit(intent, answers, who, nonce))
        return found or not_met_card()

    async def download(self, intent: DownloadCsv, who: Who) -> Download | None:
        """The file that was asked for; None where there is none for them."""
        return await self._asked(who, lambda: self._desk.download(intent, who))

    async def typed(self, who: Who) -> Card:
        """What is said to somebody who typed. What they typed is not given here."""
        found = await self._asked(who, lambda: self._desk.typed(who))
        return found or not_met_card()

    async def card(self, policy: UUID) -> Card | None:
        """A policy's card as everyone sees it; None when there is no such policy."""
        return await self._desk.card(policy)

    async def reacted(self, who: Who, ref: str) -> Card | None:
        """What is said to somebody who reacted; nobody is looked for because of it."""
        try:
            return await self._desk.reacted(who, ref)
        except UnknownPerson:
            return None

    async def _asked(self, who: Who, door: Callable[[], Awaitable[Found]]) -> Found | None:
        try:
            return await door()
        except UnknownPerson:
            if not await self._rosters.meet(who):
                raise TooLate from None
        try:
            return await door()
        except UnknownPerson:
            return None
