"""The one server: which requests it takes, how it answers a fault, and how it stops."""

from __future__ import annotations

import asyncio
import errno
import logging
import socket
from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientError, ClientSession, web

from adapters.http import MOST_BYTES, CannotListen, Listening, application, slow_headers
from adapters.http import listening as listening_module
from adapters.http.application import FAULT

TYPED = "kestrel weighbridge marmalade"


async def fails(request: web.Request) -> web.Response:
    raise ValueError(await request.text())


async def refuses(request: web.Request) -> web.Response:
    raise web.HTTPConflict(text="no")


async def answers(request: web.Request) -> web.Response:
    return web.Response(text=str(len(await request.text())))


@pytest.fixture
def made() -> web.Application:
    application_ = application()
    application_.add_routes([web.post("/fails", fails), web.post("/refuses", refuses), web.post("/answers", answers)])
    return application_


@pytest.fixture
async def address(made: web.Application) -> AsyncIterator[str]:
    listening = Listening(made, "127.0.0.1", 0)
    await listening.start()
    yield f"http://127.0.0.1:{port_of(listening)}"
    await listening.stop()


@pytest.fixture
async def session() -> AsyncIterator[ClientSession]:
    async with ClientSession() as opened:
        yield opened


def port_of(listening: Listening) -> int:
    ((_, port),) = listening._runner.addresses
    return int(port)


async def test_a_fault_is_a_sentence_and_nothing_that_was_sent_is_logged(
    address: str, session: ClientSession, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with session.post(f"{address}/fails?{TYPED.split()[0]}", data=TYPED) as response:
        assert (response.status, await response.text()) == (500, FAULT)
    (logged,) = (each for each in caplog.records if each.levelno >= logging.WARNING)
    assert logged.getMessage().startswith(f"a request could not be answered: ValueError at {__name__}:")
    assert not any(word in caplog.text for word in (*TYPED.split(), "127.0.0.1:"))


async def test_a_refusal_is_left_as_it_is(address: str, session: ClientSession) -> None:
    async with session.post(f"{address}/refuses") as response:
        assert (response.status, await response.text()) == (409, "no")


@pytest.mark.parametrize(("length", "status"), [(MOST_BYTES, 200), (MOST_BYTES + 1, 413)])
async def test_a_body_that_is_too_large_is_not_read(
    address: str, session: ClientSession, length: int, status: int
) -> None:
    async with session.post(f"{address}/answers", data=b"x" * length) as response:
        assert response.status == status


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 kestrel\r\n\r\n",
        b"GET / HTTP/9.9\r\nX: kestrel\r\n\r\n",
        b"POST /answers HTTP/1.1\r\nHost: a\r\nContent-Length: kestrel\r\n\r\n",
        b"GET /" + b"kestrel" * 3000 + b" HTTP/1.1\r\n\r\n",
    ],
)
async def test_a_malformed_request_is_refused_and_not_logged(
    address: str, sent: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    reader, writer = await asyncio.open_connection("127.0.0.1", int(address.rpartition(":")[2]))
    writer.write(sent)
    answer = await asyncio.wait_for(reader.read(), 30)
    writer.close()
    await writer.wait_closed()
    assert answer.startswith(b"HTTP/1.")
    assert answer.split()[1].startswith(b"4")
    assert "kestrel" not in caplog.text


async def test_a_header_that_never_ends_is_timed_out_and_others_are_answered_meanwhile(
    address: str, session: ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slow_headers, "HEADER_SECONDS", 0.2)
    reader, writer = await asyncio.open_connection("127.0.0.1", int(address.rpartition(":")[2]))
    writer.write(b"POST /answers HTTP/1.1\r\nHost: a\r\nX-Slow: ")
    for _ in range(5):
        writer.write(b"x")
        async with session.post(f"{address}/answers", data=b"abc") as response:
            assert response.status == 200
    answer = await asyncio.wait_for(reader.read(), 30)
    writer.close()
    assert answer.startswith(b"HTTP/1.1 408 ")


async def test_a_header_in_pieces_and_the_requests_after_it_are_answered(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slow_headers, "HEADER_SECONDS", 20.0)
    reader, writer = await asyncio.open_connection("127.0.0.1", int(address.rpartition(":")[2]))
    for piece in (b"POST /answers HTTP/1.1\r", b"\nHost: a\r\nContent-Length: 3\r\n", b"\r", b"\nab", b"c"):
        writer.write(piece)
        await writer.drain()
        await asyncio.sleep(0.01)
    assert (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n3"), 30)).startswith(b"HTTP/1.1 200 ")
    writer.write(b"POST /answers HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nConnection: close\r\n\r\nab")
    assert (await asyncio.wait_for(reader.read(), 30)).endswith(b"\r\n\r\n2")
    writer.close()


async def test_a_client_that_connects_and_sends_nothing_is_not_hurried(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A browser connects before it knows what it will ask."""
    monkeypatch.setattr(slow_headers, "HEADER_SECONDS", 0.01)
    reader, writer = await asyncio.open_connection("127.0.0.1", int(address.rpartition(":")[2]))
    await asyncio.sleep(0.1)
    writer.write(b"POST /answers HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nConnection: close\r\n\r\nab")
    assert (await asyncio.wait_for(reader.read(), 30)).startswith(b"HTTP/1.1 200 ")
    writer.close()


async def test_a_port_that_is_taken_is_refused_with_a_sentence(made: web.Application) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CannotListen, match=f"Port {port} on 127.0.0.1 is taken"):
            await Listening(made, "127.0.0.1", port).start()


async def test_it_answers_requests_that_are_under_way_before_it_stops(session: ClientSession) -> None:
    begun, may_end = asyncio.Event(), asyncio.Event()

    async def slow(request: web.Request) -> web.Response:
        begun.set()
        await may_end.wait()
        return web.Response(text="done")

    made = application()
    made.add_routes([web.get("/slow", slow)])
    listening = Listening(made, "127.0.0.1", 0)
    await listening.start()
    address = f"http://127.0.0.1:{port_of(listening)}/slow"
    under_way = asyncio.create_task(_text(session, address))
    await begun.wait()
    stopping = asyncio.create_task(listening.stop())
    for _ in range(1000):
        if not await _is_open(address):
            break
    assert not await _is_open(address)
    assert not stopping.done()
    may_end.set()
    assert await under_way == "done"
    await stopping


async def test_it_answers_a_client_that_was_connected_before(
    made: web.Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening_module, "ARRIVING_SECONDS", 1)
    listening = Listening(made, "127.0.0.1", 0)
    await listening.start()
    reader, writer = await asyncio.open_connection("127.0.0.1", port_of(listening))
    await a_few_steps()
    stopping = asyncio.create_task(listening.stop())
    await a_few_steps()
    writer.write(b"POST /answers HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc")
    answer = await asyncio.wait_for(reader.read(), 30)
    writer.close()
    await writer.wait_closed()
    assert answer.startswith(b"HTTP/1.1 200 ")
    await asyncio.wait_for(stopping, 30)


async def a_few_steps() -> None:
    """Let the event loop run for a moment."""
    for _ in range(10):
        await asyncio.sleep(0)


async def _text(session: ClientSession, address: str) -> str:
    async with session.get(address) as response:
        return await response.text()


async def _is_open(address: str) -> bool:
    async with ClientSession() as another:
        try:
            async with asyncio.timeout(0.2), another.get(address):
                return True
        except TimeoutError:
            return True
        except ClientError:
            return False


@pytest.mark.parametrize("host", ["192.0.2.1", "nowhere.invalid"])
async def test_an_address_of_another_machine_cannot_be_listened_on(
    made: web.Application, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    async def not_found(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    if host.endswith(".invalid"):
        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", not_found)
    with pytest.raises(CannotListen, match=f"^{host} is not an address of this machine. Set DELIVERABLE_HOST"):
        await Listening(made, host, 8080).start()


def test_a_port_that_takes_a_right_is_said_to_be_so() -> None:
    refused = CannotListen("127.0.0.1", 80, PermissionError(errno.EACCES, "Permission denied"))
    assert str(refused).startswith("Port 80 on 127.0.0.1 is not allowed: ports below 1024 need permission.")
    assert refused.sentence("Use another.").endswith("need permission. Use another.")
