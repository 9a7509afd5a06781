"""Three processes, thirty channels and a provider with rate limits: one process is killed, one suspended.

Every message arrives exactly once, and the provider never refuses one.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from sqlmodel import func, select

from storage import Database, Delivery, State
from storage.keys import new_master_key
from tests.processes import crowd
from tests.processes.forge import Forge, Said, forge
from tests.processes.provider import Provider
from tests.processes.worker import Life
from tests.rings import ring_of
from tests.running_clock import RunningClock

CHANNELS, MESSAGES = 30, 10
LEASE = 8.0
PATIENCE = 120


def until(true: Callable[[], object], what: str) -> None:
    """Wait until a condition holds."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, f"never {what}"
        time.sleep(0.05)


class Sending(Counter[str]):
    """How many messages each worker has reported to send."""

    def note(self, word: str, what: Said) -> None:
        """Take in a word."""
        if word == "sending":
            self[what["worker"]] += 1


@pytest.mark.timeout(240)
def test_all_arrives_once_and_nothing_comes_too_fast(migrated_url: str, tmp_path: Path) -> None:
    key = new_master_key("k1")
    clock = RunningClock()
    now = clock()
    with Database(migrated_url, pool=1) as database:
        policy = crowd.announce(database, ring_of(key), now)
        crowd.post(database, policy, [f"c{n}" for n in range(CHANNELS)], now, times=MESSAGES)
        said = Sending()
        with Provider().serving() as provider, forge("tests.processes.worker", tmp_path / "stderr", said.note) as made:

            def start(name: str) -> int:
                life = Life(name, migrated_url, key, provider.url, LEASE, clock.since, place=1.05, tenant=0.025)
                return made.start(life.line())

            first, second, _ = (start(each) for each in ("first", "second", "third"))
            until(lambda: provider.came_from("first") >= 5, "anything from the first")
            suspend(made, provider, said, database, "first", first)
            until(lambda: provider.came_from("second") >= 5, "anything from the second")
            made.kill(second)
            made.wait(LEASE)
            provider.let_go("first")
            os.kill(first, signal.SIGCONT)
            until(lambda: sent(database) == CHANNELS * MESSAGES, "all sent")
            copies = provider.copies()
        assert provider.refused == 0
        per_delivery = Counter(each.delivery for each in copies)
        assert len(per_delivery) == CHANNELS * MESSAGES
        assert set(per_delivery.values()) == {1}
        assert interrupted(database), "nothing was interrupted: there was nothing to see"
    assert "Traceback" not in (tmp_path / "stderr").read_text()


def suspend(made: Forge, provider: Provider, said: Sending, database: Database, name: str, pid: int) -> None:
    """Suspend a process when all that it has sent has arrived, at least one message, and none was answered.

    Between its last check of its lease and the network, nothing is known about a process. One that is suspended inside
    a transaction blocks the others: then it is resumed, and suspended again.
    """
    provider.hold(name)
    before = provider.came_from(name)
    for _ in range(100):
        made.wait(0.2)
        os.kill(pid, signal.SIGSTOP)
        made.wait(0.2)
        if before < provider.came_from(name) == said[name] and blocks_nobody(database):
            return
        os.kill(pid, signal.SIGCONT)
    raise AssertionError("it was never suspended with all that it had sent")


def blocks_nobody(database: Database) -> bool:
    """Whether others can change every throttle and every delivery."""
    if database.name == "sqlite":
        with closing(sqlite3.connect(database.file, timeout=1, isolation_level=None)) as connection:
            return _done(lambda: connection.execute("BEGIN IMMEDIATE"))
    with psycopg.connect(database.url.set(drivername="postgresql").render_as_string(False)) as connection:
        connection.execute("SET lock_timeout = '1s'")
        return _done(lambda: connection.execute("SELECT 1 FROM gates FOR UPDATE")) and _done(
            lambda: connection.execute("SELECT 1 FROM deliveries FOR UPDATE")
        )


def _done(work: Callable[[], object]) -> bool:
    try:
        work()
    except (sqlite3.OperationalError, psycopg.errors.LockNotAvailable):
        return False
    return True


def sent(database: Database) -> int:
    """How many deliveries were sent."""
    with database.reading() as session:
        return session.exec(select(func.count()).where(Delivery.state == State.SENT)).one()


def interrupted(database: Database) -> int:
    """How many deliveries were claimed more than once."""
    with database.reading() as session:
        return session.exec(select(func.count()).where(Delivery.fence > 1)).one()
