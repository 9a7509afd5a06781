"""Handle dialogs: open them from a button or a message command, submit them, and show what comes next."""

from __future__ import annotations

import logging

from adapters.teams.activity import IncomingActivity, InvokeAnswer
from adapters.teams.draw import button_data, render
from adapters.teams.draw.button_data import ButtonData, ButtonVerb, InvalidButtonData
from adapters.teams.draw.render import PreviousForm
from adapters.teams.handle import quoting
from adapters.teams.handle.dispatching import TeamsDispatcher
from adapters.teams.receive.invoke_responses import dialog
from bot.interface.intents import Announce, GiveView, Home, OpenPolicies
from bot.interface.parts import Form, Notice
from bot.interface.unavailable import Unavailable
from bot.screens import refusals as says
from bot.screens.notice.form_not_sent import form_not_sent, with_what_was_typed

log = logging.getLogger(__name__)

ASK, VIEW, ANNOUNCE = "askIfDeliverable", "giveYourView", "announce"
"""The ids of two message commands and of the compose box command, as in the app package."""


class Dialogs:
    """Passes dialogs to the dispatcher, and shows the result."""

    def __init__(self, dispatcher: TeamsDispatcher) -> None:
        self._dispatcher = dispatcher

    async def commanded(self, activity: IncomingActivity) -> InvokeAnswer:
        """Open the dialog of a message command or of the compose box command."""
        command = activity.value.get("commandId")
        if command == ASK:
            quoted = quoting.announcement(activity.value, activity.bot)
            return dialog(await self._dispatcher.open(Announce(), activity, quoted), activity)
        if command == ANNOUNCE:
            return dialog(await self._dispatcher.open(Announce(), activity), activity)
        if command == VIEW:
            policy = quoting.policy(activity.value)
            opened = GiveView(policy) if policy else OpenPolicies()
            return dialog(await self._dispatcher.open(opened, activity), activity)
        return await self._show_outdated(activity)

    async def pressed(self, activity: IncomingActivity) -> InvokeAnswer:
        """Handle a button that opens, submits or closes a dialog, on a card or in another dialog."""
        data = activity.value.get("data")
        try:
            button = button_data.read(data if isinstance(data, dict) else {}, activity.tenant)
        except InvalidButtonData:
            return await self._show_outdated(activity)
        if button.verb is ButtonVerb.CLOSE:
            return InvokeAnswer()
        if button.verb is ButtonVerb.SEND:
            return await self._submit(button, activity)
        intent = button.intent or Home()
        if button.verb is ButtonVerb.DO:
            return dialog(await self._dispatcher.submit(intent, {}, activity), activity, _previous_form(button))
        answers = button.answers if button.verb is ButtonVerb.BACK else None
        return dialog(await self._dispatcher.open(intent, activity, answers), activity, _previous_form(button))

    async def _submit(self, button: ButtonData, activity: IncomingActivity) -> InvokeAnswer:
        try:
            screen = await self._dispatcher.submit(button.intent or Home(), button.answers, activity, button.nonce)
        except Unavailable:
            return _not_sent(button, activity)
        except Exception as error:  # noqa: BLE001 - whatever the error, return what was typed
            log.error("a Teams form failed: %s", type(error).__name__)
            return _not_sent(button, activity)
        return dialog(with_what_was_typed(screen, button.typed), activity)

    async def _show_outdated(self, activity: IncomingActivity) -> InvokeAnswer:
        """Answer an outdated or unknown button: say that things have changed, and show the current home."""
        now = await self._dispatcher.home(activity)
        return dialog(Form(render.NAME, (Notice(says.AS_IT_STANDS), *now.parts), close="Close"), activity)


def _previous_form(button: ButtonData) -> PreviousForm | None:
    return PreviousForm(button.left, button.answers) if button.left else None


def _not_sent(button: ButtonData, activity: IncomingActivity) -> InvokeAnswer:
    return dialog(form_not_sent(button.typed), activity, again=button_data.sending_again(button))
