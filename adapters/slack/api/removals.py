"""Removals: what an event or a failed call says is gone is checked with a live call, before it is believed.

Slack sends events late and more than once, for example `app_uninstalled` after the app was added again, and a single
failed call may be a fault of Slack's. What cannot be checked now is not believed: the daily look at all channels finds
what is really gone. Source: Slack's methods `auth.test`, `conversations.info` and `users.info`.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable
from typing import TypeVar

from adapters.slack.api.outcomes import REMOVED, TOKEN_REFUSED, said
from adapters.slack.api.roster_reader import ChannelUnreadable, RosterReader
from adapters.slack.api.tokens import PLATFORM, Access, SlackTokens
from adapters.slack.api.web_api import SlackDeclined, SlackUnanswered, SlackUnreachable, WebApi
from bot.interface.ports import Place
from bot.people.connections import Connections

log = logging.getLogger(__name__)

Answer = TypeVar("Answer")


class Removals:
    """Checks claims through `api`. Each method raises `SlackCallError` if it cannot tell now, and `Unavailable`."""

    def __init__(self, api: WebApi, tokens: SlackTokens, connections: Connections) -> None:
        self._api = api
        self._tokens = tokens
        self._connections = connections

    async def installation(self, workspace: str) -> bool:
        """Whether the app was removed from a workspace. If so, it is recorded, and nothing more is sent there."""
        # Another process may have stored a new token.
        self._tokens.drop(workspace)
        installed = await self._connections.installed(PLATFORM, workspace)
        if installed is None:
            return True
        if not await self._is_refused(installed.secrets.get("token", "")):
            log.info("Slack said that the app was removed from %s, but its token works: nothing has ended", workspace)
            return False
        ended = await self._connections.end(PLATFORM, workspace, installed.secrets)
        self._tokens.drop(workspace)
        if ended:
            log.warning("the app was removed from %s: nothing is sent there any more", workspace)
        return ended

    async def token(self, workspace: str) -> bool:
        """Whether Slack refuses the token of a workspace, for whatever reason. Records nothing."""
        self._tokens.drop(workspace)
        access = await self._tokens.access(workspace)
        return access is None or await self._is_refused(access.token)

    async def revive(self) -> None:
        """Try the tokens of installations that have ended lately: if Slack takes one, that has not ended after all."""
        for each in await self._connections.ended(PLATFORM):
            if not await self._is_refused(each.secrets.get("token", "")):
                await self._connections.revive(PLATFORM, each)
                self._tokens.drop(each.workspace)
                log.warning("the app works again in %s, from which it seemed to be removed", each.workspace)

    async def channel(self, place: Place) -> bool:
        """Whether the bot can no longer post in a channel. If so, it is recorded, and admins are told."""
        access = await self._tokens.access(place.workspace)
        if access is None:
            return True
        reason = await self._why_not_in(access, place.address)
        if reason:
            await self._connections.lost(place, said(reason))
        return bool(reason)

    async def is_in(self, access: Access, channel: str) -> bool:
        """Whether the bot can post in a channel. Records nothing."""
        return not await self._why_not_in(access, channel)

    async def _why_not_in(self, access: Access, channel: str) -> str:
        try:
            await asked(RosterReader(self._api, access, waits=0).still_in(channel))
        except ChannelUnreadable as lost:
            return str(lost)
        return ""

    async def account(self, place: Place) -> bool:
        """Whether the account with which a person gets direct messages is closed or deleted."""
        access = await self._tokens.access(place.workspace)
        if access is None:
            return True
        try:
            answer = await asked(self._api.read(access.token, "users.info", user=place.address))
        except SlackDeclined as declined:
            if declined.reason != "user_not_found":
                raise
            return True
        return bool((answer.get("user") or {}).get("deleted"))

    async def _is_refused(self, token: str) -> bool:
        try:
            await asked(self._api.write(token, "auth.test"))
        except SlackDeclined as declined:
            if declined.reason not in REMOVED | TOKEN_REFUSED:
                raise
            return True
        return False


async def asked(question: Awaitable[Answer]) -> Answer:
    """Await a call that changes nothing: without an answer, it can be made again."""
    try:
        return await question
    except SlackUnanswered as fault:
        raise SlackUnreachable(fault.reason) from None
