"""The suite: lets a population live, with or without planted leaks, and tries every check on what it left."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass

import psycopg

from storage import Database
from tests.attacks import attackers  # noqa: F401  # registers the checks
from tests.attacks.check import CHECKS, Case, Check
from tests.attacks.guesses import Guesses
from tests.attacks.leaks import Leaking, released_in_order
from tests.attacks.population import Population
from tests.attacks.recorder import Recorder, files
from tests.attacks.script import Size, at, written
from tests.bot.conftest import Clock, Office, _at_work
from tests.rings import new_ring

FAMILY = 1e-3
"""How likely it may be that any check of a run beats chance by luck: each may be a share of it."""


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


async def tried(database: Database, seed: int, size: Size, *, leaking: bool = False) -> list[Outcome]:
    """Let a population live in an empty database that has its tables, and try all checks."""
    ring, clock = new_ring("attacks"), Clock(at(0, -60))
    with Recorder().recording() as recorder:
        office = Office(database, ring, clock, *_at_work(database, ring, clock))
        population = Population(office, written(seed, size), recorder)
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
        case = Case(population, _files(database))
        return [Outcome(each, await each.guesses(case)) for each in CHECKS]


def _files(database: Database) -> list[bytes]:
    """The bytes of the database's files, after what its operators are asked to do."""
    if database.name == "postgresql":
        address = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute("VACUUM")
            connection.execute("CHECKPOINT")
    beside = [] if database.name == "postgresql" else sorted(database.file.parent.glob(f"{database.file.name}*"))
    with database.reading() as session:
        return files(session.connection(), beside)
