"""What a person sees of a screen, in reading order: the same kinds of pieces on every platform."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Heading:
    """A heading; what follows stands under it, up to the next one of its level or above."""

    text: str
    level: int


@dataclass(frozen=True)
class Words:
    """Text that is only read."""

    text: str


@dataclass(frozen=True)
class Action:
    """Something to press. `name` is its accessible name.

    `sends` marks the one button of a form that sends what was filled in. `handle` is for the window.
    """

    text: str
    name: str
    sends: bool = False
    handle: object = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class Question:
    """Something to fill in, under its visible label; `options` are the labels of what can be chosen.

    `values` are the chosen labels, or the one text that is typed in. `handle` is for the window.
    """

    text: str
    values: tuple[str, ...]
    options: tuple[str, ...] = ()
    several: bool = False
    handle: object = field(default=None, compare=False, repr=False)


Piece = Heading | Words | Action | Question


def plain(text: str) -> str:
    """The text with every run of white space as one blank."""
    return " ".join(text.split())


def under(pieces: Sequence[Piece], heading: str) -> list[Piece]:
    """The one heading that holds these words and what is under it; everything if `heading` is empty."""
    if not heading:
        return list(pieces)
    found = [(n, each) for n, each in enumerate(pieces) if isinstance(each, Heading) and heading in each.text]
    headings = [each.text for each in pieces if isinstance(each, Heading)]
    assert len(found) == 1, f"{len(found)} headings hold “{heading}”; there are: {headings}"
    (place, top) = found[0]
    rest = pieces[place + 1 :]
    ends = (n for n, each in enumerate(rest) if isinstance(each, Heading) and each.level <= top.level)
    return [top, *rest[: next(ends, len(rest))]]


def read(pieces: Sequence[Piece]) -> str:
    """Everything that can be read in these pieces, as one text."""
    return plain(" ".join(_read(each) for each in pieces))


def _read(piece: Piece) -> str:
    if isinstance(piece, Question):
        return " ".join((piece.text, *piece.options, *piece.values))
    return piece.text
