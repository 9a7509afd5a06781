"""Handle button clicks on a message, on the home tab or in a modal."""

from __future__ import annotations

from collections.abc import Awaitable

from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.response import BoltResponse

from adapters.slack.api.newcomers import NotLookedUp
from adapters.slack.draw.blocks import DO, MENU, OPEN, TURN, chosen_in_menu
from adapters.slack.draw.questions import TYPE_ADDRESSES, with_addresses
from adapters.slack.draw.views import opened
from adapters.slack.handle.dispatching import SlackDispatcher
from adapters.slack.handle.file_uploads import FileUploads
from adapters.slack.handle.message_reports import MessageReports
from adapters.slack.handle.modals import Modals
from adapters.slack.receive.actors import SlackActor, actor_of_interaction
from adapters.slack.receive.bolt import access_in
from bot.interface.answers import Answers
from bot.interface.intents import DownloadCsv, Home, Intent, UnknownIntent, parse
from bot.interface.json_object import Json
from bot.interface.parts import Form, Notice, Screen
from bot.interface.unavailable import Unavailable
from bot.screens import refusals as says
from bot.screens.notice.file_not_sent import file_not_sent_card
from bot.screens.notice.too_late import too_late_card


def done() -> BoltResponse:
    """The empty answer to a click, whose result has already been shown with an API call."""
    return BoltResponse(status=200, body="")


class Buttons:
    """Passes clicks to the dispatcher, and shows the result."""

    def __init__(
        self, dispatcher: SlackDispatcher, modals: Modals, file_uploads: FileUploads, message_reports: MessageReports
    ) -> None:
        self._dispatcher = dispatcher
        self._modals = modals
        self._file_uploads = file_uploads
        self._message_reports = message_reports

    async def clicked(self, body: Json, context: AsyncBoltContext) -> BoltResponse:
        """Handle one click of one button. Clicks on other elements are only acknowledged."""
        action = (body.get("actions") or [{}])[0]
        kind, value = _pressed(action)
        if kind == TYPE_ADDRESSES:
            await self._type_addresses(actor_of_interaction(body, access_in(context), _channel_of_modal(body)))
            return done()
        if kind not in (OPEN, TURN, DO):
            return done()
        slack_actor = actor_of_interaction(body, access_in(context), _channel_of_modal(body))
        try:
            intent = parse(value)
        except UnknownIntent:
            await self._show_outdated(slack_actor)
            return done()
        if isinstance(intent, DownloadCsv):
            await self._download(slack_actor, intent)
        elif kind == OPEN:
            await self.open(slack_actor, intent)
        elif kind == TURN:
            await self._answer(slack_actor, intent, self._dispatcher.open(intent, slack_actor.actor))
        else:
            await self._answer(slack_actor, intent, self._dispatcher.submit(intent, {}, slack_actor.actor))
        self._message_reports.shown(body)
        return done()

    async def _type_addresses(self, slack_actor: SlackActor) -> None:
        shown = slack_actor.view
        state = (shown.get("state") or {}).get("values") or {}
        await self._modals.redraw(slack_actor, with_addresses(shown.get("blocks") or [], state))

    async def open(self, slack_actor: SlackActor, intent: Intent, answers: Answers | None = None) -> None:
        """Show what an intent opens. `answers` prefill a form. Raises `SlackCallError`."""
        try:
            screen = await self._dispatcher.open(intent, slack_actor.actor, answers)
        except NotLookedUp:
            await self._modals.tell(slack_actor, too_late_card(intent))
        except Unavailable as unavailable:
            await self._modals.show(slack_actor, says.refusal_form(str(unavailable)), intent)
        else:
            await self._modals.show(slack_actor, screen, intent)

    async def _answer(self, slack_actor: SlackActor, intent: Intent, asked: Awaitable[Screen]) -> None:
        """Show the screen that was asked for, in place of the modal that the button is in."""
        try:
            screen = await asked
        except NotLookedUp:
            await self._modals.tell(slack_actor, too_late_card(intent))
        except Unavailable as unavailable:
            await self._modals.show(slack_actor, says.refusal_form(str(unavailable)), intent)
        else:
            await self._show_result(slack_actor, screen, intent)

    async def _download(self, slack_actor: SlackActor, intent: DownloadCsv) -> None:
        """Send a file as a direct message, after the click is answered: it takes three calls."""
        try:
            file = await self._dispatcher.download(intent, slack_actor.actor)
        except (NotLookedUp, Unavailable):
            await self._modals.tell(slack_actor, file_not_sent_card())
            return
        if file is None:
            await self._modals.show(slack_actor, says.refusal_form(says.NOT_FOUND), intent)
        else:
            self._file_uploads.start(slack_actor, file)

    async def _show_result(self, slack_actor: SlackActor, screen: Screen, intent: Intent) -> None:
        if slack_actor.in_modal:
            await self._modals.replace(slack_actor, screen)
        else:
            await self._modals.show(slack_actor, screen, intent)

    async def _show_outdated(self, slack_actor: SlackActor) -> None:
        """Answer an outdated button: say that things have changed, and show the current home."""
        try:
            now = await self._dispatcher.home(slack_actor.actor)
        except (NotLookedUp, Unavailable):
            await self._modals.show(slack_actor, says.refusal_form(says.DOWN), Home())
            return
        screen = Form("Deliverable", (Notice(says.AS_IT_STANDS), *now.parts), close="Close")
        await self._modals.show(slack_actor, screen, Home())


def _pressed(action: Json) -> tuple[str, str]:
    """The kind of what was pressed, and the text form of its intent: of a button, or of an option of a menu."""
    kind = str(action.get("action_id", "")).partition(".")[0]
    if kind == MENU:
        option = action.get("selected_option")
        return chosen_in_menu(str(option.get("value", "")) if isinstance(option, dict) else "")
    return kind, str(action.get("value", ""))


def _channel_of_modal(body: Json) -> str:
    """The channel that a modal was opened in. The payload of a click in a modal does not contain it."""
    try:
        return opened(body.get("view") or {}).channel
    except UnknownIntent:
        return ""
