"""`python -m bot serve` with a public URL."""

from __future__ import annotations

from pathlib import Path

import aiohttp
import pytest
from sqlmodel import select

from bot.dispatcher import Dispatcher
from bot.runtime.clock import now
from storage import Database, Policy
from storage.keys import new_master_key
from tests.cli.server import serving, settings
from tests.rings import ring_of
from tests.slack.provider import Slack
from tests.slack.serving import PERMIT, workspace

pytestmark = pytest.mark.timeout(180)


@pytest.mark.parametrize(("only", "status"), [((), 200), (("--only", "worker"), 404)])
async def test_a_process_that_takes_requests_serves_policy_pages(
    tmp_path: Path, migrated_sqlite_url: str, only: tuple[str, ...], status: int
) -> None:
    key, space = new_master_key("k1"), workspace()
    with Database(migrated_sqlite_url) as database:
        dispatcher = Dispatcher(database, ring_of(key), now)
        await dispatcher.announce([PERMIT], owner="helen.marsh@example.org")
        with database.reading() as session:
            policy = session.exec(select(Policy.id)).one()
        with database.writing() as session:
            session.get_one(Policy, policy).public = True
    async with Slack(clock=now, workspaces={space.id: space}) as slack:
        given = settings(migrated_sqlite_url, key, slack, PUBLIC_URL="https://deliverable.example.org")
        async with (
            serving(tmp_path, given, *only) as server,
            aiohttp.ClientSession() as asking,
            asking.get(f"{server.address}/policies/{policy}") as page,
        ):
            assert page.status == status
            if status == 200:
                assert PERMIT.title in await page.text()
                assert f"https://deliverable.example.org/policies/{policy}" in await page.text()
            server.tell()
            assert await server.ended() == 0
