"""What people call a channel: "Team, Channel", asked of the team itself.

Activities carry the ids of a team and a channel, and a name at most when one has just changed. Source: the connector's
`/v3/teams/{id}` and `/v3/teams/{id}/conversations`. The list names every channel but a team's first one, which has the
team's own id, and which every client calls *General* in its own language.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping

from adapters.teams.activity import PLATFORM, IncomingActivity
from adapters.teams.api.connector import Connector
from adapters.teams.api.faults import TeamsApiError
from bot.interface.ports import Place
from bot.people.connections import Connections

log = logging.getLogger(__name__)

FIRST_CHANNEL = "General"


class ChannelNames:
    """The names of the channels of one tenant. What cannot be asked now is left as it is, with a warning."""

    def __init__(self, connections: Connections, connector: Connector, tenant: str) -> None:
        self._connections = connections
        self._connector = connector
        self._tenant = tenant

    async def name(self, activity: IncomingActivity) -> str:
        """Return the name of an activity's channel; the team's alone, or nothing, where no more is known."""
        if not activity.team:
            return activity.channel_name
        team, channels = await self._of_team(activity)
        return _joined(team, channels.get(activity.channel) or activity.channel_name)

    async def follow(self, activity: IncomingActivity) -> None:
        """Give all connected channels of an activity's team their current names. Raises `Unavailable`."""
        connected = await self._connections.channel_names(PLATFORM)
        team, channels = await self._of_team(activity)
        if activity.channel_name and not channels.get(activity.channel):
            channels = {**channels, activity.channel: activity.channel_name}
        for channel, name in channels.items():
            place = Place(PLATFORM, self._tenant, channel)
            if place in connected and team:
                await self._connections.rename(place, _joined(team, name))

    async def places(self, activity: IncomingActivity) -> tuple[Place, ...]:
        """The connected channels of an activity's team, or as many of them as can be told. Raises `Unavailable`."""
        connected = await self._connections.channels(PLATFORM)
        _, channels = await self._of_team(activity) if activity.team else ("", {})
        here = {activity.channel, *channels}
        return tuple(each for each in connected if each.address in here)

    async def _of_team(self, activity: IncomingActivity) -> tuple[str, Mapping[str, str]]:
        """The name of a team, and its channels' names by id."""
        asked = (
            self._connector.team_name(activity.service, activity.team),
            self._connector.channels(activity.service, activity.team),
        )
        name, channels = await asyncio.gather(*asked, return_exceptions=True)
        for failed in (name, channels):
            if isinstance(failed, TeamsApiError):
                log.warning("the names of a Teams team's channels could not be read: %s", failed)
            elif isinstance(failed, BaseException):
                raise failed
        team = name if isinstance(name, str) and name else activity.team_name
        listed = {each: called for each, called in channels.items() if called} if isinstance(channels, dict) else {}
        return team, {activity.team: FIRST_CHANNEL, **listed}


def _joined(team: str, channel: str) -> str:
    return ", ".join(each for each in (team, channel) if each)
