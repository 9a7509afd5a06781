"""The desk, as it is asked from Teams: whoever it does not know is looked for on the rosters, and asked for again."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from adapters.teams.activity import PLATFORM, IncomingActivity
from adapters.teams.api.faults import TeamsApiError
from adapters.teams.api.rosters import TeamsRosters
from bot.dispatcher import Dispatcher
from bot.interface.actor import Actor
from bot.interface.answers import Answers
from bot.interface.intents import DownloadCsv, Intent
from bot.interface.parts import Card, Screen
from bot.people.people import UnknownPerson
from bot.screens.notice.not_met import not_met_card
from bot.screens.notice.not_on_this_platform import not_on_this_platform_form

log = logging.getLogger(__name__)

CALLED = "Teams"
FULL = frozenset({"", "user", "owner"})
"""The roles of full members; a guest's and a stranger's have names of their own."""
Found = TypeVar("Found")


class TeamsDispatcher:
    """The desk's doors, for whoever an activity is from. Each raises `Unavailable`."""

    def __init__(self, dispatcher: Dispatcher, rosters: TeamsRosters) -> None:
        self.dispatcher = dispatcher
        self._rosters = rosters

    async def home(self, activity: IncomingActivity) -> Card:
        """What concerns this person; for somebody on no roster, that they are on none."""
        found = await self._asked(activity, lambda: self.dispatcher.home(actor(activity)))
        return found or not_met_card()

    async def open(self, intent: Intent, activity: IncomingActivity, answers: Answers | None = None) -> Screen:
        """What a button opens; `answers` are what a form begins with."""
        if isinstance(intent, DownloadCsv):
            return not_on_this_platform_form("Download CSV", CALLED)
        found = await self._asked(activity, lambda: self.dispatcher.open(intent, actor(activity), answers))
        return found or not_met_card()

    async def submit(self, intent: Intent, answers: Answers, activity: IncomingActivity, nonce: str = "") -> Screen:
        """What a form or a button leads to."""
        found = await self._asked(activity, lambda: self.dispatcher.submit(intent, answers, actor(activity), nonce))
        return found or not_met_card()

    async def typed(self, activity: IncomingActivity) -> Card:
        """What is said to somebody who typed. What they typed is not given here."""
        found = await self._asked(activity, lambda: self.dispatcher.typed(actor(activity)))
        return found or not_met_card()

    async def reacted(self, activity: IncomingActivity) -> Card | None:
        """What is said to somebody who reacted to a message; nobody is looked for because of it."""
        try:
            return await self.dispatcher.reacted(actor(activity), activity.card)
        except UnknownPerson:
            return None

    async def _asked(self, activity: IncomingActivity, door: Callable[[], Awaitable[Found]]) -> Found | None:
        try:
            return await door()
        except UnknownPerson:
            try:
                await self._rosters.bring(activity)
            except TeamsApiError as fault:
                log.warning("a roster of Teams could not be read: %s", fault)
        try:
            return await door()
        except UnknownPerson:
            return None


def actor(activity: IncomingActivity) -> Actor:
    """Who an activity is from, and where they are."""
    sender = activity.raw.get("from")
    role = sender.get("userRole", "") if isinstance(sender, dict) else ""
    return Actor(PLATFORM, activity.tenant, activity.person, activity.channel, guest=role not in FULL)
