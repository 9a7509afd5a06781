"""Where the bot comes and goes: teams and people that install or remove it, channels that come, go and change names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from adapters.teams.activity import PLATFORM, IncomingActivity
from adapters.teams.api.platform import TeamsPlatform
from adapters.teams.handle.commands import TeamsCommands
from adapters.teams.handle.dispatching import TeamsDispatcher
from bot.interface.ports import Place

ADDED = frozenset({"add", "add-upgrade"})
GONE = frozenset({"channelDeleted", "teamDeleted", "teamHardDeleted", "teamArchived"})
BACK = frozenset({"channelRestored", "teamRestored", "teamUnarchived"})
RENAMED = frozenset({"channelRenamed", "teamRenamed"})


class InstallationChanges:
    """Keeps what is connected as it is, and says what can be done where the bot is new.

    Each method raises `TeamsApiError` and `Unavailable`.
    """

    def __init__(self, dispatcher: TeamsDispatcher, commands: TeamsCommands, platform: TeamsPlatform) -> None:
        self._dispatcher = dispatcher
        self._commands = commands
        self._platform = platform

    async def installed(self, activity: IncomingActivity) -> None:
        """The app was installed or removed: for a person, or in a team, by the channel that was chosen for it."""
        action = activity.raw.get("action")
        if action not in ADDED:
            await self._gone(activity, "removed")
        elif activity.personal:
            await self._platform.rosters.meet(activity)
            if action == "add":
                await self._commands.tell(activity, await self._dispatcher.home(activity))
        else:
            chosen = _chosen(activity)
            await self._platform.rosters.connect(chosen)
            if action == "add":
                await self._commands.tell(chosen, await self._commands.help(chosen))

    async def changed(self, activity: IncomingActivity) -> None:
        """Something changed in a team: who is in it, or which channels it has."""
        happened = _object(activity.raw.get("channelData")).get("eventType")
        if happened in GONE or _has(activity, "membersRemoved"):
            await self._gone(activity, happened if isinstance(happened, str) else "removed")
        elif activity.personal:
            await self._platform.rosters.meet(activity)
        elif happened in BACK or _has(activity, "membersAdded"):
            await self.connect(_of_channel(activity))
        elif happened in RENAMED and await self._is_connected(_of_channel(activity)):
            await self._platform.rosters.connect(_of_channel(activity))

    async def connect(self, activity: IncomingActivity) -> None:
        """Connect the channel that an activity came from, if it is not connected."""
        if not activity.personal and not await self._is_connected(activity):
            await self._platform.rosters.connect(activity)

    async def _is_connected(self, activity: IncomingActivity) -> bool:
        return _place(activity) in await self._platform.connections.channels(PLATFORM)

    async def _gone(self, activity: IncomingActivity, reason: str) -> None:
        if not activity.personal:
            await self._platform.rosters.lost(_place(_of_channel(activity)), reason)
        elif activity.person:
            await self._platform.rosters.removed(activity.person)


def _place(activity: IncomingActivity) -> Place:
    return Place(PLATFORM, activity.tenant, activity.channel)


def _of_channel(activity: IncomingActivity) -> IncomingActivity:
    """What is told of a channel comes from the team's first one, and names the channel beside."""
    channel = _object(_object(activity.raw.get("channelData")).get("channel")).get("id")
    return replace(activity, conversation=channel) if isinstance(channel, str) and channel else activity


def _chosen(activity: IncomingActivity) -> IncomingActivity:
    """The channel that was chosen when the app was installed in a team; its first one, where none was."""
    settings = _object(_object(activity.raw.get("channelData")).get("settings"))
    chosen = _object(settings.get("selectedChannel"))
    channel, name = chosen.get("id"), chosen.get("name")
    if not isinstance(channel, str) or not channel:
        return activity
    return replace(activity, conversation=channel, channel_name=name if isinstance(name, str) else "")


def _has(activity: IncomingActivity, name: str) -> bool:
    """Whether the bot is among those whom an activity names."""
    named = activity.raw.get(name)
    return isinstance(named, list) and any(_object(each).get("id") == activity.bot for each in named)


def _object(found: Any) -> Mapping[str, Any]:
    return found if isinstance(found, dict) else {}
