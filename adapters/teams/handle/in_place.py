"""What takes the place of a message in its reader's own chat: forms, private views, and the message as it is now.

Only the client that asked shows it, until the message is opened again. It is only for the person to whom the message
was sent: the database says who that is, whatever the button says.
"""

from __future__ import annotations

import logging

from adapters.teams.activity import PLATFORM, IncomingActivity, InvokeAnswer
from adapters.teams.draw import button_data, render
from adapters.teams.draw.button_data import ButtonData, MessageRef
from adapters.teams.draw.chat import ASKED
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


class InPlace:
    """Answers buttons of a message in somebody's own chat. Raises `Unavailable`, but never for what was typed."""

    def __init__(self, dispatcher: TeamsDispatcher) -> None:
        self._dispatcher = dispatcher

    async def seen(self, button: ButtonData, activity: IncomingActivity) -> InvokeAnswer:
        """A delivery has arrived. Its card, as it is now, or what stands in its place where this copy is an old one."""
        copy = button.copy
        if copy.delivery is None or not activity.personal or not await self._is_theirs(copy, activity):
            return action_message(says.NOT_FOUND)
        instead = await self._dispatcher.dispatcher.seen(copy.delivery, activity.card, copy.attempt)
        now = None if instead else await self._now(copy, activity)
        if now is not None:
            return action_card(_message(now, copy, activity))
        return action_card(render.card(instead)) if instead else action_message(says.NOT_FOUND)

    async def opened(self, button: ButtonData, intent: Intent, activity: IncomingActivity) -> InvokeAnswer:
        """A form or a view is asked for."""
        if isinstance(intent, Home):
            now = await self._now(button.copy, activity)
            return action_card(_message(now, button.copy, activity)) if now else action_message(says.NOT_FOUND)
        if not await self._is_theirs(button.copy, activity):
            return action_message(says.NOT_FOUND)
        return action_card(_shown(await self._dispatcher.open(intent, activity), button.copy, intent))

    async def sent(self, button: ButtonData, intent: Intent, activity: IncomingActivity) -> InvokeAnswer:
        """A form is sent: what it leads to stands over the message as it is now."""
        try:
            if not await self._is_theirs(button.copy, activity):
                return action_message(says.NOT_FOUND)
            screen = await self._dispatcher.submit(intent, button.answers, activity, button.nonce)
        except Unavailable:
            return _not_sent(button)
        except Exception as error:  # noqa: BLE001 - whatever it is, what was typed must come back
            log.error("a form of Teams failed: %s", type(error).__name__)
            return _not_sent(button)
        if isinstance(screen, Form) and screen.questions:
            return action_card(_shown(screen, button.copy))
        done = with_what_was_typed(screen, button.typed)
        return action_card(await self._over_the_message(done, button.copy, activity))

    async def _over_the_message(self, screen: Screen, copy: MessageRef, activity: IncomingActivity) -> Json:
        done = as_card(screen)
        said = done.parts[1:] if isinstance(screen, Form) else done.parts
        try:
            now = await self._now(copy, activity)
        except Unavailable:
            now = None
        if now is None:
            return _shown(screen, copy)
        return _message(Card((*said, *now.parts), done.fallback), copy, activity)

    async def _is_theirs(self, copy: MessageRef, activity: IncomingActivity) -> bool:
        """Whether the message was sent to them. One that answers something typed has no delivery, and is theirs."""
        return copy.delivery is None or await self._dispatcher.dispatcher.was_sent_to(
            copy.delivery, _own_chat(activity)
        )

    async def _now(self, copy: MessageRef, activity: IncomingActivity) -> Card | None:
        """The message as it is now, if it is theirs; what answers something typed is their home."""
        if copy.delivery is None:
            return await self._dispatcher.home(activity)
        return await self._dispatcher.dispatcher.drawn(copy.delivery, _own_chat(activity))


def _own_chat(activity: IncomingActivity) -> Place:
    return Place(PLATFORM, activity.tenant, activity.person, direct=True)


def as_card(screen: Screen) -> Card:
    """A screen as a card in a chat, where nothing is asked: a form's questions are behind a button."""
    if isinstance(screen, Card):
        return screen
    if screen.questions and screen.intent is not None:
        return way_in_card(OPEN, screen.intent)
    body = tuple(part for part in screen.body if not isinstance(part, Question))
    return Card((Heading(screen.title, 1), *body), sentence(screen))


def sentence(screen: Screen) -> str:
    """A screen in one sentence."""
    if isinstance(screen, Card):
        return screen.fallback
    said = (part.text for part in screen.body if isinstance(part, Notice | Paragraph))
    return next(said, f"{screen.title}.")


def _message(card: Card, copy: MessageRef, activity: IncomingActivity) -> Json:
    return render.card(card, delivery=copy.delivery, attempt=copy.attempt, reader=activity.person)


def _shown(screen: Screen, copy: MessageRef, opened: Intent | None = None) -> Json:
    form = screen if isinstance(screen, Form) else render.as_view(screen)
    if form.questions and not isinstance(form.intent, ASKED):
        form = render.as_view(as_card(form))
    return render.in_place(form, copy, opened)


def _not_sent(button: ButtonData) -> InvokeAnswer:
    again = button_data.sending_again(button)
    return action_card(render.in_place(form_not_sent(button.typed), button.copy, again=again))
