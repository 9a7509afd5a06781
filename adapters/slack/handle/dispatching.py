"""Call the dispatcher for Slack. For a person it does not know, read the rosters first and then try again."""

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
    """An unknown person asked, and their roster was not read in time. Reading goes on, so they can try again."""


class SlackDispatcher:
    """The dispatcher's methods, for people in Slack.

    They raise `Unavailable`, and `RosterTooSlow` if it is not yet clear who an unknown person is.
    """

    def __init__(self, dispatcher: Dispatcher, rosters: SlackRosters) -> None:
        self._dispatcher = dispatcher
        self._rosters = rosters

    async def home(self, actor: Actor) -> Card:
        """Return the home of this person. For someone on no roster, the card says so."""
        found = await self._with_roster(actor, lambda: self._dispatcher.home(actor))
        return found or not_met_card()

    async def open(self, intent: Intent, actor: Actor, answers: Answers | None = None) -> Screen:
        """Return what an intent opens. `answers` prefill a form."""
        found = await self._with_roster(actor, lambda: self._dispatcher.open(intent, actor, answers))
        return found or not_met_card()

    async def submit(self, intent: Intent, answers: Answers, actor: Actor, nonce: str = "") -> Screen:
        """Submit a form or a button, and return the screen that follows."""
        found = await self._with_roster(actor, lambda: self._dispatcher.submit(intent, answers, actor, nonce))
        return found or not_met_card()

    async def download(self, intent: DownloadCsv, actor: Actor) -> Download | None:
        """Return a file; None if there is none for this person."""
        return await self._with_roster(actor, lambda: self._dispatcher.download(intent, actor))

    async def typed(self, actor: Actor) -> Card:
        """Return the answer to someone who typed something. What they typed is not passed on."""
        found = await self._with_roster(actor, lambda: self._dispatcher.typed(actor))
        return found or not_met_card()

    async def card(self, policy: UUID, actor: Actor) -> Card | None:
        """Return a policy's card for a link that this person posted; None if there is none, or they may not read it."""
        return await self._dispatcher.card(policy, actor)

    async def reacted(self, actor: Actor, ref: str) -> Card | None:
        """Return the answer to someone who reacted to a message, if any. Unknown people are not looked up."""
        try:
            return await self._dispatcher.reacted(actor, ref)
        except UnknownPerson:
            return None

    async def _with_roster(self, actor: Actor, call: Callable[[], Awaitable[Found]]) -> Found | None:
        try:
            return await call()
        except UnknownPerson:
            if not await self._rosters.meet(actor):
                raise RosterTooSlow from None
        try:
            return await call()
        except UnknownPerson:
            return None
