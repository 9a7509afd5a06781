"""The suite: lets a population live, with or without planted leaks, and tries every check on what it left."""

from __future__ import annotations

import asyncio
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date

from bot.calendar.working_days import WorkingCalendar
from bot.worker import erasing
from storage import Database
from tests.attacks import attackers  # noqa: F401  # registers the checks
from tests.attacks.attackers.member import WAIT
from tests.attacks.check import CHECKS, Case, Check
from tests.attacks.guesses import Guesses
from tests.attacks.leaks import Leaking, released_in_order
from tests.attacks.population import Population
from tests.attacks.recorder import Recorder, files
from tests.attacks.script import Size, at, written
from tests.attacks.server_files import WriteAheadLog, log_everything
from tests.bot.conftest import Clock, Office, _at_work
from tests.rings import new_ring

FAMILY = 1e-3
"""How likely it may be that any check of a run beats chance by luck: each may be a share of it."""

ROUNDS = 10
"""How many more rounds a worker has before the files are looked at."""

_BY_TIMING = "if accounts with one address counted as one person, whoever runs the directory could try whose flag it is"
OUT_OF_REACH = {
    "flooder: three accounts of one address bring out a lone flag": _BY_TIMING,
}
"""What beats chance and is not prevented, with the reason: named in docs/threat-model.md, three at most."""


@dataclass(frozen=True)
class Outcome:
    """What came of one check."""

    check: Check
    guesses: Guesses

    @property
    def beats_chance(self) -> bool:
        """Whether so many right guesses are no luck."""
        return self.guesses.luck < FAMILY / len(CHECKS)

    def __str__(self) -> str:
        found = self.guesses
        told = f"{found.right} of {found.number} right, {found.rate:.0%}; by chance {found.chance:.0%}"
        verdict = "BEATS CHANCE" if self.beats_chance else "no better"
        return f"{verdict}  {self.check.title}: {told} (luck {found.luck:.2g})"


@dataclass(frozen=True)
class Tried:
    """What came of every check on one population, and what the day of showing told."""

    outcomes: list[Outcome]
    showing: Showing


async def tried(database: Database, seed: int, size: Size, *, leaking: bool = False) -> Tried:
    """Let a population live in an empty database that has its tables, and try all checks."""
    ring, clock = new_ring("attacks"), Clock(at(0, -60))
    with Recorder().recording() as recorder:
        office = Office(database, ring, clock, *_at_work(database, ring, clock))
        population = Population(office, written(seed, size), recorder)
        if database.name == "postgresql":
            recorder.follow(log_everything(database.url.render_as_string(hide_password=False)))
            with database.reading() as session:
                population.written_ahead = WriteAheadLog(session.connection())
        leaks = Leaking(population) if leaking else None

        def restart() -> None:
            dispatcher, _ = _at_work(database, ring, clock)
            if leaks is None:
                office.dispatcher = dispatcher
            else:
                leaks.real = dispatcher

        population.restart = restart
        if leaks is not None:
            office.dispatcher = leaks  # type: ignore[assignment]
            population.after_release = leaks.after_release
        with released_in_order() if leaking else nullcontext():
            await population.live()
        # The rounds of the next minutes try again what a reader, late on a busy machine, may have kept from being done.
        for _ in range(ROUNDS):
            await office.worker.fold()
            await asyncio.sleep(0.05)
        await erasing.erase(database)
        ahead = population.written_ahead.bytes if population.written_ahead else b""
        case = Case(population, _files(database), ahead)
        told = showing(case)
        tried_here = [each for each in CHECKS if each.only_on in ("", database.name) and each.is_there(case)]
        return Tried([Outcome(each, await each.guesses(case)) for each in tried_here], told)


def _files(database: Database) -> list[bytes]:
    """The bytes of the database's files."""
    beside = [] if database.name == "postgresql" else sorted(database.file.parent.glob(f"{database.file.name}*"))
    with database.reading() as session:
        return files(session.connection(), beside)


@dataclass(frozen=True)
class Showing:
    """What the day on which a flag is shown still tells, counted over all flags that name nobody."""

    flags: int
    next_day: float
    """The share that is shown on the first working day after its day of writing."""
    waited: float
    """The share that waited as long as anything may."""
    alone: float
    """The share of which all that came out on its policy that day is from one person."""
    authors: float
    """From how many people that is, on average over the flags."""
    by_log: float
    """How often somebody is right who knows who wrote on the policy since its last release, and guesses one of them."""

    def __str__(self) -> str:
        return (
            f"Of {self.flags} flags {self.next_day:.0%} were shown on the next working day, {self.waited:.0%} after "
            f"three; {self.alone:.0%} came out with no other person's, the others with those of {self.authors:.1f} "
            f"people on average. Whoever knows who wrote there since the last release is right in {self.by_log:.0%}."
        )


def showing(case: Case) -> Showing:
    """Count it."""
    calendar, waits, people = WorkingCalendar(), [], []
    for item in case.flags:
        shown = date.fromisoformat(item.released_on)
        waits.append(calendar.between(item.acts[0].day, shown))
        out = [each for each in case.items if each.batch == item.batch]
        people.append(len({act.person for each in out for act in each.acts}))
    several = [each for each in people if each > 1]
    number = len(case.flags)
    return Showing(
        number,
        sum(each == 1 for each in waits) / number,
        sum(each >= WAIT for each in waits) / number,
        sum(each == 1 for each in people) / number,
        sum(several) / len(several) if several else 0.0,
        sum(1 / each for each in people) / number,
    )
