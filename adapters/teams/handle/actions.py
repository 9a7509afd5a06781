"""Handle a card's buttons that act in place, and clients' reports that they show a card."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adapters.teams.activity import IncomingActivity, InvokeAnswer
from adapters.teams.draw import button_data, render
from adapters.teams.draw.button_data import ButtonData, ButtonVerb, InvalidButtonData
from adapters.teams.draw.chat import DONE, IN_PLACE
from adapters.teams.handle.channel_copies import ChannelCopies
from adapters.teams.handle.dispatching import TeamsDispatcher
from adapters.teams.handle.in_place import OPEN, InPlaceActions, as_card, sentence
from adapters.teams.receive.invoke_responses import action_card, action_message
from bot.interface.parts import Card, Notice, Screen
from bot.screens import refusals as says
from bot.screens.notice.way_in import way_in_card


class Actions:
    """Passes clicks on a card to the dispatcher. Only the person who clicked sees the result."""

    def __init__(self, dispatcher: TeamsDispatcher, copies: ChannelCopies) -> None:
        self._dispatcher = dispatcher
        self._in_place = InPlaceActions(dispatcher, copies)

    async def executed(self, activity: IncomingActivity) -> InvokeAnswer:
        """Handle an `adaptiveCard/action`: a button that acts in place, or the report that a card is shown."""
        action = activity.value.get("action")
        try:
            button = _button_of(action.get("data") if isinstance(action, dict) else None, activity)
        except InvalidButtonData:
            return action_message(says.CHANGED_SINCE)
        if button.verb is ButtonVerb.SEEN:
            return await self._in_place.seen(button, activity)
        if activity.personal and isinstance(button.intent, IN_PLACE):
            if button.verb is ButtonVerb.OPEN:
                return await self._in_place.opened(button, button.intent, activity)
            if button.verb is ButtonVerb.SEND:
                return await self._in_place.sent(button, button.intent, activity)
        return _answer(await self._result_of(button, activity), activity)

    async def submitted(self, activity: IncomingActivity) -> Card | None:
        """Handle a click that came as a message, from a client without `Action.Execute`.

        Returns the card to answer with; None in a channel, where everyone would see the answer.
        """
        try:
            button = _button_of(activity.value, activity)
        except InvalidButtonData:
            return None
        return as_card(await self._result_of(button, activity)) if activity.personal else None

    async def _result_of(self, button: ButtonData, activity: IncomingActivity) -> Screen:
        if button.verb is ButtonVerb.OPEN and button.intent is not None:
            return way_in_card(OPEN, button.intent)
        if button.verb is ButtonVerb.DO and isinstance(button.intent, DONE):
            return await self._dispatcher.submit(button.intent, {}, activity)
        return Card((Notice(says.CHANGED_SINCE),), says.CHANGED_SINCE)


def _button_of(data: Any, activity: IncomingActivity) -> ButtonData:
    return button_data.read(data if isinstance(data, Mapping) else {}, activity.tenant)


def _answer(screen: Screen, activity: IncomingActivity) -> InvokeAnswer:
    """In a personal chat, replace the card that was clicked. Elsewhere, leave the card and show a sentence."""
    if activity.personal:
        return action_card(render.card(as_card(screen)))
    return action_message(sentence(screen))
