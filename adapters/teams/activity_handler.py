"""What arrives from Teams goes to the desk's doors, and what they give back is the answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from adapters.teams.activity import Inbound, Reply
from adapters.teams.api.platform import TeamsPlatform
from adapters.teams.draw import render
from adapters.teams.handle import unfurling
from adapters.teams.handle.actions import Actions
from adapters.teams.handle.commands import Commands
from adapters.teams.handle.dialogs import Dialogs
from adapters.teams.handle.dispatching import Doorway
from adapters.teams.install.installing import Installing
from adapters.teams.receive.deduplication import Lately
from adapters.teams.receive.invoke_responses import ACTION, EXTENSION_DIALOGS, FETCH, SUBMIT, saying
from bot.dispatcher import Dispatcher
from bot.screens.refusals import NOT_FOUND


class Arriving:
    """`adapters.teams.activity.Handler`: every activity and what it does."""

    def __init__(self, dispatcher: Dispatcher, platform: TeamsPlatform) -> None:
        doorway = Doorway(dispatcher, platform.rosters)
        actions = Actions(doorway)
        dialogs = Dialogs(doorway)
        self._doorway, self._platform, self._lately = doorway, platform, Lately()
        self._commands = Commands(doorway, actions, platform.answer)
        self._installing = Installing(doorway, self._commands, platform)
        fetch, submit = EXTENSION_DIALOGS
        self._invokes: dict[str, Callable[[Inbound], Awaitable[Reply]]] = {
            FETCH: dialogs.pressed,
            SUBMIT: dialogs.pressed,
            fetch: dialogs.commanded,
            submit: dialogs.pressed,
            ACTION: actions.executed,
            **dict.fromkeys(unfurling.LINKS, lambda inbound: unfurling.unfurled(dispatcher, inbound)),
        }

    async def handle(self, inbound: Inbound) -> Reply | None:
        """Act on an activity; give the answer to an invoke. Raises `Fault` and `Unavailable`."""
        if inbound.type == "invoke":
            act = self._invokes.get(inbound.name)
            return await act(inbound) if act else saying(inbound, NOT_FOUND)
        with self._lately.once(inbound) as is_new:
            if is_new:
                await self._happened(inbound)
        return None

    async def _happened(self, inbound: Inbound) -> None:
        match inbound.type:
            case "message":
                await self._installing.connect(inbound)
                await self._commands.said(inbound)
            case "messageReaction":
                await self._reacted(inbound)
            case "installationUpdate":
                await self._installing.installed(inbound)
            case "conversationUpdate":
                await self._installing.changed(inbound)

    async def _reacted(self, inbound: Inbound) -> None:
        """A reaction to a policy's card, where an admin wants people told: in their own chat, nobody else sees it."""
        if inbound.personal or not inbound.raw.get("reactionsAdded"):
            return
        card = await self._doorway.reacted(inbound)
        if card is not None:
            await self._platform.tell(inbound.person, render.card(card), card.fallback)
