"""Rosters: everybody in a channel, whole, as Teams tells of them."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Mapping
from typing import Any

from adapters.teams.arrivals import PLATFORM, Inbound
from adapters.teams.connector import Connector
from adapters.teams.conversations import Conversations
from adapters.teams.faults import Fault
from adapters.teams.once import Once
from adapters.teams.outcomes import is_gone
from bot.connections import Connections
from bot.desk import Desk
from bot.people import Member, Roster
from bot.ports import Place

log = logging.getLogger(__name__)

BETWEEN = 60.0
"""Seconds between two rosters of one channel that somebody unknown asks for."""
DIRECTORY_ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
GUEST_ACCOUNT = "#EXT#"


class Rosters:
    """Brings rosters to the desk."""

    def __init__(
        self,
        desk: Desk,
        connections: Connections,
        conversations: Conversations,
        connector: Connector,
        tenant: str,
        tick: Callable[[], float] = time.monotonic,
    ) -> None:
        self._desk = desk
        self._connections = connections
        self._conversations = conversations
        self._connector = connector
        self._tenant = tenant
        self._tick = tick
        self._brought: dict[Place, float] = {}
        self._flights: dict[Place, Once[Roster]] = {}

    async def connect(self, inbound: Inbound) -> None:
        """Connect the channel that an activity came from. Raises `Fault` and `Unavailable`."""
        await self._bring(await self._conversations.connect(inbound), _called(inbound))

    async def bring(self, inbound: Inbound) -> None:
        """Bring the roster of where somebody unknown clicked: of that channel, or from a chat of every connected one.

        From a chat it is enough to have found the person. A roster is brought at most once a minute so; whoever asks
        while it is being read waits for it. Raises `Fault` and `Unavailable`.
        """
        connected = await self._connections.channels(PLATFORM)
        here = Place(PLATFORM, self._tenant, inbound.channel)
        for place in [each for each in connected if inbound.personal or each == here]:
            if self._is_due(place):
                roster = await self._bring(place, _called(inbound) if place == here else "")
                if any(each.user == inbound.person for each in roster.members):
                    return

    async def bring_all(self) -> None:
        """Bring the roster of every connected channel; one that cannot be had does not cost the others.

        Raises `Unavailable`.
        """
        for place in await self._connections.channels(PLATFORM):
            try:
                await self._bring(place, "")
            except Fault as fault:
                log.warning("a roster of Teams could not be read: %s", fault)
                if is_gone(fault):
                    await self._connections.lost(place, str(fault))

    async def close(self) -> None:
        """Give up what is being read."""
        for flight in self._flights.values():
            await flight.close()

    def _is_due(self, place: Place) -> bool:
        flight = self._flights.get(place)
        return (flight is not None and flight.busy) or self._tick() - self._brought.get(place, float("-inf")) >= BETWEEN

    async def _bring(self, place: Place, name: str) -> Roster:
        flight = self._flights.get(place)
        if flight is None or not flight.busy:
            flight = self._flights[place] = Once(lambda: self._read(place, name))
        return await flight.result()

    async def _read(self, place: Place, name: str) -> Roster:
        self._brought[place] = self._tick()
        found = await self._connector.members(await self._conversations.of(place))
        members = {each.user: each for each in (member(line, self._tenant) for line in found) if each.user}
        roster = Roster(PLATFORM, self._tenant, place.address, name, tuple(members.values()))
        await self._desk.enrol(roster)
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


def _called(inbound: Inbound) -> str:
    """What a channel is called: "Team, Channel". A team's first channel has no name of its own in what Teams sends."""
    if not inbound.team_name:
        return inbound.channel_name
    return f"{inbound.team_name}, {inbound.channel_name or 'General'}"
