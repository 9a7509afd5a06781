"""Ranking texts by how much they share with another one, by their words.

Words count by their first letters, so that *contract* and *contracts* are one; a word that few texts have counts more
than one that most have, and sharing words counts less in a long text. This is BM25 with each word counted once.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence

_WORDS = re.compile(r"\w{3,}")
_LETTERS = 4
_LENGTH_COUNTS = 0.4
_REPETITION = 1.2
"""`b` and `k1` of BM25: how much the length of a text counts, and how soon more words of a kind stop counting."""


def scores(typed: str, texts: Sequence[str]) -> list[float]:
    """For each text, how much it shares with what was typed, 0 or more; only their order means anything."""
    wanted = _stems(typed)
    found = [_stems(each) for each in texts]
    shared = [wanted & each for each in found]
    weights = _weights(shared, len(texts))
    usual = sum(map(len, found)) / len(found) if found else 0
    return [
        sum(weights[stem] for stem in common) / _length_penalty(len(stems), usual)
        for common, stems in zip(shared, found, strict=True)
    ]


def _stems(text: str) -> set[str]:
    return {word[:_LETTERS] for word in _WORDS.findall(text.casefold())}


def _weights(shared: Sequence[set[str]], texts: int) -> dict[str, float]:
    having = Counter(stem for each in shared for stem in each)
    return {stem: math.log(1 + (texts - n + 0.5) / (n + 0.5)) for stem, n in having.items()}


def _length_penalty(length: int, usual: float) -> float:
    return 1 + _REPETITION * (1 - _LENGTH_COUNTS + _LENGTH_COUNTS * length / max(usual, 1))
