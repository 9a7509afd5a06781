"""Ways in that people choose: the command with its few words, the shortcuts, and what they type where it is kept.

What is typed after the command is compared with the words below and with nothing else, and goes nowhere.
"""

from __future__ import annotations

from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.response import BoltResponse

from adapters.slack.draw.messages import message
from adapters.slack.handle.buttons import Buttons, done
from adapters.slack.handle.dispatching import RosterTooSlow, SlackDispatcher
from adapters.slack.handle.modals import as_card
from adapters.slack.handle.quoting import announcement
from adapters.slack.receive.actors import SlackActor, caller
from adapters.slack.receive.bolt import access_in
from bot.interface.intents import Announce, Help, Intent, MyFlags, NewestDigest, SeeSettings
from bot.interface.json_object import Json
from bot.interface.parts import Card, Notice
from bot.interface.unavailable import Unavailable
from bot.screens.notice.too_late import too_late_card

COMMAND = "/deliverable"
WORDS: dict[str, Intent] = {
    "announce": Announce(),
    "mine": MyFlags(),
    "digest": NewestDigest(),
    "settings": SeeSettings(),
}
"""What may be typed after the command, and the window that it opens."""
HELP = ("", "help")
ASK = "ask_if_deliverable"
"""The callback id of the shortcut on a message."""
ANNOUNCE = "announce_a_policy"
"""The callback id of the shortcut that is there everywhere."""


class SlackCommands:
    """Takes commands and shortcuts to the desk."""

    def __init__(self, dispatcher: SlackDispatcher, buttons: Buttons, host: str) -> None:
        self._dispatcher = dispatcher
        self._buttons = buttons
        self._host = host

    async def command(self, body: Json, context: AsyncBoltContext) -> BoltResponse:
        """The command: a window, or an answer that only who typed it sees."""
        by = caller(body, access_in(context))
        typed = " ".join(str(body.get("text") or "").split()).casefold()
        if typed in WORDS:
            await self._buttons.open(by, WORDS[typed])
            return done()
        return _for_their_eyes(await self._said(by, typed))

    async def message_shortcut(self, body: Json, context: AsyncBoltContext) -> BoltResponse:
        """Ask if deliverable: the announce form, with what the chosen message says."""
        by = caller(body, access_in(context))
        await self._buttons.open(by, Announce(), announcement(body, self._host))
        return done()

    async def global_shortcut(self, body: Json, context: AsyncBoltContext) -> BoltResponse:
        """Announce a policy: the form, with nothing in it."""
        await self._buttons.open(caller(body, access_in(context)), Announce())
        return done()

    async def said_to(self, by: SlackActor, typed: str) -> Card:
        """What is said to somebody who typed this in the bot's own messages, where no window can be opened."""
        return await self._said(by, "help" if typed in WORDS else typed)

    async def _said(self, by: SlackActor, typed: str) -> Card:
        try:
            if typed in HELP:
                return as_card(await self._dispatcher.open(Help(), by.actor))
            return await self._dispatcher.typed(by.actor)
        except RosterTooSlow:
            return too_late_card(Help())
        except Unavailable as unavailable:
            return Card((Notice(str(unavailable)),), str(unavailable))


def _for_their_eyes(card: Card) -> BoltResponse:
    return BoltResponse(status=200, body={"response_type": "ephemeral", **message(card)})
