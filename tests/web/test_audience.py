"""Who is on a policy, on the pages: an outsider's requests are answered as for one that never was."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from sqlmodel import select

from adapters.web import Sandbox, SandboxClock, connect, seed
from adapters.web.sandbox import ADMIN, DIGITAL_DELIVERY, MEMBERS, OWNER, SampleChannel
from bot.dispatcher import Dispatcher
from bot.worker.worker import Worker
from storage import Database, Policy
from tests.rings import new_ring
from tests.running_clock import MONDAY
from tests.web.conftest import Client

KEZIA = MEMBERS[2]
INSIDE = SampleChannel("delivery", "delivery", "Those who build it.", only=("amina", "tomos", "helen", "daniel"))
NOT_HERE = "This is not here any more, or you may not see it."
VARIES = re.compile(r'name="nonce" value="[^"]*"')


@pytest.fixture
async def served(migrated_sqlite_url: str) -> AsyncIterator[tuple[Client, UUID]]:
    """The pages over a database, and a policy of the channel in which Kezia is not."""
    clock = SandboxClock(machine=lambda: MONDAY)
    sandbox = Sandbox(clock, people=(*MEMBERS, OWNER, ADMIN), channels=(INSIDE, DIGITAL_DELIVERY))
    ring, application = new_ring("web"), web.Application()
    with Database(migrated_sqlite_url) as database:
        dispatcher, worker = Dispatcher(database, ring, clock), Worker(database, ring, clock)
        worker.add(connect(application, dispatcher, worker, sandbox=sandbox))
        await seed(dispatcher, sandbox)
        await worker.tick()
        with database.reading() as session:
            policy = session.exec(select(Policy.id).order_by(Policy.title)).first()
        assert policy is not None
        async with TestClient(TestServer(application)) as client:
            yield Client(client), policy
        await worker.drain()


async def text(client: Client, path: str, policy: UUID, *, sent: bool = False) -> tuple[int, str]:
    """The status and the page at an address, without the id and the nonce."""
    response = await (client.send(path) if sent else client.get(path))
    page = VARIES.sub("nonce", await response.text())
    return response.status, page.replace(str(policy), "id").replace(policy.hex, "id")


PLACES = ("", "?from=inbox", "?from=channel&channel=digital-delivery", "?from=channel&channel=delivery")


@pytest.mark.parametrize("kind", ["give-view", "flags", "protected", "report-policy", "answer-policy", "name-owner"])
@pytest.mark.parametrize("place", PLACES)
async def test_what_an_outsider_asks_of_it_is_answered_as_for_nothing(
    served: tuple[Client, UUID], kind: str, place: str
) -> None:
    client, policy = served
    never = uuid4()
    for verb in ("open", "send"):
        asked = [
            await text(client, f"/as/kezia/{verb}/{kind}:{each.hex}{place}", each, sent=verb == "send")
            for each in (policy, never)
        ]
        assert asked[0] == asked[1]
        assert "Same-day address change" not in asked[0][1]
    inside = await text(client, f"/as/amina/open/{kind}:{policy.hex}", policy)
    assert NOT_HERE not in inside[1]


async def test_it_is_on_no_page_of_an_outsider(served: tuple[Client, UUID]) -> None:
    client, policy = served
    for path in ("/as/{}/", "/as/{}/inbox", "/as/{}/open/policies"):
        _, theirs = await text(client, path.format("kezia"), policy)
        assert "Same-day address change" not in theirs, path
    assert "Same-day address change" in (await text(client, "/as/amina/open/policies", policy))[1]
    assert (await client.get("/as/kezia/channel/delivery")).status == 404
    assert (await client.get("/as/amina/channel/delivery")).status == 200
    assert ">delivery<" not in (await text(client, "/as/kezia/", policy))[1]
