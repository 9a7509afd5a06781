"""What an orchestrator and Prometheus ask of a process, over TCP, and what they get."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import BaseTestServer, TestServer
from prometheus_client.parser import text_string_to_metric_families

from adapters.health import connect
from bot.interface.ports import Health
from bot.worker.heartbeat import STOPPED_SECONDS, Heartbeat
from bot.worker.status import Status
from storage import Database, Delivery, State, Verb
from tests.fakes import FakePlatform

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
SECRET = "hunter2-never-shown"


class Platform(FakePlatform):
    """A platform whose health a test sets."""

    def __init__(self, name: str, health: Health) -> None:
        super().__init__(lambda: NOW, name)
        self.now = health

    def health(self) -> Health:
        return self.now


@dataclass
class Process:
    """A process whose health pages are asked for."""

    database: Database
    status: Status
    server: BaseTestServer
    session: ClientSession
    seconds: list[float]
    platforms: list[Platform] = field(default_factory=list)

    async def asked(self, path: str) -> tuple[int, dict[str, object]]:
        async with self.session.get(self.server.make_url(path)) as response:
            assert response.headers["Cache-Control"] == "no-store"
            return response.status, await response.json()

    async def metrics(self) -> dict[tuple[str, ...], float]:
        """The values of /metrics, by their name and the values of their labels."""
        async with self.session.get(self.server.make_url("/metrics")) as response:
            assert response.status == 200
            assert response.headers["Content-Type"].startswith("text/plain; version=")
            page = await response.text()
        return {
            (each.name, *each.labels.values()): each.value
            for family in text_string_to_metric_families(page)
            for each in family.samples
        }


@pytest.fixture
async def process(migrated_url: str) -> AsyncIterator[Process]:
    """A process whose monotonic clock can be moved, with a worker that has run once."""
    seconds = [0.0]
    heartbeat = Heartbeat(lambda: seconds[0])
    heartbeat.tick()
    await heartbeat.measured("prepare", partial(asyncio.sleep, 0))
    application = web.Application()
    platforms = [
        Platform("slack", Health(ok=True, text="no complaints")),
        Platform("teams", Health(ok=False, text="token refused")),
    ]
    with Database(migrated_url) as database:
        status = Status(database, lambda: NOW, heartbeat)
        connect(application, status, platforms)
        async with TestServer(application) as server, ClientSession() as session:
            yield Process(database, status, server, session, seconds, platforms)


async def test_it_is_alive_and_ready(process: Process) -> None:
    health = {"slack": "no complaints", "teams": "token refused"}
    assert await process.asked("/healthz") == (200, {"status": "ok", "platforms": health})
    assert await process.asked("/readyz") == (200, {"status": "ready", "because": []})


async def test_a_draining_process_is_alive_but_not_ready(process: Process) -> None:
    process.status.draining = True
    assert (await process.asked("/healthz"))[0] == 200
    assert await process.asked("/readyz") == (503, {"status": "not ready", "because": ["stopping"]})
    assert (await process.metrics())["deliverable_draining",] == 1


async def test_a_stopped_clock_asks_for_a_restart(process: Process) -> None:
    process.seconds[0] = STOPPED_SECONDS
    status, said = await process.asked("/healthz")
    assert (status, said["status"]) == (503, "the clock does not tick")
    assert await process.asked("/readyz") == (503, {"status": "not ready", "because": ["the clock does not tick"]})


async def test_a_database_that_is_away_asks_for_no_restart(process: Process) -> None:
    application = web.Application()
    with Database(f"postgresql://deliverable:{SECRET}@127.0.0.1:9/deliverable") as away:
        connect(application, Status(away, lambda: NOW))
        async with TestServer(application) as server:
            process.server = server
            assert (await process.asked("/healthz"))[0] == 200
            status, said = await process.asked("/readyz")
            assert status == 503
            assert SECRET not in str(said)
            found = await process.metrics()
    for each in ("database_up", "database_writable", "keys_fit"):
        assert found[f"deliverable_{each}",] == 0
    assert not any(name.startswith("deliverable_outbox") for name, *_ in found)


async def test_metrics_are_those_of_the_database_and_of_the_process(process: Process) -> None:
    with process.database.writing() as session:
        for number, (state, due_at) in enumerate([(State.WAITING, NOW), (State.WAITING, NOW), (State.DEAD, None)]):
            session.add(_delivery(str(number), state, due_at))
    found = await process.metrics()
    for each in ("database_up", "database_writable", "keys_fit"):
        assert found[f"deliverable_{each}",] == 1
    assert found["deliverable_outbox_deliveries", "slack", "waiting"] == 2
    assert found["deliverable_outbox_oldest_seconds", "slack", "waiting"] == 600
    assert found["deliverable_deliveries_ended", "slack", "dead"] == 1
    assert found["deliverable_digests_due",] == found["deliverable_digests_total",] == 0
    assert found["deliverable_digests_sent_total",] == 0
    assert found["deliverable_release_late_seconds",] == 0
    assert found["deliverable_worker_steps_total", "prepare"] == 1
    assert (found["deliverable_platform_up", "slack"], found["deliverable_platform_up", "teams"]) == (1, 0)


async def test_no_metric_names_a_person_or_a_place(process: Process) -> None:
    with process.database.writing() as session:
        session.add(_delivery("1", State.WAITING, NOW))
    async with process.session.get(process.server.make_url("/metrics")) as response:
        page = await response.text()
    assert "deliverable_outbox_deliveries" in page
    labels = {
        name for family in text_string_to_metric_families(page) for each in family.samples for name in each.labels
    }
    assert labels == {"platform", "state", "step"}
    for each in ("W-somewhere", "U-somebody", "secret-screen"):
        assert each not in page


async def test_two_pages_in_one_process_share_nothing(process: Process) -> None:
    other = web.Application()
    connect(other, Status(process.database, lambda: NOW))
    async with TestServer(other) as server, process.session.get(server.make_url("/metrics")) as response:
        page = await response.text()
    assert "round=" not in page
    assert ("deliverable_worker_steps_total", "prepare") in await process.metrics()


def _delivery(key: str, state: State, due_at: datetime | None) -> Delivery:
    return Delivery(
        key=key,
        verb=Verb.SEND,
        platform="slack",
        workspace="W-somewhere",
        address="U-somebody",
        direct=True,
        screen="secret-screen",
        subject="",
        state=state,
        attempts=1,
        due_at=due_at,
        made_at=NOW.replace(hour=9, minute=50),
    )
