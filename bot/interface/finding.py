"""A finding: the result of one check of how a deployment is set up, for `python -m bot doctor`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """The result of one check, in a sentence. `good` is False if something must be fixed."""

    good: bool
    sentence: str


def good(sentence: str) -> Finding:
    """All is well with what the sentence says."""
    return Finding(True, sentence)


def bad(sentence: str) -> Finding:
    """The sentence says what is wrong and how to fix it."""
    return Finding(False, sentence)
