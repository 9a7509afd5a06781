"""Read a workspace: the channels that the bot is in, and the members of one of them.

Source: Slack's methods `auth.teams.list`, `users.conversations`, `conversations.info`, `conversations.members`,
`users.info` and `users.list`. Reading waits for as long as Slack's rate limits ask, so it never runs while a request
waits for its answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from adapters.slack.api.tokens import PLATFORM, Access
from adapters.slack.api.web_api import SlackCallError, SlackDeclined, WebApi
from bot.interface.json_object import Json
from bot.people.people import Member, Roster

A_PAGE = 200
MOST_ONE_BY_ONE = 50
"""Up to this many members are read one by one. For more, the list of all users of the workspace is read."""
AT_ONCE = 5
MOST_WAITS = 10
LONGEST_WAIT = timedelta(minutes=2)
SLACKBOT = "USLACKBOT"
LOST = frozenset({"channel_not_found", "is_archived"})
"""Error codes of `conversations.info` that mean the channel can no longer be posted in."""
NO_ACCESS = frozenset({"team_access_not_granted", "team_not_found"})
"""Error codes of `users.conversations` that mean an organisation took the app out of the workspace."""


class ChannelUnreadable(Exception):
    """The channel is gone, archived or left. The message is Slack's error code."""


class RosterReader:
    """Reads the channels of one installation, and the members of a channel.

    It waits up to `waits` times when Slack's rate limits ask it to.
    """

    def __init__(self, api: WebApi, access: Access, *, waits: int = MOST_WAITS) -> None:
        self._api = api
        self._access = access
        self._waits = waits

    async def read(self, channel: str) -> Roster:
        """Return the members of a channel.

        Raises `SlackCallError`, and `ChannelUnreadable` if the channel is gone.
        """
        info = await self._info(channel)
        ids = {each async for each in self._members(channel)}
        users = await self._users(ids, str(info.get("context_team_id") or self._access.team))
        people = [each for each in users if _is_person(each)]
        access = await self._knowing_teams(people)
        members = tuple(member(each, access) for each in people)
        return Roster(PLATFORM, self._access.workspace, channel, str(info.get("name", "")), members)

    async def people(self, ids: Collection[str]) -> tuple[Member, ...]:
        """Return the people with these ids, as far as Slack knows them. Raises `SlackCallError`."""
        users = [each for each in await self._users(set(ids), self._access.team) if _is_person(each)]
        access = await self._knowing_teams(users)
        return tuple(member(each, access) for each in users)

    async def shares(self, user: str, channels: Collection[str], here: str = "") -> bool:
        """Whether a user is in one of these channels that the bot is in. `here` is the one they clicked in, if in one.

        Raises `SlackCallError`, and `ChannelUnreadable` if that one is gone.
        """
        for team in await self._teams_to_ask(here):
            async for each in self._joined_in(team, user):
                if each in channels:
                    return True
        return False

    async def _teams_to_ask(self, channel: str) -> list[str | None]:
        """Return the workspaces to ask about: with an organisation's token, each request is about one of them."""
        if self._access.team:
            return [None]
        team = (await self._info(channel)).get("context_team_id") if channel else None
        return [str(team)] if team else [each async for each in self._teams()]

    async def joined(self) -> set[str]:
        """Return the ids of the channels that the bot is in, over all workspaces of an organisation-wide installation.

        Raises `SlackCallError`.
        """
        found: set[str] = set()
        for team in [None] if self._access.team else [each async for each in self._teams()]:
            found |= {each async for each in self._joined_in(team)}
        return found

    async def still_in(self, channel: str) -> None:
        """Check that the bot is in a channel.

        Raises `SlackCallError`, and `ChannelUnreadable` if it is not, or if the channel is gone.
        """
        info = await self._info(channel)
        if not info.get("is_member", True):
            raise ChannelUnreadable("not_in_channel")

    async def _knowing_teams(self, people: Iterable[Json]) -> Access:
        """Return the access with the workspaces of the whole organisation, if those decide who is a member."""
        access = self._access
        if access.team or all(each.get("enterprise_user") for each in people):
            return access
        return replace(access, others=access.others.union([each async for each in self._teams()]))

    async def _teams(self) -> AsyncIterator[str]:
        async for page in self._pages("auth.teams.list"):
            for each in page.get("teams", ()):
                yield str(each["id"])

    async def _joined_in(self, team: str | None, user: str | None = None) -> AsyncIterator[str]:
        given = {"types": "public_channel,private_channel", "exclude_archived": True, "team_id": team, "user": user}
        try:
            async for page in self._pages("users.conversations", **given):
                for each in page.get("channels", ()):
                    yield str(each["id"])
        except SlackDeclined as declined:
            if declined.reason not in NO_ACCESS:
                raise

    async def _info(self, channel: str) -> Json:
        try:
            answer = await self._ask("conversations.info", channel=channel)
        except SlackCallError as fault:
            if fault.reason in LOST:
                raise ChannelUnreadable(fault.reason) from None
            raise
        info: Json = answer["channel"]
        if info.get("is_archived"):
            raise ChannelUnreadable("is_archived")
        return info

    async def _members(self, channel: str) -> AsyncIterator[str]:
        async for page in self._pages("conversations.members", channel=channel):
            for each in page.get("members", ()):
                yield str(each)

    async def _users(self, ids: set[str], team: str) -> list[Json]:
        listed: dict[str, Json] = {}
        if len(ids) > MOST_ONE_BY_ONE:
            async for page in self._pages("users.list", team_id=team or None):
                listed |= {each["id"]: each for each in page.get("members", ()) if each.get("id") in ids}
        # users.list does not contain members of a shared channel who belong to other workspaces.
        semaphore = asyncio.Semaphore(AT_ONCE)

        async def limited(user: str) -> Json | None:
            async with semaphore:
                return await self._user(user)

        others = await asyncio.gather(*(limited(each) for each in sorted(ids - set(listed))))
        return [*listed.values(), *(each for each in others if each is not None)]

    async def _user(self, user: str) -> Json | None:
        try:
            found: Json = (await self._ask("users.info", user=user))["user"]
        except SlackDeclined as declined:
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
        for _ in range(self._waits):
            try:
                return await self._api.read(self._access.token, method, **arguments)
            except SlackDeclined as declined:
                if declined.wait is None:
                    raise
                await asyncio.sleep(min(declined.wait, LONGEST_WAIT).total_seconds())
        return await self._api.read(self._access.token, method, **arguments)


def _is_person(user: Json) -> bool:
    return not (user.get("is_bot") or user.get("is_workflow_bot") or user.get("id") == SLACKBOT)


def member(user: Json, access: Access) -> Member:
    """Convert a Slack user to a roster member. The e-mail address comes from the directory: users cannot choose it."""
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
    """Whether someone is not shown to be a full member of this organisation.

    In a shared channel Slack marks an outsider with nothing: `is_stranger` is false or missing, and in an organisation
    `enterprise_user` may be missing. So only an organisation or a workspace that is ours makes a member.
    """
    if user.get("is_restricted") or user.get("is_ultra_restricted") or user.get("is_stranger"):
        return True
    belongs: Json = user.get("enterprise_user") or {}
    if belongs and access.enterprise:
        return bool(belongs.get("enterprise_id") != access.enterprise)
    return not access.owns(str(user.get("team_id") or ""))
