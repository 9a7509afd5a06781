"""Guesses against chance: how likely it is that so many were right by luck."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

Thing = TypeVar("Thing")


@dataclass(frozen=True)
class Guesses:
    """How many guesses were right, and for each the chance that the best guess from public rules has.

    A chance of 0 is for what the rules exclude: then one right guess is too many. `looks` is in how many ways it was
    looked before the best was taken, so that looking in many ways is no way to be lucky.
    """

    right: int
    chances: tuple[float, ...]
    looks: int = 1

    @property
    def number(self) -> int:
        """How many guesses there were."""
        return len(self.chances)

    @property
    def rate(self) -> float:
        """The share that was right."""
        return self.right / self.number if self.chances else 0.0

    @property
    def chance(self) -> float:
        """The share that is right by chance."""
        return sum(self.chances) / self.number if self.chances else 0.0

    @property
    def luck(self) -> float:
        """The probability of at least so many right guesses by chance: exact, times the number of looks."""
        return min(1.0, at_least(self.right, self.chances) * self.looks)


def at_least(right: int, chances: Sequence[float]) -> float:
    """The probability that at least `right` of independent guesses with these chances are right."""
    if right <= 0:
        return 1.0
    # How likely it is that exactly 0, 1, … have been right so far; once `right` are, it stays so.
    exactly, reached = [1.0] + [0.0] * (right - 1), 0.0
    for chance in chances:
        reached += exactly[-1] * chance
        for n in range(right - 1, 0, -1):
            exactly[n] = exactly[n] * (1 - chance) + exactly[n - 1] * chance
        exactly[0] *= 1 - chance
    return reached


def best(looks: Sequence[Guesses]) -> Guesses:
    """The luckiest of several looks, with its luck made up for by their number."""
    if not looks:
        return Guesses(0, ())
    found = min(looks, key=lambda each: (each.luck, -each.number))
    return Guesses(found.right, found.chances, len(looks))


def pairs(things: Sequence[Thing], chance: random.Random) -> list[tuple[Thing, Thing]]:
    """Random pairs of which no two share a thing, so that guesses about them are independent."""
    shuffled = chance.sample(list(things), len(things))
    return list(zip(shuffled[::2], shuffled[1::2], strict=False))
