"""A process is suspended right before it writes to the network, for longer than its lease: another one sends instead.

When it resumes, only a look at the clock lies between it and the network.
"""

from __future__ import annotations

import os
import signal
from collections import Counter
from pathlib import Path

import pytest
from sqlmodel import select

from storage import Database, Organisation
from storage.keys import new_master_key
from tests.processes import crowd
from tests.processes.forge import forge
from tests.processes.provider import Provider
from tests.processes.test_pace_over_processes import sent, until
from tests.processes.worker import Life
from tests.rings import ring_of
from tests.running_clock import RunningClock

LEASE = 5.0


@pytest.mark.timeout(180)
def test_what_another_one_has_sent_meanwhile_is_not_sent_again(migrated_url: str, tmp_path: Path) -> None:
    key, clock = new_master_key("k1"), RunningClock()
    now = clock()
    with Database(migrated_url, pool=1) as database, Provider(strict=False).serving() as provider:
        policy = crowd.announce(database, ring_of(key), now)
        with forge("tests.processes.worker", tmp_path / "stderr", lambda word, what: None) as made:
            stopped = made.start(
                Life("stopped", migrated_url, key, provider.url, LEASE, clock.since, stops_at=2).line()
            )
            # Then it writes nothing but its messages: one that is suspended inside a transaction blocks others.
            until(lambda: has_begun_its_day(database), "through its first round")
            # The second one uses the connection that the first one has left.
            crowd.post(database, policy, ["c1"], now, times=2)
            until(lambda: stands_still(stopped), "stopped")
            before = provider.came_from("stopped")
            made.start(Life("other", migrated_url, key, provider.url, LEASE, clock.since).line())
            until(lambda: sent(database) == 2, "sent by the other one")
            os.kill(stopped, signal.SIGCONT)
            os.kill(stopped, signal.SIGTERM)
            assert made.until("ended")["worker"] == "stopped"
        assert (provider.came_from("stopped"), provider.came_from("other")) == (before, 2 - before)
        assert set(Counter(each.delivery for each in provider.copies()).values()) == {1}
    assert "Traceback" not in (tmp_path / "stderr").read_text()


def has_begun_its_day(database: Database) -> bool:
    """Whether the worker has done the first run of the day, which has more to do."""
    with database.reading() as session:
        found = session.exec(select(Organisation)).one_or_none()
    return found is not None and found.cards_on is not None


def stands_still(pid: int) -> bool:
    """Whether a process is suspended."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"
