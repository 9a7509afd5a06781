"""Forms that were sent. The answer is in the window itself: what must be mended, or what comes next.

No call to Slack is made. Where nothing can be saved the form stays as it is, with the sentence; where the program
fails it stays too, since Slack is answered with an error.
"""

from __future__ import annotations

from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.response import BoltResponse

from adapters.slack.draw.questions import typed, values
from adapters.slack.draw.views import after_submission, opened, view
from adapters.slack.handle.dispatching import RosterTooSlow, SlackDispatcher
from adapters.slack.receive.actors import caller
from adapters.slack.receive.bolt import access_in
from bot.interface.intents import UnknownIntent
from bot.interface.json_object import Json
from bot.interface.unavailable import Unavailable
from bot.screens import refusals as says
from bot.screens.notice.form_not_sent import with_what_was_typed


class Submissions:
    """Takes what was filled in to the desk."""

    def __init__(self, dispatcher: SlackDispatcher) -> None:
        self._dispatcher = dispatcher

    async def sent(self, body: Json, context: AsyncBoltContext) -> BoltResponse:
        """One form, sent once; the same form again leads to the same."""
        shown: Json = body["view"]
        filled_in: Json = (shown.get("state") or {}).get("values") or {}
        access = access_in(context)
        try:
            form = opened(shown)
        except UnknownIntent:
            form = None
        if form is None or form.intent is None:
            refusal = with_what_was_typed(says.refusal_form(says.NOT_FOUND), typed(filled_in))
            return _answer({"response_action": "update", "view": view(refusal, workspace=access.workspace)})
        by = caller(body, access, form.channel)
        answers = values(filled_in, access.workspace)
        try:
            screen = await self._dispatcher.submit(form.intent, answers, by.actor, form.nonce)
        except Unavailable as unavailable:
            return _stays(shown, str(unavailable))
        except RosterTooSlow:
            return _stays(shown, says.DOWN)
        screen = with_what_was_typed(screen, typed(filled_in))
        return _answer(after_submission(screen, shown, workspace=access.workspace, channel=form.channel))


def _stays(shown: Json, sentence: str) -> BoltResponse:
    """The form as it is, with a sentence beside the last question, next to where it was sent."""
    asked = [block["block_id"] for block in shown.get("blocks", ()) if block.get("type") == "input"]
    if not asked:
        return BoltResponse(status=500, body="")
    return _answer({"response_action": "errors", "errors": {asked[-1]: sentence}})


def _answer(body: Json) -> BoltResponse:
    return BoltResponse(status=200, body=body)
