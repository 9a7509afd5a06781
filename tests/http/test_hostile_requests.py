"""Bytes that no client sends, in every header, query and path that is read: a refusal, no fault, no error logged."""

from __future__ import annotations

import asyncio
import base64
import logging
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, contextmanager

import pytest
from aiohttp import web

from adapters import health, slack, teams
from adapters import web as pages
from adapters.http import Listening, application
from adapters.web import Sandbox, SandboxClock
from bot.dispatcher import Dispatcher
from bot.people.connections import Connections
from bot.runtime.settings import Settings
from bot.worker.status import Status
from bot.worker.worker import Worker
from storage import Database
from tests.rings import new_ring
from tests.running_clock import MONDAY
from tests.teams.provider import APP, ISSUER, SECRET, TENANT, serving

HEADERS = (
    "Accept",
    "Accept-Encoding",
    "Authorization",
    "Content-Encoding",
    "Content-Type",
    "Cookie",
    "Expect",
    "Forwarded",
    "Host",
    "If-Modified-Since",
    "If-None-Match",
    "Origin",
    "Range",
    "Referer",
    "Sec-Fetch-Site",
    "Upgrade",
    "User-Agent",
    "X-Forwarded-For",
    "X-Slack-Request-Timestamp",
    "X-Slack-Retry-Num",
    "X-Slack-Signature",
)
PIECES = {
    "a byte that begins no character": b"\xff",
    "half a character": b"\xc3",
    "a lone surrogate": b"\xed\xa0\x80",
    "a letter": "é".encode(),
    "digits of another script": "١٢٣٤٥٦٧٨٩٠".encode(),
    "a superscript": "²".encode(),
    "a control character": b"\x01",
    "nothing": b"",
    "half an address": b"[::1",
    "a number that never ends": b"9" * 5000,
    "JSON that is too deep": base64.urlsafe_b64encode(b"[" * 3999),
    "JSON that is no object": base64.urlsafe_b64encode(b"777"),
    "a key that is no text": base64.urlsafe_b64encode(b'{"alg": "RS256", "kid": "\\ud800"}').rstrip(b"="),
}
ESCAPED = (b"%ff", b"%c3", b"%00", b"%ed%a0%80", b"%", b"%zz", b"%e2%80%ae", b"%2e%2e%2f", b"%0d%0a")
FRAMES = {
    "Authorization": (b"%s", b"Bearer %s", b"Bearer a.%s.c", b"Bearer %s.YQ.YWE"),
    "Content-Type": (b"%s", b"text/html; charset=%s"),
    "Cookie": (b"%s", b"deliverable-slack-install=%s; a=%s"),
    "X-Slack-Signature": (b"%s", b"v0=%s"),
}
"""What stands around a piece in a header; in every other one, nothing."""
KESTREL = "kestrel"
"""In every request, so that it can be looked for in the log."""


@asynccontextmanager
async def everything(url: str) -> AsyncIterator[web.Application]:
    """All that `serve` answers with both platforms set up."""
    ring, made = new_ring("k1"), application()
    async with AsyncExitStack() as stack:
        microsoft = await stack.enter_async_context(serving())
        database = stack.enter_context(Database(url))
        settings = Settings.model_validate(
            {
                "public_url": "https://deliverable.example.org",
                "slack_signing_secret": "8f742231b10e8888abcd99yyyzzz85a5",
                "slack_client_id": "1.2",
                "slack_client_secret": "secret",
                "teams_app_id": APP,
                "teams_tenant_id": TENANT,
                "teams_app_password": SECRET,
                "teams_openid_url": f"{microsoft.address}/openid",
                "teams_token_url": f"{microsoft.address}/token",
                "teams_issuer": ISSUER,
                "teams_service_hosts": "127.0.0.1",
            }
        )
        dispatcher, connections = (
            Dispatcher(database, ring, lambda: MONDAY),
            Connections(database, ring, lambda: MONDAY),
        )
        slack.connect(made, dispatcher, connections, settings, clock=lambda: MONDAY, receives=True)
        in_teams = teams.connect(made, dispatcher, connections, settings, clock=lambda: MONDAY, receives=True)
        await in_teams.start()
        stack.push_async_callback(in_teams.close)
        health.connect(made, Status(database, lambda: MONDAY))
        pages.connect_public(made, dispatcher, settings.public_url)
        yield made


@asynccontextmanager
async def sandbox(url: str) -> AsyncIterator[web.Application]:
    """All that the sandbox answers."""
    ring, made, clock = new_ring("k1"), application(), SandboxClock(machine=lambda: MONDAY)
    with Database(url) as database:
        dispatcher, worker = Dispatcher(database, ring, clock), Worker(database, ring, clock)
        pages.connect(made, dispatcher, worker, sandbox=Sandbox(clock))
        yield made


def routes(made: web.Application) -> Iterator[tuple[bytes, str]]:
    """Every method and address that is answered."""
    for route in made.router.routes():
        if route.resource is not None and route.method != "HEAD":
            yield route.method.encode(), route.resource.canonical


def address(canonical: str, piece: bytes = b"0") -> bytes:
    """An address of that shape, with a piece in place of each of its names."""
    for name in ("user", "channel", "intent", "name", "policy", "anything"):
        canonical = canonical.replace(f"{{{name}}}", "\0")
    return canonical.encode().replace(b"\0", piece)


def request(method: bytes, path: bytes, name: str = "", value: bytes = b"") -> bytes:
    """A request with one header more, or with another in place of its own."""
    given = {"Host": b"127.0.0.1", "Content-Type": b"application/json", "Connection": b"close"}
    given |= {"X-Anything": KESTREL.encode(), **({name: value} if name else {})}
    body = b'{"kestrel": "kestrel"}' if method == b"POST" else b""
    lines = [b"%s %s HTTP/1.1" % (method, path), b"Content-Length: %d" % len(body)]
    return b"\r\n".join([*lines, *(b"%s: %s" % (each.encode(), text) for each, text in given.items()), b"", body])


def with_hostile_headers(made: web.Application) -> Iterator[bytes]:
    """Each header, for each route."""
    for method, canonical in routes(made):
        for name in HEADERS:
            for piece in PIECES.values():
                for frame in FRAMES.get(name, (b"%s",)):
                    yield request(method, address(canonical), name, frame.replace(b"%s", piece))


def with_hostile_queries(made: web.Application) -> Iterator[bytes]:
    """Each name in a query that is read, and one that is not."""
    for method, canonical in routes(made):
        for name in (b"state", b"code", b"error", b"from", b"channel", b"at", b"other"):
            for piece in (*PIECES.values(), *ESCAPED):
                yield request(method, address(canonical) + b"?" + name + b"=" + piece + b"&" + piece + b"=" + name)


def with_hostile_paths(made: web.Application) -> Iterator[bytes]:
    """Each piece in place of what an address names, and after it."""
    for method, canonical in routes(made):
        for piece in (*PIECES.values(), *ESCAPED):
            yield request(method, address(canonical, piece))
            yield request(method, address(canonical) + b"/" + piece)
            yield request(method, address(canonical.replace("{user}", "helen"), piece))


@contextmanager
def nothing_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """No error in the log, and nothing of a request."""
    caplog.set_level(logging.DEBUG, "adapters")
    caplog.set_level(logging.DEBUG, "aiohttp")
    yield
    assert [each.getMessage() for each in caplog.records if each.levelno >= logging.ERROR] == []
    assert KESTREL not in caplog.text


async def answered(port: int, sent: Iterable[bytes]) -> list[tuple[bytes, bytes]]:
    """The requests that were answered by a fault, or not at all, with what was answered."""
    found = []
    for each in sent:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(each)
        line = await asyncio.wait_for(reader.readline(), 30)
        writer.close()
        if not line.startswith((b"HTTP/1.1 2", b"HTTP/1.1 3", b"HTTP/1.1 4", b"HTTP/1.0 4", b"HTTP/1.1 101")):
            found.append((each, line))
    return found


@pytest.mark.timeout(180)  # thousands of requests, on a busy machine
@pytest.mark.parametrize("made_by", [everything, sandbox], ids=["serve", "the sandbox"])
@pytest.mark.parametrize(
    "hostile", [with_hostile_headers, with_hostile_queries, with_hostile_paths], ids=["headers", "queries", "paths"]
)
async def test_bytes_that_no_client_sends_are_refused_without_a_fault(
    made_by: Callable[[str], AbstractAsyncContextManager[web.Application]],
    hostile: Callable[[web.Application], Iterator[bytes]],
    migrated_sqlite_url: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with nothing_logged(caplog):
        async with made_by(migrated_sqlite_url) as made:
            listening = Listening(made, "127.0.0.1", 0)
            await listening.start()
            ((_, port),) = listening._runner.addresses
            try:
                assert await answered(port, dict.fromkeys(hostile(made))) == []
            finally:
                await listening.stop()
