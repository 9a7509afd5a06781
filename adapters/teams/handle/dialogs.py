"""Dialogs: opened by a button or by a command on a message, sent, and answered by the next one."""

from __future__ import annotations

import logging

from adapters.teams.activity import Inbound, Reply
from adapters.teams.draw import button_data, render
from adapters.teams.draw.button_data import How, Pressed, Unreadable
from adapters.teams.draw.render import Left
from adapters.teams.draw.text import Json
from adapters.teams.handle import quoting
from adapters.teams.handle.dispatching import Doorway
from bot.interface.intents import Announce, GiveView, Home, OpenPolicies
from bot.interface.parts import Form, Notice, Screen
from bot.screens import refusals as says
from bot.screens.notice.form_not_sent import form_not_sent, with_what_was_typed
from bot.unit_of_work.runner import Unavailable

log = logging.getLogger(__name__)

ASK, VIEW, ANNOUNCE = "askIfDeliverable", "giveYourView", "announce"
"""The commands on a message, on a message, and in the compose box, by their ids in the app package."""


class Dialogs:
    """Takes dialogs to the desk."""

    def __init__(self, doorway: Doorway) -> None:
        self._doorway = doorway

    async def commanded(self, inbound: Inbound) -> Reply:
        """A command on a message, or in the compose box, asks for a dialog."""
        command = inbound.value.get("commandId")
        if command == ASK:
            return _dialog(await self._doorway.follow(Announce(), inbound, quoting.announcement(inbound.value)))
        if command == ANNOUNCE:
            return _dialog(await self._doorway.follow(Announce(), inbound))
        if command == VIEW:
            policy = quoting.policy(inbound.value)
            return _dialog(await self._doorway.follow(GiveView(policy) if policy else OpenPolicies(), inbound))
        return await self._stands_otherwise(inbound)

    async def pressed(self, inbound: Inbound) -> Reply:
        """A button was pressed that asks for a dialog, on a card or in another dialog."""
        data = inbound.value.get("data")
        try:
            button = button_data.read(data if isinstance(data, dict) else {})
        except Unreadable:
            return await self._stands_otherwise(inbound)
        if button.how is How.CLOSE:
            return Reply()
        if button.how is How.SEND:
            return await self._send(button, inbound)
        intent = button.intent or Home()
        if button.how is How.DO:
            return _dialog(await self._doorway.submit(intent, {}, inbound), _left(button))
        answers = button.answers if button.how is How.BACK else None
        return _dialog(await self._doorway.follow(intent, inbound, answers), _left(button))

    async def _send(self, button: Pressed, inbound: Inbound) -> Reply:
        try:
            screen = await self._doorway.submit(button.intent or Home(), button.answers, inbound, button.nonce)
        except Unavailable:
            return _not_sent(button)
        except Exception as error:  # noqa: BLE001 - whatever it is, what was typed must come back
            log.error("a form of Teams failed: %s", type(error).__name__)
            return _not_sent(button)
        return _dialog(with_what_was_typed(screen, button.typed))

    async def _stands_otherwise(self, inbound: Inbound) -> Reply:
        """An old button, or none of ours: the sentence, and how things stand."""
        now = await self._doorway.home(inbound)
        return _dialog(Form(render.NAME, (Notice(says.CHANGED_SINCE), *now.parts), close="Close"))


def _left(button: Pressed) -> Left | None:
    return Left(button.left, button.answers) if button.left else None


def _not_sent(button: Pressed) -> Reply:
    return _task(render.dialog(form_not_sent(button.typed), again=button_data.sending_again(button)))


def _dialog(screen: Screen, left: Left | None = None) -> Reply:
    return _task(render.dialog(screen, left))


def _task(value: Json) -> Reply:
    return Reply({"task": {"type": "continue", "value": value}})
