"""Handle installation events: teams and people that install or remove the app, and changes of a team's channels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from adapters.teams.activity import PLATFORM, IncomingActivity
from adapters.teams.api.platform import TeamsPlatform
from adapters.teams.handle.commands import TeamsCommands
from adapters.teams.handle.dispatching import TeamsDispatcher
from bot.interface.ports import Place
from bot.people.connections import UNNAMED

ADDED = frozenset({"add", "add-upgrade"})
GONE = frozenset({"channelDeleted", "teamDeleted", "teamHardDeleted", "teamArchived"})
BACK = frozenset({"channelRestored", "teamRestored", "teamUnarchived"})
RENAMED = frozenset({"channelRenamed", "teamRenamed"})


class InstallationChanges:
    """Connects and disconnects channels, and posts a first message where the app is new.

    Each method raises `TeamsApiError` and `Unavailable`.
    """

    def __init__(self, dispatcher: TeamsDispatcher, commands: TeamsCommands, platform: TeamsPlatform) -> None:
        self._dispatcher = dispatcher
        self._commands = commands
        self._platform = platform

    async def installed(self, activity: IncomingActivity) -> None:
        """Handle an installation or removal of the app, by a person or in a team with its chosen channel.

        Who did so in a team is in the audit log. That somebody has the app for themselves is not.
        """
        action = activity.raw.get("action")
        if action not in ADDED:
            await self._check(activity)
            if action == "remove" and not activity.personal:
                await self._platform.connections.app_removed(_place(_in_its_channel(activity)), activity.person)
        elif activity.personal:
            await self._platform.rosters.meet(activity)
            if action == "add":
                await self._commands.tell(activity, await self._dispatcher.home(activity))
        else:
            chosen = _in_chosen_channel(activity)
            await self._platform.rosters.connect(chosen)
            if action == "add":
                await self._platform.connections.app_added(_place(chosen), activity.person)
                await self._commands.tell(chosen, await self._commands.help(chosen))

    async def changed(self, activity: IncomingActivity) -> None:
        """Handle a change in a team: its members or its channels."""
        event_type = _object(activity.raw.get("channelData")).get("eventType")
        if event_type in GONE or _lists_bot(activity, "membersRemoved"):
            await self._check(activity)
        elif not activity.personal and activity.raw.get("membersRemoved"):
            await self._platform.rosters.left(activity, _directory_ids(activity, "membersRemoved"))
        elif activity.personal:
            await self._platform.rosters.meet(activity)
        elif event_type in BACK or _lists_bot(activity, "membersAdded"):
            await self.connect(_in_its_channel(activity))
        elif event_type in RENAMED:
            await self._platform.rosters.rename(_in_its_channel(activity))

    async def connect(self, activity: IncomingActivity) -> None:
        """Connect the channel of an activity if it is not connected yet, and name it if its name is not known yet."""
        if activity.personal:
            return
        names = await self._platform.connections.channel_names(PLATFORM)
        if _place(activity) not in names:
            await self._platform.rosters.connect(activity)
        elif names[_place(activity)] == UNNAMED:
            await self._platform.rosters.rename(activity)

    async def _check(self, activity: IncomingActivity) -> None:
        """Check an activity that says the app is gone: it may come late, from before the app was added again."""
        if not activity.personal:
            await self._platform.rosters.check(_place(_in_its_channel(activity)))
        elif activity.person:
            await self._platform.rosters.check_chat(activity)


def _place(activity: IncomingActivity) -> Place:
    return Place(PLATFORM, activity.tenant, activity.channel)


def _in_its_channel(activity: IncomingActivity) -> IncomingActivity:
    """The activity, moved to the channel it is about: Teams sends it in the team's first channel."""
    channel = _object(_object(activity.raw.get("channelData")).get("channel")).get("id")
    return replace(activity, conversation=channel) if isinstance(channel, str) and channel else activity


def _in_chosen_channel(activity: IncomingActivity) -> IncomingActivity:
    """The activity, moved to the channel chosen at installation; unchanged if none was chosen."""
    settings = _object(_object(activity.raw.get("channelData")).get("settings"))
    chosen = _object(settings.get("selectedChannel"))
    channel, name = chosen.get("id"), chosen.get("name")
    if not isinstance(channel, str) or not channel:
        return activity
    return replace(activity, conversation=channel, channel_name=name if isinstance(name, str) else "")


def _lists_bot(activity: IncomingActivity, name: str) -> bool:
    """Whether the bot is in the list `name` of an activity."""
    named = activity.raw.get(name)
    return isinstance(named, list) and any(_object(each).get("id") == activity.bot for each in named)


def _directory_ids(activity: IncomingActivity, name: str) -> tuple[str, ...]:
    """The ids in the directory of the people in the list `name` of an activity; empty for one whose id it lacks."""
    named = activity.raw.get(name)
    ids = (_object(each).get("aadObjectId") for each in named) if isinstance(named, list) else ()
    return tuple(each if isinstance(each, str) else "" for each in ids)


def _object(found: Any) -> Mapping[str, Any]:
    return found if isinstance(found, dict) else {}
