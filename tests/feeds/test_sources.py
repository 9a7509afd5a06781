"""Feeds from files and from servers, among them hostile servers."""

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
from adapters.feeds.address_policy import AddressPolicy, PrivateAddressRefused, is_public
from adapters.feeds.fetching import fetch
from tests.feeds.feeds import ATOM, NOW, RSS, atom, entry

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
FEED = ATOM.read_bytes()
SMALL = Limits(bytes=20_000)


@asynccontextmanager
async def serving(handler: Handler, context: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    """Run a server that answers every request with `handler`. Gives its address, without a slash at the end."""
    app = web.Application()
    app.router.add_get("/{path:.*}", handler)
    server = TestServer(app, host="127.0.0.1", scheme="https" if context else "http")
    await server.start_server(ssl=context, shutdown_timeout=0)
    async with server:
        yield str(server.make_url("")).rstrip("/")


def always(**answer: object) -> Handler:
    """Give a handler that sends the same answer to every request."""

    async def reply(_: web.Request) -> web.StreamResponse:
        return web.Response(**answer)  # type: ignore[arg-type]

    return reply


def self_signed(folder: Path) -> ssl.SSLContext:
    """Give the TLS context of a server whose certificate is self-signed."""
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
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "certificate", folder / "key")
    return context


async def refusal(source: str | Path, limits: Limits = SMALL) -> str:
    """Give the sentence with which a feed is refused."""
    with pytest.raises(FeedRefused) as caught:
        await read_feed(source, now=NOW, limits=limits)
    assert re.fullmatch(r"[A-Z][^\n]{10,200}\.", caught.value.sentence)
    return caught.value.sentence


# Files


async def test_a_file_is_read_with_progress() -> None:
    steps: list[tuple[int, int | None]] = []
    found = await read_feed(ATOM, now=NOW, progress=lambda read, total: steps.append((read, total)))
    assert found[0].title == "Single parking permit"
    assert steps == [(len(FEED), len(FEED))]
    assert await read_feed(str(ATOM), now=NOW) == found


async def test_a_file_at_the_limit_is_read_and_one_byte_more_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "feed.atom"
    path.write_bytes(FEED)
    assert await read_feed(path, now=NOW, limits=Limits(bytes=len(FEED)))
    assert "larger than" in await refusal(path, Limits(bytes=len(FEED) - 1))


async def test_a_path_that_is_no_feed_file_is_refused(tmp_path: Path) -> None:
    assert "no feed file" in await refusal(tmp_path / "none.atom")
    assert "no feed file" in await refusal("announcements.example/feed.atom")
    assert "regular file" in await refusal(tmp_path)
    assert "cannot be read" in await refusal("nul\0l")
    assert "regular file" in await refusal("")


async def test_a_pipe_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert "regular file" in await refusal(tmp_path / "pipe")


@pytest.mark.parametrize(
    "source", ["file:///etc/hostname", "FILE:/etc/hostname", "ftp://a.example/", "data:text/xml,x", "feed:x"]
)
async def test_other_schemes_are_refused(source: str) -> None:
    assert "https://" in await refusal(source)


# The network


async def test_a_feed_is_fetched_with_progress() -> None:
    steps: list[tuple[int, int | None]] = []
    seen: list[str] = []

    async def reply(request: web.Request) -> web.StreamResponse:
        seen.append(request.headers["User-Agent"])
        return web.Response(body=RSS.read_bytes(), content_type="text/html", charset="us-ascii")  # both wrong

    async with serving(reply) as address:
        found = await read_feed(address + "/all", now=NOW, progress=lambda *step: steps.append(step))
    assert found == await read_feed(RSS, now=NOW)
    assert steps[-1] == (RSS.stat().st_size, RSS.stat().st_size)
    assert re.fullmatch(r"Deliverable/[\w.+]+", seen[0])


@pytest.mark.parametrize("charset", ["windows-1251", '"WINDOWS-1251"'])
async def test_the_charset_that_the_server_names_counts(charset: str) -> None:
    body = atom(entry("Постановление о лицензиях")).encode("cp1251")
    headers = {"Content-Type": f"application/atom+xml; charset={charset}"}
    async with serving(always(body=body, headers=headers)) as address:
        (found,) = await read_feed(address, now=NOW)
    assert found.title == "Постановление о лицензиях"


async def test_relative_links_are_resolved_against_the_address_after_redirects() -> None:
    async def reply(request: web.Request) -> web.StreamResponse:
        if request.path == "/old":
            return web.Response(status=301, headers={"Location": "/new/feed"})
        return web.Response(text=atom(entry(link="permit")))

    async with serving(reply) as address:
        (found,) = await read_feed(address + "/old", now=NOW)
    assert found.link == address + "/new/permit"


async def test_compressed_feeds_are_decompressed() -> None:
    async with serving(always(body=gzip.compress(FEED), headers={"Content-Encoding": "gzip"})) as address:
        assert len(await read_feed(address, now=NOW)) == 3


async def test_a_compression_bomb_is_refused_by_its_decompressed_size() -> None:
    bomb = gzip.compress(b"\0" * 50_000_000)
    read: list[int] = []
    async with serving(always(body=bomb, headers={"Content-Encoding": "gzip"})) as address:
        with pytest.raises(FeedRefused, match="larger than"):
            await read_feed(address, now=NOW, limits=SMALL, progress=lambda size, _: read.append(size))
    assert max(read, default=0) <= SMALL.bytes


async def test_damaged_compression_is_refused() -> None:
    async with serving(always(body=b"not gzip", headers={"Content-Encoding": "gzip"})) as address:
        assert "damaged" in await refusal(address)


@pytest.mark.parametrize("status", [204, 304, 401, 403, 404, 410, 429, 500, 503, 599])
async def test_any_other_status_is_refused_and_named(status: int) -> None:
    async with serving(always(status=status, text="" if status in (204, 304) else FEED.decode())) as address:
        assert f"answered {status}" in await refusal(address)


async def test_a_web_page_is_refused_whatever_its_content_type() -> None:
    async with serving(always(text="<!doctype html><p>Sign in", content_type="application/atom+xml")) as address:
        assert "web page" in await refusal(address)


async def test_a_content_length_over_the_limit_is_refused_at_once() -> None:
    async with serving(always(body=b"x" * (SMALL.bytes + 1))) as address:
        assert "larger than" in await refusal(address)


async def test_an_endless_answer_is_refused_at_the_limit() -> None:
    async def reply(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b" " * 1000)

    async with serving(reply) as address:
        assert "larger than" in await refusal(address, Limits(bytes=20_000, seconds=10))


async def test_a_slow_answer_times_out() -> None:
    async def reply(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b" ")
            await asyncio.sleep(0.05)

    async with serving(reply) as address:
        assert "within 0.3 seconds" in await refusal(address, Limits(seconds=0.3))


async def test_a_missing_answer_times_out() -> None:
    async def reply(_: web.Request) -> web.StreamResponse:
        await asyncio.sleep(30)
        raise AssertionError

    async with serving(reply) as address:
        assert "within 0.3 seconds" in await refusal(address, Limits(seconds=0.3))


async def test_a_lost_connection_is_refused() -> None:
    async def reply(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": str(len(FEED))})
        await response.prepare(request)
        await response.write(FEED[:100])
        assert request.transport is not None
        request.transport.close()
        return response

    async with serving(reply) as address:
        assert "connection was lost" in await refusal(address)


async def test_an_answer_that_is_not_http_is_refused() -> None:
    async def reply(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(b"220 mail.example ESMTP\r\n" + FEED)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(reply, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        assert "not HTTP" in await refusal(f"http://127.0.0.1:{port}/")


async def test_a_port_without_a_server_is_refused() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and does not listen
        assert "cannot be reached" in await refusal(f"http://127.0.0.1:{taken.getsockname()[1]}/")


async def test_https_from_a_server_without_it_is_refused() -> None:
    async with serving(always(body=FEED)) as address:
        sentence = await refusal(address.replace("http:", "https:"))
    assert "does not offer https" in sentence


async def test_a_self_signed_certificate_is_refused(tmp_path: Path) -> None:
    async with serving(always(body=FEED), self_signed(tmp_path)) as address:
        assert "certificate" in await refusal(address)


@pytest.mark.parametrize("source", ["http://", "http://[::1", "https://a b.example/", "http://:80/", "http:feed"])
async def test_an_invalid_web_address_is_refused(source: str) -> None:
    await refusal(source)


# Redirects


async def test_five_redirects_are_followed_and_a_sixth_is_not() -> None:
    async def reply(request: web.Request) -> web.StreamResponse:
        left = int(request.path.strip("/"))
        return web.Response(status=302, headers={"Location": f"/{left - 1}"}) if left else web.Response(body=FEED)

    async with serving(reply) as address:
        assert len(await read_feed(address + "/5", now=NOW)) == 3
        assert "more than 5 times" in await refusal(address + "/6")


async def test_a_redirect_loop_is_refused() -> None:
    async with serving(always(status=308, headers={"Location": "/"})) as address:
        assert "more than 5 times" in await refusal(address)


@pytest.mark.parametrize("location", ["file:///etc/hostname", "ftp://127.0.0.1/x", "javascript:1", "data:text/xml,x"])
async def test_a_redirect_to_another_scheme_is_refused(location: str) -> None:
    async with serving(always(status=302, headers={"Location": location})) as address:
        assert "not a web address" in await refusal(address)


async def test_a_redirect_without_a_location_is_refused() -> None:
    async with serving(always(status=302)) as address:
        await refusal(address)


async def test_a_public_server_cannot_redirect_to_a_private_address() -> None:
    """Here 127.0.0.1 is the public server, and 127.0.0.2 a server in the operator's own network."""
    async with serving(always(status=302, headers={"Location": "http://127.0.0.2:9/latest/meta-data"})) as address:
        with pytest.raises(FeedRefused, match="private address in this network"):
            await fetch(address, SMALL, None, public=lambda numeric: numeric == "127.0.0.1")


def test_private_addresses_are_refused_once_a_public_one_was_reached() -> None:
    private = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.0.0.1", 80))
    public = (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("2606:4700::1", 443, 0, 0))
    address_policy = AddressPolicy(is_public)
    address_policy.open_socket(private).close()
    address_policy.open_socket(public).close()
    with pytest.raises(PrivateAddressRefused):
        address_policy.open_socket(private)
    assert address_policy.refused


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
def test_which_addresses_are_public(address: str, public: bool) -> None:
    assert is_public(address) is public
