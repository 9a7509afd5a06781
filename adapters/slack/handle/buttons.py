"""Buttons that were pressed, on a message, on the home tab or in a window."""

from __future__ import annotations

from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.response import BoltResponse

from adapters.slack.draw.blocks import DO, OPEN
from adapters.slack.draw.views import opened
from adapters.slack.handle.dispatching import RosterTooSlow, SlackDispatcher
from adapters.slack.handle.file_uploads import FileUploads
from adapters.slack.handle.message_reports import MessageReports
from adapters.slack.handle.modals import Modals
from adapters.slack.receive.actors import SlackActor, caller
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
    """The answer to a click: nothing more, since what it led to was shown before."""
    return BoltResponse(status=200, body="")


class Buttons:
    """Takes buttons to the desk, and shows where they lead."""

    def __init__(
        self, dispatcher: SlackDispatcher, modals: Modals, file_uploads: FileUploads, message_reports: MessageReports
    ) -> None:
        self._dispatcher = dispatcher
        self._modals = modals
        self._file_uploads = file_uploads
        self._message_reports = message_reports

    async def clicked(self, body: Json, context: AsyncBoltContext) -> BoltResponse:
        """One press of one button. A link's button only opens its link."""
        action = (body.get("actions") or [{}])[0]
        kind = str(action.get("action_id", "")).partition(".")[0]
        if kind not in (OPEN, DO):
            return done()
        by = caller(body, access_in(context), _carried(body))
        try:
            intent = parse(str(action.get("value", "")))
        except UnknownIntent:
            await self._stands_otherwise(by)
            return done()
        if isinstance(intent, DownloadCsv):
            await self._bring(by, intent)
        elif kind == OPEN:
            await self.open(by, intent)
        else:
            await self._do(by, intent)
        self._message_reports.shown(body)
        return done()

    async def open(self, by: SlackActor, intent: Intent, answers: Answers | None = None) -> None:
        """Show what an intent opens; `answers` are what a form begins with. Raises `SlackCallError`."""
        try:
            screen = await self._dispatcher.open(intent, by.actor, answers)
        except RosterTooSlow:
            await self._modals.tell(by, too_late_card(intent))
        except Unavailable as unavailable:
            await self._modals.show(by, says.refusal_form(str(unavailable)), intent)
        else:
            await self._modals.show(by, screen, intent)

    async def _do(self, by: SlackActor, intent: Intent) -> None:
        try:
            screen = await self._dispatcher.submit(intent, {}, by.actor)
        except RosterTooSlow:
            await self._modals.tell(by, too_late_card(intent))
        except Unavailable as unavailable:
            await self._modals.show(by, says.refusal_form(str(unavailable)), intent)
        else:
            await self._led_to(by, screen, intent)

    async def _bring(self, by: SlackActor, intent: DownloadCsv) -> None:
        """A file goes into their own messages, after the click is answered: it takes three calls."""
        try:
            file = await self._dispatcher.download(intent, by.actor)
        except (RosterTooSlow, Unavailable):
            await self._modals.tell(by, file_not_sent_card())
            return
        if file is None:
            await self._modals.show(by, says.refusal_form(says.NOT_FOUND), intent)
        else:
            self._file_uploads.bring(by, file)

    async def _led_to(self, by: SlackActor, screen: Screen, intent: Intent) -> None:
        if by.in_a_window:
            await self._modals.replace(by, screen)
        else:
            await self._modals.show(by, screen, intent)

    async def _stands_otherwise(self, by: SlackActor) -> None:
        """An old button: the sentence, and how things stand."""
        try:
            now = await self._dispatcher.home(by.actor)
        except (RosterTooSlow, Unavailable):
            await self._modals.show(by, says.refusal_form(says.DOWN), Home())
            return
        screen = Form("Deliverable", (Notice(says.CHANGED_SINCE), *now.parts), close="Close")
        await self._modals.show(by, screen, Home())


def _carried(body: Json) -> str:
    """The channel that a window was opened in, which the payload of a click in it does not say."""
    try:
        return opened(body.get("view") or {}).channel
    except UnknownIntent:
        return ""
