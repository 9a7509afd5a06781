"""Look up one member of a channel, who is on no roster yet."""

from __future__ import annotations

from datetime import datetime, timedelta

from adapters.teams.activity import IncomingActivity
from adapters.teams.api.connector import Connector
from adapters.teams.api.conversations import Conversations
from adapters.teams.api.members import member
from bot.interface.clock import Clock
from bot.interface.ports import Place
from bot.people.people import Member

KEPT = timedelta(minutes=1)
"""How long an answer is kept, in memory."""
MOST_KEPT = 1_000


class Newcomers:
    """Asks Teams whether a person is in a channel, and who they are. Stores nothing."""

    def __init__(self, conversations: Conversations, connector: Connector, tenant: str, clock: Clock) -> None:
        self._conversations = conversations
        self._connector = connector
        self._tenant = tenant
        self._clock = clock
        self._kept: dict[tuple[Place, str], tuple[datetime, Member | None]] = {}

    async def find(self, place: Place, activity: IncomingActivity) -> Member | None:
        """Return the sender of an activity as a member of a channel; None if they are not in it.

        Raises `TeamsApiError` and `Unavailable`.
        """
        asked, now = (place, activity.person), self._clock()
        self._kept = {each: kept for each, kept in self._kept.items() if abs(now - kept[0]) < KEPT}
        if asked not in self._kept:
            found = await self._ask(place, activity)
            if len(self._kept) < MOST_KEPT:
                self._kept[asked] = now, found
            return found
        return self._kept[asked][1]

    async def _ask(self, place: Place, activity: IncomingActivity) -> Member | None:
        described = await self._connector.member(await self._conversations.of(place), activity.user)
        found = member(described, self._tenant) if described is not None else None
        return found if found is not None and found.user == activity.person else None
