"""The short form of the suite on both databases: nothing beats chance but what is listed, and every leak is seen."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from storage import Database
from tests.attacks.check import CHECKS
from tests.attacks.guesses import Guesses, at_least, best
from tests.attacks.script import SHORT, Kind, written
from tests.attacks.suite import OUT_OF_REACH, tried

BEATEN: dict[str, str] = {}
"""What beats chance today, with the reason. The test fails when one of them no longer does: then it must go."""
SEED = 7
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def seed() -> int:
    """The seed of the population; a failure prints it."""
    return SEED


@pytest.mark.timeout(600)
async def test_nothing_is_guessed_better_than_by_chance(database: Database, seed: int) -> None:
    found = (await tried(database, seed, SHORT)).outcomes
    beaten = {each.check.title: str(each) for each in found if each.beats_chance}
    surprises = [told for title, told in beaten.items() if title not in {*BEATEN, *OUT_OF_REACH}]
    assert surprises == [], f"seed {seed}"
    assert sorted((BEATEN.keys() | OUT_OF_REACH.keys()) - beaten.keys()) == [], (
        f"these are closed and must be taken off the list; seed {seed}"
    )


@pytest.mark.timeout(600)
async def test_every_planted_leak_is_seen(database: Database, seed: int) -> None:
    found = (await tried(database, seed, SHORT, leaking=True)).outcomes
    assert [str(each) for each in found if not each.beats_chance] == [], f"seed {seed}"


def test_no_check_is_lucky_in_more_than_its_share_of_runs() -> None:
    """Guesses that are right by chance only, in many runs: the bound errs no more often than it says."""
    chance = random.Random(3)
    lucks = []
    for _ in range(2_000):
        chances = tuple(chance.choice((0.1, 0.3, 0.5)) for _ in range(20))
        lucks.append(Guesses(sum(chance.random() < each for each in chances), chances).luck)
    for bound in (0.5, 0.1, 0.02):
        assert sum(each <= bound for each in lucks) <= 2_000 * bound + 4 * (2_000 * bound) ** 0.5


def test_a_small_lead_over_many_guesses_is_no_luck() -> None:
    assert at_least(20, (0.5,) * 20) == pytest.approx(0.5**20)
    assert at_least(1, (0.0, 0.0)) == 0
    assert at_least(1, (0.25, 0.5)) == pytest.approx(1 - 0.75 * 0.5)
    assert Guesses(700, (0.6,) * 1_000).luck < 1e-9
    assert Guesses(610, (0.6,) * 1_000).luck > 0.1


def test_looking_in_many_ways_is_made_up_for() -> None:
    one = Guesses(9, (0.5,) * 9)
    assert best([one, *(Guesses(4, (0.5,) * 9) for _ in range(99))]).luck == pytest.approx(one.luck * 100)


def test_a_seed_gives_the_same_script_each_time() -> None:
    acts = [
        [(each.number, each.at, each.person, each.kind, each.policy) for each in written(5, SHORT).acts] for _ in "12"
    ]
    assert acts[0] == acts[1]
    assert {Kind.FLAG, Kind.SECOND, Kind.WITHDRAW, Kind.CHANGE, Kind.CODE} == {kind for *_, kind, _ in acts[0]}


def test_what_is_out_of_reach_is_named_in_the_threat_model() -> None:
    page = " ".join((ROOT / "docs" / "threat-model.md").read_text(encoding="utf-8").split())
    assert [title for title in OUT_OF_REACH if f"`{title}`" not in page] == []
    assert len(OUT_OF_REACH) <= 3
    assert set(OUT_OF_REACH) <= {each.title for each in CHECKS}


def test_every_onlooker_has_a_check() -> None:
    """The thirteen of the threat model and, for detached flags, whoever holds both keys."""
    assert len({each.attacker for each in CHECKS}) == 13 + 1


def test_every_fault_that_was_found_has_a_test_that_is_there() -> None:
    page = (ROOT / "docs" / "threat-model.md").read_text(encoding="utf-8")
    named = re.findall(r"`([\w/]+\.py): (test_\w+)`", page)
    assert len(named) >= 20
    gone = [test for path, test in named if f"def {test}(" not in (ROOT / "tests" / "bot" / path).read_text("utf-8")]
    assert gone == []
