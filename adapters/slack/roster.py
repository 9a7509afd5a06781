"""Rosters: who is in a channel, read whole, when the bot joins it, every day, and when somebody unknown asks.

Source: Slack's methods `conversations.info`, `conversations.members`, `users.info` and `users.list`. Reading is told to
wait where Slack says so, and is never part of answering a request: it goes on beside.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable
from datetime import datetime, timedelta
from typing import Any

from adapters.slack.tokens import PLATFORM, Access, Tokens
from adapters.slack.web_api import Declined, Fault, WebApi
from bot.connections import Connections
from bot.desk import Desk
from bot.people import Member, Roster
from bot.ports import Place
from bot.turns import Clock, Unavailable
from bot.who import Who

log = logging.getLogger(__name__)

Json = dict[str, Any]

A_PAGE = 200
FEW = 50
"""Up to so many members are asked for one by one; more are looked up in the list of everybody in the workspace."""
AT_ONCE = 5
MOST_WAITS = 10
LONGEST_WAIT = timedelta(minutes=2)
READ_LATELY = timedelta(seconds=60)
PATIENCE_SECONDS = 1.5
"""How long somebody unknown waits for the roster before they are told to try again: a window opens within three."""
SLACKBOT = "USLACKBOT"
LOST = frozenset({"channel_not_found", "is_archived"})
"""Codes of `conversations.info` that say that a channel is no place to speak in any more."""


class Lost(Exception):
    """The channel cannot be read any more; its text is Slack's code."""


class Reader:
    """Reads the roster of one channel."""

    def __init__(self, api: WebApi, access: Access) -> None:
        self._api = api
        self._access = access

    async def read(self, channel: str, also: Iterable[str] = ()) -> Roster:
        """Everybody in a channel, and the users named `also`. Raises `Fault`, and `Lost` for a channel that is gone."""
        info = await self._info(channel)
        ids = {each async for each in self._members(channel)} | set(also)
        users = await self._users(ids, str(info.get("context_team_id") or self._access.team))
        members = tuple(member(each, self._access) for each in users if _is_person(each))
        return Roster(PLATFORM, self._access.workspace, channel, str(info.get("name", "")), members)

    async def joined(self) -> list[str]:
        """The channels that the bot is in. Raises `Fault`."""
        found: list[str] = []
        kinds = "public_channel,private_channel"
        async for page in self._pages("users.conversations", types=kinds, exclude_archived=True):
            found += [str(each["id"]) for each in page.get("channels", ())]
        return found

    async def _info(self, channel: str) -> Json:
        try:
            answer = await self._ask("conversations.info", channel=channel)
        except Fault as fault:
            if fault.reason in LOST:
                raise Lost(fault.reason) from None
            raise
        info: Json = answer["channel"]
        if info.get("is_archived"):
            raise Lost("is_archived")
        return info

    async def _members(self, channel: str) -> AsyncIterator[str]:
        async for page in self._pages("conversations.members", channel=channel):
            for each in page.get("members", ()):
                yield str(each)

    async def _users(self, ids: set[str], team: str) -> list[Json]:
        listed: dict[str, Json] = {}
        if len(ids) > FEW:
            async for page in self._pages("users.list", team_id=team or None):
                listed |= {each["id"]: each for each in page.get("members", ()) if each.get("id") in ids}
        # Members of other workspaces in a shared channel are in no list.
        room = asyncio.Semaphore(AT_ONCE)

        async def one(user: str) -> Json | None:
            async with room:
                return await self._user(user)

        others = await asyncio.gather(*(one(each) for each in sorted(ids - set(listed))))
        return [*listed.values(), *(each for each in others if each is not None)]

    async def _user(self, user: str) -> Json | None:
        try:
            found: Json = (await self._ask("users.info", user=user))["user"]
        except Declined as declined:
            if declined.reason in ("user_not_found", "user_not_visible"):
                return None
            raise
        return found

    async def _pages(self, method: str, **arguments: Any) -> AsyncIterator[Json]:
        cursor: str | None = None
        while True:
            page = await self._ask(method, limit=A_PAGE, cursor=cursor, **arguments)
            yield page
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or None
            if cursor is None:
                return

    async def _ask(self, method: str, **arguments: Any) -> Json:
        for _ in range(MOST_WAITS):
            try:
                return await self._api.read(self._access.token, method, **arguments)
            except Declined as declined:
                if declined.wait is None:
                    raise
                await asyncio.sleep(min(declined.wait, LONGEST_WAIT).total_seconds())
        return await self._api.read(self._access.token, method, **arguments)


def _is_person(user: Json) -> bool:
    return not (user.get("is_bot") or user.get("is_workflow_bot") or user.get("id") == SLACKBOT)


def member(user: Json, access: Access) -> Member:
    """A user as Slack gives them, as a line of a roster. The address is the directory's, which users cannot choose."""
    profile: Json = user.get("profile") or {}
    name = profile.get("real_name") or user.get("real_name") or user.get("name") or ""
    return Member(
        user=str(user["id"]),
        name=str(name),
        email=str(profile.get("email") or ""),
        zone=str(user.get("tz") or ""),
        guest=_is_guest(user, access),
        active=not user.get("deleted"),
    )


def _is_guest(user: Json, access: Access) -> bool:
    if user.get("is_restricted") or user.get("is_ultra_restricted") or user.get("is_stranger"):
        return True
    if access.enterprise:
        belongs: Json = user.get("enterprise_user") or {}
        return bool(belongs.get("enterprise_id", access.enterprise) != access.enterprise)
    team = user.get("team_id")
    return bool(team and access.team and team != access.team)


class Rosters:
    """Brings rosters to the desk, each channel's once at a time."""

    def __init__(self, desk: Desk, connections: Connections, api: WebApi, tokens: Tokens, clock: Clock) -> None:
        self._desk = desk
        self._connections = connections
        self._api = api
        self._tokens = tokens
        self._clock = clock
        self._reading: dict[tuple[Place, tuple[str, ...]], asyncio.Task[None]] = {}
        self._read: dict[Place, datetime] = {}

    def bring(self, workspace: str, channel: str, also: Iterable[str] = ()) -> asyncio.Task[None]:
        """Read the roster of a channel, beside whatever else goes on; the task never fails."""
        what = (Place(PLATFORM, workspace, channel), tuple(also))
        running = self._reading.get(what)
        if running is None:
            running = asyncio.create_task(self._bring(*what), name="a roster of Slack")
            self._reading[what] = running
            running.add_done_callback(lambda _: self._reading.pop(what, None))
        return running

    async def meet(self, who: Who) -> bool:
        """Read the rosters on which somebody unknown may be; whether they were all read before patience ended.

        A roster that was read a moment ago is not read again.
        """
        places = [each for each in await self._connections.channels(PLATFORM) if each.workspace == who.workspace]
        here = [each for each in places if each.address == who.channel] or places
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

    async def find(self) -> None:
        """Read the rosters of channels that the bot was invited to and is not known to be in: no event told of it.

        Not in an organisation as a whole, whose workspaces would have to be asked for one by one.
        """
        known = set(await self._connections.channels(PLATFORM))
        for installed in await self._connections.all_installed(PLATFORM):
            access = await self._tokens.of(installed.workspace)
            if access is None or not access.team:
                continue
            try:
                joined = await Reader(self._api, access).joined()
            except Fault as fault:
                log.warning("the channels that the bot is in could not be read: %s", fault.reason)
                continue
            for channel in joined:
                if Place(PLATFORM, access.workspace, channel) not in known:
                    await self.bring(access.workspace, channel)

    async def settled(self) -> None:
        """Wait for what is being read."""
        while self._reading:
            await asyncio.gather(*self._reading.values(), return_exceptions=True)

    async def close(self) -> None:
        """Leave what is being read: it is read again another day."""
        running = list(self._reading.values())
        for each in running:
            each.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    async def _bring(self, place: Place, also: tuple[str, ...]) -> None:
        try:
            access = await self._tokens.of(place.workspace)
            if access is None:
                return
            try:
                roster = await Reader(self._api, access).read(place.address, also)
            except Lost as lost:
                await self._connections.lost(place, str(lost))
                return
            await self._desk.enrol(roster)
            self._read[place] = self._clock()
        except Fault as fault:
            log.warning("a roster of Slack could not be read: %s", fault.reason)
        except Unavailable:
            log.warning("a roster of Slack could not be kept: the database cannot be reached")
        except Exception as error:  # noqa: BLE001 - a task that nobody waits for must not end unheard
            log.error("a roster of Slack could not be read: %s", type(error).__name__)
