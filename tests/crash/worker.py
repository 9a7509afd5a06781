"""A process to be killed: people send flags and their owner answers, while the worker runs.

`python -m tests.crash.worker` imports everything once. It then forks a process for each line of JSON on its standard
input, so that a restart takes milliseconds and a process has opened nothing before it begins. On standard output a
process reports what it is about to do and, only once that has returned, that it was done.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import random
import tempfile
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

from sqlmodel import select

from bot.dispatcher import Dispatcher
from bot.interface import intents
from bot.interface.actor import Actor
from bot.interface.announcements import Announcement
from bot.interface.parts import Form
from bot.interface.unavailable import Unavailable
from bot.people.people import Member, Roster
from bot.worker.scheduler import start
from bot.worker.worker import Worker
from storage import Database, Flag, FlagStatus
from storage.migrate import migrate
from tests.crash.provider import NAME, FileProvider
from tests.processes.forge import fork_for_each_line, say
from tests.rings import new_ring, ring_of

LONGEST = 40
"""Seconds after which a process ends by itself, if it is not killed."""
WORKSPACE, CHANNEL, OWNER = "w1", "c1", "owner"
PEOPLE = tuple(f"member{n}" for n in range(16))


@dataclass(frozen=True)
class Life:
    """The parameters of a process.

    Its clock shows `at` at the instant `since` of the machine's monotonic clock, and runs `speed` times as fast.
    `again` are the forms of which it is unknown whether they arrived. If `silent`, nobody sends anything else. With
    `last` it moves its own clock to whatever is due, up to the instant `last`, and ends.
    """

    url: str
    key: str
    log: str
    seed: int
    at: str
    since: float
    speed: float
    policies: tuple[str, ...]
    again: tuple[dict[str, str], ...] = ()
    silent: bool = False
    last: str = ""

    def line(self) -> str:
        """The parameters as a line of JSON."""
        return json.dumps(asdict(self))


class RunningClock:
    """A clock that runs faster than the machine's, and shows the same in several processes."""

    def __init__(self, life: Life) -> None:
        self._at, self._since, self._speed = datetime.fromisoformat(life.at), life.since, life.speed

    def __call__(self) -> datetime:
        return self._at + timedelta(seconds=(time.monotonic() - self._since) * self._speed)


class StandingClock:
    """A clock that stands still until it is moved."""

    def __init__(self, at: datetime) -> None:
        self.now = at

    def __call__(self) -> datetime:
        return self.now


def actor(user: str) -> Actor:
    """That user, who clicks in the channel."""
    return Actor(NAME, WORKSPACE, user, CHANNEL)


async def send_flag(dispatcher: Dispatcher, form: dict[str, str]) -> None:
    """Send a flag form, as it opens for its author, and report the result afterwards."""
    answers = {
        "promise": (form["promise"],),
        "verdict": ("not",),
        "theme": ("timetable",),
        "because": (form["because"],),
        "similar": ("none",),
    }
    try:
        opened = await dispatcher.open(intents.GiveView(UUID(form["policy"])), actor(form["user"]))
        assert isinstance(opened, Form)
        assert opened.intent is not None
        screen = await dispatcher.submit(opened.intent, answers, actor(form["user"]), form["nonce"])
    except Unavailable:
        return
    saved = isinstance(screen, Form) and screen.title == "Flag saved"
    say("saved" if saved else "refused", nonce=form["nonce"])


async def people(dispatcher: Dispatcher, life: Life, chance: random.Random) -> None:
    """Send one flag after another until the process ends."""
    while True:
        form = {
            "nonce": str(uuid4()),
            "user": chance.choice(PEOPLE),
            "policy": chance.choice(life.policies),
            "because": f"because {uuid4()}",
            "promise": chance.choice(("named", "confidential")),
        }
        say("sending", **form)
        await send_flag(dispatcher, form)
        await asyncio.sleep(chance.uniform(0, 0.1))


async def owner(dispatcher: Dispatcher, database: Database, chance: random.Random) -> None:
    """Answer one shown flag after another until the process ends."""
    waiting = select(Flag.id).where(Flag.status == FlagStatus.WAITING)
    while True:
        await asyncio.sleep(chance.uniform(0.02, 0.1))
        found = await database.read(lambda session: list(session.exec(waiting)))
        if not found:
            continue
        text = f"answer {uuid4()}"
        given = {"kind": ("cannot",), "text": (text,)}
        say("answering", text=text)
        try:
            form = await dispatcher.submit(
                intents.AnswerFlags((chance.choice(found),)), given, actor(OWNER), str(uuid4())
            )
        except Unavailable:
            continue
        if isinstance(form, Form) and form.title == "Answer sent":
            say("answered", text=text)


async def live(life: Life) -> None:
    """Run with these parameters."""
    chance = random.Random(life.seed)
    clock = StandingClock(datetime.fromisoformat(life.at)) if life.last else RunningClock(life)
    with Database(life.url, pool=4) as database:
        ring = ring_of(life.key)
        dispatcher, worker = Dispatcher(database, ring, clock), Worker(database, ring, clock)
        worker.add(FileProvider(Path(life.log), chance))
        for form in life.again:
            await send_flag(dispatcher, form)
        say("resumed", pid=str(os.getpid()))
        if isinstance(clock, StandingClock):
            await finish(worker, clock, datetime.fromisoformat(life.last))
            return
        start(worker, every=timedelta(milliseconds=20))
        if life.silent:
            await asyncio.Event().wait()
        await asyncio.gather(
            people(dispatcher, life, chance), people(dispatcher, life, chance), owner(dispatcher, database, chance)
        )


async def finish(worker: Worker, clock: StandingClock, last: datetime) -> None:
    """Do everything that is due up to an instant, and report it."""
    for _ in range(2000):
        due = await worker.next_due()
        if due is None or due > last:
            say("finished")
            return
        clock.now = max(clock.now, due)
        await worker.tick()
    say("never-at-rest")


async def warm_up(folder: Path) -> None:
    """Do once what is slow the first time, so that no process spends its short life on it."""
    at = StandingClock(datetime(2026, 11, 23, 10, tzinfo=UTC))
    url = f"sqlite:///{folder / 'warm.db'}"
    migrate(url, now=at.now)
    with Database(url) as database:
        dispatcher = Dispatcher(database, new_ring("k1"), at)
        members = tuple(Member(each, each, f"{each}@example.org") for each in (*PEOPLE, OWNER))
        await dispatcher.enrol(Roster(NAME, WORKSPACE, CHANNEL, "delivery", members))
        announcement = Announcement("Policy", "One.", "https://example.org/1", None)
        opened = (await dispatcher.announce([announcement], owner=f"{OWNER}@example.org", channel="delivery")).opened
        answers = {"promise": ("named",), "verdict": ("not",), "theme": ("timetable",), "because": ("so",)}
        await dispatcher.submit(intents.GiveView(opened[0].id), answers, actor(PEOPLE[0]), str(uuid4()))
        worker = Worker(database, new_ring("k1"), at)
        worker.add(FileProvider(folder / "log", random.Random(1)))
        await worker.tick()


def live_by(line: str) -> None:
    """Run with the parameters in a line of JSON."""
    given = json.loads(line)
    life = Life(**{**given, "policies": tuple(given["policies"]), "again": tuple(given["again"])})
    asyncio.run(live(life))


def main() -> None:
    """Fork a process for each line until there are no more."""
    with tempfile.TemporaryDirectory() as folder:
        logging.disable()
        asyncio.run(warm_up(Path(folder)))
        logging.disable(logging.NOTSET)
    fork_for_each_line(live_by, LONGEST)


if __name__ == "__main__":
    main()
