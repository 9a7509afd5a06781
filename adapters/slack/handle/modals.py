"""Show a screen to the person who clicked, and nobody else, before their click is answered.

A trigger id opens one modal within three seconds. If that fails, the person is told in the modal or on the home tab
that they are in, or by an ephemeral message. Slack stacks up to three modals. On the third one, a new screen replaces
the current one; if the current one has questions, the screen is shown above them, so that nothing typed is lost.
"""

from __future__ import annotations

import aiohttp

from adapters.slack.api.web_api import SlackDeclined, SlackUnanswered, SlackUnreachable, WebApi
from adapters.slack.draw.blocks import draw
from adapters.slack.draw.fitting import fits_a_view
from adapters.slack.draw.limits import VIEW_BLOCKS
from adapters.slack.draw.messages import message
from adapters.slack.draw.views import view
from adapters.slack.receive.actors import SlackActor
from bot.interface.intents import Intent
from bot.interface.json_object import Json
from bot.interface.parts import Card, Part, Question, Screen
from bot.screens.notice.too_late import too_late_card
from bot.screens.shortening import texts_cut

MOST_MODALS = 3
FEW = 300
"""How many characters are shown above a view that is so full that nothing else fits."""
ABOVE = "above:"
"""Prefix of the ids of blocks that were added above the content of a modal."""
OPENED_ALREADY = "exchanged_trigger_id"
KEPT = ("type", "callback_id", "title", "close", "submit", "private_metadata", "clear_on_close", "notify_on_close")
"""The fields of a received view that are sent back to update it. The others are Slack's own."""


class Modals:
    """Shows screens through `api`, whose time-out must be shorter than the time to answer a click."""

    def __init__(self, api: WebApi) -> None:
        self._api = api

    async def show(self, slack_actor: SlackActor, screen: Screen, intent: Intent) -> None:
        """Show the result of `intent` in a new modal, on top of the current one if there is one.

        If no modal can be opened, the person is told so, with a button to try again. Raises `SlackCallError`.
        """
        try:
            await self._open(slack_actor, screen)
        except (SlackDeclined, SlackUnreachable) as fault:
            # Slack sent the same click again, and the first one has opened its modal.
            if fault.reason != OPENED_ALREADY:
                await self.tell(slack_actor, too_late_card(intent))

    async def replace(self, slack_actor: SlackActor, screen: Screen) -> None:
        """Show the result of a button in place of the modal it is in. Raises `SlackCallError`."""
        await self._update(slack_actor, self._drawn(slack_actor, screen))

    async def redraw(self, slack_actor: SlackActor, blocks: list[Json]) -> None:
        """Show other blocks in the modal that they are in. Slack keeps what was typed in those that stay.

        Raises `SlackCallError`.
        """
        kept = {name: slack_actor.view[name] for name in KEPT if slack_actor.view.get(name) not in (None, "")}
        await self._update(slack_actor, {**kept, "blocks": blocks})

    async def tell(self, slack_actor: SlackActor, card: Card) -> None:
        """Show a card without a trigger id: at the top of their modal or home tab, or as an ephemeral message.

        Raises `SlackCallError`.
        """
        if slack_actor.in_modal:
            await self._update(slack_actor, with_above(slack_actor.view, card.parts))
        elif slack_actor.view.get("type") == "home":
            await self._publish(slack_actor, with_above(slack_actor.view, card.parts)["blocks"])
        elif slack_actor.response_url:
            await self._respond(slack_actor, message(card))
        else:
            await self._send_in_direct_message(slack_actor, card)

    async def _open(self, slack_actor: SlackActor, screen: Screen) -> None:
        token, drawn = slack_actor.access.token, self._drawn(slack_actor, screen)
        if not slack_actor.in_modal:
            await self._api.write(token, "views.open", trigger_id=slack_actor.trigger_id, view=drawn)
        elif _stack_depth(slack_actor.view) < MOST_MODALS:
            await self._api.write(token, "views.push", trigger_id=slack_actor.trigger_id, view=drawn)
        elif _has_inputs(slack_actor.view):
            await self._update(slack_actor, with_above(slack_actor.view, as_card(screen).parts))
        else:
            await self._update(slack_actor, drawn)

    async def _update(self, slack_actor: SlackActor, drawn: Json) -> None:
        view_id, known = slack_actor.view.get("id"), slack_actor.view.get("hash")
        try:
            await self._api.write(slack_actor.access.token, "views.update", view_id=view_id, hash=known, view=drawn)
        except SlackDeclined as declined:
            # The modal has changed since, or they have closed it.
            if declined.reason not in ("hash_conflict", "not_found"):
                raise

    async def _publish(self, slack_actor: SlackActor, blocks: list[Json]) -> None:
        home = {"type": "home", "blocks": blocks}
        await self._api.write(slack_actor.access.token, "views.publish", user_id=slack_actor.actor.user, view=home)

    async def _send_in_direct_message(self, slack_actor: SlackActor, card: Card) -> None:
        """Send an ephemeral message in their direct message: a global shortcut has no `response_url`."""
        token, user = slack_actor.access.token, slack_actor.actor.user
        opened = await self._api.write(token, "conversations.open", users=user)
        conversation = (opened.get("channel") or {}).get("id")
        await self._api.write(token, "chat.postEphemeral", channel=conversation, user=user, **message(card))

    async def _respond(self, slack_actor: SlackActor, drawn: Json) -> None:
        thread = {"thread_ts": slack_actor.thread} if slack_actor.thread else {}
        body = {**drawn, **thread, "response_type": "ephemeral", "replace_original": False}
        try:
            async with self._api.session.post(slack_actor.response_url, json=body) as response:
                if response.status >= 400:
                    raise SlackDeclined(f"http_{response.status}")
        except aiohttp.ClientConnectorError as error:
            raise SlackUnreachable(type(error).__name__) from None
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise SlackUnanswered(type(error).__name__) from None

    def _drawn(self, slack_actor: SlackActor, screen: Screen) -> Json:
        return view(screen, workspace=slack_actor.actor.workspace, channel=slack_actor.actor.channel)


def _stack_depth(shown: Json) -> int:
    """The number of stacked modals, with this one on top."""
    before = shown.get("previous_view_id")
    if not before:
        return 1
    return 2 if before == shown.get("root_view_id") else MOST_MODALS


def _has_inputs(shown: Json) -> bool:
    return any(block.get("type") == "input" for block in shown.get("blocks", ()))


def as_card(screen: Screen) -> Card:
    """Return a screen without its questions, to be shown in a message or above a modal's content."""
    if isinstance(screen, Card):
        return screen
    return Card(tuple(part for part in screen.body if not isinstance(part, Question)), screen.title)


def with_above(shown: Json, parts: tuple[Part, ...]) -> Json:
    """Return a received view with `parts` at the top. Slack keeps what was typed below."""
    current = [each for each in shown.get("blocks", ()) if not str(each.get("block_id", "")).startswith(ABOVE)]
    above = draw(parts, dense=True)[: VIEW_BLOCKS - len(current)]
    while above and not fits_a_view([*above, *current]):
        above.pop()
    above = above or draw(texts_cut(parts[:1], FEW), dense=True)[: VIEW_BLOCKS - len(current)]
    for number, block in enumerate(above):
        block["block_id"] = f"{ABOVE}{number}"
    kept = {name: shown[name] for name in KEPT if shown.get(name) not in (None, "")}
    return {**kept, "blocks": [*above, *current]}
