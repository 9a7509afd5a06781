"""The fake Slack is as strict as the real one: it notices what Slack would refuse."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

import aiohttp
import pytest

from adapters.slack.draw.messages import delivered, home
from adapters.slack.draw.views import view
from bot.interface.intents import Announce, Home, OpenPolicies
from bot.interface.json_object import Json
from bot.interface.parts import Card, ChoiceQuestion, Form, FormButton, Heading, Option, Paragraph, TextQuestion
from tests.slack.payloads import errors_faults, message_faults, view_faults
from tests.slack.provider import APP_TOKEN, Slack
from tests.slack.window import NotPossible, OpenView
from tests.slack.workspace import Channel, User

CARD = Card(
    (Heading("Title", 1), Paragraph("Text"), FormButton("Home", Home()), FormButton("All", OpenPolicies())), "A."
)
TWO = (Option("a", "One"), Option("b", "Two"))
FORM = Form(
    "Title",
    (Paragraph("Text"), TextQuestion("why", "Why?", limit=10), ChoiceQuestion("pick", "Which?", TWO, values=("a",))),
    intent=Announce(),
    send="Send",
)


def posted() -> Json:
    return delivered(CARD, UUID(int=1))


def opened() -> Json:
    # As it comes over the wire: no two places share an object.
    sent: Json = json.loads(json.dumps(view(FORM, workspace="T1")))
    return sent


def at(path: str, value: object) -> Callable[[Json], None]:
    """Put something at a place of a payload, `blocks.0.text`."""

    def plant(payload: Json) -> None:
        *way, last = path.split(".")
        inner: Any = payload
        for step in way:
            inner = inner[int(step)] if isinstance(inner, list) else inner[step]
        inner[int(last) if isinstance(inner, list) else last] = value

    return plant


IN_A_MESSAGE: dict[str, Callable[[Json], None]] = {
    "too many blocks": at("blocks", [{"type": "divider"}] * 51),
    "no blocks of ours": at("blocks.0", {"type": "carousel3"}),
    "a long header": at("blocks.0.text.text", "x" * 151),
    "mark-up in a header": at("blocks.0.text.type", "mrkdwn"),
    "an empty text": at("blocks.1.elements.0.elements.0.text", ""),
    "an empty section": at("blocks.1.elements.0.elements", []),
    "an unknown style": at("blocks.1.elements.0.elements.0.style", {"blink": True}),
    "a long label": at("blocks.2.elements.0.text.text", "x" * 76),
    "a long value": at("blocks.2.elements.0.value", "x" * 2001),
    "an unknown style of button": at("blocks.2.elements.0.style", "large"),
    "one action id twice": at("blocks.2.elements.1.action_id", "open.0"),
    "a button without a label": at("blocks.2.elements.0", {"type": "button", "action_id": "x"}),
    "a script for a link": at("blocks.1.elements.0.elements.0", {"type": "link", "url": "javascript:x", "text": "x"}),
    "one block id twice": at("blocks.1.block_id", "same"),
    "no text": at("text", ""),
    "too much text": at(
        "blocks", [{"type": "section", "text": {"type": "plain_text", "text": "x" * 2900, "emoji": False}}] * 4
    ),
    "metadata that is none": at("metadata", {"event_type": "deliverable_posted"}),
    "a field that is none": at("blocks.0.colour", "red"),
}
IN_A_VIEW: dict[str, Callable[[Json], None]] = {
    "a long title": at("title.text", "x" * 25),
    "a title with mark-up": at("title.type", "mrkdwn"),
    "no submit": lambda view: view.pop("submit"),
    "a long close": at("close.text", "x" * 25),
    "much kept in private": at("private_metadata", "x" * 3001),
    "more than may be typed": at("blocks.1.element.initial_value", "x" * 11),
    "a length that no input has": at("blocks.1.element.max_length", 3001),
    "no options": at("blocks.2.element.options", []),
    "eleven radio buttons": at(
        "blocks.2.element.options", [{"text": {"type": "plain_text", "text": "x"}, "value": str(n)} for n in range(11)]
    ),
    "a choice that is not offered": at("blocks.2.element.initial_option.value", "c"),
    "an option too long": at("blocks.2.element.options.1.text.text", "x" * 76),
    "one option twice": at("blocks.2.element.options.1.value", "a"),
    "a label with mark-up": at("blocks.1.label.type", "mrkdwn"),
    "too large": at("external_id", "x" * 250_001),
    "a block for messages": at("blocks.0", {"type": "markdown", "text": "x"}),
    "too many blocks": at("blocks", [{"type": "divider"}] * 101),
}


@pytest.mark.parametrize("planted", IN_A_MESSAGE)
def test_invalid_messages_are_noticed(planted: str) -> None:
    payload = posted()
    payload["blocks"][0].pop("block_id")
    payload["blocks"][0]["block_id"] = "same"
    assert message_faults(payload) == []
    IN_A_MESSAGE[planted](payload)
    assert message_faults(payload)


@pytest.mark.parametrize("planted", IN_A_VIEW)
def test_invalid_views_are_noticed(planted: str) -> None:
    payload = opened()
    assert view_faults(payload) == []
    IN_A_VIEW[planted](payload)
    assert view_faults(payload)


def test_invalid_home_tabs_are_noticed() -> None:
    assert view_faults(home(CARD)) == []
    assert view_faults({**home(CARD), "blocks": [{"type": "divider"}] * 101})


def test_errors_for_missing_fields_are_noticed() -> None:
    assert errors_faults({"q:why": "Enter why"}, opened()) == []
    assert errors_faults({"q:who": "Enter who"}, opened())
    assert errors_faults({}, opened())


class TestWindow:
    def test_typed_text_is_in_the_state_and_survives_an_update(self) -> None:
        shown = OpenView({**opened(), "id": "V1"})
        shown.write("Why?", "because")
        assert shown.state()["values"]["q:why"]["answer"] == {"type": "plain_text_input", "value": "because"}
        assert shown.chosen("Which?") == ["One"]
        again = shown.redrawn({**opened(), "id": "V1"})
        assert again.text("Why?") == "because"

    def test_a_form_that_a_client_would_not_submit_is_refused(self) -> None:
        shown = OpenView({**opened(), "id": "V1"})
        with pytest.raises(NotPossible, match="Why"):
            shown.ready()
        with pytest.raises(NotPossible, match="no more than 10"):
            shown.write("Why?", "x" * 11)
        with pytest.raises(NotPossible, match="does not offer"):
            shown.choose("Which?", "Three")
        with pytest.raises(NotPossible, match="0 inputs"):
            shown.write("Who?", "x")
        shown.write("Why?", "x")
        shown.ready()


class TestWebApi:
    async def call(self, slack: Slack, method: str, token: str = "xoxb-1", **given: object) -> Json:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{slack.address}{method}", json=given, headers=headers) as response,
        ):
            found: Json = await response.json()
            return found

    @pytest.mark.parametrize(
        ("method", "given", "code"),
        [
            ("chat.shout", {}, "unknown_method"),
            ("chat.postMessage", {"channel": "C1", "text": "x", "client_msg_id": "x"}, "invalid_arguments"),
            ("chat.postMessage", {"text": "x"}, "invalid_arguments"),
            ("chat.postMessage", {"channel": "C9", "text": "x"}, "channel_not_found"),
            ("chat.postMessage", {"channel": "C2", "text": "x"}, "not_in_channel"),
            ("chat.postMessage", {"channel": "C3", "text": "x"}, "is_archived"),
            ("chat.postMessage", {"channel": "C1", "text": "x", "blocks": [{"type": "header"}]}, "invalid_blocks"),
            ("conversations.history", {"channel": "C1"}, "invalid_arguments"),
            ("views.open", {"view": opened(), "trigger_id": "1.2"}, "invalid_trigger_id"),
            ("conversations.open", {"users": "U2"}, "user_disabled"),
            ("apps.connections.open", {}, "not_allowed_token_type"),
        ],
    )
    async def test_calls_are_refused_with_slacks_codes(self, method: str, given: Json, code: str) -> None:
        async with Slack() as slack:
            slack.workspace.add_channel(Channel("C1", "one"))
            slack.workspace.add_channel(Channel("C2", "two"), with_bot=False)
            slack.workspace.add_channel(Channel("C3", "three", archived=True))
            slack.workspace.add_user(User("U2", "Gone", deleted=True))
            assert await self.call(slack, method, **given) == {"ok": False, "error": code}

    async def test_a_token_and_its_scopes_are_needed(self) -> None:
        async with Slack() as slack:
            slack.workspace.scopes -= {"chat:write"}
            assert (await self.call(slack, "auth.test", token=""))["error"] == "not_authed"
            assert (await self.call(slack, "auth.test", token="xoxb-2"))["error"] == "invalid_auth"
            assert (await self.call(slack, "chat.postMessage", channel="C1"))["error"] == "missing_scope"
            slack.workspace.revoked = True
            assert (await self.call(slack, "auth.test"))["error"] == "token_revoked"
            assert (await self.call(slack, "apps.connections.open", token=APP_TOKEN))["ok"]

    async def test_a_click_opens_one_view_and_for_three_seconds_only(self) -> None:
        async with Slack() as slack:
            slack.workspace.add_user(User("U1", "Ana"))
            trigger, late = slack.trigger("U1"), slack.trigger("U1")
            slack.expire(late)
            shown = await self.call(slack, "views.open", view=opened(), trigger_id=trigger)
            assert slack.workspace.window("U1").top.id == shown["view"]["id"]
            again = await self.call(slack, "views.push", view=opened(), trigger_id=trigger)
            assert again["error"] == "exchanged_trigger_id"
            assert (await self.call(slack, "views.open", view=opened(), trigger_id=late))[
                "error"
            ] == "expired_trigger_id"

    async def test_an_envelope_is_acknowledged_on_its_connection(self) -> None:
        async with Slack() as slack, aiohttp.ClientSession() as session:
            opened = await self.call(slack, "apps.connections.open", token=APP_TOKEN)
            async with session.ws_connect(opened["url"]) as link:
                assert (await link.receive_json())["type"] == "hello"
                await slack.sockets.linked()

                async def acknowledge() -> None:
                    envelope = await link.receive_json()
                    await link.send_json({"envelope_id": envelope["envelope_id"], "payload": envelope["payload"]})

                async with asyncio.TaskGroup() as group:
                    group.create_task(acknowledge())
                    ack = await slack.sockets.deliver("interactive", {"type": "x"})
            assert ack is not None
            assert ack["payload"] == {"type": "x"}
