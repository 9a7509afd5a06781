"""`python -m bot serve` with Teams, in its own process: from the installation in a team to a card in the channel."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.dispatcher import Dispatcher
from bot.interface.announcements import Announcement
from storage import Database
from storage.keys import new_master_key
from tests.cli.server import Server, serving
from tests.rings import ring_of, shared_end_keys
from tests.teams.activities import installed, invoke, typed
from tests.teams.mounted import PATH
from tests.teams.provider import APP, ISSUER, SECRET, TENANT, Account, Provider

pytestmark = pytest.mark.timeout(150)
TYPED = "The boiler of flat 7 is haunted by Zebulon"
LONGEST_SECONDS = 60


def settings(provider: Provider, url: str, key: str) -> dict[str, str]:
    """What a process is started with to speak with that provider, all checks on."""
    given = {
        "DATABASE_URL": url,
        "KEY": key,
        "END_KEYS": shared_end_keys(),
        "PORT": "0",
        "ADMINS": "ada@example.org",
        "LOG_LEVEL": "DEBUG",
        "LOG_FORMAT": "json",
        "TEAMS_APP_ID": APP,
        "TEAMS_TENANT_ID": TENANT,
        "TEAMS_APP_PASSWORD": SECRET,
        "TEAMS_OPENID_URL": f"{provider.address}/openid",
        "TEAMS_TOKEN_URL": f"{provider.address}/token",
        "TEAMS_ISSUER": ISSUER,
        "TEAMS_SERVICE_HOSTS": "127.0.0.1",
    }
    return {f"DELIVERABLE_{name}": value for name, value in given.items()}


@pytest.fixture
def key() -> str:
    """A master key."""
    return new_master_key("k1")


@pytest.fixture
async def server(provider: Provider, migrated_sqlite_url: str, tmp_path: Path, key: str) -> AsyncIterator[Server]:
    """The process, while it serves."""
    async with serving(tmp_path, settings(provider, migrated_sqlite_url, key)) as running:
        yield running


async def post(server: Server, provider: Provider, activity: Mapping[str, Any]) -> int:
    """Send it an activity; the status of its answer."""
    headers = {"Authorization": provider.bearer()}
    async with (
        aiohttp.ClientSession() as session,
        session.post(server.address + PATH, json=activity, headers=headers) as answer,
    ):
        return answer.status


async def announced(url: str, key: str) -> None:
    """Announce a policy in the team's channel, from a process beside it."""
    policy = Announcement("Single parking permit", "One permit for all.", "https://example.org/1", None)
    with Database(url) as database:
        dispatcher = Dispatcher(database, ring_of(key), lambda: datetime.now(UTC))
        await dispatcher.announce([policy], owner="ada@example.org", channel="Housing, Design")


def people(provider: Provider) -> tuple[Account, Account]:
    """An admin and another person."""
    return provider.account("Ada Adminson"), provider.account("Ben Tarrandale")


async def test_it_serves_teams_from_installation_to_shutdown(
    server: Server, provider: Provider, migrated_sqlite_url: str, key: str
) -> None:
    ada, ben = people(provider)
    design = provider.channel([ada, ben])
    assert (await server.asked("/healthz"))[1]["platforms"] == {"teams": "connected"}
    assert await post(server, provider, installed(provider, ada, design)) == 200
    assert await post(server, provider, typed(provider, ben, TYPED)) == 200
    assert await post(server, provider, invoke(provider, ben, "task/submit", {"data": {"q-because": TYPED}})) == 200
    before = len(provider.visible(design))
    await announced(migrated_sqlite_url, key)
    await asyncio.wait_for(provider.until_posted(before + 1, design), LONGEST_SECONDS)
    card = provider.visible(design)[-1]
    assert "Single parking permit" in str(card.card)
    assert card.under == ""
    server.tell()
    assert await server.ended() == 0
    said = server.log.read_text()
    assert server.logged(), "every line is one JSON object"
    for secret in (TYPED, "Zebulon", ben.name, ben.aad, ben.mri, design, "Bearer", SECRET, key):
        assert secret not in said, secret


async def test_an_unauthenticated_request_learns_nothing(server: Server, provider: Provider) -> None:
    async with aiohttp.ClientSession() as session:
        for headers in ({}, {"Authorization": "Bearer garbage"}, {"Authorization": provider.bearer(aud="another")}):
            async with session.post(server.address + PATH, data=b"{", headers=headers) as answer:
                assert (answer.status, await answer.read()) == (401, b"")
        async with session.get(server.address + PATH) as answer:
            assert answer.status in (404, 405)
