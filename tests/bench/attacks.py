"""How many attacks on the promises are right more often than chance, and how many planted leaks they see."""

from __future__ import annotations

import random
from collections.abc import Sequence

from tests.attacks.__main__ import attacked
from tests.attacks.script import Size
from tests.bench.measuring import Figures, progress
from tests.databases import DATABASES


def measure(whole: Size, leaks: Size, kinds: Sequence[str] = DATABASES) -> Figures:
    """Every attack on a population of the first size, on these databases, and on one of the second with leaks planted.

    An attack counts once, however many databases it beats chance on. A leak counts once a check that sees it on all of
    them. What there is to try on another database only is not counted.
    """
    seed = random.SystemRandom().randrange(10**6)
    progress(f"Attacks on the promises (seed {seed})")
    attacks: set[str] = set()
    beaten: set[str] = set()
    missed: set[str] = set()
    for kind in kinds:
        for each in attacked(kind, seed, whole, leaking=False).outcomes:
            attacks.add(each.check.title)
            if each.beats_chance:
                beaten.add(each.check.title)
                progress(f"On {kind}: {each}")
        for each in attacked(kind, seed, leaks, leaking=True).outcomes:
            if not each.beats_chance:
                missed.add(each.check.title)
                progress(f"On {kind}, although it was leaked: {each}")
    return {
        "attacks_tried": len(attacks),
        "attacks_that_beat_chance": len(beaten),
        "planted_leaks_seen": len(attacks - missed),
    }
