"""Route each activity to its handler and return the answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from adapters.teams.activity import IncomingActivity, InvokeAnswer
from adapters.teams.api.platform import TeamsPlatform
from adapters.teams.draw import render
from adapters.teams.handle import unfurling
from adapters.teams.handle.actions import Actions
from adapters.teams.handle.channel_copies import ChannelCopies
from adapters.teams.handle.commands import TeamsCommands
from adapters.teams.handle.dialogs import Dialogs
from adapters.teams.handle.dispatching import TeamsDispatcher
from adapters.teams.install.installing import InstallationChanges
from adapters.teams.receive.deduplication import RecentActivities
from adapters.teams.receive.invoke_responses import ACTION, EXTENSION_DIALOGS, FETCH, SUBMIT, saying
from bot.dispatcher import Dispatcher
from bot.screens.refusals import NOT_FOUND


class ActivityHandler:
    """Implements `adapters.teams.activity.Handler`: routes every kind of activity."""

    def __init__(self, dispatcher: Dispatcher, platform: TeamsPlatform) -> None:
        teams_dispatcher = TeamsDispatcher(dispatcher, platform.rosters)
        self._copies = ChannelCopies(dispatcher)
        actions = Actions(teams_dispatcher, self._copies)
        dialogs = Dialogs(teams_dispatcher)
        self._dispatcher, self._platform = teams_dispatcher, platform
        self._recent = RecentActivities()
        self._commands = TeamsCommands(teams_dispatcher, actions, platform.answer)
        self._installation_changes = InstallationChanges(teams_dispatcher, self._commands, platform)
        fetch, submit = EXTENSION_DIALOGS
        self._invokes: dict[str, Callable[[IncomingActivity], Awaitable[InvokeAnswer]]] = {
            FETCH: dialogs.pressed,
            SUBMIT: dialogs.pressed,
            fetch: dialogs.commanded,
            submit: dialogs.pressed,
            ACTION: actions.executed,
            **dict.fromkeys(unfurling.LINKS, lambda activity: unfurling.unfurled(dispatcher, activity)),
        }

    async def handle(self, activity: IncomingActivity) -> InvokeAnswer | None:
        """Handle an activity. Returns the answer to an invoke. Raises `TeamsApiError` and `Unavailable`."""
        if activity.type == "invoke":
            invoke = self._invokes.get(activity.name)
            answer = await invoke(activity) if invoke else saying(activity, NOT_FOUND)
            await self._copies.pressed(activity)
            return answer
        with self._recent.once(activity) as is_new:
            if is_new:
                await self._handle_event(activity)
        return None

    async def _handle_event(self, activity: IncomingActivity) -> None:
        match activity.type:
            case "message":
                await self._installation_changes.connect(activity)
                await self._commands.said(activity)
                await self._copies.pressed(activity)
            case "messageReaction":
                await self._reacted(activity)
            case "installationUpdate":
                await self._installation_changes.installed(activity)
            case "conversationUpdate":
                await self._installation_changes.changed(activity)

    async def _reacted(self, activity: IncomingActivity) -> None:
        """Answer a reaction to a policy's card in the person's own chat, if an admin has turned that on."""
        if activity.personal or not activity.raw.get("reactionsAdded"):
            return
        card = await self._dispatcher.reacted(activity)
        if card is not None:
            await self._platform.tell(activity.person, render.card(card), card.fallback)
