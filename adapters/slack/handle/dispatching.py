"""Call the dispatcher for Slack. A person it does not know is looked up alone, and the call is made again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar
from uuid import UUID

from adapters.slack.api.newcomers import SlackNewcomers
from bot.digests.csv_export import Download
from bot.dispatcher import Dispatcher
from bot.interface.actor import Actor
from bot.interface.answers import Answers
from bot.interface.intents import DownloadCsv, Intent
from bot.interface.parts import Card, Screen
from bot.people.people import Member, UnknownPerson
from bot.screens.notice.not_met import not_met_card

Found = TypeVar("Found")


class SlackDispatcher:
    """The dispatcher's methods, for people in Slack.

    They raise `Unavailable`, and `NotLookedUp` if it is not yet clear who an unknown person is.
    """

    def __init__(self, dispatcher: Dispatcher, newcomers: SlackNewcomers) -> None:
        self._dispatcher = dispatcher
        self._newcomers = newcomers

    async def home(self, actor: Actor) -> Card:
        """Return the home of this person. For someone in no channel, the card says so."""
        found = await self._recognised(actor, lambda newcomer: self._dispatcher.home(actor, newcomer))
        return found or not_met_card()

    async def open(self, intent: Intent, actor: Actor, answers: Answers | None = None) -> Screen:
        """Return what an intent opens. `answers` prefill a form."""
        found = await self._recognised(actor, lambda newcomer: self._dispatcher.open(intent, actor, answers, newcomer))
        return found or not_met_card()

    async def submit(self, intent: Intent, answers: Answers, actor: Actor, nonce: str = "") -> Screen:
        """Submit a form or a button, and return the screen that follows."""
        found = await self._recognised(
            actor, lambda newcomer: self._dispatcher.submit(intent, answers, actor, nonce, newcomer)
        )
        return found or not_met_card()

    async def download(self, intent: DownloadCsv, actor: Actor) -> Download | None:
        """Return a file; None if there is none for this person."""
        return await self._recognised(actor, lambda newcomer: self._dispatcher.download(intent, actor, newcomer))

    async def typed(self, actor: Actor) -> Card:
        """Return the answer to someone who typed something. What they typed is not passed on."""
        found = await self._recognised(actor, lambda newcomer: self._dispatcher.typed(actor, newcomer))
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

    async def _recognised(self, actor: Actor, call: Callable[[Member | None], Awaitable[Found]]) -> Found | None:
        """Call; someone on no roster is looked up alone first. None if they are in no channel."""
        try:
            return await call(None)
        except UnknownPerson:
            newcomer = await self._newcomers.find(actor)
        try:
            return await call(newcomer) if newcomer is not None else None
        except UnknownPerson:
            return None
