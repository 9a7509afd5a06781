"""Look up one person who is on no roster yet: whether they are in a connected channel, and who they are.

Sources: Slack's method `users.conversations`, which with a bot token and a `user` lists the conversations that the bot
shares with that user; and `users.info`. Two requests, however many members a channel has. Nothing is stored.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime, timedelta

from adapters.slack.api.roster_reader import ChannelUnreadable, RosterReader
from adapters.slack.api.tokens import PLATFORM, SlackTokens
from adapters.slack.api.web_api import SlackCallError, WebApi
from bot.interface.actor import Actor
from bot.interface.clock import Clock
from bot.people.connections import Connections
from bot.people.people import Member

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 1.5
"""How long an unknown person waits before we ask them to try again. A modal must open within 3 s."""
KEPT = timedelta(minutes=1)
"""How long an answer is kept, in memory, so that a click after one that took too long is quick."""
MOST_KEPT = 1_000

Asked = tuple[str, str, str]


class NotLookedUp(Exception):
    """Whether an unknown person is in a channel is not clear yet. Looking goes on, so they can try again."""


class SlackNewcomers:
    """Asks Slack about people whom no roster lists."""

    def __init__(self, connections: Connections, api: WebApi, tokens: SlackTokens, clock: Clock) -> None:
        self._connections = connections
        self._api = api
        self._tokens = tokens
        self._clock = clock
        self._looking: dict[Asked, asyncio.Task[Member | None]] = {}
        self._kept: dict[Asked, tuple[datetime, Member | None]] = {}

    async def find(self, actor: Actor) -> Member | None:
        """Return the person behind a request as a member of a channel: of the one they clicked in, or else of any.

        None if they are in none. Raises `NotLookedUp` if that takes too long or Slack cannot tell, and `Unavailable`.
        """
        asked, now = (actor.workspace, actor.channel, actor.user), self._clock()
        self._kept = {each: kept for each, kept in self._kept.items() if abs(now - kept[0]) < KEPT}
        if asked in self._kept:
            return self._kept[asked][1]
        task = self._looking.get(asked)
        if task is None:
            task = self._looking[asked] = asyncio.create_task(self._look(actor, asked), name="Slack newcomer")
            task.add_done_callback(lambda done: self._forget(asked, done))
        done, _ = await asyncio.wait([task], timeout=PATIENCE_SECONDS)
        if not done:
            raise NotLookedUp
        try:
            return task.result()
        except (SlackCallError, ChannelUnreadable) as fault:
            log.warning("a Slack member could not be looked up: %s", fault)
            raise NotLookedUp from None

    def _forget(self, asked: Asked, task: asyncio.Task[Member | None]) -> None:
        self._looking.pop(asked, None)
        if not task.cancelled():
            task.exception()  # read, because whoever asked may have stopped waiting

    async def _look(self, actor: Actor, asked: Asked) -> Member | None:
        found = await self._member(actor)
        if len(self._kept) < MOST_KEPT:
            self._kept[asked] = self._clock(), found
        return found

    async def _member(self, actor: Actor) -> Member | None:
        places = [each for each in await self._connections.channels(PLATFORM) if each.workspace == actor.workspace]
        here = {each.address for each in places if each.address == actor.channel} or {each.address for each in places}
        access = await self._tokens.access(actor.workspace) if here else None
        if access is None:
            return None
        reader = RosterReader(self._api, access, waits=0)
        if not await reader.shares(actor.user, here, actor.channel):
            return None
        found = await reader.people([actor.user])
        return found[0] if found and found[0].active else None

    async def close(self) -> None:
        """Cancel all lookups in progress."""
        running = list(self._looking.values())
        for each in running:
            each.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    async def settled(self) -> None:
        """Wait for all lookups in progress."""
        await asyncio.gather(*self._looking.values(), return_exceptions=True)
