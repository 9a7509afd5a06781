"""Handle submitted forms. The response updates the modal: it shows errors, or what comes next.

No call to Slack is made. If the database cannot be reached, the form stays open and shows a sentence. If the program
fails, Slack gets an error and the form stays open too.
"""

from __future__ import annotations

from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.response import BoltResponse

from adapters.slack.api.newcomers import NotLookedUp
from adapters.slack.draw.questions import typed, values
from adapters.slack.draw.views import after_submission, opened, view
from adapters.slack.handle.dispatching import SlackDispatcher
from adapters.slack.receive.actors import actor_of_interaction
from adapters.slack.receive.bolt import access_in
from bot.interface.intents import UnknownIntent
from bot.interface.json_object import Json
from bot.interface.unavailable import Unavailable
from bot.screens import refusals as says
from bot.screens.notice.form_not_sent import with_what_was_typed


class Submissions:
    """Passes submitted forms to the dispatcher, and answers with the next screen."""

    def __init__(self, dispatcher: SlackDispatcher) -> None:
        self._dispatcher = dispatcher

    async def sent(self, body: Json, context: AsyncBoltContext) -> BoltResponse:
        """Submit one form. The same form sent again leads to the same screen."""
        shown: Json = body["view"]
        state: Json = (shown.get("state") or {}).get("values") or {}
        access = access_in(context)
        try:
            form = opened(shown)
        except UnknownIntent:
            form = None
        if form is None or form.intent is None:
            refusal = with_what_was_typed(says.refusal_form(says.NOT_FOUND), typed(state))
            return _answer({"response_action": "update", "view": view(refusal, workspace=access.workspace)})
        slack_actor = actor_of_interaction(body, access, form.channel)
        answers = {**form.kept.answers, **values(state, access.workspace)}
        try:
            screen = await self._dispatcher.submit(form.intent, answers, slack_actor.actor, form.nonce)
        except Unavailable as unavailable:
            return _keep_form(shown, str(unavailable))
        except NotLookedUp:
            return _keep_form(shown, says.DOWN)
        screen = with_what_was_typed(screen, [*form.kept.typed, *typed(state)])
        return _answer(after_submission(screen, shown, workspace=access.workspace, channel=form.channel))


def _keep_form(shown: Json, sentence: str) -> BoltResponse:
    """Leave the form as it is, with a sentence below the last question, near the submit button."""
    asked = [block["block_id"] for block in shown.get("blocks", ()) if block.get("type") == "input"]
    if not asked:
        return BoltResponse(status=500, body="")
    return _answer({"response_action": "errors", "errors": {asked[-1]: sentence}})


def _answer(body: Json) -> BoltResponse:
    return BoltResponse(status=200, body=body)
