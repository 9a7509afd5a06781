"""Cut a long text screen into portions, so that nothing that people typed is left out on any platform."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from bot.interface.json_object import written
from bot.interface.parts import Heading, Link, Notice, Paragraph, Part, Quote

MOST_BYTES = 16_000
"""How much text one portion holds, in bytes of JSON: it then fits into a dialog of Teams and a modal of Slack."""
A_PART = 200
"""What a part takes beside its text."""


def in_portions(parts: Sequence[Part]) -> list[tuple[Part, ...]]:
    """The parts in order, in as few portions as hold them; a part is never cut in two."""
    portions: list[list[Part]] = [[]]
    left = MOST_BYTES
    for part in parts:
        size = _size(part)
        if size > left and portions[-1]:
            portions.append([])
            left = MOST_BYTES
        portions[-1].append(part)
        left -= size
    return [tuple(each) for each in portions]


def number_that_fit(items: Sequence[Sequence[Part]], most: int) -> int:
    """How many of the first items, each of some parts, have at most `most` bytes together; at least one."""
    sizes = accumulate(sum(map(_size, each)) for each in items)
    return max(1, sum(size <= most for size in sizes))


def _size(part: Part) -> int:
    match part:
        case Quote():
            text = part.label + part.text
        case Heading() | Paragraph() | Notice():
            text = part.text
        case Link():
            text = part.label + part.url
        case _:
            text = ""
    return A_PART + len(written(text))
