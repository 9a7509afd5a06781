"""The doctor's findings on Teams, each with its cause."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from aiohttp.test_utils import TestServer

from adapters.teams.install.doctor import NOWHERE, TeamsDoctor
from bot.dispatcher import Dispatcher
from bot.interface.finding import Finding
from bot.people.connections import Connections
from bot.people.people import Roster
from storage import Database
from tests.rings import new_ring
from tests.teams.mounted import Clock
from tests.teams.provider import SECRET, TENANT, Provider, Trouble


@pytest.fixture
async def provider() -> AsyncIterator[Provider]:
    """Microsoft's services on loopback."""
    made = Provider()
    async with TestServer(made.application(), shutdown_timeout=1) as server:
        made.address = str(server.make_url("")).rstrip("/")
        yield made


@pytest.fixture
def connections(migrated_sqlite_url: str) -> Iterator[Connections]:
    with Database(migrated_sqlite_url) as database:
        yield Connections(database, new_ring("k1"), Clock())


async def findings(provider: Provider, connections: Connections, **changes: Any) -> list[Finding]:
    found = [each async for each in TeamsDoctor(connections, provider.options(**changes)).examine()]
    assert SECRET not in str(found)
    return found


def to_fix(found: list[Finding]) -> list[str]:
    return [each.sentence for each in found if not each.good]


async def test_a_healthy_installation_has_nothing_to_fix(migrated_sqlite_url: str, provider: Provider) -> None:
    ring, clock = new_ring("k1"), Clock()
    with Database(migrated_sqlite_url) as database:
        await Dispatcher(database, ring, clock).enrol(Roster("teams", TENANT, "19:general", "General", ()))
        found = await findings(provider, Connections(database, ring, clock))
    assert to_fix(found) == []
    assert [each.sentence for each in found] == [
        "Microsoft gives the bot a token.",
        "Microsoft's keys, by which requests are checked, can be fetched.",
        "The app is in 1 channel in Teams.",
    ]


async def test_an_app_that_was_added_nowhere(provider: Provider, connections: Connections) -> None:
    assert to_fix(await findings(provider, connections)) == [NOWHERE]


async def test_a_secret_that_is_refused(provider: Provider, connections: Connections) -> None:
    provider.trouble("token", Trouble(status=401, body={"error": "invalid_client"}))
    (problem, _) = to_fix(await findings(provider, connections))
    assert problem.startswith("Microsoft gives the bot no token (no token: HTTP 401 invalid_client).")


async def test_keys_that_cannot_be_fetched(provider: Provider, connections: Connections) -> None:
    provider.trouble("openid", Trouble(status=404))
    (problem, _) = to_fix(await findings(provider, connections))
    assert problem.startswith("Microsoft's keys cannot be fetched (HTTP 404).")


async def test_microsoft_that_cannot_be_reached(provider: Provider, connections: Connections) -> None:
    nowhere = "http://127.0.0.1:9/"
    problems = to_fix(await findings(provider, connections, token_url=nowhere, openid_url=nowhere))
    assert len(problems) == 3
    assert all("the network" in each for each in problems[:2])


async def test_a_certificate_that_cannot_be_used(provider: Provider, connections: Connections) -> None:
    problems = to_fix(await findings(provider, connections, password="", certificate="nonsense"))
    assert len(problems) == 2


@pytest.mark.parametrize(
    ("reason", "cure"),
    [
        ("another app", "DELIVERABLE_TEAMS_APP_ID"),
        ("another tenant", "DELIVERABLE_TEAMS_TENANT_ID"),
        ("another issuer", "DELIVERABLE_TEAMS_ISSUER"),
        ("service host not allowed", "DELIVERABLE_TEAMS_SERVICE_HOSTS"),
        ("expired", "the clock of this machine"),
        ("not yet valid", "the clock of this machine"),
    ],
)
async def test_requests_that_are_refused_are_said_by_the_program_that_runs(
    provider: Provider, connections: Connections, reason: str, cure: str
) -> None:
    running = {"teams": f"requests are refused: {reason}"}
    doctor = TeamsDoctor(connections, provider.options(), running=running)
    (problem, nowhere) = to_fix([each async for each in doctor.examine()])
    assert problem.startswith(f"Requests from Teams are refused ({reason}). Check {cure}")
    assert nowhere == NOWHERE


async def test_that_tokens_are_not_checked_is_something_to_fix(provider: Provider, connections: Connections) -> None:
    (problem, _) = to_fix(await findings(provider, connections, insecure_local=True))
    assert "DELIVERABLE_TEAMS_INSECURE_LOCAL" in problem
