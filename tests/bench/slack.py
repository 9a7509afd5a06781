"""Flags from Slack, from signed requests to committed rows, compared with a Bolt app that does nothing."""

import asyncio
import json
import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from time import process_time
from urllib.parse import urlencode
from uuid import UUID

from aiohttp import web
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.response import BoltResponse

from adapters.slack.api.tokens import SlackTokens
from adapters.slack.api.web_api import WebApi
from adapters.slack.draw.views import FORM, view
from adapters.slack.handle.listeners import ANY
from adapters.slack.options import SlackOptions
from adapters.slack.receive import bolt
from adapters.slack.receive.endpoint import SlackEndpoint
from adapters.slack.receive.request_verification import RequestVerifier
from adapters.slack.service import mount
from bot.dispatcher import Dispatcher
from bot.interface.actor import Actor
from bot.interface.announcements import Announcement
from bot.interface.intents import GiveView
from bot.interface.json_object import Json
from bot.interface.parts import Form
from bot.people.connections import Connections
from bot.people.people import Member, Roster
from bot.runtime.startup import freeze_startup_objects
from storage import Database
from storage.migrate import migrate
from tests.bench import flag, loading
from tests.bench.measuring import Figures, progress, raw_connection
from tests.rings import new_ring
from tests.slack.driver import SECRET, signed

NOW = datetime(2026, 12, 9, 9, 0, tzinfo=UTC)
TEAM, CHANNEL = "T0BENCH", "C0BENCH"
AT_ONCE = 16
A_SECOND = 100
FLAGS_A_PERSON = 5
PEOPLE = 50
"""The flags of one policy: five each from fifty people."""
CLICKING = 250
"""Those who open the form: in a block, every click is by another person."""


@dataclass(frozen=True)
class Size:
    """How many blocks, requests per block, and requests at an even pace."""

    blocks: int
    a_block: int
    paced: int


WHOLE = Size(blocks=10, a_block=250, paced=1_000)
SMALL = Size(blocks=1, a_block=16, paced=16)


def measure(folder: Path, size: Size) -> Figures:
    """The figures of Slack."""
    return asyncio.run(_measure(folder, size))


async def _measure(folder: Path, size: Size) -> Figures:
    progress("Flags from Slack, and a Bolt app that does nothing")
    with loading.sending() as sender, TemporaryDirectory(dir=folder) as own:
        return await _taken(Path(own), sender, size)


async def _taken(folder: Path, sender: loading.Sender, size: Size) -> Figures:
    async with _serving(folder / "slack.db") as office:
        policies = await office.announce(size.blocks + 1 + -(-size.paced // (PEOPLE * FLAGS_A_PERSON)))
        taken: dict[str, list[float]] = {"flags": [], "nothing": [], "opens": [], "nothing opened": []}
        worked: dict[str, list[float]] = {name: [] for name in taken}
        await sender.seconds_for(office.port, await office.flags(policies[0], size.a_block), AT_ONCE)  # to warm up
        for number, policy in enumerate(policies[1 : size.blocks + 1]):
            flags, clicks = await office.flags(policy, size.a_block), office.clicks(policy, size.a_block)
            steps = [
                ("flags", office.port, flags),
                ("nothing", office.idle_port, flags),
                ("opens", office.port, clicks),
                ("nothing opened", office.idle_port, clicks),
            ]
            for name, port, requests in reversed(steps) if number % 2 else steps:
                began = process_time()
                taken[name].append(await sender.seconds_for(port, requests, AT_ONCE))
                worked[name].append(process_time() - began)
        paced = [each for policy in policies[size.blocks + 1 :] for each in await office.flags(policy)][: size.paced]
        waits = await sender.waits_for(office.port, paced, A_SECOND)
        office.check(size.a_block * (size.blocks + 1) + size.paced)
    took = {name: median(times) for name, times in taken.items()}
    work = {name: median(times) for name, times in worked.items()}
    return {
        "slack_flag_vs_noop_bolt": took["nothing"] / took["flags"],
        "slack_flags_per_second": size.a_block / took["flags"],
        "slack_open_form_vs_noop_bolt": took["nothing opened"] / took["opens"],
        "slack_flag_cpu_vs_noop": work["flags"] / work["nothing"],
        "slack_open_form_cpu_vs_noop": work["opens"] / work["nothing opened"],
        "slack_flag_p99_ms": quantiles(waits, n=100)[98] * 1_000,
    }


class NotKept(Exception):
    """Not every sent flag is in the database, so the times mean nothing."""


@dataclass
class Office:
    """The program on one port, and the app that does nothing on another."""

    dispatcher: Dispatcher
    database: Database
    port: int
    idle_port: int

    async def announce(self, number: int) -> list[UUID]:
        """Announce that many policies."""
        announced = [Announcement(f"Policy {n}", "What is announced.", "", None) for n in range(number)]
        opened = await self.dispatcher.announce(announced, owner="u0@example.org", channel="delivery")
        return [each.id for each in opened.opened]

    async def flags(self, policy: UUID, number: int = PEOPLE * FLAGS_A_PERSON) -> list[bytes]:
        """Filled-in forms, each its own and by another person than the one before."""
        form = await self.dispatcher.open(GiveView(policy), Actor("slack", TEAM, "U0", CHANNEL))
        assert isinstance(form, Form)
        return [self._flag(form, n % PEOPLE) for n in range(number)]

    def _flag(self, form: Form, person: int) -> bytes:
        shown = view(replace(form, nonce=secrets.token_urlsafe(24)), workspace=TEAM, channel=CHANNEL)
        values = {block["block_id"]: {"answer": _filled(block)} for block in shown["blocks"] if "element" in block}
        whole = {"id": "V0BENCH", "hash": "1.a", "team_id": TEAM, **shown, "state": {"values": values}}
        return _request({"type": "view_submission", **_from(person), "view": whole, "response_urls": []})

    def clicks(self, policy: UUID, number: int) -> list[bytes]:
        """Clicks on the button that opens the form."""
        button = {"type": "button", "action_id": "open.0", "block_id": "b", "value": GiveView(policy).to_text()}
        label = {"type": "plain_text", "text": "Give your view", "emoji": False}
        action = {**button, "text": label, "action_ts": "1765270800.000100"}
        card = [{"type": "rich_text", "block_id": f"r{n}", "elements": []} for n in range(8)]
        where = {"type": "message", "message_ts": "1765270800.000100", "channel_id": CHANNEL, "is_ephemeral": False}
        payload = {
            "type": "block_actions",
            "container": where,
            "channel": {"id": CHANNEL, "name": "delivery"},
            "message": {"type": "message", "ts": "1765270800.000100", "text": "A policy", "blocks": card},
            "state": {"values": {}},
            "response_url": "http://127.0.0.1:9/response",
            "actions": [action],
        }
        return [_request({**payload, **_from(n % CLICKING)}) for n in range(number)]

    def check(self, number: int) -> None:
        """Check that this many flags wait, each in its box. Raises `NotKept`."""
        with closing(raw_connection(self.database.file)) as raw:
            if raw.execute("SELECT count(*) FROM boxes").fetchone()[0] != number:
                raise NotKept


def _from(person: int) -> Json:
    return {
        "team": {"id": TEAM, "domain": "bench"},
        "user": {"id": f"U{person}", "username": f"u{person}", "name": f"u{person}", "team_id": TEAM},
        "api_app_id": "A0BENCH",
        "token": "none",
        "trigger_id": f"{secrets.token_hex(6)}.{secrets.token_hex(6)}",
        "enterprise": None,
        "is_enterprise_install": False,
    }


def _filled(block: Json) -> Json:
    element, name = block["element"], block["block_id"].removeprefix("q:")
    wanted = flag.ANSWERS.get(name, ("",))[0]
    if element["type"] == "plain_text_input":
        return {"type": "plain_text_input", "value": wanted or None}
    chosen = [each for each in element["options"] if each["value"] == wanted]
    return {"type": element["type"], "selected_option": chosen[0]}


def _request(payload: Json) -> bytes:
    body = urlencode({"payload": json.dumps(payload)}).encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded", **signed(body, NOW)}
    return loading.ready("/slack/events", body, headers)


@asynccontextmanager
async def _serving(file: Path) -> AsyncIterator[Office]:
    migrate(f"sqlite:///{file}", now=NOW)
    ring = new_ring("bench")

    def clock() -> datetime:
        return NOW

    async with AsyncExitStack() as stack:
        database = stack.enter_context(Database(f"sqlite:///{file}"))
        dispatcher, connections = Dispatcher(database, ring, clock), Connections(database, ring, clock)
        await connections.install(
            "slack", TEAM, "Bench", {"token": "xoxb-1", "bot": "B0", "user": "U0BOT", "team": TEAM}
        )
        members = [Member(f"U{n}", f"Member {n}", f"u{n}@example.org") for n in range(CLICKING)]
        await dispatcher.enrol(Roster("slack", TEAM, CHANNEL, "delivery", tuple(members)))
        address = stack.enter_context(loading.answering())
        options = SlackOptions(signing_secret=SECRET, api_url=address)
        application = web.Application(client_max_size=256 * 1024)
        adapter = mount(application, dispatcher, connections, options, clock=clock)
        stack.push_async_callback(adapter.close)
        idle = web.Application(client_max_size=256 * 1024)
        api = WebApi(address)
        stack.push_async_callback(api.close)
        idle.add_routes(
            SlackEndpoint(_idle(SlackTokens(connections, None, clock), api), RequestVerifier(SECRET), clock).routes()
        )
        freeze_startup_objects()
        yield Office(dispatcher, database, await _listening(stack, application), await _listening(stack, idle))


async def _listening(stack: AsyncExitStack, application: web.Application) -> int:
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return int(runner.addresses[0][1])


def _idle(tokens: SlackTokens, api: WebApi) -> AsyncApp:
    """Bolt with the product's options: one listener that only acknowledges, and one that opens a modal."""
    app = bolt.app_with(tokens)

    async def heard(body: Json, context: AsyncBoltContext) -> BoltResponse:
        return BoltResponse(status=200, body="")

    async def open_window(body: Json, context: AsyncBoltContext) -> BoltResponse:
        await api.write("xoxb-1", "views.open", trigger_id=body["trigger_id"], view=_WINDOW)
        return BoltResponse(status=200, body="")

    app.view(FORM)(heard)
    app.action({"type": "block_actions", "action_id": ANY})(open_window)
    return app


_WINDOW = {"type": "modal", "title": {"type": "plain_text", "text": "Nothing"}, "blocks": []}
