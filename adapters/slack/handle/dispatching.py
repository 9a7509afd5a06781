"""The desk, as it is asked from Slack: whoever it does not know is looked for on the rosters, and asked for again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar
from uuid import UUID

from adapters.slack.api.rosters import SlackRosters
from bot.digests.csv_export import Download
from bot.dispatcher import Dispatcher
from bot.interface.actor import Actor
from bot.interface.answers import Answers
from bot.interface.intents import DownloadCsv, Intent
from bot.interface.parts import Card, Screen
from bot.people.people import UnknownPerson
from bot.screens.notice.not_met import not_met_card

Found = TypeVar("Found")


class RosterTooSlow(Exception):
    """Somebody unknown asked, and the roster was not read in time. It is being read: they can ask again."""


class SlackDispatcher:
    """The desk's doors.

    Each raises `Unavailable`, and `RosterTooSlow` where somebody unknown cannot be told apart yet.
    """

    def __init__(self, dispatcher: Dispatcher, rosters: SlackRosters) -> None:
        self._dispatcher = dispatcher
        self._rosters = rosters

    async def home(self, actor: Actor) -> Card:
        """What concerns this person; for somebody on no roster, that they are on none."""
        found = await self._asked(actor, lambda: self._dispatcher.home(actor))
        return found or not_met_card()

    async def open(self, intent: Intent, actor: Actor, answers: Answers | None = None) -> Screen:
        """What a button opens."""
        found = await self._asked(actor, lambda: self._dispatcher.open(intent, actor, answers))
        return found or not_met_card()

    async def submit(self, intent: Intent, answers: Answers, actor: Actor, nonce: str = "") -> Screen:
        """What a form or a button leads to."""
        found = await self._asked(actor, lambda: self._dispatcher.submit(intent, answers, actor, nonce))
        return found or not_met_card()

    async def download(self, intent: DownloadCsv, actor: Actor) -> Download | None:
        """The file that was asked for; None where there is none for them."""
        return await self._asked(actor, lambda: self._dispatcher.download(intent, actor))

    async def typed(self, actor: Actor) -> Card:
        """What is said to somebody who typed. What they typed is not given here."""
        found = await self._asked(actor, lambda: self._dispatcher.typed(actor))
        return found or not_met_card()

    async def card(self, policy: UUID) -> Card | None:
        """A policy's card as everyone sees it; None when there is no such policy."""
        return await self._dispatcher.card(policy)

    async def reacted(self, actor: Actor, ref: str) -> Card | None:
        """What is said to somebody who reacted; nobody is looked for because of it."""
        try:
            return await self._dispatcher.reacted(actor, ref)
        except UnknownPerson:
            return None

    async def _asked(self, actor: Actor, door: Callable[[], Awaitable[Found]]) -> Found | None:
        try:
            return await door()
        except UnknownPerson:
            if not await self._rosters.meet(actor):
                raise RosterTooSlow from None
        try:
            return await door()
        except UnknownPerson:
            return None
