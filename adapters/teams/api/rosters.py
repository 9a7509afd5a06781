"""Rosters: everybody in a channel, whole, as Teams tells of them."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from adapters.teams.activity import PLATFORM, IncomingActivity
from adapters.teams.api.connector import Connector
from adapters.teams.api.conversations import Conversations
from adapters.teams.api.faults import TeamsApiError
from adapters.teams.api.outcomes import is_gone
from adapters.teams.api.single_flight import SingleFlight
from bot.dispatcher import Dispatcher
from bot.interface.clock import Clock
from bot.interface.ports import Place
from bot.people.connections import Connections, Conversing
from bot.people.people import Member, Roster

log = logging.getLogger(__name__)

MINUTE = timedelta(minutes=1)
MOST_A_MINUTE = 6
"""Rosters of one channel that unknown people may cause to be read, and each of them one: reading it costs Teams."""
DIRECTORY_ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
GUEST_ACCOUNT = "#EXT#"


class TeamsRosters:
    """Brings rosters to the desk."""

    def __init__(
        self,
        dispatcher: Dispatcher,
        connections: Connections,
        conversations: Conversations,
        connector: Connector,
        tenant: str,
        clock: Clock,
    ) -> None:
        self._dispatcher = dispatcher
        self._connections = connections
        self._conversations = conversations
        self._connector = connector
        self._tenant = tenant
        self._clock = clock
        self._asked: dict[tuple[Place, str], datetime] = {}
        self._flights: dict[Place, SingleFlight[Roster]] = {}
        self._all = SingleFlight(self.bring_all)

    async def connect(self, activity: IncomingActivity) -> None:
        """Connect the channel that an activity came from. Raises `TeamsApiError` and `Unavailable`."""
        await self._bring(await self._conversations.connect(activity), _called(activity))

    async def bring(self, activity: IncomingActivity) -> None:
        """Bring the roster of where somebody unknown clicked: of that channel, or from a chat of every connected one.

        From a chat it is enough to have found the person. Nobody causes a roster to be read more than once a minute;
        whoever asks while it is being read waits for it. Raises `TeamsApiError` and `Unavailable`.
        """
        connected = await self._connections.channels(PLATFORM)
        here = Place(PLATFORM, self._tenant, activity.channel)
        for place in [each for each in connected if activity.personal or each == here]:
            if self._may_ask(place, activity.person):
                roster = await self._bring(place, _called(activity) if place == here else "")
                if any(each.user == activity.person for each in roster.members):
                    return

    async def meet(self, activity: IncomingActivity) -> None:
        """Make known whoever has the bot for themselves, in whose chat it is. Raises `TeamsApiError` and `Unavailable`.

        Not to be called because of a click: whoever flags is known from a channel, or asks to be.
        """
        found = await self._connector.members(Conversing(activity.conversation, activity.service))
        members = tuple(member(each, self._tenant) for each in found)
        await self._dispatcher.enrol(
            Roster(PLATFORM, self._tenant, "", "", tuple(each for each in members if each.user))
        )

    async def bring_all(self) -> None:
        """Bring the roster of every connected channel; one that cannot be had does not cost the others.

        If all could be read, whoever is on none of them, and has no chat with the bot, cannot be written to from now
        on: Teams lets an app write to those alone for whom, or in whose team, it is installed. Raises `Unavailable`.
        """
        listed: set[str] = set()
        whole = True
        for place in await self._connections.channels(PLATFORM):
            try:
                listed |= {each.user for each in (await self._bring(place, "")).members}
            except TeamsApiError as fault:
                log.warning("a roster of Teams could not be read: %s", fault)
                if is_gone(fault):
                    await self._connections.lost(place, str(fault))
                else:
                    whole = False
        if whole:
            await self._connections.with_the_app(PLATFORM, self._tenant, listed)

    async def lost(self, place: Place, reason: str) -> None:
        """A channel can be written to no more; who was only there is found out by the side. Raises `Unavailable`."""
        await self._connections.lost(place, reason)
        self._all.begin()

    async def removed(self, person: str) -> None:
        """Somebody has removed the app for themselves, and may be in a team that has it. Raises `Unavailable`."""
        await self._connections.forget(Place(PLATFORM, self._tenant, person, direct=True))
        self._all.begin()

    async def close(self) -> None:
        """Give up what is being read."""
        await self._all.close()
        for flight in self._flights.values():
            await flight.close()

    def _may_ask(self, place: Place, person: str) -> bool:
        flight = self._flights.get(place)
        if flight is not None and flight.busy:
            return True
        now = self._clock()
        self._asked = {each: at for each, at in self._asked.items() if now - at < MINUTE}
        if (place, person) in self._asked or sum(each == place for each, _ in self._asked) >= MOST_A_MINUTE:
            return False
        self._asked[place, person] = now
        return True

    async def _bring(self, place: Place, name: str) -> Roster:
        flight = self._flights.get(place)
        if flight is None or not flight.busy:
            flight = self._flights[place] = SingleFlight(lambda: self._read(place, name))
        return await flight.result()

    async def _read(self, place: Place, name: str) -> Roster:
        found = await self._connector.members(await self._conversations.of(place))
        members = {each.user: each for each in (member(line, self._tenant) for line in found) if each.user}
        roster = Roster(PLATFORM, self._tenant, place.address, name, tuple(members.values()))
        await self._dispatcher.enrol(roster)
        return roster


def member(found: Mapping[str, Any], tenant: str) -> Member:
    """One line of a roster. Whoever is not a plain user of the tenant is a guest: they can be refused by an admin."""
    account = _text(found, "userPrincipalName")
    given = f"{_text(found, 'givenName')} {_text(found, 'surname')}".strip()
    guest = (
        _text(found, "userRole") not in ("", "user", "owner")
        or GUEST_ACCOUNT in account
        or _is_foreign(_text(found, "tenantId"), tenant)
    )
    return Member(
        user=_text(found, "aadObjectId") or _text(found, "objectId") or _text(found, "id"),
        name=_text(found, "name") or given or account,
        email=_text(found, "email") or ("" if guest else account),
        guest=guest,
    )


def _text(found: Mapping[str, Any], name: str) -> str:
    value = found.get(name)
    return value if isinstance(value, str) else ""


def _is_foreign(tenant: str, own: str) -> bool:
    # Teams' own examples also show ids here that are no tenant's.
    return bool(DIRECTORY_ID.fullmatch(tenant)) and tenant.casefold() != own.casefold()


def _called(activity: IncomingActivity) -> str:
    """What a channel is called: "Team, Channel". A team's first channel has no name of its own in what Teams sends."""
    if not activity.team_name:
        return activity.channel_name
    return f"{activity.team_name}, {activity.channel_name or 'General'}"
