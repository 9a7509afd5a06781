"""Teams: clicks per second compared with the SDK's own wiring, and messages per second.

The measured program and the fake Microsoft each run in their own process. The client does as little as possible.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any
from uuid import uuid4

from aiohttp import web

from adapters.teams.draw.render import card
from adapters.teams.service import mount
from bot.dispatcher import Dispatcher
from bot.interface.intents import Intent, parse
from bot.interface.parts import Card, Paragraph
from bot.interface.ports import Message, Place, Sent
from bot.people.connections import Connections
from storage import Database
from storage.migrate import migrate
from tests.bench.measuring import Figures, progress
from tests.bench.teams_app import MEMBERS, NOW, Fixed, directory_id
from tests.rings import new_ring
from tests.teams.activities import invoke
from tests.teams.provider import TENANT, Account, Provider, serving

ROOT = Path(__file__).resolve().parents[2]
CLICKING = 16
SENDING = 64
CARD_ACTION = ("adaptiveCard/action", {"action": {"type": "Action.Execute", "verb": "do", "data": {"i": "help"}}})
DIALOG = ("task/fetch", {"data": {"i": "help"}, "context": {"theme": "default"}})


SUBMIT = "task/submit"
SHOWN = b"Single parking permit"
LONGEST_SECONDS = 60
FLAG = {
    "promise": "confidential",
    "verdict": "if",
    "theme": "timetable",
    "because": "Councils use 140 permit systems, and the contracts for most of them end after April.",
    "remedy": "Start with the councils that share one system, and move the others as contracts end.",
}


class WrongAnswer(Exception):
    """The measured program did not do what it should."""


def measure(folder: Path, blocks: int, clicks: int, sends: int) -> Figures:
    """The medians over blocks of clicks, and over as many flags, and the rate of sending messages."""
    return {
        **asyncio.run(_clicks(blocks, clicks)),
        **asyncio.run(_flags(blocks, min(clicks, MEMBERS))),
        **asyncio.run(_sends(folder, sends)),
    }


async def _clicks(blocks: int, clicks: int) -> Figures:
    progress("Clicks in Teams, beside the SDK's own wiring")
    async with (
        serving() as provider,
        _running("ours", provider.address) as one,
        _running("stock", provider.address) as other,
    ):
        ours, stock = int(await one()), int(await other())
        action, dialog = _request(provider, *CARD_ACTION), _request(provider, *DIALOG)
        ours_action, stock_action = await _side_by_side(ours, stock, action, blocks, clicks)
        ours_dialog, stock_dialog = await _side_by_side(ours, stock, dialog, blocks, clicks)
        return {
            "teams_card_action_vs_stock": stock_action / ours_action,
            "teams_dialog_vs_stock": stock_dialog / ours_dialog,
            "teams_card_actions_per_second": 1 / ours_action,
        }


async def _flags(blocks: int, flags: int) -> Figures:
    """Each block is one policy: every member sends the form once."""
    progress("Flags in Teams")
    async with serving() as provider, _running("whole", provider.address) as next_line:
        forms, port = (await next_line()).split(","), int(await next_line())
        seconds = []
        for form in forms[: blocks + 1]:
            intent = parse(form)
            requests = [_request(provider, SUBMIT, _sent_form(intent), _member(number)) for number in range(flags)]
            seconds.append(await _block(port, requests, b"Your flag"))
        # The process counts at the end, when it is stopped.
        kept = (blocks + 1) * flags
    if int(await next_line()) != kept:
        raise WrongAnswer("not every flag was kept")
    return {"teams_flags_per_second": 1 / median(seconds[1:])}


def _member(number: int) -> Account:
    return Account(f"Member {number}", aad=str(directory_id(number)))


def _sent_form(intent: Intent) -> dict[str, Any]:
    """What a client sends when a person submits the flag form."""
    questions = {"promise": "one", "verdict": "one", "theme": "one", "because": "typed", "remedy": "typed"}
    own = {"k": "send", "i": intent.to_text(), "n": secrets.token_urlsafe(24), "q": questions}
    return {"data": {"deliverable": own, **{f"q-{name}": FLAG[name] for name in questions}}}


async def _side_by_side(ours: int, stock: int, request: bytes, blocks: int, clicks: int) -> tuple[float, float]:
    """The median seconds per click of each; every other block runs in the other order."""
    quick, slow = [], []
    many, few = [request] * clicks, [request] * max(CLICKING, clicks // 4)
    await _block(ours, many, SHOWN), await _block(stock, few, SHOWN)  # these fetch keys and warm up
    for number in range(blocks):
        if number % 2:
            slow.append(await _block(stock, few, SHOWN))
        quick.append(await _block(ours, many, SHOWN))
        if not number % 2:
            slow.append(await _block(stock, few, SHOWN))
    return median(quick), median(slow)


async def _block(port: int, requests: Sequence[bytes], shown: bytes) -> float:
    """The seconds per request, with several people clicking at once. Every answer must show something."""
    left = iter(requests)

    async def click() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for request in left:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
            body = await reader.readexactly(length)
            if not head.startswith(b"HTTP/1.1 200") or shown not in body:
                raise WrongAnswer(head.split(b"\r\n")[0], body[:300])
        writer.close()
        await writer.wait_closed()

    began = perf_counter()
    await asyncio.gather(*(click() for _ in range(CLICKING)))
    return (perf_counter() - began) / len(requests)


def _request(provider: Provider, name: str, value: dict[str, Any], account: Account | None = None) -> bytes:
    """A click as an HTTP request, in bytes."""
    account = account or Account("Ada Adminson")
    body = json.dumps(invoke(provider, account, name, value, reply_to="1700000000000")).encode()
    head = (
        "POST /api/messages HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Authorization: {provider.bearer()}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def _sends(folder: Path, sends: int) -> Figures:
    progress(f"{sends} messages to a connector that takes 50 ms for each")
    url = f"sqlite:///{folder / 'teams.db'}"
    migrate(url, now=NOW)
    provider = Provider()
    async with _running("connector", "-") as next_line:
        provider.address = f"http://127.0.0.1:{await next_line()}"
        with Database(url) as database:
            ring = new_ring("bench")
            dispatcher, connections = Dispatcher(database, ring, lambda: NOW), Connections(database, ring, lambda: NOW)
            options = provider.options()
            platform = mount(
                web.Application(),
                dispatcher,
                connections,
                options,
                clock=lambda: NOW,
                draw=card,
                handling=lambda _: Fixed(),
            )
            await platform.start()
            places = [Place("teams", TENANT, str(uuid4()), direct=True) for _ in range(sends)]
            for place in places:
                await connections.converse(place, f"a:{place.address}", provider.service)
            left = iter(places)

            async def send() -> None:
                for place in left:
                    outcome = await platform.send(Message(uuid4(), place, Card((Paragraph("One flag."),), "One flag.")))
                    if not isinstance(outcome, Sent):
                        raise WrongAnswer(outcome)

            began = perf_counter()
            await asyncio.gather(*(send() for _ in range(SENDING)))
            seconds = perf_counter() - began
            await platform.close()
    return {"teams_sends_per_second": sends / seconds}


@asynccontextmanager
async def _running(which: str, address: str) -> AsyncIterator[Callable[[], Awaitable[str]]]:
    """A process that serves it. Gives a function that reads its output line by line."""
    command = (sys.executable, "-m", "tests.bench.teams_app", which, address)
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdin=pipe, stdout=pipe)
    assert process.stdin is not None
    assert process.stdout is not None
    lines = process.stdout

    async def next_line() -> str:
        return (await asyncio.wait_for(lines.readline(), LONGEST_SECONDS)).decode().strip()

    try:
        yield next_line
    finally:
        process.stdin.close()
        await asyncio.wait_for(process.wait(), LONGEST_SECONDS)
