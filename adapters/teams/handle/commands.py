"""Handle what people type to the bot: a few commands, and for anything else, where flags are given.

What is typed is only compared with the words of the commands. It is neither stored nor logged.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from adapters.teams.activity import IncomingActivity
from adapters.teams.draw import render
from adapters.teams.handle.actions import Actions
from adapters.teams.handle.dispatching import TeamsDispatcher
from bot.interface.commands import COMMANDS, command
from bot.interface.intents import Help
from bot.interface.json_object import Json
from bot.interface.parts import Card, Notice
from bot.interface.unavailable import Unavailable
from bot.screens.notice.way_in import way_in_card

Answer = Callable[[IncomingActivity, Json, str], Awaitable[str]]
"""Posts a card in the conversation of an activity. The text is for notifications."""

LABELS = {
    "announce": "Announce a policy",
    "mine": "Show my flags",
    "digest": "See my newest digest",
    "settings": "Change settings",
    "home": "See my home",
}
"""A message cannot open a dialog in Teams. So these commands are answered with a button that does."""


class TeamsCommands:
    """Answers what is typed, in the conversation where it was typed."""

    def __init__(self, dispatcher: TeamsDispatcher, actions: Actions, answer: Answer) -> None:
        self._dispatcher = dispatcher
        self._actions = actions
        self._answer = answer

    async def said(self, activity: IncomingActivity) -> None:
        """Answer a message: typed text, or a click that came as a message. Raises `TeamsApiError`."""
        try:
            card = await (self._actions.submitted(activity) if activity.value else self._answer_to(activity))
        except Unavailable as unavailable:
            card = Card((Notice(str(unavailable)),), str(unavailable))
        if card is not None:
            await self.tell(activity, card)

    async def tell(self, activity: IncomingActivity, card: Card) -> None:
        """Post a card in the conversation of an activity. Raises `TeamsApiError`."""
        # A click that came as a message is from a client without buttons that act in place.
        reader = activity.person if activity.personal and not activity.value else None
        await self._answer(activity, render.card(card, reader=reader), card.fallback)

    async def help(self, activity: IncomingActivity) -> Card:
        """Return the help card. Raises `Unavailable`."""
        screen = await self._dispatcher.open(Help(), activity)
        return screen if isinstance(screen, Card) else await self._dispatcher.typed(activity)

    async def _answer_to(self, activity: IncomingActivity) -> Card:
        name = command(activity.text)
        if name == "help":
            return await self.help(activity)
        if name == "home" and activity.personal:
            return await self._dispatcher.home(activity)
        if name is not None:
            return way_in_card(LABELS[name], COMMANDS[name])
        return await self._dispatcher.typed(activity)
