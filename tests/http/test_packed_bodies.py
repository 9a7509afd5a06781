"""Bodies that are packed: nothing is unpacked for a sender who has not been checked, on any address."""

from __future__ import annotations

import asyncio
import time
import zlib

import pytest
from aiohttp import ClientSession

from adapters.http import Listening
from tests.http.test_hostile_requests import everything, sandbox

UNPACKED = 200 * 1024 * 1024
"""What 199 kB of gzip become: within the limit of a body, and 0.2 s of work to unpack."""
TIMES = 30
MOST_CPU = 1.5
"""Seconds of this process's time for all of it. Unpacking all of them takes more than four."""


@pytest.fixture(scope="module")
def bodies() -> dict[str, bytes]:
    """The same zeros, as each encoding packs them."""
    packed = zlib.compressobj(9, wbits=31)
    piece = b"\0" * 1024 * 1024
    zipped = b"".join(packed.compress(piece) for _ in range(UNPACKED // len(piece))) + packed.flush()
    assert len(zipped) < 256 * 1024
    return {"gzip": zipped, "deflate": zlib.compress(b"\0" * 1024 * 1024)}


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
@pytest.mark.parametrize(
    "path", ["/slack/events", "/api/messages", "/policies/00000000000000000000000000000001", "/healthz", "/nowhere"]
)
async def test_a_packed_body_costs_no_more_than_its_bytes(
    path: str, encoding: str, bodies: dict[str, bytes], migrated_sqlite_url: str
) -> None:
    async with everything(migrated_sqlite_url) as made:
        assert await _cost(Listening(made, "127.0.0.1", 0), path, encoding, bodies[encoding]) < MOST_CPU


async def test_nor_do_forms_on_the_pages(bodies: dict[str, bytes], migrated_sqlite_url: str) -> None:
    async with sandbox(migrated_sqlite_url) as made:
        listening = Listening(made, "127.0.0.1", 0)
        assert await _cost(listening, "/as/helen/send/home", "gzip", bodies["gzip"]) < MOST_CPU


async def _cost(listening: Listening, path: str, encoding: str, body: bytes) -> float:
    """The seconds of work for `TIMES` such bodies at once. Others must be answered meanwhile."""
    await listening.start()
    ((_, port),) = listening._runner.addresses
    address = f"http://127.0.0.1:{port}"
    kinds = {"Content-Type": "application/x-www-form-urlencoded", "Content-Encoding": encoding}
    began = time.process_time()
    async with ClientSession() as session:

        async def send() -> int:
            async with session.post(f"{address}{path}", data=body, headers=kinds) as response:
                return response.status

        sent = [asyncio.create_task(send()) for _ in range(TIMES)]
        async with session.get(f"{address}/healthz") as response:
            assert response.status in (200, 404)
        statuses = await asyncio.gather(*sent)
    spent = time.process_time() - began
    await listening.stop()
    assert all(400 <= each < 500 for each in statuses), statuses
    return spent
