"""Sends prepared requests from a separate process, so that the sender's work is not counted."""

import asyncio
import multiprocessing
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from multiprocessing.pool import Pool
from time import perf_counter

LONGEST_SECONDS = 120.0


class NotAnswered(Exception):
    """A request was not answered with status 200, so its time means nothing."""


class Sender:
    """A process that sends requests; used within one event loop."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def seconds_for(self, port: int, requests: Sequence[bytes], at_once: int) -> float:
        """Seconds that the server at a local port takes for all the requests, with that many at once."""
        return await asyncio.to_thread(self._pool.apply, _all, (port, list(requests), at_once))

    async def waits_for(self, port: int, requests: Sequence[bytes], a_second: float) -> list[float]:
        """Seconds that each request waits for its answer, if they are sent at an even pace."""
        return await asyncio.to_thread(self._pool.apply, _paced, (port, list(requests), a_second))


@contextmanager
def sending() -> Iterator[Sender]:
    """A separate process to send from."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        yield Sender(pool)


def ready(path: str, body: bytes, headers: dict[str, str]) -> bytes:
    """A POST request, in bytes."""
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


@contextmanager
def answering() -> Iterator[str]:
    """A Web API in a separate process that answers ok to everything. Gives its address, which ends in `/api/`."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_answer, args=(theirs,), daemon=True)
    process.start()
    try:
        if not ours.poll(LONGEST_SECONDS):
            raise NotAnswered("the Web API did not start")
        yield f"http://127.0.0.1:{ours.recv()}/api/"
    finally:
        process.terminate()
        process.join()


def _answer(pipe: Connection) -> None:
    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                await reader.readexactly(_length(await reader.readuntil(b"\r\n\r\n")))
                writer.write(_YES)

    async def serve() -> None:
        server = await asyncio.start_server(take, "127.0.0.1", 0)
        pipe.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(serve())


_YES = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 11\r\nConnection: keep-alive\r\n\r\n"
    b'{"ok":true}'
)


def _length(head: bytes) -> int:
    return next(int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))


def _all(port: int, requests: list[bytes], at_once: int) -> float:
    return asyncio.run(asyncio.wait_for(_send_all(port, requests, at_once), LONGEST_SECONDS))


def _paced(port: int, requests: list[bytes], a_second: float) -> list[float]:
    return asyncio.run(asyncio.wait_for(_send_paced(port, requests, a_second), LONGEST_SECONDS))


async def _send_all(port: int, requests: list[bytes], at_once: int) -> float:
    waiting = iter(requests)
    lines = [await asyncio.open_connection("127.0.0.1", port) for _ in range(at_once)]

    async def take(line: tuple[asyncio.StreamReader, asyncio.StreamWriter]) -> None:
        for each in waiting:
            await _exchange(*line, each)

    began = perf_counter()
    await asyncio.gather(*map(take, lines))
    took = perf_counter() - began
    for _, writer in lines:
        writer.close()
    return took


async def _send_paced(port: int, requests: list[bytes], a_second: float) -> list[float]:
    loop = asyncio.get_running_loop()
    free: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
    began = loop.time()

    async def one(number: int, request: bytes) -> float:
        due = began + number / a_second
        await asyncio.sleep(max(due - loop.time(), 0))
        line = free.pop() if free else await asyncio.open_connection("127.0.0.1", port)
        await _exchange(*line, request)
        free.append(line)
        # From when it was due: waiting to be sent counts too.
        return loop.time() - due

    return list(await asyncio.gather(*(one(n, each) for n, each in enumerate(requests))))


async def _exchange(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> None:
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    await reader.readexactly(_length(head))
    if b" 200 " not in head.split(b"\r\n", 1)[0]:
        raise NotAnswered(head.split(b"\r\n", 1)[0].decode())
