"""Handle the slash command, the shortcuts, and text that people type in the direct message with the bot.

What is typed after the command is only compared with the words of the commands. It is neither stored nor logged.
"""

from __future__ import annotations

from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.response import BoltResponse

from adapters.slack.api.newcomers import NotLookedUp
from adapters.slack.api.web_api import WebApi
from adapters.slack.draw.messages import message
from adapters.slack.handle.buttons import Buttons, done
from adapters.slack.handle.dispatching import SlackDispatcher
from adapters.slack.handle.modals import as_card
from adapters.slack.handle.quoting import announcement
from adapters.slack.receive.actors import SlackActor, actor_of_interaction
from adapters.slack.receive.bolt import access_in
from bot.interface.commands import COMMANDS, command
from bot.interface.intents import Announce, Help
from bot.interface.json_object import Json
from bot.interface.parts import Card, Notice
from bot.interface.unavailable import Unavailable
from bot.screens.notice.too_late import too_late_card

COMMAND = "/deliverable"
HELP = "help"
ASK = "ask_if_deliverable"
"""The callback id of the message shortcut."""
ANNOUNCE = "announce_a_policy"
"""The callback id of the global shortcut."""


class SlackCommands:
    """Passes commands and shortcuts to the dispatcher, and shows the result.

    `host` is the host of workspace addresses, such as `slack.com`.
    """

    def __init__(self, dispatcher: SlackDispatcher, buttons: Buttons, host: str, web_api: WebApi) -> None:
        self._dispatcher = dispatcher
        self._buttons = buttons
        self._host = host
        self._web_api = web_api

    async def command(self, body: Json, context: AsyncBoltContext) -> BoltResponse:
        """Handle the slash command: open a modal, or answer with an ephemeral message."""
        slack_actor = actor_of_interaction(body, access_in(context))
        name = command(str(body.get("text") or ""))
        if name not in (None, HELP):
            await self._buttons.open(slack_actor, COMMANDS[name])
            return done()
        return _ephemeral(await self._answer_to(slack_actor, name))

    async def message_shortcut(self, body: Json, context: AsyncBoltContext) -> BoltResponse:
        """Handle "Ask if deliverable": open the announce form, prefilled from the chosen message."""
        access = access_in(context)
        quoted = await announcement(body, self._host, access, self._web_api)
        await self._buttons.open(actor_of_interaction(body, access), Announce(), quoted)
        return done()

    async def global_shortcut(self, body: Json, context: AsyncBoltContext) -> BoltResponse:
        """Handle "Announce a policy": open an empty announce form."""
        await self._buttons.open(actor_of_interaction(body, access_in(context)), Announce())
        return done()

    async def answer_to_message(self, slack_actor: SlackActor, typed: str) -> Card:
        """Return the answer to text in the direct message with the bot, where no modal can be opened."""
        return await self._answer_to(slack_actor, command(typed))

    async def _answer_to(self, slack_actor: SlackActor, name: str | None) -> Card:
        try:
            if name is not None:
                return as_card(await self._dispatcher.open(Help(), slack_actor.actor))
            return await self._dispatcher.typed(slack_actor.actor)
        except NotLookedUp:
            return too_late_card(Help())
        except Unavailable as unavailable:
            return Card((Notice(str(unavailable)),), str(unavailable))


def _ephemeral(card: Card) -> BoltResponse:
    return BoltResponse(status=200, body={"response_type": "ephemeral", **message(card)})
