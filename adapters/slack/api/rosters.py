"""Rosters: who is in a channel, read whole, when the bot joins it, every day, and when somebody unknown asks.

Reading is never part of answering a request: it goes on beside.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from adapters.slack.api.outcomes import said
from adapters.slack.api.roster_reader import ChannelUnreadable, RosterReader
from adapters.slack.api.tokens import PLATFORM, Access, SlackTokens
from adapters.slack.api.web_api import SlackCallError, SlackDeclined, WebApi
from bot.dispatcher import Dispatcher
from bot.interface.actor import Actor
from bot.interface.clock import Clock
from bot.interface.ports import Place
from bot.interface.unavailable import Unavailable
from bot.people.connections import Connections

log = logging.getLogger(__name__)

READ_LATELY = timedelta(seconds=60)
PATIENCE_SECONDS = 1.5
"""How long somebody unknown waits for the roster before they are told to try again: a window opens within three."""


class SlackRosters:
    """Brings rosters to the desk, each channel's once at a time."""

    def __init__(
        self, dispatcher: Dispatcher, connections: Connections, api: WebApi, tokens: SlackTokens, clock: Clock
    ) -> None:
        self._dispatcher = dispatcher
        self._connections = connections
        self._api = api
        self._tokens = tokens
        self._clock = clock
        self._reading: dict[tuple[Place, tuple[str, ...]], asyncio.Task[None]] = {}
        self._read: dict[Place, datetime] = {}
        self._looking: set[asyncio.Task[bool]] = set()
        self.nowhere = False
        """Whether no workspace had the bot installed when it was last looked."""

    def bring(self, workspace: str, channel: str, also: Iterable[str] = ()) -> asyncio.Task[None]:
        """Read the roster of a channel, beside whatever else goes on; the task never fails."""
        what = (Place(PLATFORM, workspace, channel), tuple(also))
        running = self._reading.get(what)
        if running is None:
            running = asyncio.create_task(self._bring(*what), name="a roster of Slack")
            self._reading[what] = running
            running.add_done_callback(lambda _: self._reading.pop(what, None))
        return running

    async def meet(self, actor: Actor) -> bool:
        """Read the rosters on which somebody unknown may be; whether they were all read before patience ended.

        A roster that was read a moment ago is not read again.
        """
        places = [each for each in await self._connections.channels(PLATFORM) if each.workspace == actor.workspace]
        here = [each for each in places if each.address == actor.channel] or places
        tasks = [self.bring(each.workspace, each.address) for each in here if not self._was_read_lately(each)]
        if not tasks:
            return True
        _, late = await asyncio.wait(tasks, timeout=PATIENCE_SECONDS)
        return not late

    def _was_read_lately(self, place: Place) -> bool:
        at = self._read.get(place)
        return at is not None and self._clock() - at < READ_LATELY

    async def leave(self, workspace: str, user: str) -> None:
        """Somebody's account was closed, or came back: read a roster that says so of them."""
        places = await self._connections.channels(PLATFORM)
        for place in [each for each in places if each.workspace == workspace][:1]:
            self.bring(place.workspace, place.address, also=[user])

    async def daily(self) -> None:
        """Read the rosters of all channels that the bot is in, one after the other."""
        for place in await self._connections.channels(PLATFORM):
            await self.bring(place.workspace, place.address)
        await self.find()

    def look(self) -> None:
        """Begin to see in which channels the bot is; what cannot be seen now is seen the next day."""
        task = asyncio.create_task(self.find(), name="the channels of Slack")
        self._looking.add(task)
        task.add_done_callback(self._looking.discard)

    async def find(self) -> bool:
        """See in which channels the bot is: it may have been invited, or removed, while nobody listened.

        Rosters are read of those that it is in without our knowing, and those that it has left are given up. False
        where Slack or the database could not be asked, and it is worth to ask again.
        """
        try:
            places = await self._connections.channels(PLATFORM)
            installed = await self._connections.all_installed(PLATFORM)
            self.nowhere = not installed
            found = [await self._tokens.of(each.workspace) for each in installed]
            return all([await self._compare(each, places) for each in found if each is not None])
        except Unavailable:
            log.warning("the channels that the bot is in could not be kept: the database cannot be reached")
            return False

    async def _compare(self, access: Access, places: Iterable[Place]) -> bool:
        known = {each.address for each in places if each.workspace == access.workspace}
        reader = RosterReader(self._api, access)
        try:
            joined = await reader.joined()
            for channel in sorted(known - joined):
                await self._doubt(reader, Place(PLATFORM, access.workspace, channel))
        except SlackCallError as fault:
            log.warning("the channels that the bot is in could not be read: %s", fault.reason)
            return isinstance(fault, SlackDeclined)
        for channel in sorted(joined - known):
            await self.bring(access.workspace, channel)
        return True

    async def _doubt(self, reader: RosterReader, place: Place) -> None:
        """Give a channel up that was not listed, if it says the same of itself."""
        try:
            await reader.still_in(place.address)
        except ChannelUnreadable as lost:
            await self._connections.lost(place, said(str(lost)))

    async def settled(self) -> None:
        """Wait for what is being read."""
        while under_way := self._under_way():
            await asyncio.gather(*under_way, return_exceptions=True)
            await asyncio.sleep(0)  # from Python 3.12 on, gather does not yield where all have ended

    async def close(self) -> None:
        """Leave what is being read: it is read again another day."""
        running = self._under_way()
        for each in running:
            each.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def _under_way(self) -> list[asyncio.Task[Any]]:
        return [*self._reading.values(), *self._looking]

    async def _bring(self, place: Place, also: tuple[str, ...]) -> None:
        try:
            access = await self._tokens.of(place.workspace)
            if access is None:
                return
            try:
                roster = await RosterReader(self._api, access).read(place.address, also)
            except ChannelUnreadable as lost:
                await self._connections.lost(place, said(str(lost)))
                return
            await self._dispatcher.enrol(roster)
            self._read[place] = self._clock()
        except SlackCallError as fault:
            log.warning("a roster of Slack could not be read: %s", fault.reason)
        except Unavailable:
            log.warning("a roster of Slack could not be kept: the database cannot be reached")
        except Exception as error:  # noqa: BLE001 - a task that nobody waits for must not end unheard
            log.error("a roster of Slack could not be read: %s", type(error).__name__)
