"""What a process tells its service manager, and in which order it stops."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiohttp import ClientConnectionError, ClientSession

from adapters.health import connect
from adapters.http import Listening, Process, application
from adapters.http.process import drain, watched_by_systemd
from bot.runtime import systemd as telling
from bot.worker.heartbeat import STOPPED_SECONDS, Heartbeat
from bot.worker.status import Status
from storage import Database
from tests.bot.conftest import Clock


@pytest.fixture
def status(migrated_sqlite_url: str) -> Iterator[Status]:
    with Database(migrated_sqlite_url) as database:
        yield Status(database, Clock())


@pytest.fixture
def systemd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """The socket of a service manager that wants to be told every 30 ms."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as made:
        made.bind(str(tmp_path / "notify"))
        made.setblocking(False)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        monkeypatch.setenv("WATCHDOG_USEC", "30000")
        yield made


def told(systemd: socket.socket) -> list[str]:
    """What it was told since the last time."""
    found = []
    try:
        while True:
            found.append(systemd.recv(100).decode())
    except BlockingIOError:
        return found


async def test_it_says_that_it_is_ready_and_alive(systemd: socket.socket, status: Status) -> None:
    async with watched_by_systemd(status):
        await asyncio.sleep(0.1)
    assert told(systemd)[:3] == ["READY=1", "WATCHDOG=1", "WATCHDOG=1"]


async def test_a_process_whose_worker_stands_still_does_not_say_that_it_is_alive(
    systemd: socket.socket, status: Status
) -> None:
    seconds = [0.0]
    status.heartbeat = Heartbeat(lambda: seconds[0])
    status.heartbeat.tick()
    async with watched_by_systemd(status):
        await asyncio.sleep(0.05)
        seconds[0] = STOPPED_SECONDS
        told(systemd)
        await asyncio.sleep(0.05)
        assert told(systemd) == []
        status.heartbeat.tick()
        await asyncio.sleep(0.05)
        assert "WATCHDOG=1" in told(systemd)


@pytest.mark.parametrize(
    ("given", "seconds"),
    [
        ({}, None),
        ({"WATCHDOG_USEC": "120000000"}, 120.0),
        ({"WATCHDOG_USEC": "120000000", "WATCHDOG_PID": str(os.getpid())}, 120.0),
        ({"WATCHDOG_USEC": "120000000", "WATCHDOG_PID": "1"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
    ],
)
def test_how_often_it_is_to_be_told(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], seconds: float | None
) -> None:
    for name in ("WATCHDOG_USEC", "WATCHDOG_PID"):
        monkeypatch.delenv(name, raising=False)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    assert telling.watchdog_seconds() == seconds


@pytest.mark.parametrize("address", ["", "/there/is/none", "@deliverable-tests-nobody", "vsock:2:1"])
def test_without_a_service_manager_nothing_is_told(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", address)
    telling.tell(telling.READY)


async def test_it_is_not_ready_for_a_while_before_it_listens_no_more(status: Status) -> None:
    routes = application()
    connect(routes, status)
    listening = Listening(routes, "127.0.0.1", 0)
    await listening.start()
    ((_, port),) = listening._runner.addresses
    process = Process(status, routes, None, notice=0.5)
    async with ClientSession() as session:

        async def asked() -> int:
            async with session.get(f"http://127.0.0.1:{port}/readyz") as response:
                return response.status

        assert await asked() == 200
        stopping = asyncio.create_task(drain(process, listening, None))
        await asyncio.sleep(0.1)
        assert await asked() == 503
        await stopping
        with pytest.raises(ClientConnectionError):
            await asked()


async def test_where_nobody_asks_if_it_is_ready_it_stops_at_once(status: Status) -> None:
    listening = Listening(application(), "127.0.0.1", 0)
    await listening.start()
    process = Process(status, application(), None, notice=600)
    await asyncio.wait_for(drain(process, listening, None), 30)
