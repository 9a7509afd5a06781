"""Hundreds of digests while processes are killed at random moments, and thousands made by two processes at once."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import col, func, select

from bot.dispatcher import Dispatcher
from bot.worker.worker import Worker
from storage import Database, Delivery, Digest, Schedule, State, Verb
from storage.keys import new_master_key
from tests.processes import crowd
from tests.processes.forge import Said, forge
from tests.processes.provider import Copy, ProvidedPlatform, Provider
from tests.processes.worker import Life
from tests.rings import ring_of
from tests.running_clock import RunningClock

OWNERS, KILLS = 300, 25
LEASE = 6.0
TENANT = 0.01
"""Seconds between two messages to a workspace, so that every process is killed with something left to send."""
SEED = 20261124
STEP, STEPS = timedelta(hours=5), 30


def nothing(word: str, what: Said) -> None:
    """Ignore every word: the forge handles them all."""


class MovedClock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@pytest.mark.timeout(400)
@pytest.mark.parametrize("tells", [True, False], ids=["it can be found", "nobody can tell"])
def test_each_digest_stands_once_however_often_its_maker_was_killed(
    migrated_url: str, tmp_path: Path, tells: bool
) -> None:
    url = migrated_url
    key, clock = new_master_key("k1"), RunningClock()
    with Database(url, pool=2) as database, Provider(strict=False, tells=tells, slow=0.15).serving() as provider:
        crowd.gather(database, ring_of(key), OWNERS, clock())
        life = Life("killed", url, key, provider.url, LEASE, clock.since, tenant=TENANT, tells=tells)
        killed = kill_repeatedly(life, database, tmp_path / "stderr")
        assert killed >= KILLS
        asyncio.run(run_until_idle(database, key, provider, clock() + timedelta(seconds=2 * LEASE)))
        copies = provider.copies()
        wanted = deliveries(database)
        assert len(wanted) == OWNERS
        assert Counter(each.delivery for each in copies) == Counter(list(wanted))
        assert {each.delivery: each.ref for each in copies} == wanted
        assert once_more(database), "nothing was interrupted: there was nothing to see"
    assert "Traceback" not in (tmp_path / "stderr").read_text()


def kill_repeatedly(life: Life, database: Database, errors: Path) -> int:
    """Start one process after another and kill each at a random moment, until all digests are made.

    Returns how many were killed. Each sends about its share of what is left. If one achieves nothing because the
    machine is slow, the next ones live longer.
    """
    chance = random.Random(SEED)
    killed, sendings, longest = 0, Counter[str](), 0.3
    with forge("tests.processes.worker", errors, lambda word, _: sendings.update([word])) as made:
        until = time.monotonic() + 300
        while (killed < KILLS or not_made(database, life.clock())) and time.monotonic() < until:
            before = sendings["sending"]
            share = max(1, (OWNERS - before) // max(1, KILLS - killed))
            enough = before + chance.randint(1, 2 * share)
            pid = made.start(life.line())
            soon = time.monotonic() + chance.uniform(0, longest)
            while sendings["sending"] < enough and time.monotonic() < soon:
                made.wait(0.005)
            made.wait(chance.uniform(0, 0.02))
            made.kill(pid)
            killed += 1
            longest = min(10, longest * 1.2) if sendings["sending"] == before else max(0.3, longest / 1.2)
    return killed


async def run_until_idle(database: Database, key: str, provider: Provider, begin: datetime) -> None:
    """Let days pass until everything is sent; then every client shows its messages, in random order."""
    ring, clock = ring_of(key), MovedClock(begin)
    worker, dispatcher = Worker(database, ring, clock), Dispatcher(database, ring, clock)
    platform = ProvidedPlatform(provider.url, tells=provider.tells)
    worker.add(platform)
    for _ in range(STEPS):
        await worker.tick()
        if not waiting(database):
            break
        clock.now += STEP
    shown: list[Copy] = provider.copies()
    random.Random(SEED).shuffle(shown)
    for each in shown if not provider.tells else ():
        await dispatcher.seen(each.delivery_id, each.ref, each.attempt)
    await worker.tick()
    await worker.drain()
    await platform.close()


def deliveries(database: Database) -> dict[str, str | None]:
    """The digests that were sent: their deliveries' ids, and the message of each."""
    with database.reading() as session:
        found = session.exec(select(Delivery).where(Delivery.verb == Verb.SEND)).all()
        assert {each.state for each in found} == {State.SENT}
        assert session.exec(select(func.count()).select_from(Digest)).one() == len(found)
        return {str(each.id): each.ref for each in found}


def wait_while_it_gets_less(left: Callable[[], int]) -> None:
    """Wait until nothing is left, however slow the machine is, as long as it gets less."""
    before, since = left(), time.monotonic()
    while before and time.monotonic() - since < 60:
        time.sleep(0.2)
        if (now := left()) != before:
            before, since = now, time.monotonic()


def waiting(database: Database) -> int:
    """How many deliveries have not ended."""
    with database.reading() as session:
        return session.exec(select(func.count()).where(col(Delivery.due_at).is_not(None))).one()


def not_made(database: Database, now: datetime) -> int:
    """How many schedules are due."""
    with database.reading() as session:
        return session.exec(select(func.count()).where(col(Schedule.next_due_at) <= now)).one()


def once_more(database: Database) -> int:
    """How many deliveries were claimed more than once."""
    with database.reading() as session:
        return session.exec(select(func.count()).where(Delivery.fence > 1)).one()


@pytest.mark.timeout(240)
def test_two_processes_make_one_digest_of_each_schedule(migrated_url: str, tmp_path: Path) -> None:
    number, key, clock = 2_000, new_master_key("k1"), RunningClock()
    with Database(migrated_url, pool=1) as database, Provider(strict=False).serving() as provider:
        owners = crowd.gather(database, ring_of(key), number, clock())
        with forge("tests.processes.worker", tmp_path / "stderr", nothing) as made:
            pids = [
                made.start(Life(name, migrated_url, key, provider.url, 60, clock.since, sends=False).line())
                for name in ("one", "two")
            ]
            wait_while_it_gets_less(lambda: not_made(database, clock()))
            for pid in pids:
                os.kill(pid, signal.SIGTERM)
            for _ in pids:
                made.until("ended")
        with database.reading() as session:
            found = session.exec(select(Digest.owner_id)).all()
            assert Counter(found) == Counter(owners)
            assert session.exec(select(func.count()).select_from(Delivery)).one() == number
    assert "Traceback" not in (tmp_path / "stderr").read_text()
