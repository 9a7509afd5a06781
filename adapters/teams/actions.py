"""Buttons of cards that do something in place, and cards that a client reports as it shows them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adapters.teams import pressed, render
from adapters.teams.answers import action_message
from adapters.teams.arrivals import PLATFORM, Inbound, Reply
from adapters.teams.doorway import Doorway
from adapters.teams.pressed import How, Pressed, Unreadable
from adapters.teams.text import Json
from bot.intents import Settle
from bot.parts import Card, Heading, Notice, Paragraph, Question, Screen
from bot.ports import Place
from bot.words import refusals as says
from bot.words.way_in import way_in_card

OPEN = "Open the form"
IN_PLACE = (Settle,)
"""What is done in a chat. Everything else is in dialogs, which Teams does not keep as it keeps chats."""
CHANGED = says.CHANGED_SINCE.partition(".")[0] + "."


class Actions:
    """Takes what is pressed on a card to the desk. What comes back only who pressed it sees."""

    def __init__(self, doorway: Doorway) -> None:
        self._doorway = doorway

    async def executed(self, inbound: Inbound) -> Reply:
        """A button that does something, or a report that a card is shown."""
        action = inbound.value.get("action")
        try:
            button = _button(action.get("data") if isinstance(action, dict) else None)
        except Unreadable:
            return action_message(CHANGED)
        if button.how is How.SEEN:
            return await self._seen(button, inbound)
        return _told(await self._led_to(button, inbound), inbound)

    async def submitted(self, inbound: Inbound) -> Card | None:
        """The same from a client that knows no such buttons, as a message: the card to answer with, if any.

        In a channel everybody would see the answer, so there is none there.
        """
        try:
            button = _button(inbound.value)
        except Unreadable:
            return None
        return _as_card(await self._led_to(button, inbound)) if inbound.personal else None

    async def _led_to(self, button: Pressed, inbound: Inbound) -> Screen:
        if button.how is How.OPEN and button.intent is not None:
            return way_in_card(OPEN, button.intent)
        if button.how is How.DO and isinstance(button.intent, IN_PLACE):
            return await self._doorway.submit(button.intent, {}, inbound)
        return Card((Notice(CHANGED),), CHANGED)

    async def _seen(self, button: Pressed, inbound: Inbound) -> Reply:
        """A delivery has arrived. Its card, as it is now, or what stands in its place where this copy is an old one."""
        place = Place(PLATFORM, inbound.tenant, inbound.person, direct=True)
        delivery = button.delivery
        if delivery is None or not inbound.personal:
            return action_message(says.NOT_FOUND)
        now = await self._doorway.desk.drawn(delivery, place)
        if now is None:
            return action_message(says.NOT_FOUND)
        instead = await self._doorway.desk.seen(delivery, inbound.card, button.attempt)
        if instead is not None:
            return _card(render.card(instead))
        return _card(render.card(now, delivery=delivery, attempt=button.attempt, reader=inbound.person))


def _button(data: Any) -> Pressed:
    return pressed.read(data if isinstance(data, Mapping) else {})


def _card(card: Json) -> Reply:
    return Reply({"statusCode": 200, "type": render.ADAPTIVE_CARD, "value": card})


def _told(screen: Screen, inbound: Inbound) -> Reply:
    """In a person's own chat a card in place of the one that was pressed; elsewhere the card stays, with a sentence."""
    if inbound.personal:
        return _card(render.card(_as_card(screen)))
    return action_message(_sentence(screen))


def _as_card(screen: Screen) -> Card:
    """A screen in a chat, where nothing is asked: a form's questions are behind a button."""
    if isinstance(screen, Card):
        return screen
    if screen.questions and screen.intent is not None:
        return way_in_card(OPEN, screen.intent)
    body = tuple(part for part in screen.body if not isinstance(part, Question))
    return Card((Heading(screen.title, 1), *body), _sentence(screen))


def _sentence(screen: Screen) -> str:
    if isinstance(screen, Card):
        return screen.fallback
    said = (part.text for part in screen.body if isinstance(part, Notice | Paragraph))
    return next(said, f"{screen.title}.")
