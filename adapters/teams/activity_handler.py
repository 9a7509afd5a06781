"""What arrives from Teams goes to the desk's doors, and what they give back is the answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from adapters.teams.activity import IncomingActivity, InvokeAnswer
from adapters.teams.api.platform import TeamsPlatform
from adapters.teams.draw import render
from adapters.teams.handle import unfurling
from adapters.teams.handle.actions import Actions
from adapters.teams.handle.commands import TeamsCommands
from adapters.teams.handle.dialogs import Dialogs
from adapters.teams.handle.dispatching import TeamsDispatcher
from adapters.teams.install.installing import InstallationChanges
from adapters.teams.receive.deduplication import RecentActivities
from adapters.teams.receive.invoke_responses import ACTION, EXTENSION_DIALOGS, FETCH, SUBMIT, saying
from bot.dispatcher import Dispatcher
from bot.screens.refusals import NOT_FOUND


class ActivityHandler:
    """`adapters.teams.activity.Handler`: every activity and what it does."""

    def __init__(self, dispatcher: Dispatcher, platform: TeamsPlatform) -> None:
        asked = TeamsDispatcher(dispatcher, platform.rosters)
        actions = Actions(asked)
        dialogs = Dialogs(asked)
        self._dispatcher, self._platform, self._lately = asked, platform, RecentActivities()
        self._commands = TeamsCommands(asked, actions, platform.answer)
        self._installing = InstallationChanges(asked, self._commands, platform)
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
        """Act on an activity; give the answer to an invoke. Raises `TeamsApiError` and `Unavailable`."""
        if activity.type == "invoke":
            act = self._invokes.get(activity.name)
            return await act(activity) if act else saying(activity, NOT_FOUND)
        with self._lately.once(activity) as is_new:
            if is_new:
                await self._happened(activity)
        return None

    async def _happened(self, activity: IncomingActivity) -> None:
        match activity.type:
            case "message":
                await self._installing.connect(activity)
                await self._commands.said(activity)
            case "messageReaction":
                await self._reacted(activity)
            case "installationUpdate":
                await self._installing.installed(activity)
            case "conversationUpdate":
                await self._installing.changed(activity)

    async def _reacted(self, activity: IncomingActivity) -> None:
        """A reaction to a policy's card, where an admin wants people told: in their own chat, nobody else sees it."""
        if activity.personal or not activity.raw.get("reactionsAdded"):
            return
        card = await self._dispatcher.reacted(activity)
        if card is not None:
            await self._platform.tell(activity.person, render.card(card), card.fallback)
