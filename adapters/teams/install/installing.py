"""Where the bot comes and goes: teams and people that install or remove it, channels that come, go and change names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from adapters.teams.activity import PLATFORM, Inbound
from adapters.teams.api.platform import TeamsPlatform
from adapters.teams.handle.commands import Commands
from adapters.teams.handle.dispatching import Doorway
from bot.interface.ports import Place

ADDED = frozenset({"add", "add-upgrade"})
GONE = frozenset({"channelDeleted", "teamDeleted", "teamHardDeleted", "teamArchived"})
BACK = frozenset({"channelRestored", "teamRestored", "teamUnarchived"})
RENAMED = frozenset({"channelRenamed", "teamRenamed"})


class Installing:
    """Keeps what is connected as it is, and says what can be done where the bot is new.

    Each method raises `Fault` and `Unavailable`.
    """

    def __init__(self, doorway: Doorway, commands: Commands, platform: TeamsPlatform) -> None:
        self._doorway = doorway
        self._commands = commands
        self._platform = platform

    async def installed(self, inbound: Inbound) -> None:
        """The app was installed or removed: for a person, or in a team, by the channel that was chosen for it."""
        action = inbound.raw.get("action")
        if action not in ADDED:
            await self._gone(inbound, "removed")
        elif inbound.personal:
            await self._platform.rosters.meet(inbound)
            if action == "add":
                await self._commands.tell(inbound, await self._doorway.home(inbound))
        else:
            chosen = _chosen(inbound)
            await self._platform.rosters.connect(chosen)
            if action == "add":
                await self._commands.tell(chosen, await self._commands.help(chosen))

    async def changed(self, inbound: Inbound) -> None:
        """Something changed in a team: who is in it, or which channels it has."""
        happened = _object(inbound.raw.get("channelData")).get("eventType")
        if happened in GONE or _has(inbound, "membersRemoved"):
            await self._gone(inbound, happened if isinstance(happened, str) else "removed")
        elif inbound.personal:
            await self._platform.rosters.meet(inbound)
        elif happened in BACK or _has(inbound, "membersAdded"):
            await self.connect(_of_channel(inbound))
        elif happened in RENAMED and await self._is_connected(_of_channel(inbound)):
            await self._platform.rosters.connect(_of_channel(inbound))

    async def connect(self, inbound: Inbound) -> None:
        """Connect the channel that an activity came from, if it is not connected."""
        if not inbound.personal and not await self._is_connected(inbound):
            await self._platform.rosters.connect(inbound)

    async def _is_connected(self, inbound: Inbound) -> bool:
        return _place(inbound) in await self._platform.connections.channels(PLATFORM)

    async def _gone(self, inbound: Inbound, reason: str) -> None:
        if not inbound.personal:
            await self._platform.rosters.lost(_place(_of_channel(inbound)), reason)
        elif inbound.person:
            await self._platform.rosters.removed(inbound.person)


def _place(inbound: Inbound) -> Place:
    return Place(PLATFORM, inbound.tenant, inbound.channel)


def _of_channel(inbound: Inbound) -> Inbound:
    """What is told of a channel comes from the team's first one, and names the channel beside."""
    channel = _object(_object(inbound.raw.get("channelData")).get("channel")).get("id")
    return replace(inbound, conversation=channel) if isinstance(channel, str) and channel else inbound


def _chosen(inbound: Inbound) -> Inbound:
    """The channel that was chosen when the app was installed in a team; its first one, where none was."""
    settings = _object(_object(inbound.raw.get("channelData")).get("settings"))
    chosen = _object(settings.get("selectedChannel"))
    channel, name = chosen.get("id"), chosen.get("name")
    if not isinstance(channel, str) or not channel:
        return inbound
    return replace(inbound, conversation=channel, channel_name=name if isinstance(name, str) else "")


def _has(inbound: Inbound, name: str) -> bool:
    """Whether the bot is among those whom an activity names."""
    named = inbound.raw.get(name)
    return isinstance(named, list) and any(_object(each).get("id") == inbound.bot for each in named)


def _object(found: Any) -> Mapping[str, Any]:
    return found if isinstance(found, dict) else {}
