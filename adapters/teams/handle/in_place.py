"""Handle what replaces a message in its reader's own chat: forms, private views, and the current message.

Only the client that asked shows it, until the message is opened again. It is only for the person to whom the message
was sent: the database says who that is, whatever the button says.
"""

from __future__ import annotations

import logging
from uuid import UUID

from adapters.teams.activity import PLATFORM, IncomingActivity, InvokeAnswer
from adapters.teams.draw import button_data, render
from adapters.teams.draw.button_data import ButtonData, MessageRef
from adapters.teams.draw.chat import ASKED
from adapters.teams.handle.channel_copies import ChannelCopies, channel_of
from adapters.teams.handle.dispatching import TeamsDispatcher
from adapters.teams.receive.invoke_responses import action_card, action_message
from bot.interface.intents import Home, Intent
from bot.interface.json_object import Json
from bot.interface.parts import Card, Form, Heading, Notice, Paragraph, Question, Screen
from bot.interface.ports import Place
from bot.interface.unavailable import Unavailable
from bot.screens import refusals as says
from bot.screens.notice.form_not_sent import form_not_sent, with_what_was_typed
from bot.screens.notice.way_in import way_in_card

log = logging.getLogger(__name__)

OPEN = "Open the form"


class InPlaceActions:
    """Answers the buttons of a message in a personal chat. Raises `Unavailable`, but never when a form is submitted."""

    def __init__(self, dispatcher: TeamsDispatcher, copies: ChannelCopies) -> None:
        self._dispatcher = dispatcher
        self._copies = copies

    async def seen(self, button: ButtonData, activity: IncomingActivity) -> InvokeAnswer:
        """Report a delivery as arrived. Returns its current card, or what replaces a duplicate of it."""
        message_ref = button.message_ref
        if message_ref.delivery is not None and not activity.personal:
            return await self._seen_in_channel(message_ref.delivery, message_ref, activity)
        if message_ref.delivery is None or not activity.personal or not await self._is_theirs(message_ref, activity):
            return action_message(says.NOT_FOUND)
        instead = await self._dispatcher.dispatcher.seen(
            message_ref.delivery, activity.card, message_ref.attempt, _own_chat(activity)
        )
        current = None if instead else await self._current(message_ref, activity)
        if current is not None:
            return action_card(_current_message(current, message_ref, activity))
        return action_card(render.card(instead)) if instead else action_message(says.NOT_FOUND)

    async def _seen_in_channel(
        self, delivery: UUID, message_ref: MessageRef, activity: IncomingActivity
    ) -> InvokeAnswer:
        instead = await self._copies.shown(message_ref, activity)
        if instead is not None:
            return action_card(render.card(instead))
        current = await self._dispatcher.dispatcher.drawn(delivery, channel_of(activity))
        if current is None:
            return action_message(says.NOT_FOUND)
        return action_card(render.card(current, delivery=delivery, attempt=message_ref.attempt))

    async def opened(self, button: ButtonData, intent: Intent, activity: IncomingActivity) -> InvokeAnswer:
        """Open a form or a view."""
        if isinstance(intent, Home):
            current = await self._current(button.message_ref, activity)
            if current is None:
                return action_message(says.NOT_FOUND)
            return action_card(_current_message(current, button.message_ref, activity))
        if not await self._is_theirs(button.message_ref, activity):
            return action_message(says.NOT_FOUND)
        return action_card(_replacement(await self._dispatcher.open(intent, activity), button.message_ref, intent))

    async def sent(self, button: ButtonData, intent: Intent, activity: IncomingActivity) -> InvokeAnswer:
        """Submit a form. The result is shown above the current message."""
        try:
            if not await self._is_theirs(button.message_ref, activity):
                return action_message(says.NOT_FOUND)
            screen = await self._dispatcher.submit(intent, button.answers, activity, button.nonce)
        except Unavailable:
            return _not_sent(button)
        except Exception as error:  # noqa: BLE001 - whatever the error, return what was typed
            log.error("a Teams form failed: %s", type(error).__name__)
            return _not_sent(button)
        if isinstance(screen, Form) and screen.questions:
            return action_card(_replacement(screen, button.message_ref))
        done = with_what_was_typed(screen, button.typed)
        return action_card(await self._above_the_message(done, button.message_ref, activity))

    async def _above_the_message(self, screen: Screen, message_ref: MessageRef, activity: IncomingActivity) -> Json:
        done = as_card(screen)
        said = done.parts[1:] if isinstance(screen, Form) else done.parts
        try:
            current = await self._current(message_ref, activity)
        except Unavailable:
            current = None
        if current is None:
            return _replacement(screen, message_ref)
        return _current_message(Card((*said, *current.parts), done.fallback), message_ref, activity)

    async def _is_theirs(self, message_ref: MessageRef, activity: IncomingActivity) -> bool:
        """Whether the message was sent to them. An answer to something they typed has no delivery, and is theirs."""
        return message_ref.delivery is None or await self._dispatcher.dispatcher.was_sent_to(
            message_ref.delivery, _own_chat(activity)
        )

    async def _current(self, message_ref: MessageRef, activity: IncomingActivity) -> Card | None:
        """The current message, if it is theirs. For an answer to something they typed, their home."""
        if message_ref.delivery is None:
            return await self._dispatcher.home(activity)
        return await self._dispatcher.dispatcher.drawn(message_ref.delivery, _own_chat(activity))


def _own_chat(activity: IncomingActivity) -> Place:
    return Place(PLATFORM, activity.tenant, activity.person, direct=True)


def as_card(screen: Screen) -> Card:
    """Return a screen as a card for a chat, without questions. A form with questions becomes a button that opens it."""
    if isinstance(screen, Card):
        return screen
    if screen.questions and screen.intent is not None:
        return way_in_card(OPEN, screen.intent)
    body = tuple(part for part in screen.body if not isinstance(part, Question))
    return Card((Heading(screen.title, 1), *body), sentence(screen))


def sentence(screen: Screen) -> str:
    """Return a screen in one sentence."""
    if isinstance(screen, Card):
        return screen.fallback
    said = (part.text for part in screen.body if isinstance(part, Notice | Paragraph))
    return next(said, f"{screen.title}.")


def _current_message(card: Card, message_ref: MessageRef, activity: IncomingActivity) -> Json:
    return render.card(card, delivery=message_ref.delivery, attempt=message_ref.attempt, reader=activity.person)


def _replacement(screen: Screen, message_ref: MessageRef, opened: Intent | None = None) -> Json:
    form = screen if isinstance(screen, Form) else render.as_view(screen)
    if form.questions and not isinstance(form.intent, ASKED):
        form = render.as_view(as_card(form))
    return render.in_place(form, message_ref, opened)


def _not_sent(button: ButtonData) -> InvokeAnswer:
    again = button_data.sending_again(button)
    return action_card(render.in_place(form_not_sent(button.typed), button.message_ref, again=again))
