"""How often the flag that says the same is among the three that are offered, and how long looking takes.

`said_already.json` has eight invented policies, each with seven flags, and for each flag two ways in which another
person might say the same: one with some of its words, one with none if possible. Beside the seven stand three very
short flags, which match everything if texts are compared by their common part.
"""

import asyncio
import json
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from statistics import median
from typing import NamedTuple
from unittest import mock
from uuid import UUID, uuid4

from sqlmodel import Session, select

from bot.dispatcher import Dispatcher
from bot.flags import flags, meaning, ranking, similar_flags
from bot.flags.flags import NewFlag
from bot.interface.actor import Actor
from bot.interface.announcements import Announcement
from bot.people import people
from bot.people.people import Member, Roster
from bot.unit_of_work.runner import UnitOfWorkRunner
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Database, FlagStatus, Policy, Promise, Verdict
from storage import flags as stored
from storage.boxes import Texts
from storage.migrate import migrate
from tests.bench.measuring import Figures, progress
from tests.rings import new_ring

NOW = datetime(2026, 12, 9, 9, 0, tzinfo=UTC)
OFFERED = 3
SHORT = ("No.", "Money", "Timetable.")
POLICIES = json.loads((Path(__file__).parent / "said_already.json").read_text(encoding="utf-8"))

Scores = Callable[[str, Sequence[str]], list[float]]


class Pair(NamedTuple):
    """What is typed, the texts of the flags that are shown, and the number of the one that says the same."""

    typed: str
    shown: tuple[str, ...]
    same: int


def pairs() -> Iterator[Pair]:
    """All pairs of `said_already.json`."""
    for policy in POLICIES:
        shown = (*(each["stands"] for each in policy["flags"]), *SHORT)
        for number, each in enumerate(policy["flags"]):
            for typed in each["again"]:
                yield Pair(typed, shown, number)


def by_meaning(typed: str, texts: Sequence[str]) -> list[float]:
    """The scores by meaning, as `similar_flags` takes them."""
    wanted = meaning.vector(typed)
    assert wanted is not None
    return meaning.scores(wanted, [meaning.vector(each) for each in texts])


def recall(scores: Scores) -> float:
    """The share of pairs whose flag is among the three that are offered."""
    found = 0
    tried = list(pairs())
    for pair in tried:
        scored = scores(pair.typed, pair.shown)
        found += pair.same in sorted(range(len(scored)), key=lambda n: -scored[n])[:OFFERED]
    return found / len(tried)


def measure(folder: Path, number: int, times: int) -> Figures:
    """The figures of similar flags, with `number` of them shown; those by meaning only where it can be done."""
    progress(f"The nearest of {number} flags")
    figures = {"similar_recall_at_3": recall(ranking.scores)}
    if meaning.installed():
        figures["similar_recall_at_3_meaning"] = recall(by_meaning)
    file = f"sqlite:///{folder / 'similar.db'}"
    migrate(file, now=NOW)
    with Database(file) as database, asyncio.Runner() as runner:
        figures |= runner.run(_times(database, number, times))
    return figures


async def _times(database: Database, number: int, times: int) -> Figures:
    ring = new_ring("bench")
    dispatcher = Dispatcher(database, ring, lambda: NOW)
    member = Member("u0", "Member", "u0@example.org")
    await dispatcher.enrol(Roster("web", "bench", "c1", "delivery", (member,)))
    announced = Announcement("A policy", "What is announced.", "https://example.org/1", None)
    opened = await dispatcher.announce([announced], owner="u0@example.org", channel="delivery")
    uow = UnitOfWorkRunner(database, ring, lambda: NOW)
    await uow.write(lambda work: _fill(work, opened.opened[0].id, number))
    figures: Figures = {}
    if meaning.installed():
        figures["similar_1000_ms_meaning"] = await _milliseconds(uow, opened.opened[0].id, times)
    with mock.patch.object(meaning, "installed", return_value=False):
        return {"similar_1000_ms": await _milliseconds(uow, opened.opened[0].id, times), **figures}


def _fill(uow: UnitOfWork, policy: UUID, number: int) -> None:
    texts = [text for each in POLICIES for flag in each["flags"] for text in (flag["stands"], *flag["again"])]
    for n in range(number):
        text = f"{texts[n % len(texts)]} {texts[(n * 7 + 1) % len(texts)]}"
        flag = stored.new(
            id=uuid4(),
            policy_id=policy,
            wording=1,
            verdict=Verdict.NOT,
            theme="timetable",
            promise=Promise.CONFIDENTIAL,
            tag=uuid4().bytes,
            status=FlagStatus.WAITING,
            released_on=date(2026, 12, 8),
        )
        flags.seal(uow, flag, Texts(text))
        stored.insert(uow.session, [flag])


async def _milliseconds(uow: UnitOfWorkRunner, policy: UUID, times: int) -> float:
    """The processor's time for one look, without the three flags that are then shown."""
    typed = [pair.typed for pair in pairs()][:times]
    return median([await uow.read(partial(_look, policy_id=policy, typed=each)) for each in typed]) * 1000


def _look(uow: UnitOfWork, policy_id: UUID, typed: str) -> float:
    visitor = people.recognise(uow, Actor("web", "bench", "u0", "c1"))
    policy = _policy(uow.session, policy_id)
    began = time.thread_time()
    similar_flags.nearest(uow, visitor, policy, NewFlag.model_construct(because=typed))
    return time.thread_time() - began


def _policy(session: Session, policy_id: UUID) -> Policy:
    return session.exec(select(Policy).where(Policy.id == policy_id)).one()
