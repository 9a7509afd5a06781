"""Feeds from files and over the network, and servers that mean no good."""

import asyncio
import gzip
import os
import re
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from adapters.feeds import FeedRefused, Limits, read_feed
from adapters.feeds.doorway import Doorway, InnerAddress, is_public
from adapters.feeds.fetching import fetch
from tests.feeds.feeds import ATOM, NOW, RSS, atom, entry

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]
FEED = ATOM.read_bytes()
SMALL = Limits(bytes=20_000)


@asynccontextmanager
async def serving(answer: Answer, proof: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    """Serve every address with `answer`; gives the server's own, without a slash at the end."""
    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    server = TestServer(app, host="127.0.0.1", scheme="https" if proof else "http")
    await server.start_server(ssl=proof, shutdown_timeout=0)
    async with server:
        yield str(server.make_url("")).rstrip("/")


def always(**answer: object) -> Answer:
    """Answer every request in the same way."""

    async def reply(_: web.Request) -> web.StreamResponse:
        return web.Response(**answer)  # type: ignore[arg-type]

    return reply


def self_signed(folder: Path) -> ssl.SSLContext:
    """Give a server's proof of who it is that it wrote itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=36500))
        .sign(key, hashes.SHA256())
    )
    form = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (folder / "key").write_bytes(key.private_bytes(serialization.Encoding.PEM, *form))
    (folder / "certificate").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    proof = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    proof.load_cert_chain(folder / "certificate", folder / "key")
    return proof


async def refusal(source: str | Path, limits: Limits = SMALL) -> str:
    """Give the sentence in which a source is refused."""
    with pytest.raises(FeedRefused) as caught:
        await read_feed(source, now=NOW, limits=limits)
    assert re.fullmatch(r"[A-Z][^\n]{10,200}\.", caught.value.sentence)
    return caught.value.sentence


# Files


async def test_a_file_is_read_and_its_progress_told() -> None:
    told: list[tuple[int, int | None]] = []
    found = await read_feed(ATOM, now=NOW, progress=lambda read, total: told.append((read, total)))
    assert found[0].title == "Single parking permit"
    assert told == [(len(FEED), len(FEED))]
    assert await read_feed(str(ATOM), now=NOW) == found


async def test_a_file_as_large_as_allowed_and_one_byte_larger(tmp_path: Path) -> None:
    path = tmp_path / "feed.atom"
    path.write_bytes(FEED)
    assert await read_feed(path, now=NOW, limits=Limits(bytes=len(FEED)))
    assert "larger than" in await refusal(path, Limits(bytes=len(FEED) - 1))


async def test_no_file(tmp_path: Path) -> None:
    assert "no feed file" in await refusal(tmp_path / "none.atom")
    assert "no feed file" in await refusal("announcements.example/feed.atom")
    assert "plain file" in await refusal(tmp_path)
    assert "cannot be read" in await refusal("nul\0l")
    assert "plain file" in await refusal("")


async def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert "plain file" in await refusal(tmp_path / "pipe")


@pytest.mark.parametrize(
    "source", ["file:///etc/hostname", "FILE:/etc/hostname", "ftp://a.example/", "data:text/xml,x", "feed:x"]
)
async def test_other_schemes_are_not_followed(source: str) -> None:
    assert "https://" in await refusal(source)


# The network


async def test_a_feed_is_fetched_and_its_progress_told() -> None:
    told: list[tuple[int, int | None]] = []
    seen: list[str] = []

    async def reply(request: web.Request) -> web.StreamResponse:
        seen.append(request.headers["User-Agent"])
        return web.Response(body=RSS.read_bytes(), content_type="text/html", charset="us-ascii")  # a lie

    async with serving(reply) as address:
        found = await read_feed(address + "/all", now=NOW, progress=lambda *step: told.append(step))
    assert found == await read_feed(RSS, now=NOW)
    assert told[-1] == (RSS.stat().st_size, RSS.stat().st_size)
    assert re.fullmatch(r"Deliverable/[\w.+]+", seen[0])


async def test_relative_links_stand_where_the_feed_was_found_in_the_end() -> None:
    async def reply(request: web.Request) -> web.StreamResponse:
        if request.path == "/old":
            return web.Response(status=301, headers={"Location": "/new/feed"})
        return web.Response(text=atom(entry(link="permit")))

    async with serving(reply) as address:
        (found,) = await read_feed(address + "/old", now=NOW)
    assert found.link == address + "/new/permit"


async def test_packed_feeds_are_unpacked() -> None:
    async with serving(always(body=gzip.compress(FEED), headers={"Content-Encoding": "gzip"})) as address:
        assert len(await read_feed(address, now=NOW)) == 3


async def test_a_packed_bomb_is_refused_by_its_unpacked_size() -> None:
    bomb = gzip.compress(b"\0" * 50_000_000)
    read: list[int] = []
    async with serving(always(body=bomb, headers={"Content-Encoding": "gzip"})) as address:
        with pytest.raises(FeedRefused, match="larger than"):
            await read_feed(address, now=NOW, limits=SMALL, progress=lambda size, _: read.append(size))
    assert max(read, default=0) <= SMALL.bytes


async def test_damaged_packing() -> None:
    async with serving(always(body=b"not packed", headers={"Content-Encoding": "gzip"})) as address:
        assert "damaged" in await refusal(address)


@pytest.mark.parametrize("status", [204, 304, 401, 403, 404, 410, 429, 500, 503, 599])
async def test_any_other_status_is_named(status: int) -> None:
    async with serving(always(status=status, text="" if status in (204, 304) else FEED.decode())) as address:
        assert f"answered {status}" in await refusal(address)


async def test_a_web_page() -> None:
    async with serving(always(text="<!doctype html><p>Sign in", content_type="application/atom+xml")) as address:
        assert "web page" in await refusal(address)


async def test_a_length_beyond_the_limit_is_believed_at_once() -> None:
    async with serving(always(body=b"x" * (SMALL.bytes + 1))) as address:
        assert "larger than" in await refusal(address)


async def test_an_endless_answer_is_cut_at_the_limit() -> None:
    async def reply(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b" " * 1000)

    async with serving(reply) as address:
        assert "larger than" in await refusal(address, Limits(bytes=20_000, seconds=10))


async def test_a_slow_answer_is_given_up() -> None:
    async def reply(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b" ")
            await asyncio.sleep(0.05)

    async with serving(reply) as address:
        assert "within 0.3 seconds" in await refusal(address, Limits(seconds=0.3))


async def test_no_answer_is_given_up() -> None:
    async def reply(_: web.Request) -> web.StreamResponse:
        await asyncio.sleep(30)
        raise AssertionError

    async with serving(reply) as address:
        assert "within 0.3 seconds" in await refusal(address, Limits(seconds=0.3))


async def test_a_broken_connection() -> None:
    async def reply(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": str(len(FEED))})
        await response.prepare(request)
        await response.write(FEED[:100])
        assert request.transport is not None
        request.transport.close()
        return response

    async with serving(reply) as address:
        assert "broke off" in await refusal(address)


async def test_something_that_speaks_no_http() -> None:
    async def reply(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(b"220 mail.example ESMTP\r\n" + FEED)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(reply, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        assert "not HTTP" in await refusal(f"http://127.0.0.1:{port}/")


async def test_nobody_there() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and does not listen
        assert "cannot be reached" in await refusal(f"http://127.0.0.1:{taken.getsockname()[1]}/")


async def test_a_server_without_encryption_asked_for_it() -> None:
    async with serving(always(body=FEED)) as address:
        sentence = await refusal(address.replace("http:", "https:"))
    assert "does not speak https" in sentence


async def test_a_certificate_that_nobody_vouches_for(tmp_path: Path) -> None:
    async with serving(always(body=FEED), self_signed(tmp_path)) as address:
        assert "certificate" in await refusal(address)


@pytest.mark.parametrize("source", ["http://", "http://[::1", "https://a b.example/", "http://:80/", "http:feed"])
async def test_what_is_no_web_address(source: str) -> None:
    await refusal(source)


# Redirects


async def test_five_redirects_are_followed_and_a_sixth_is_not() -> None:
    async def reply(request: web.Request) -> web.StreamResponse:
        left = int(request.path.strip("/"))
        return web.Response(status=302, headers={"Location": f"/{left - 1}"}) if left else web.Response(body=FEED)

    async with serving(reply) as address:
        assert len(await read_feed(address + "/5", now=NOW)) == 3
        assert "more than 5 times" in await refusal(address + "/6")


async def test_a_circle_of_redirects() -> None:
    async with serving(always(status=308, headers={"Location": "/"})) as address:
        assert "more than 5 times" in await refusal(address)


@pytest.mark.parametrize("place", ["file:///etc/hostname", "ftp://127.0.0.1/x", "javascript:1", "data:text/xml,x"])
async def test_a_redirect_leads_to_web_addresses_only(place: str) -> None:
    async with serving(always(status=302, headers={"Location": place})) as address:
        assert "no web address" in await refusal(address)


async def test_a_redirect_to_nowhere() -> None:
    async with serving(always(status=302)) as address:
        await refusal(address)


async def test_a_public_server_cannot_lead_inside() -> None:
    """127.0.0.1 plays the public server, 127.0.0.2 what stands inside the operator's network."""
    async with serving(always(status=302, headers={"Location": "http://127.0.0.2:9/latest/meta-data"})) as address:
        with pytest.raises(FeedRefused, match="inside this network"):
            await fetch(address, SMALL, None, public=lambda numeric: numeric == "127.0.0.1")


def test_a_doorway_opens_inside_until_it_has_been_outside() -> None:
    inside = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.0.0.1", 80))
    outside = (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("2606:4700::1", 443, 0, 0))
    doorway = Doorway(is_public)
    doorway.open(inside).close()
    doorway.open(outside).close()
    with pytest.raises(InnerAddress):
        doorway.open(inside)
    assert doorway.refused


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2606:4700::1", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("::ffff:10.0.0.1", False),
        ("::ffff:8.8.8.8", True),
    ],
)
def test_public_addresses(address: str, public: bool) -> None:
    assert is_public(address) is public
