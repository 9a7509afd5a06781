"""Buttons that were pressed, on a message, on the home tab or in a window."""

from __future__ import annotations

from typing import Any

from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.response import BoltResponse

from adapters.slack.draw.blocks import DO, OPEN
from adapters.slack.draw.views import opened
from adapters.slack.handle.dispatching import Doorway, TooLate
from adapters.slack.handle.file_uploads import Errands
from adapters.slack.handle.message_reports import Copies
from adapters.slack.handle.modals import Windows
from adapters.slack.receive.actors import Caller, caller
from adapters.slack.receive.bolt import access_in
from bot.interface.intents import DownloadCsv, Home, Intent, UnknownIntent, parse
from bot.interface.parts import Form, Notice, Screen
from bot.screens import refusals as says
from bot.screens.notice.file_not_sent import file_not_sent_card
from bot.screens.notice.too_late import too_late_card
from bot.unit_of_work.form_input import Answers
from bot.unit_of_work.runner import Unavailable

Json = dict[str, Any]


def done() -> BoltResponse:
    """The answer to a click: nothing more, since what it led to was shown before."""
    return BoltResponse(status=200, body="")


class Clicks:
    """Takes buttons to the desk, and shows where they lead."""

    def __init__(self, doorway: Doorway, windows: Windows, errands: Errands, copies: Copies) -> None:
        self._doorway = doorway
        self._windows = windows
        self._errands = errands
        self._copies = copies

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
        self._copies.shown(body)
        return done()

    async def open(self, by: Caller, intent: Intent, answers: Answers | None = None) -> None:
        """Show what an intent opens; `answers` are what a form begins with. Raises `Fault`."""
        try:
            screen = await self._doorway.follow(intent, by.actor, answers)
        except TooLate:
            await self._windows.tell(by, too_late_card(intent))
        except Unavailable as unavailable:
            await self._windows.show(by, says.refusal_form(str(unavailable)), intent)
        else:
            await self._windows.show(by, screen, intent)

    async def _do(self, by: Caller, intent: Intent) -> None:
        try:
            screen = await self._doorway.submit(intent, {}, by.actor)
        except TooLate:
            await self._windows.tell(by, too_late_card(intent))
        except Unavailable as unavailable:
            await self._windows.show(by, says.refusal_form(str(unavailable)), intent)
        else:
            await self._led_to(by, screen, intent)

    async def _bring(self, by: Caller, intent: DownloadCsv) -> None:
        """A file goes into their own messages, after the click is answered: it takes three calls."""
        try:
            file = await self._doorway.download(intent, by.actor)
        except (TooLate, Unavailable):
            await self._windows.tell(by, file_not_sent_card())
            return
        if file is None:
            await self._windows.show(by, says.refusal_form(says.NOT_FOUND), intent)
        else:
            self._errands.bring(by, file)

    async def _led_to(self, by: Caller, screen: Screen, intent: Intent) -> None:
        if by.in_a_window:
            await self._windows.replace(by, screen)
        else:
            await self._windows.show(by, screen, intent)

    async def _stands_otherwise(self, by: Caller) -> None:
        """An old button: the sentence, and how things stand."""
        try:
            now = await self._doorway.home(by.actor)
        except (TooLate, Unavailable):
            await self._windows.show(by, says.refusal_form(says.DOWN), Home())
            return
        screen = Form("Deliverable", (Notice(says.CHANGED_SINCE), *now.parts), close="Close")
        await self._windows.show(by, screen, Home())


def _carried(body: Json) -> str:
    """The channel that a window was opened in, which the payload of a click in it does not say."""
    try:
        return opened(body.get("view") or {}).channel
    except UnknownIntent:
        return ""
