"""A strict fake of Slack's Web API, over TCP on 127.0.0.1.

It refuses unknown methods and arguments, calls without a granted scope (those of the manifest in `deploy/slack`), and
payloads that Slack would not accept (`payloads.py`). It has the state of a workspace (`workspace.py`): channels,
conversations, open modals (`window.py`), home tabs, files and ephemeral messages. Example:

    async with Slack() as slack:
        slack.workspace.add_user(User("U1", "Priya Nair"))
        api = WebApi(slack.address)                     # or AsyncWebClient(base_url=slack.address)
        slack.plan("chat.postMessage", Drop(taken=True))  # what happens to the next call (`faults.py`)
        trigger = slack.trigger("U1")                   # the trigger id of a click, which opens one view
        slack.submitted(view_id, answer)                # apply the response to a view_submission
        slack.response_url("U1", "C1")                  # the response_url of a click or a command
        ack = await slack.sockets.deliver("interactive", payload)  # Socket Mode (`socket_mode.py`)

Afterwards `slack.calls` has all calls in order, `slack.faults` the faults of payloads (there should be none),
`slack.scopes_used` the scopes that calls needed, and `slack.responses` the posts to response URLs. `slack.strict_pace`
is the least time between two messages in a channel.
"""

from __future__ import annotations

import asyncio
import json
import re
import secrets
from collections import Counter, defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from bot.interface.json_object import Json
from tests.running_clock import RunningClock
from tests.shape.tree import ROOT
from tests.slack.faults import Broken, Drop, Fault, Hang, Refuse, TooFast
from tests.slack.methods import METHODS, Call, Method, No
from tests.slack.payloads import errors_faults, message_faults, view_faults
from tests.slack.socket_mode import SocketMode
from tests.slack.window import OpenView
from tests.slack.workspace import Channel, Ephemeral, Workspace

APP_TOKEN = "xapp-1"
APP_ID = "A0001"
CLIENT_ID, CLIENT_SECRET = "1.2", "hush"
MOST_RESPONSES = 5
RESPONSE_FIELDS = frozenset(
    {"text", "blocks", "response_type", "replace_original", "delete_original", "thread_ts", "unfurl_links", "metadata"}
)
ALL_SCOPES = frozenset(
    {
        "channels:history",
        "channels:read",
        "chat:write",
        "commands",
        "files:write",
        "groups:history",
        "groups:read",
        "im:history",
        "im:read",
        "im:write",
        "links:read",
        "links:write",
        "reactions:read",
        "team:read",
        "users:read",
        "users:read.email",
    }
)


def asked_for() -> set[str]:
    """The scopes that the manifest asks for."""
    manifest = (ROOT / "deploy" / "slack" / "manifest-http.yaml").read_text(encoding="utf-8")
    listed = manifest.partition("  scopes:\n    bot:\n")[2].partition("\n    bot_optional:")[0]
    return set(re.findall(r'^ +- "([a-z.:]+)"$', listed, re.MULTILINE))


def subscribed_to() -> set[str]:
    """The metadata types that the manifest subscribes to."""
    manifest = (ROOT / "deploy" / "slack" / "manifest-http.yaml").read_text(encoding="utf-8")
    listed = manifest.partition("metadata_subscriptions:\n")[2].partition("interactivity:")[0]
    assert "message_metadata_posted" in manifest
    return set(re.findall(r'^ +event_type: "([a-z_]+)"$', listed, re.MULTILINE))


@dataclass(frozen=True)
class Called:
    """A call: its method, its arguments, and the workspace of its token."""

    method: str
    given: Json
    workspace: str


@dataclass
class Slack:
    """The service. `workspaces` are by id; a test with one takes `workspace`.

    `clock` gives the time of messages, and the date of answers.
    """

    clock: Callable[[], datetime] = field(default_factory=RunningClock)
    workspaces: dict[str, Workspace] = field(default_factory=dict)
    calls: list[Called] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    scopes_used: set[str] = field(default_factory=set)
    codes: dict[str, Json] = field(default_factory=dict)
    strict_pace: timedelta = timedelta(0)
    too_fast: int = 0
    responses: list[Ephemeral] = field(default_factory=list)
    most_in_a_page: int = 1000
    origin: str = ""

    def __post_init__(self) -> None:
        if not self.workspaces:
            self.add(Workspace(scopes=asked_for()))
        self.sockets = SocketMode()
        self._plans: defaultdict[str, deque[Fault]] = defaultdict(deque)
        self._always: dict[str, Fault] = {}
        self._triggers: dict[str, str] = {}
        self._go = asyncio.Event()
        self._uses: Counter[str] = Counter()
        self._last: dict[str, datetime] = {}
        self._last_ts = 0.0
        self._runner: web.AppRunner | None = None
        self.arrived = asyncio.Condition()

    # What a test tells it.

    @property
    def workspace(self) -> Workspace:
        """The first workspace."""
        return next(iter(self.workspaces.values()))

    @property
    def address(self) -> str:
        """The address of the Web API, to be used in place of Slack's."""
        return f"{self.origin}/api/"

    def add(self, workspace: Workspace) -> Workspace:
        """Add another workspace with the app installed."""
        self.workspaces[workspace.id] = workspace
        return workspace

    def plan(self, method: str, *faults: Fault) -> None:
        """Do these with the next calls of a method, one for each call."""
        self._plans[method].extend(faults)

    def always(self, method: str, fault: Fault | None) -> None:
        """Do this with every call of a method that has no plan. None ends it."""
        self._always.pop(method, None)
        if fault is not None:
            self._always[method] = fault

    def let_go(self) -> None:
        """Release all hanging calls, and hang no more."""
        self._go.set()

    def trigger(self, user: str) -> str:
        """Return the trigger id of a click, which opens one view."""
        trigger = f"{secrets.token_hex(6)}.{secrets.token_hex(6)}"
        self._triggers[trigger] = user
        return trigger

    def response_url(self, user: str, channel: str) -> str:
        """Return a response URL for up to five messages in a channel. Only that person sees the ephemeral ones."""
        return f"{self.origin}/response/{user}/{channel}/{secrets.token_hex(6)}"

    def expire(self, trigger: str) -> None:
        """Expire all trigger ids, as happens after three seconds."""
        self._triggers[trigger] = ""

    def submitted(self, view_id: str, answer: Json | None) -> None:
        """Apply the response to a `view_submission` as a client does. Adds what is wrong with it to `faults`."""
        workspace, user, shown = self._shown(view_id)
        window = workspace.window(user)
        match (answer or {}).get("response_action"):
            case None:
                window.close()
            case "clear":
                window.views.clear()
            case "errors":
                errors = (answer or {})["errors"]
                self.faults += errors_faults(errors, shown.json)
                shown.errors = dict(errors)
            case "update" | "push" as action:
                view = (answer or {})["view"]
                self.faults += view_faults(view)
                drawn = self.viewed(workspace, view)
                if action == "push":
                    window.views.append(OpenView(drawn))
                else:
                    window.replace(view_id, {**drawn, "id": view_id})
            case other:
                self.faults.append(f"no response_action is called {other}")

    def asked(self, method: str) -> list[Json]:
        """The arguments of all calls of a method, in order."""
        return [each.given for each in self.calls if each.method == method]

    async def called(self, method: str, times: int = 1) -> None:
        """Wait until a method has been called this often."""
        async with self.arrived:
            await self.arrived.wait_for(lambda: len(self.asked(method)) >= times)

    # What its methods ask of it.

    def needed(self, workspace: Workspace, scopes: tuple[str, ...]) -> None:
        """Record the scopes of a call. Refuse it if none of them was granted."""
        self.scopes_used |= set(scopes)
        if scopes and not set(scopes) & workspace.scopes:
            raise No("missing_scope")

    def paced(self, channel: Channel) -> None:
        """Refuse a message that comes too soon after the last one of the channel."""
        now = self.clock()
        if channel.id in self._last and now - self._last[channel.id] < self.strict_pace:
            self.too_fast += 1
            raise No("ratelimited")
        self._last[channel.id] = now

    def posted(self, workspace: Workspace, given: Json) -> Json:
        """A message object of what was posted, with the ids that Slack adds."""
        message = {
            "type": "message",
            "subtype": "bot_message" if "username" in given else None,
            "user": workspace.bot_user,
            "bot_id": workspace.bot,
            "app_id": APP_ID,
            "team": workspace.id,
            "ts": self._ts(),
            "text": given.get("text", ""),
            "blocks": with_ids(given.get("blocks", [])),
            "metadata": given.get("metadata"),
        }
        return {name: value for name, value in message.items() if value is not None}

    def viewed(self, workspace: Workspace, view: Json) -> Json:
        """A view object of what was given, with the ids that Slack adds."""
        return {
            "id": f"V{secrets.token_hex(5).upper()}",
            "team_id": workspace.id,
            "app_id": APP_ID,
            "bot_id": workspace.bot,
            "private_metadata": "",
            "callback_id": "",
            "external_id": "",
            "hash": f"{self._ts()}.{secrets.token_hex(4)}",
            "state": {"values": {}},
            "root_view_id": None,
            "previous_view_id": None,
            "clear_on_close": False,
            "notify_on_close": False,
            **view,
            "blocks": with_ids(view["blocks"]),
        }

    def pulled(self, given: Json) -> str:
        """The person whose click a view is opened with. A click opens one view."""
        trigger = str(given.get("trigger_id", ""))
        if trigger not in self._triggers:
            raise No("invalid_trigger_id" if trigger else "invalid_arguments")
        user = self._triggers[trigger]
        if not user:
            raise No("expired_trigger_id")
        if user == "used":
            raise No("exchanged_trigger_id")
        self._triggers[trigger] = "used"
        return user

    def exchanged(self, given: Json) -> Json:
        """Exchange a code or a refresh token, once. See `codes`."""
        if (given.get("client_id"), given.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            raise No("bad_client_secret" if given.get("client_id") == CLIENT_ID else "invalid_client_id")
        refreshing = given.get("grant_type") == "refresh_token"
        answer = self.codes.pop(str(given.get("refresh_token" if refreshing else "code", "")), None)
        if answer is None:
            raise No("invalid_refresh_token" if refreshing else "invalid_code")
        return answer

    # The server.

    async def __aenter__(self) -> Self:
        application = web.Application(client_max_size=4 * 1024**2)
        application.router.add_post("/api/{method}", self._answer)
        application.router.add_post("/upload/{workspace}/{file}", self._upload)
        application.router.add_post("/response/{user}/{channel}/{key}", self._respond)
        application.router.add_get("/link", self.sockets.link)
        application.on_response_prepare.append(self._date)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = self._runner.addresses[0][1]
        self.origin = f"http://127.0.0.1:{port}"
        self.sockets.origin = f"ws://127.0.0.1:{port}"
        return self

    async def _date(self, request: web.Request, response: web.StreamResponse) -> None:
        response.headers["Date"] = format_datetime(self.clock(), usegmt=True)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.let_go()
        await self.sockets.close()
        if self._runner is not None:
            await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["method"]
        given = await _given(request)
        fault = self._fault(name)
        if isinstance(fault, Broken | Hang | Drop) and not fault.taken:
            answer: Json = {}
        else:
            answer = self._do(name, given, request) if not isinstance(fault, TooFast | Refuse) else {}
        if isinstance(fault, Refuse):
            answer = {"ok": False, "error": fault.code}
        await self._note(name, given, request)
        match fault:
            case TooFast():
                return _said({"ok": False, "error": "ratelimited"}, 429, {"Retry-After": str(fault.seconds)})
            case Broken():
                return web.Response(status=fault.status, text=fault.text, content_type="text/html")
            case Hang():
                await self._go.wait()
                if fault.drops and request.transport is not None:
                    request.transport.abort()
                return _said(answer if fault.taken else self._do(name, given, request))
            case Drop():
                if request.transport is not None:
                    request.transport.abort()
                return web.Response()
        if answer.get("error") == "ratelimited" and fault is None:
            return _said(answer, 429, {"Retry-After": "1"})
        workspace = self._of(_bearer(request))
        return _said(answer, headers={"X-OAuth-Scopes": ",".join(sorted(workspace.scopes))} if workspace else None)

    def _fault(self, name: str) -> Fault | None:
        return self._plans[name].popleft() if self._plans[name] else self._always.get(name)

    async def _note(self, name: str, given: Json, request: web.Request) -> None:
        workspace = self._of(_bearer(request))
        async with self.arrived:
            self.calls.append(Called(name, given, workspace.id if workspace else ""))
            self.arrived.notify_all()

    def _do(self, name: str, given: Json, request: web.Request) -> Json:
        try:
            method = METHODS.get(name)
            if method is None:
                self.faults.append(f"there is no method {name}")
                raise No("unknown_method")
            workspace = self._allowed(method, _bearer(request))
            self._argued(name, method, given, request)
            self.needed(workspace, method.scopes)
            return {"ok": True, **method.does(Call(self, workspace, given))}
        except No as no:
            return {"ok": False, "error": str(no)}

    def _allowed(self, method: Method, token: str) -> Workspace:
        if method.token == "none":
            return self.workspace
        if method.token == "app":
            if token != APP_TOKEN:
                raise No("not_allowed_token_type" if self._of(token) else "invalid_auth")
            self.scopes_used.add("connections:write")
            return self.workspace
        if not token:
            raise No("not_authed")
        workspace = self._of(token)
        if workspace is None:
            raise No("invalid_auth")
        if workspace.revoked:
            raise No("token_revoked")
        return workspace

    def _argued(self, name: str, method: Method, given: Json, request: web.Request) -> None:
        if request.content_type == "application/json" and given and not method.takes_json:
            self.faults.append(f"{name} takes no JSON")
            raise No("invalid_arguments")
        unknown = given.keys() - method.required - method.optional
        missing = method.required - given.keys()
        if unknown or missing:
            self.faults.append(f"{name}: {sorted(unknown)} unknown, {sorted(missing)} missing")
            raise No("invalid_arguments")

    def _of(self, token: str) -> Workspace | None:
        return next((each for each in self.workspaces.values() if token and each.token == token), None)

    async def _respond(self, request: web.Request) -> web.Response:
        given = await request.json()
        self._uses[request.path] += 1
        unknown = given.keys() - RESPONSE_FIELDS
        faults = [f"{name} is no field of a response" for name in unknown]
        if not given.get("delete_original"):
            faults += message_faults(given)
        self.faults += faults
        if faults or self._uses[request.path] > MOST_RESPONSES:
            return web.Response(status=404, text="used_url" if not faults else "invalid_payload")
        user, channel = request.match_info["user"], request.match_info["channel"]
        self.responses.append(Ephemeral(channel, user, given))
        return web.Response(text="ok")

    async def _upload(self, request: web.Request) -> web.Response:
        file = self.workspaces[request.match_info["workspace"]].files[request.match_info["file"]]
        content = await request.read()
        if len(content) != file.length:
            return web.Response(status=400, text="length")
        file.content = content
        return web.Response(text=f"OK - {len(content)}")

    def _shown(self, view_id: str) -> tuple[Workspace, str, OpenView]:
        for workspace in self.workspaces.values():
            for user, window in workspace.modals.items():
                shown = window.find(view_id)
                if shown is not None:
                    return workspace, user, shown
        raise LookupError("no such view is open")

    def _ts(self) -> str:
        # Unique, and never going back, however fast messages come.
        self._last_ts = max(self.clock().timestamp(), self._last_ts + 0.0001)
        return f"{self._last_ts:.6f}"


async def _given(request: web.Request) -> Json:
    """The arguments, from JSON, a form or the address; JSON within a field of a form is read."""
    if request.content_type == "application/json":
        found = await request.json()
        return found if isinstance(found, dict) else {}
    fields = {**request.query, **(await request.post())}
    return {
        name: _read(str(value)) if name in ("files", "view", "blocks", "unfurls") else str(value)
        for name, value in fields.items()
    }


def _read(text: str) -> Any:
    return json.loads(text)


def _bearer(request: web.Request) -> str:
    return request.headers.get("Authorization", "").removeprefix("Bearer ")


def _said(answer: Json, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    return web.json_response(answer, status=status, headers=headers)


def with_ids(blocks: list[Json]) -> list[Json]:
    return [{**block, "block_id": block.get("block_id") or secrets.token_hex(3)} for block in blocks]
