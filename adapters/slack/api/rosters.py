"""Keep rosters up to date: read a channel's members when the bot joins, and daily. Never because somebody clicked.

Rosters are read in background tasks, never while a request waits for its answer.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from typing import Any

from adapters.slack.api.outcomes import REMOVED
from adapters.slack.api.removals import Removals
from adapters.slack.api.roster_reader import ChannelUnreadable, RosterReader
from adapters.slack.api.tokens import PLATFORM, Access, SlackTokens
from adapters.slack.api.web_api import SlackCallError, SlackDeclined, WebApi
from bot.dispatcher import Dispatcher
from bot.interface.clock import Clock
from bot.interface.ports import Place
from bot.interface.unavailable import Unavailable
from bot.people.connections import Connections
from bot.people.people import Roster

log = logging.getLogger(__name__)


class SlackRosters:
    """Reads rosters and stores them through the dispatcher. One channel is never read twice at the same time."""

    def __init__(
        self, dispatcher: Dispatcher, connections: Connections, api: WebApi, tokens: SlackTokens, clock: Clock
    ) -> None:
        self._dispatcher = dispatcher
        self._connections = connections
        self._api = api
        self._tokens = tokens
        self._clock = clock
        self._removals = Removals(api, tokens, connections)
        self._reading: dict[Place, asyncio.Task[None]] = {}
        self._listed: dict[Place, frozenset[str]] = {}
        """Who was on the roster that was read last."""
        self._looking: set[asyncio.Task[bool]] = set()
        self.nowhere = False
        """Whether no workspace had the app installed at the last check."""

    def bring(self, workspace: str, channel: str) -> asyncio.Task[None]:
        """Start to read the roster of a channel. The task never raises."""
        place = Place(PLATFORM, workspace, channel)
        running = self._reading.get(place)
        if running is None:
            running = asyncio.create_task(self._read_roster(place), name="Slack roster")
            self._reading[place] = running
            running.add_done_callback(lambda _: self._reading.pop(place, None))
        return running

    async def daily(self) -> None:
        """Read the rosters of all connected channels, one after the other, and who has left. Raises `Unavailable`."""
        self._listed.clear()
        # What is being read was asked for before the round, and may lack who has joined since.
        await asyncio.gather(*self._reading.values(), return_exceptions=True)
        await self._dispatcher.begin_round(PLATFORM)
        places = await self._connections.channels(PLATFORM)
        for place in places:
            await self.bring(place.workspace, place.address)
        if places and all(each in self._listed for each in places):
            await self._dispatcher.end_round(PLATFORM)
        for workspace in sorted({each.workspace for each in places}):
            await self._look_for_closed(workspace, [each for each in places if each.workspace == workspace])
        await self.find()

    async def _look_for_closed(self, workspace: str, places: list[Place]) -> None:
        """Ask Slack about people who are on no roster any more: their accounts may be closed. Others stay the same."""
        if any(each not in self._listed for each in places):
            return  # a roster could not be read, so nobody knows who is on it
        listed = frozenset().union(*(self._listed[each] for each in places))
        missing = await self._connections.active_accounts(PLATFORM, workspace) - listed
        access = await self._tokens.access(workspace) if missing else None
        if access is None:
            return
        try:
            found = await RosterReader(self._api, access).people(missing)
        except SlackCallError as fault:
            log.warning("who has left the workspace could not be read: %s", fault.reason)
            return
        closed = tuple(each for each in found if not each.active)
        if closed:
            await self._dispatcher.enrol(Roster(PLATFORM, workspace, "", "", closed))

    def find_in_background(self) -> None:
        """Start `find` in the background. If it fails, the daily job does it again."""
        task = asyncio.create_task(self.find(), name="Slack channels")
        self._looking.add(task)
        task.add_done_callback(self._looking.discard)

    async def find(self) -> bool:
        """Compare the channels that the bot is in with the connected ones, since events may have been missed.

        New channels get their roster read; channels that the bot has left are disconnected. What was given up by
        mistake, a channel or a whole workspace, is found again. Returns False if Slack or the database could not be
        reached, so that it is worth trying again.
        """
        try:
            await self._revive()
            places = await self._connections.channels(PLATFORM)
            installed = await self._connections.all_installed(PLATFORM)
            self.nowhere = not installed
            self._tokens.know(installed)
            found = [await self._tokens.access(each.workspace) for each in installed]
            return all([await self._compare(each, places) for each in found if each is not None])
        except Unavailable as fault:
            log.warning("the channels of the bot could not be saved: %s", fault.reason)
            return False

    async def _revive(self) -> None:
        try:
            await self._removals.revive()
        except SlackCallError as fault:
            log.warning("whether the app works where it has ended could not be read: %s", fault.reason)

    async def _compare(self, access: Access, places: Iterable[Place]) -> bool:
        known = {each.address for each in places if each.workspace == access.workspace}
        try:
            joined = await RosterReader(self._api, access).joined()
            for channel in sorted(known - joined):
                # A list may leave out a channel for a while.
                await self._removals.channel(Place(PLATFORM, access.workspace, channel))
        except SlackCallError as fault:
            log.warning("the channels of the bot could not be read: %s", fault.reason)
            return await self._has_ended(access, fault)
        for channel in sorted(joined - known):
            await self.bring(access.workspace, channel)
        return True

    async def _has_ended(self, access: Access, fault: SlackCallError) -> bool:
        """Whether trying again soon is of no use: Slack refused the call, not only once if it says the app is gone."""
        try:
            if fault.reason in REMOVED and await self._removals.installation(access.workspace):
                self.nowhere = not await self._connections.all_installed(PLATFORM)
                return True
        except SlackCallError:
            return False
        return isinstance(fault, SlackDeclined) and fault.reason not in REMOVED

    async def settled(self) -> None:
        """Wait for all reads in progress."""
        while tasks := self._tasks():
            await asyncio.gather(*tasks, return_exceptions=True)
            await asyncio.sleep(0)  # from Python 3.12 on, gather does not yield where all have ended

    async def close(self) -> None:
        """Cancel all reads in progress. The daily job reads those rosters again."""
        running = self._tasks()
        for each in running:
            each.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def _tasks(self) -> list[asyncio.Task[Any]]:
        return [*self._reading.values(), *self._looking]

    async def _read_roster(self, place: Place) -> None:
        try:
            access = await self._tokens.access(place.workspace)
            if access is None:
                return
            roster = await self._roster(RosterReader(self._api, access), place)
            if roster is not None:
                await self._dispatcher.enrol(roster)
                self._listed[place] = frozenset(each.user for each in roster.members)
        except (SlackCallError, ChannelUnreadable) as fault:
            log.warning("a Slack roster could not be read: %s", fault)
        except Unavailable as fault:
            log.warning("a Slack roster could not be saved: %s", fault.reason)
        except Exception as error:  # noqa: BLE001 - nobody awaits this task, so its error would be lost
            log.error("a Slack roster could not be read: %s", type(error).__name__)

    async def _roster(self, reader: RosterReader, place: Place) -> Roster | None:
        """Read a roster; None if the channel is gone. Raises `SlackCallError` and `Unavailable`."""
        try:
            return await reader.read(place.address)
        except ChannelUnreadable:
            return None if await self._removals.channel(place) else await reader.read(place.address)
