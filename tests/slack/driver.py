"""Slack's side: turns what people do there into signed requests over TCP, and applies the answers.

`post` sends anything. The other methods are what a client offers. Each returns the HTTP answer.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode

import aiohttp

from bot.interface.json_object import Json
from tests.slack import envelopes
from tests.slack.provider import Slack, subscribed_to

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Answer:
    """The HTTP answer."""

    status: int
    text: str
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def json(self) -> Json:
        """The body as JSON; empty for an empty body."""
        found: Json = json.loads(self.text) if self.text else {}
        return found


def signed(body: bytes, at: datetime, secret: str = SECRET) -> dict[str, str]:
    """Return the two headers with which Slack signs a body. Source: its page on verifying requests, version v0."""
    stamp = str(int(at.timestamp()))
    digest = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}


@dataclass
class Driver:
    """Sends to `address` (scheme, host and port) what happens at `slack`, at the time that `clock` gives."""

    slack: Slack
    address: str
    clock: Callable[[], datetime]
    session: aiohttp.ClientSession
    secret: str = SECRET
    answers: list[Answer] = field(default_factory=list)

    # Anything at all.

    async def post(self, body: bytes, content_type: str = FORM, **headers: str) -> Answer:
        """Send bytes with a valid signature. `headers` replace or add headers, with `_` for `-`."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {"Content-Type": content_type, **signed(body, self.clock(), self.secret), **given}
        return await self.post_raw(body, sent)

    async def post_raw(self, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Send bytes with these headers and no others."""
        async with self.session.post(f"{self.address}/slack/events", data=body, headers=headers) as response:
            answer = Answer(response.status, await response.text(), dict(response.headers))
        self.answers.append(answer)
        return answer

    # What Slack sends.

    async def interact(self, payload: Json) -> Answer:
        """An interaction: JSON in a form's field."""
        answer = await self.post(urlencode({"payload": json.dumps(payload)}).encode())
        if payload["type"] == "view_submission" and answer.status == 200:
            self.slack.submitted(payload["view"]["id"], answer.json or None)
        return answer

    async def event(self, inner: Json, *, retry: int = 0) -> Answer:
        """An event, or its `retry`-th repetition."""
        headers = {"X_Slack_Retry_Num": str(retry), "X_Slack_Retry_Reason": "http_error"} if retry else {}
        body = json.dumps(envelopes.event(self.slack, inner)).encode()
        return await self.post(body, "application/json", **headers)

    async def tell_of_messages(self, channel: str) -> list[Answer]:
        """Send the events about the messages in a channel, for the metadata types that the manifest subscribes to."""
        subscribed = subscribed_to()
        there = self.slack.workspace.channels[channel].messages
        heard = [each for each in there if each.get("metadata", {}).get("event_type") in subscribed]
        return [await self.event(envelopes.metadata_posted(self.slack, channel, each)) for each in heard]

    # What people do.

    async def command(self, user: str, channel: str, text: str = "") -> Answer:
        """Type the command."""
        return await self.post(urlencode(envelopes.command(self.slack, user, channel, text)).encode())

    async def press(self, user: str, channel: str, ts: str, label: str) -> Answer:
        """Press a button on a message."""
        message = self.slack.workspace.channels[channel].message(ts)
        assert message is not None
        button = _one(message["blocks"], label)
        return await self.interact(envelopes.pressed_on_message(self.slack, user, channel, message, button))

    async def press_in_window(self, user: str, label: str) -> Answer:
        """Press a button in the modal on top."""
        button = _one(self.slack.workspace.window(user).top.json["blocks"], label)
        return await self.interact(envelopes.pressed_in_window(self.slack, user, button))

    async def press_at_home(self, user: str, label: str) -> Answer:
        """Press a button on the home tab."""
        button = _one(self.slack.workspace.homes[user]["blocks"], label)
        return await self.interact(envelopes.pressed_at_home(self.slack, user, button))

    async def press_for_them(self, user: str, channel: str, message: Json, label: str) -> Answer:
        """Press a button on an ephemeral message."""
        return await self.interact(
            envelopes.pressed_on_ephemeral(self.slack, user, channel, _one(message["blocks"], label))
        )

    async def submit(self, user: str) -> Answer:
        """Submit the form on top, if a client would let them."""
        self.slack.workspace.window(user).top.ready()
        return await self.interact(envelopes.submitted(self.slack, user))


def _one(blocks: list[Json], label: str) -> Json:
    found = [each for each in envelopes.buttons(blocks) if each["text"]["text"] == label]
    assert len(found) == 1, f"{len(found)} buttons say {label!r}"
    return found[0]
