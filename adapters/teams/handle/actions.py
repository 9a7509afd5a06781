"""Buttons of cards that do something, or lead somewhere, in place; and cards that a client reports as it shows them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adapters.teams.activity import IncomingActivity, InvokeAnswer
from adapters.teams.draw import button_data, render
from adapters.teams.draw.button_data import ButtonData, ButtonVerb, InvalidButtonData
from adapters.teams.draw.chat import DONE, IN_PLACE
from adapters.teams.handle.dispatching import TeamsDispatcher
from adapters.teams.handle.in_place import OPEN, InPlace, as_card, sentence
from adapters.teams.receive.invoke_responses import action_card, action_message
from bot.interface.parts import Card, Notice, Screen
from bot.screens import refusals as says
from bot.screens.notice.way_in import way_in_card

CHANGED = says.CHANGED_SINCE.partition(".")[0] + "."


class Actions:
    """Takes what is pressed on a card to the desk. What comes back only who pressed it sees."""

    def __init__(self, dispatcher: TeamsDispatcher) -> None:
        self._dispatcher = dispatcher
        self._in_place = InPlace(dispatcher)

    async def executed(self, activity: IncomingActivity) -> InvokeAnswer:
        """A button that does something or leads somewhere, or a report that a card is shown."""
        action = activity.value.get("action")
        try:
            button = _button(action.get("data") if isinstance(action, dict) else None)
        except InvalidButtonData:
            return action_message(CHANGED)
        if button.verb is ButtonVerb.SEEN:
            return await self._in_place.seen(button, activity)
        if activity.personal and isinstance(button.intent, IN_PLACE):
            if button.verb is ButtonVerb.OPEN:
                return await self._in_place.opened(button, button.intent, activity)
            if button.verb is ButtonVerb.SEND:
                return await self._in_place.sent(button, button.intent, activity)
        return _told(await self._led_to(button, activity), activity)

    async def submitted(self, activity: IncomingActivity) -> Card | None:
        """The same from a client that knows no such buttons, as a message: the card to answer with, if any.

        In a channel everybody would see the answer, so there is none there.
        """
        try:
            button = _button(activity.value)
        except InvalidButtonData:
            return None
        return as_card(await self._led_to(button, activity)) if activity.personal else None

    async def _led_to(self, button: ButtonData, activity: IncomingActivity) -> Screen:
        if button.verb is ButtonVerb.OPEN and button.intent is not None:
            return way_in_card(OPEN, button.intent)
        if button.verb is ButtonVerb.DO and isinstance(button.intent, DONE):
            return await self._dispatcher.submit(button.intent, {}, activity)
        return Card((Notice(CHANGED),), CHANGED)


def _button(data: Any) -> ButtonData:
    return button_data.read(data if isinstance(data, Mapping) else {})


def _told(screen: Screen, activity: IncomingActivity) -> InvokeAnswer:
    """In a person's own chat a card in place of the one that was pressed; elsewhere the card stays, with a sentence."""
    if activity.personal:
        return action_card(render.card(as_card(screen)))
    return action_message(sentence(screen))
