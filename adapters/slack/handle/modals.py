"""Windows: showing a screen to whoever asked, and nobody else, before their click is answered.

A trigger opens one window within three seconds. Where that fails, they are told in the window or on the tab they are
in, or by a message that only they see. Up to three windows lie over each other; in the last one, what is shown takes
the place of what stands there, or stands above the questions, so that nothing typed is lost.
"""

from __future__ import annotations

import aiohttp

from adapters.slack.api.web_api import SlackDeclined, SlackUnanswered, SlackUnreachable, WebApi
from adapters.slack.draw.blocks import draw
from adapters.slack.draw.limits import VIEW_BLOCKS
from adapters.slack.draw.messages import message
from adapters.slack.draw.views import view
from adapters.slack.receive.actors import SlackActor
from bot.interface.intents import Intent
from bot.interface.json_object import Json
from bot.interface.parts import Card, Part, Question, Screen
from bot.screens.notice.too_late import too_late_card

MOST_WINDOWS = 3
ABOVE = "above:"
"""How the block ids begin of what was put above the questions of a window."""
OPENED_ALREADY = "exchanged_trigger_id"
KEPT = ("type", "callback_id", "title", "close", "submit", "private_metadata", "clear_on_close", "notify_on_close")
"""What of a window that came back is sent when it is drawn anew; the rest is Slack's own."""


class Modals:
    """Shows screens by way of `api`, which must answer in less time than a click may take."""

    def __init__(self, api: WebApi) -> None:
        self._api = api

    async def show(self, caller: SlackActor, screen: Screen, intent: Intent) -> None:
        """Show what `intent` led to in a window of its own, over the one it was asked in, if any.

        Raises `SlackCallError`.

        Where no window opens, they are told so, with a button that tries again.
        """
        try:
            await self._open(caller, screen)
        except (SlackDeclined, SlackUnreachable) as fault:
            # The same click came again, and has opened its window.
            if fault.reason != OPENED_ALREADY:
                await self.tell(caller, too_late_card(intent))

    async def replace(self, caller: SlackActor, screen: Screen) -> None:
        """Show what a button led to in place of the window that it was pressed in. Raises `SlackCallError`."""
        await self._update(caller, self._drawn(caller, screen))

    async def tell(self, caller: SlackActor, card: Card) -> None:
        """Tell them without a trigger: above what stands in their window or on their home tab, or for their eyes alone.

        Raises `SlackCallError`.
        """
        if caller.in_a_window:
            await self._update(caller, with_above(caller.view, card.parts))
        elif caller.view.get("type") == "home":
            await self._publish(caller, with_above(caller.view, card.parts)["blocks"])
        elif caller.response_url:
            await self._respond(caller.response_url, message(card))
        else:
            await self._say_in_private(caller, card)

    async def _open(self, caller: SlackActor, screen: Screen) -> None:
        token, drawn = caller.access.token, self._drawn(caller, screen)
        if not caller.in_a_window:
            await self._api.write(token, "views.open", trigger_id=caller.trigger, view=drawn)
        elif _modals(caller.view) < MOST_WINDOWS:
            await self._api.write(token, "views.push", trigger_id=caller.trigger, view=drawn)
        elif _asks(caller.view):
            await self._update(caller, with_above(caller.view, as_card(screen).parts))
        else:
            await self._update(caller, drawn)

    async def _update(self, caller: SlackActor, drawn: Json) -> None:
        view_id, known = caller.view.get("id"), caller.view.get("hash")
        try:
            await self._api.write(caller.access.token, "views.update", view_id=view_id, hash=known, view=drawn)
        except SlackDeclined as declined:
            # Something newer stands there, or they have closed it.
            if declined.reason not in ("hash_conflict", "not_found"):
                raise

    async def _publish(self, caller: SlackActor, blocks: list[Json]) -> None:
        home = {"type": "home", "blocks": blocks}
        await self._api.write(caller.access.token, "views.publish", user_id=caller.actor.user, view=home)

    async def _say_in_private(self, caller: SlackActor, card: Card) -> None:
        """A shortcut that is there everywhere has nowhere to respond to: it is said in their own conversation."""
        token, user = caller.access.token, caller.actor.user
        opened = await self._api.write(token, "conversations.open", users=user)
        there = (opened.get("channel") or {}).get("id")
        await self._api.write(token, "chat.postEphemeral", channel=there, user=user, **message(card))

    async def _respond(self, address: str, drawn: Json) -> None:
        body = {**drawn, "response_type": "ephemeral", "replace_original": False}
        try:
            async with self._api.session.post(address, json=body) as response:
                if response.status >= 400:
                    raise SlackDeclined(f"http_{response.status}")
        except aiohttp.ClientConnectorError as error:
            raise SlackUnreachable(type(error).__name__) from None
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise SlackUnanswered(type(error).__name__) from None

    def _drawn(self, caller: SlackActor, screen: Screen) -> Json:
        return view(screen, workspace=caller.actor.workspace, channel=caller.actor.channel)


def _modals(shown: Json) -> int:
    """How many windows lie over each other, this one on top."""
    before = shown.get("previous_view_id")
    if not before:
        return 1
    return 2 if before == shown.get("root_view_id") else MOST_WINDOWS


def _asks(shown: Json) -> bool:
    return any(block.get("type") == "input" for block in shown.get("blocks", ()))


def as_card(screen: Screen) -> Card:
    """A screen without its questions, as what stands in a message or above something."""
    if isinstance(screen, Card):
        return screen
    return Card(tuple(part for part in screen.body if not isinstance(part, Question)), screen.title)


def with_above(shown: Json, parts: tuple[Part, ...]) -> Json:
    """A window that came back, with something above what stands in it; Slack keeps what was typed below."""
    stands = [each for each in shown.get("blocks", ()) if not str(each.get("block_id", "")).startswith(ABOVE)]
    above = draw(parts, dense=True)[: VIEW_BLOCKS - len(stands)]
    for number, block in enumerate(above):
        block["block_id"] = f"{ABOVE}{number}"
    kept = {name: shown[name] for name in KEPT if shown.get(name) not in (None, "")}
    return {**kept, "blocks": [*above, *stands]}
