"""`kill -9` in the middle of flags, answers, releases, digests and cards, again and again.

Everything acknowledged is stored, nothing is stored twice, and in the end every message was sent exactly once: with one
process on a SQLite file, and with two at a time over one PostgreSQL.
"""

from __future__ import annotations

import asyncio
import random
import sqlite3
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import pytest
from sqlmodel import select

from bot.dispatcher import Dispatcher
from bot.flags import answers as answer_rules
from bot.flags import flag_views
from bot.interface.announcements import Announcement
from bot.people.people import Member, Roster
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Answer, Box, Database, Delivery, Digest, Flag, FlagStatus, Posting, State, Verb
from storage.keys import new_master_key
from tests.crash.provider import NAME, Taken, taken
from tests.crash.worker import CHANNEL, OWNER, PEOPLE, WORKSPACE, Life
from tests.processes.forge import Forge, forge
from tests.rings import ring_of

Row = TypeVar("Row", Flag, Answer, Delivery, Digest, Posting)

SEED = 20261123
STAGES = tuple(
    datetime(2026, 11, day, hour, minute, 50, tzinfo=UTC)
    for day, hour, minute in ((23, 10, 0), (24, 7, 59), (24, 8, 59), (25, 7, 59), (25, 8, 59), (26, 7, 59), (26, 8, 59))
)
"""Just before something happens: releases at 8, digests at 9."""
LAST = datetime(2026, 12, 3, 12, tzinfo=UTC)


@dataclass
class Heard:
    """What the processes reported: forms by nonce, with their results, and answers by text, with theirs."""

    sending: dict[str, dict[str, str]] = field(default_factory=dict)
    saved: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    answering: set[str] = field(default_factory=set)
    answered: set[str] = field(default_factory=set)

    def note(self, word: str, what: dict[str, str]) -> None:
        """Take in one line."""
        match word:
            case "sending":
                self.sending[what["nonce"]] = what
            case "saved":
                self.saved.add(what["nonce"])
            case "refused":
                self.refused.add(what["nonce"])
            case "answering":
                self.answering.add(what["text"])
            case "answered":
                self.answered.add(what["text"])

    def again(self) -> tuple[dict[str, str], ...]:
        """The forms of which it is unknown whether they arrived: people would send them again."""
        return tuple(form for nonce, form in self.sending.items() if nonce not in self.saved | self.refused)


@dataclass(frozen=True)
class Scene:
    """One deployment whose processes are killed."""

    url: str
    key: str
    log: Path
    policies: tuple[str, ...]

    def life(self, seed: int, at: datetime, since: float, speed: float, heard: Heard) -> Life:
        """The parameters of a process from that instant on, with all forms that must be sent again."""
        again = heard.again()
        return Life(self.url, self.key, str(self.log), seed, at.isoformat(), since, speed, self.policies, again)

    def rows(self, kind: type[Row]) -> list[Row]:
        """All rows of a table."""
        with Database(self.url, pool=1) as database, database.reading() as session:
            return list(session.exec(select(kind)))


def scene(url: str, folder: Path) -> Scene:
    """An organisation with a channel, and two policies announced in it."""
    key = new_master_key("k1")

    async def set_up() -> tuple[str, ...]:
        with Database(url, pool=2) as database:
            dispatcher = Dispatcher(database, ring_of(key), lambda: STAGES[0])
            members = tuple(Member(user, user, f"{user}@example.org", "Europe/London") for user in (*PEOPLE, OWNER))
            await dispatcher.enrol(Roster(NAME, WORKSPACE, CHANNEL, "delivery", members))
            announced = await dispatcher.announce(
                [Announcement(f"Policy {n}", "One.", f"https://example.org/{n}", None) for n in (1, 2)],
                owner=f"{OWNER}@example.org",
                channel="delivery",
            )
            return tuple(str(each.id) for each in announced.opened)

    return Scene(url, key, folder / "provider.log", asyncio.run(set_up()))


@pytest.mark.parametrize(
    ("kind", "workers", "speed", "stages"), [("sqlite", 1, 30, STAGES), ("postgresql", 2, 10, STAGES[:3] + STAGES[-1:])]
)
def test_nothing_is_lost_and_nothing_comes_twice(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    kind: str,
    workers: int,
    speed: float,
    stages: tuple[datetime, ...],
) -> None:
    there = scene(request.getfixturevalue(f"migrated_{kind}_url"), tmp_path)
    chance = random.Random(SEED)
    errors = tmp_path / "stderr"
    kills = 0
    heard = Heard()
    with forge("tests.crash.worker", errors, heard.note) as made:
        for at in stages:
            kills += play(made, there, heard, at, workers, speed, chance)
        finishing = there.life(1, LAST.replace(month=11, day=26), time.monotonic(), 1, heard)
        made.start(replace(finishing, last=LAST.isoformat()).line())
        made.until("finished")
    assert kills >= 12
    said = errors.read_text()
    assert "Traceback" not in said
    assert "because " not in said
    assert "answer " not in said
    assert_all_that_was_acknowledged_is_there_once(there, heard)
    assert_all_was_sent_once(there)
    if kind == "sqlite":
        assert_the_file_is_sound(there)


def play(
    made: Forge, there: Scene, heard: Heard, at: datetime, workers: int, speed: float, chance: random.Random
) -> int:
    """Run processes from that instant on and kill each. Returns how many were killed.

    Forms that were in progress are sent again on the same day, as by a person who presses the button once more.
    """
    since = time.monotonic()

    def start(*, silent: bool = False) -> int:
        life = there.life(chance.getrandbits(32), at, since, speed, heard)
        return made.start(replace(life, silent=silent).line())

    killed = 0
    alive = [start() for _ in range(workers)]
    for _ in range(workers):
        made.wait(chance.uniform(0.05, 0.7))
        made.kill(alive.pop(0))
        alive.append(start())
        killed += 1
    for pid in alive:
        made.wait(chance.uniform(0.05, 0.3))
        made.kill(pid)
        killed += 1
    made.kill(start(silent=True))
    assert heard.again() == (), "what was sent again was saved or refused"
    return killed + 1


def assert_all_that_was_acknowledged_is_there_once(there: Scene, heard: Heard) -> None:
    """Every acknowledged flag and answer is stored; none is stored twice; none was never sent."""
    ring = ring_of(there.key)
    with Database(there.url, pool=1) as database, database.reading() as session:
        uow = UnitOfWork(session, LAST, ring)
        opened = [flag_views.texts_of(uow, each) for each in session.exec(select(Flag))]
        kept = Counter(each.because for each in opened if each)
        answers = Counter(each.text for row in session.exec(select(Answer)) if (each := answer_rules.view(uow, row)))
        assert session.exec(select(Box)).all() == []
    acknowledged = {heard.sending[nonce]["because"] for nonce in heard.saved}
    assert len(acknowledged) >= 30, "too few flags to tell anything"
    assert acknowledged <= set(kept)
    assert set(kept) <= {each["because"] for each in heard.sending.values()}
    assert set(kept.values()) == {1}
    assert len(heard.answered) >= 3, "too few answers to tell anything"
    assert heard.answered <= set(answers) <= heard.answering
    assert set(answers.values()) == {1}


def assert_all_was_sent_once(there: Scene) -> None:
    """Every delivery has ended, and the provider accepted exactly the messages in the database, each once."""
    rows, done = there.rows(Delivery), taken(there.log)
    assert [each for each in rows if each.fence > 1], "nothing was interrupted: there was nothing to see"
    assert {each.state for each in rows} <= {State.SENT, State.SUPERSEDED}
    sent = {each.id: each.ref for each in rows if each.verb is Verb.SEND}
    took = [each for each in done if each.verb == "send"]
    assert Counter(each.delivery for each in took) == Counter(list(sent))
    assert {each.delivery: each.ref for each in took} == sent
    assert_digests_and_cards(there, rows, done)


def assert_digests_and_cards(there: Scene, rows: list[Delivery], done: list[Taken]) -> None:
    """Each digest was sent to the owner, and each card exists and shows the current state."""
    digests = {str(each.id) for each in there.rows(Digest)}
    assert len(digests) >= 2
    assert sorted(each.subject for each in rows if each.screen == "digest") == sorted(digests)
    flags_ = there.rows(Flag)
    assert [each for each in flags_ if each.status is FlagStatus.WAITING and each.digest_id is None] == []
    standing = {each.ref: each for each in done if each.address == CHANNEL and each.under is None}
    for posting in there.rows(Posting):
        number = sum(each.policy_id == posting.policy_id for each in flags_)
        assert posting.ref is not None
        assert standing[posting.ref].tally == f"So far: {number} flags."
    under = {each.under for each in done if each.address == CHANNEL and each.under}
    assert under <= {each.ref for each in there.rows(Posting)}


def assert_the_file_is_sound(there: Scene) -> None:
    """SQLite's own checks find nothing."""
    with sqlite3.connect(there.url.removeprefix("sqlite:///")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    connection.close()
