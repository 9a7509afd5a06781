"""Call the dispatcher for Teams. A person it does not know is looked up alone, and the call is made again."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from adapters.teams.activity import PLATFORM, IncomingActivity
from adapters.teams.api.faults import TeamsApiError
from adapters.teams.api.members import MEMBER_ROLES
from adapters.teams.api.rosters import TeamsRosters
from bot.dispatcher import Dispatcher
from bot.interface.actor import Actor
from bot.interface.answers import Answers
from bot.interface.intents import Intent
from bot.interface.parts import Card, Form, Screen
from bot.interface.unavailable import Unavailable
from bot.people.people import Member, UnknownPerson
from bot.screens.notice.not_met import not_met_card

log = logging.getLogger(__name__)

Found = TypeVar("Found")


class TeamsDispatcher:
    """The dispatcher's methods, for the sender of an activity. They raise `Unavailable`."""

    def __init__(self, dispatcher: Dispatcher, rosters: TeamsRosters) -> None:
        self.dispatcher = dispatcher
        self._rosters = rosters

    async def home(self, activity: IncomingActivity) -> Card:
        """Return the home of this person. For someone on no roster, the card says so."""
        found = await self._recognised(activity, lambda newcomer: self.dispatcher.home(actor(activity), newcomer))
        return found or not_met_card()

    async def open(self, intent: Intent, activity: IncomingActivity, answers: Answers | None = None) -> Screen:
        """Return what an intent opens. `answers` prefill a form."""
        found = await self._recognised(
            activity, lambda newcomer: self.dispatcher.open(intent, actor(activity), answers, newcomer)
        )
        return found or not_met_card()

    async def submit(self, intent: Intent, answers: Answers, activity: IncomingActivity, nonce: str = "") -> Screen:
        """Submit a form or a button, and return the screen that follows."""
        found = await self._submitted(intent, answers, activity, nonce)
        met = await self._meet_picked(found, answers, activity) if isinstance(found, Form) else {}
        if met:
            found = await self._submitted(intent, {**answers, **met}, activity, nonce)
        return found or not_met_card()

    async def _submitted(
        self, intent: Intent, answers: Answers, activity: IncomingActivity, nonce: str
    ) -> Screen | None:
        return await self._recognised(
            activity, lambda newcomer: self.dispatcher.submit(intent, answers, actor(activity), nonce, newcomer)
        )

    async def _meet_picked(self, refused: Form, answers: Answers, activity: IncomingActivity) -> Answers:
        """Meet people who were picked from the directory and are on no roster yet; give the answers that name them."""
        picked = f"{PLATFORM}/{activity.tenant}/"
        asked = {name: given[0] for name, given in answers.items() if name in refused.problems and given}
        met: dict[str, tuple[str, ...]] = {}
        for name, given in asked.items():
            if given.startswith(picked):
                user = await self._rosters.meet_picked(given.removeprefix(picked))
                met |= {name: (picked + user,)} if user else {}
        return met

    async def typed(self, activity: IncomingActivity) -> Card:
        """Return the answer to someone who typed something. What they typed is not passed on."""
        found = await self._recognised(activity, lambda newcomer: self.dispatcher.typed(actor(activity), newcomer))
        return found or not_met_card()

    async def reacted(self, activity: IncomingActivity) -> Card | None:
        """Return the answer to someone who reacted to a message, if any. Unknown people are not looked up."""
        try:
            return await self.dispatcher.reacted(actor(activity), activity.card)
        except UnknownPerson:
            return None

    async def _recognised(
        self, activity: IncomingActivity, call: Callable[[Member | None], Awaitable[Found]]
    ) -> Found | None:
        """Call; someone on no roster is looked up alone first. None if they are in no channel.

        Raises `Unavailable`, also if Teams cannot tell now who they are.
        """
        try:
            return await call(None)
        except UnknownPerson:
            pass
        try:
            newcomer = await self._rosters.newcomer(activity)
        except TeamsApiError as fault:
            log.warning("a Teams member could not be looked up: %s", fault)
            raise Unavailable("Teams could not say who a new member is.") from None
        try:
            return await call(newcomer) if newcomer is not None else None
        except UnknownPerson:
            return None


def actor(activity: IncomingActivity) -> Actor:
    """Return the sender of an activity, and where they are."""
    sender = activity.raw.get("from")
    role = sender.get("userRole") if isinstance(sender, dict) else None
    # Most activities say no role. Then only the roster says who is a member.
    guest = role not in (None, "", *MEMBER_ROLES)
    return Actor(PLATFORM, activity.tenant, activity.person, activity.channel, guest=guest)
