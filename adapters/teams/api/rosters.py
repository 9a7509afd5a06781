"""Read rosters: all members of a channel, in one piece."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from adapters.teams.activity import PLATFORM, IncomingActivity
from adapters.teams.api.channel_names import ChannelNames
from adapters.teams.api.connector import Connector
from adapters.teams.api.conversations import Conversations
from adapters.teams.api.faults import TeamsApiError, TeamsRefused
from adapters.teams.api.members import members
from adapters.teams.api.newcomers import Newcomers
from adapters.teams.api.outcomes import is_gone, takes_nothing
from adapters.teams.api.single_flight import SingleFlight
from bot.dispatcher import Dispatcher
from bot.interface.clock import Clock
from bot.interface.ports import Place
from bot.people.connections import Connections, Conversing
from bot.people.people import Member, Roster

log = logging.getLogger(__name__)

MINUTE = timedelta(minutes=1)


class TeamsRosters:
    """Reads rosters and stores them through the dispatcher. One channel is never read twice at the same time."""

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
        self._names = ChannelNames(connections, connector, tenant)
        self._newcomers = Newcomers(conversations, connector, tenant, clock)
        self._clock = clock
        self._asked: dict[tuple[Place, str], datetime] = {}
        self._flights: dict[Place, SingleFlight[Roster]] = {}
        self._all = SingleFlight(self.bring_all)

    async def connect(self, activity: IncomingActivity) -> None:
        """Connect the channel of an activity, and read its roster. Raises `TeamsApiError` and `Unavailable`."""
        name = await self._names.name(activity)
        await self._read_once(await self._conversations.connect(activity), name)

    async def rename(self, activity: IncomingActivity) -> None:
        """Give the connected channels of an activity's team their current names. Raises `Unavailable`."""
        await self._names.follow(activity)

    async def left(self, activity: IncomingActivity, people: Iterable[str]) -> None:
        """Take people off the rosters of a team's channels, by their ids in the directory. Raises `Unavailable`.

        Where Teams gives no such id, these rosters are read again in the background.
        """
        for place in await self._names.places(activity):
            for person in people:
                if person:
                    await self._connections.left(place, person)
                else:
                    self._flight(place, "").begin()

    async def newcomer(self, activity: IncomingActivity) -> Member | None:
        """Look up someone who clicked and is on no roster yet: one member, and not ten thousand.

        Nothing is stored, and no roster is read: the daily round adds them, together with everyone else who is new.
        From a chat, each connected channel is asked. Returns None if they are in none. Raises `TeamsApiError` if that
        cannot be told now, and `Unavailable`.
        """
        connected = await self._connections.channels(PLATFORM)
        here = Place(PLATFORM, self._tenant, activity.channel)
        for place in [each for each in connected if activity.personal or each == here]:
            found = await self._newcomers.find(place, activity)
            if found is not None:
                return found
        return None

    async def meet(self, activity: IncomingActivity) -> None:
        """Store the person in whose chat the app was installed. Raises `TeamsApiError` and `Unavailable`.

        Must not be called because of a click: people who flag are known from the roster of a channel.
        """
        found = await self._connector.members(Conversing(activity.conversation, activity.service))
        await self._dispatcher.enrol(Roster(PLATFORM, self._tenant, "", "", members(found, self._tenant)))

    async def meet_picked(self, user: str) -> str:
        """Store a person whom someone named, if the app is installed for them; they may be on no roster.

        `user` is their id in the directory or for this bot. Returns their id as in `Member.user`; empty if nobody can
        be found. Raises `Unavailable`.
        """
        if not self._may_ask(Place(PLATFORM, self._tenant, user, direct=True), user):
            return ""
        try:
            where = await self._conversations.chat_with(user)
            people = members(await self._connector.members(where), self._tenant)
        except TeamsApiError as fault:
            log.warning("a person picked in Teams could not be met: %s", fault)
            return ""
        await self._dispatcher.enrol(Roster(PLATFORM, self._tenant, "", "", people))
        return people[0].user if people else ""

    async def bring_all(self) -> None:
        """Read the roster of every connected channel. An error in one does not stop the others.

        A channel is disconnected if two answers in a row say that the bot is not in it.

        Teams lets an app write only to people who have installed it, or are in a team that has it. So if all rosters
        were read, people on none of them and without a personal chat become unreachable. Raises `Unavailable`.
        """
        listed: set[str] = set()
        # What is being read was asked for before the round, and may lack who has joined since.
        await asyncio.gather(*(each.settled() for each in self._flights.values()))
        await self._dispatcher.begin_round(PLATFORM)
        places = await self._connections.channels(PLATFORM)
        whole = True
        for place in places:
            try:
                listed |= {each.user for each in (await self._read_once(place, "")).members}
            except TeamsApiError as fault:
                log.warning("a Teams roster could not be read: %s", fault)
                whole = is_gone(fault) and await self._is_lost(place) and whole
        if whole:
            if places:
                await self._dispatcher.end_round(PLATFORM)
            await self._connections.with_the_app(PLATFORM, self._tenant, listed)

    async def check(self, place: Place) -> bool:
        """Whether the bot is no longer in a channel, of which something said so: its roster decides.

        If so, the channel is disconnected, and who was only there is found out in the background. Raises
        `TeamsApiError` if its roster cannot tell now, and `Unavailable`.
        """
        reason = await self._refused(await self._conversations.of(place))
        if reason:
            await self._connections.lost(place, reason)
        if reason or place not in await self._connections.channels(PLATFORM):
            self._all.begin()
        return bool(reason)

    async def refuses_all(self, place: Place) -> bool:
        """Whether a channel's roster is refused too, as if the bot could write to nobody until something changes.

        Raises `TeamsApiError` if its roster cannot tell now, and `Unavailable`.
        """
        try:
            await self._connector.knock(await self._conversations.of(place))
        except TeamsRefused as fault:
            if not takes_nothing(fault):
                raise
            return True
        return False

    async def check_chat(self, activity: IncomingActivity) -> None:
        """Forget the chat of a person who is said to have removed the app, if that is so.

        Their team may still have it. Raises `TeamsApiError` and `Unavailable`.
        """
        if await self._refused(Conversing(activity.conversation, activity.service)):
            await self._connections.forget(Place(PLATFORM, self._tenant, activity.person, direct=True))
            self._all.begin()

    async def find_again(self) -> None:
        """Read the rosters of disconnected channels: one that can be read is connected again. Raises `Unavailable`."""
        for place in await self._connections.disconnected(PLATFORM):
            try:
                await self._read_once(place, "")
            except TeamsApiError:
                continue
            log.warning("a Teams channel that seemed to be gone is connected again")

    async def _is_lost(self, place: Place) -> bool:
        """Disconnect a channel if its roster is refused again; False if it was not, or could not be asked."""
        try:
            reason = await self._refused(await self._conversations.of(place))
        except TeamsApiError:
            return False
        if reason:
            await self._connections.lost(place, reason)
        return bool(reason)

    async def _refused(self, where: Conversing) -> str:
        """Why the roster of a conversation is refused, because the bot is not in it; empty if it is."""
        try:
            await self._connector.knock(where)
        except TeamsRefused as fault:
            if not is_gone(fault):
                raise
            return str(fault)
        return ""

    async def close(self) -> None:
        """Cancel all reads in progress."""
        await self._all.close()
        for flight in self._flights.values():
            await flight.close()

    def _may_ask(self, place: Place, person: str) -> bool:
        now = self._clock()
        self._asked = {each: at for each, at in self._asked.items() if abs(now - at) < MINUTE}
        if (place, person) in self._asked:
            return False
        self._asked[place, person] = now
        return True

    async def _read_once(self, place: Place, name: str) -> Roster:
        return await self._flight(place, name).result()

    def _flight(self, place: Place, name: str) -> SingleFlight[Roster]:
        flight = self._flights.get(place)
        if flight is None or not flight.busy:
            flight = self._flights[place] = SingleFlight(lambda: self._read(place, name))
        return flight

    async def _read(self, place: Place, name: str) -> Roster:
        found = await self._connector.members(await self._conversations.of(place))
        roster = Roster(PLATFORM, self._tenant, place.address, name, members(found, self._tenant))
        await self._dispatcher.enrol(roster)
        return roster
