"""Where messages go: the chats and channels of a tenant, and the service address for each.

A service address may change at any time, and activities carry the current one. It is updated by installation events and
by messages that people type, never by a click: a flag must leave no trace here.
"""

from __future__ import annotations

import contextlib

from adapters.teams.activity import PLATFORM, IncomingActivity
from adapters.teams.api.connector import Connector
from adapters.teams.api.faults import TeamsUnreachable
from bot.interface.ports import Place
from bot.interface.unavailable import Unavailable
from bot.people.connections import Connections, Conversing

UPDATING_TYPES = frozenset({"conversationUpdate", "installationUpdate", "message"})
INSTALLATION_TYPES = frozenset({"conversationUpdate", "installationUpdate"})
SERVICE = "service"


class Conversations:
    """The conversations of one tenant, stored through `connections`."""

    def __init__(self, connections: Connections, connector: Connector, tenant: str) -> None:
        self._connections = connections
        self._connector = connector
        self._tenant = tenant

    async def of(self, place: Place) -> Conversing:
        """Return the conversation for a place. A personal chat is opened if there is none yet.

        Raises `TeamsApiError`, and `Unavailable` while the database cannot be reached.
        """
        known = await self._connections.conversation(place)
        if known is not None and known.conversation and known.service:
            return known
        if place.direct:
            return await self.opened(place)
        return Conversing(place.address, await self._service())

    async def chat_with(self, person: str) -> Conversing:
        """Open a personal chat and return it, without storing it. Raises `TeamsApiError` and `Unavailable`."""
        service = await self._service()
        return Conversing(await self._connector.open_chat(service, person), service)

    async def opened(self, place: Place) -> Conversing:
        """Open a personal chat again, store it and return it. Raises `TeamsApiError` and `Unavailable`."""
        service = await self._service()
        conversation = await self._connector.open_chat(service, place.address)
        if not conversation:
            raise TeamsUnreachable("no conversation in the answer")
        with contextlib.suppress(Unavailable):  # it can be opened again
            await self._connections.converse(place, conversation, service)
        return Conversing(conversation, service)

    async def note(self, activity: IncomingActivity) -> None:
        """Store the service address and the conversation of an activity, if its type allows. Raises `Unavailable`.

        Installation events can add a conversation. Typed messages only update a known one.
        """
        if activity.type not in UPDATING_TYPES or not activity.service:
            return
        if activity.type in INSTALLATION_TYPES:
            await self._keep_service(activity.service)
        place = place_of(activity)
        if place is None:
            return
        known = await self._connections.conversation(place)
        if known is not None or (activity.type in INSTALLATION_TYPES and place.direct):
            await self._connections.converse(place, _conversation(activity), activity.service)

    async def connect(self, activity: IncomingActivity) -> Place:
        """Store the channel that an activity came from as one to post in. Raises `Unavailable`."""
        place = Place(PLATFORM, self._tenant, activity.channel)
        await self._connections.converse(place, activity.channel, activity.service)
        return place

    async def _service(self) -> str:
        installed = await self._connections.installed(PLATFORM, self._tenant)
        service = installed.secrets.get(SERVICE, "") if installed else ""
        if not service:
            raise TeamsUnreachable("no service address is known before the app is installed")
        return service

    async def _keep_service(self, service: str) -> None:
        installed = await self._connections.installed(PLATFORM, self._tenant)
        if installed is None or installed.secrets.get(SERVICE) != service:
            await self._connections.install(PLATFORM, self._tenant, "", {SERVICE: service})


def place_of(activity: IncomingActivity) -> Place | None:
    """Return the place of an activity: a personal chat or a channel. None if a personal chat names no person."""
    if activity.personal:
        return Place(PLATFORM, activity.tenant, activity.person, direct=True) if activity.person else None
    return Place(PLATFORM, activity.tenant, activity.channel)


def _conversation(activity: IncomingActivity) -> str:
    return activity.conversation if activity.personal else activity.channel
