"""A Slack that is not ours: npm's `emulate`, with strict scopes, and exactly those that the manifest asks for.

It keeps the workspace and checks tokens, scopes, triggers, views and messages. It has no client, so the parts of our
fake that play the clients (windows, signed requests) act on what it answers.
"""

from __future__ import annotations

import asyncio
import json
import urllib.request
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import aiohttp
from aiohttp import web

from bot.interface.json_object import Json
from tests.npm_packages import EMULATE, unpacked
from tests.slack.provider import APP_ID, Called, Slack, asked_for, with_ids
from tests.slack.window import OpenView
from tests.slack.workspace import Channel, User, Workspace

TOKEN = "xoxb-of-the-app"
BOT_USER = "U0BOT"
TEAM = "T000000001"
STARTS_SECONDS = 30
LACKS = {"users.conversations"}
"""Methods of Slack's that it does not have; it answers 404."""


@dataclass
class EmulatedSlack(Slack):
    """Passes each call on to the emulator, and shows what it answers in our windows and channels."""

    upstream: str = ""
    trigger_users: dict[str, str] = field(default_factory=dict)

    def trigger(self, user: str) -> str:
        """The trigger id of a click of that person, in the window that they have open, if any."""
        given = {"user_id": user}
        if self.workspace.window(user).views:
            given["view_id"] = self.workspace.window(user).top.id
        answer = self.ask("views.generateTriggerId", given)
        trigger = str(answer["trigger_id"])
        self.trigger_users[trigger] = user
        return trigger

    def ask(self, method: str, given: Json, token: str = TOKEN) -> Json:
        """Call a method of the emulator, as the app or with a person's token (`token_of`)."""
        # Without the loop: the client that asks is a person, who does nothing else meanwhile.
        request = urllib.request.Request(
            f"{self.upstream}/api/{method}",
            urlencode(given).encode(),
            {"Authorization": f"Bearer {token}"},
        )
        with urllib.request.urlopen(request) as response:
            answer: Json = json.load(response)
        assert answer["ok"], f"{method} {given}: {answer}"
        return answer

    def read(self, channel: str, user: str) -> list[Json]:
        """The messages of a channel as a person reads them, oldest first, each with its replies after it."""
        there, token = self.workspace.channels[channel], token_of(user)
        found: list[Json] = []
        for each in reversed(self.ask("conversations.history", {"channel": channel}, token)["messages"]):
            found += self.ask("conversations.replies", {"channel": channel, "ts": each["ts"]}, token)["messages"]
        # Slack gives each block an id, and the emulator none.
        there.messages = [{**each, "blocks": with_ids(each.get("blocks", []))} for each in found]
        return there.messages

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        body = await request.read()
        kept = {
            "Content-Type": request.headers.get("Content-Type", ""),
            "Authorization": request.headers["Authorization"],
        }
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{self.upstream}/api/{method}", data=body, headers=kept) as response,
        ):
            status, text = response.status, await response.text()
        if status != 200:
            assert method in LACKS, f"{method}: {status} {text}"
            return web.json_response({"ok": False, "error": "unknown_method"})
        given, answer = await _arguments(request), json.loads(text)
        if not answer["ok"]:
            self.faults.append(f"{method}: {answer}")
        if "view" in answer:
            answer["view"]["blocks"] = with_ids(answer["view"]["blocks"])
        self._show(method, given, answer)
        self.calls.append(Called(method, given, TOKEN))
        async with self.arrived:
            self.arrived.notify_all()
        return web.json_response(answer)

    def _show(self, method: str, given: Json, answer: Json) -> None:
        if not answer["ok"]:
            return
        match method:
            case "views.open" | "views.push":
                window = self.workspace.window(self.trigger_users[given["trigger_id"]])
                window.views.append(OpenView(answer["view"]))
            case "views.update":
                for window in self.workspace.modals.values():
                    window.replace(answer["view"]["id"], answer["view"])
            case "views.publish":
                self.workspace.homes[given["user_id"]] = answer["view"]
            case "conversations.open":
                channel, user = answer["channel"]["id"], str(given["users"])
                self.workspace.channels.setdefault(channel, Channel(channel, with_user=user))


def token_of(user: str) -> str:
    """The token with which a person's own client asks."""
    return f"xoxp-{user}"


async def _arguments(request: web.Request) -> Json:
    if request.content_type == "application/json":
        found: Json = await request.json()
        return found
    return dict(await request.post())


@asynccontextmanager
async def emulated(folder: Path, people: dict[str, str], channel: str) -> AsyncIterator[EmulatedSlack]:
    """Run it with these people, by e-mail address, in one channel, and the app installed but in no channel yet."""
    package = unpacked(EMULATE, folder)
    process = await asyncio.create_subprocess_exec(
        *(
            "node",
            str(Path(__file__).parent / "slack.mjs"),
            str(package),
            json.dumps({"slack": _seed(people, channel)}),
        ),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        line = await asyncio.wait_for(process.stdout.readline(), STARTS_SECONDS)
        assert line, "the emulator did not start"
        slack = EmulatedSlack(upstream=line.decode().strip())
        _introduce(slack)
        async with slack:
            yield slack
    finally:
        process.kill()
        await process.wait()


def _seed(people: dict[str, str], channel: str) -> Json:
    users = [
        {"name": address.partition("@")[0], "real_name": name, "email": address} for address, name in people.items()
    ]
    scopes = sorted(asked_for())
    app = {
        "app_id": APP_ID,
        "client_id": "1.2",
        "client_secret": "secret",
        "name": "Deliverable",
        "redirect_uris": [],
        "scopes": scopes,
        "bot_id": "B0001",
        "bot_user_id": BOT_USER,
        "bot_name": "deliverable",
    }
    token = {"token": TOKEN, "type": "bot", "user_id": BOT_USER, "scopes": scopes, "app_id": APP_ID, "bot_id": "B0001"}
    return {
        "strict_scopes": True,
        "team": {"name": "Digital", "domain": "digital"},
        "users": users,
        "channels": [{"name": channel}],
        "oauth_apps": [app],
        "tokens": [
            token,
            *({"token": token_of(each["name"]), "type": "user", "user": each["name"]} for each in users),
            {"token": token_of("admin"), "user": "admin"},
        ],
    }


def _introduce(slack: EmulatedSlack) -> None:
    """Make our workspace that of the emulator: the same ids of the team, its people and its channels."""
    workspace = Workspace(id=TEAM, token=TOKEN, scopes=set(asked_for()))
    slack.workspaces = {TEAM: workspace}
    for each in slack.ask("users.list", {}, token_of("admin"))["members"]:
        workspace.users[each["id"]] = User(each["id"], each["real_name"], each["profile"].get("email", ""), team=TEAM)
    for each in slack.ask("conversations.list", {}, token_of("admin"))["channels"]:
        workspace.channels[each["id"]] = Channel(each["id"], each["name"])
