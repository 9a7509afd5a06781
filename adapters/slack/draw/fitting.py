"""A screen within what a surface of Slack takes: airy, else dense, else with long text cut, else in part.

What has a way to the rest is cut first.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import groupby
from typing import Any

from adapters.slack.draw import limits
from adapters.slack.draw.text import cut
from bot.interface.json_object import Json
from bot.interface.parts import Button, FormButton, Heading, Notice, Paragraph, Part, Question, Quote

Parts = tuple[Part | Question, ...]
Drawing = Callable[[Parts, bool], list[Json]]
"""Draws the parts, airy or (True) dense."""

SHORTER = (250, 150, 100, 60)
MOST_LINES = 5
MESSAGE_IS_CUT = "The rest is left out here: Slack takes no more in one message."
VIEW_IS_CUT = "The rest is left out here: Slack takes no more in one window."


def fits_a_message(blocks: list[Json]) -> bool:
    """Whether Slack takes these blocks in one message."""
    size = sum(_text(block) for block in blocks) + limits.BLOCK_COSTS * len(blocks)
    return len(blocks) <= limits.MESSAGE_BLOCKS and size <= limits.MESSAGE_TEXT


def fits_a_view(blocks: list[Json]) -> bool:
    """Whether Slack takes these blocks in one modal or home tab."""
    return len(blocks) <= limits.VIEW_BLOCKS and len(json.dumps(blocks)) <= limits.VIEW_BYTES


def _text(drawn: Any) -> int:
    """All characters that are text, whatever they are nested in."""
    if isinstance(drawn, list):
        return sum(map(_text, drawn))
    if not isinstance(drawn, dict):
        return 0
    own = drawn["text"] if isinstance(drawn.get("text"), str) else ""
    return len(own) + sum(_text(each) for each in drawn.values())


def fitted(parts: Parts, draw: Drawing, fits: Callable[[list[Json]], bool], is_cut: str) -> list[Json]:
    """The blocks of the parts that fit; where parts had to be left out, the sentence `is_cut` says so."""
    before: tuple[Parts, bool] | None = None
    for smaller in _smaller(parts, is_cut):
        if smaller == before:
            continue
        before = smaller
        blocks = draw(*smaller)
        if fits(blocks):
            return blocks
    return _cut(parts, draw, fits, is_cut)


def _smaller(parts: Parts, is_cut: str) -> Iterator[tuple[Parts, bool]]:
    """The parts as drawn one after the other until they fit, and whether dense."""
    yield parts, False
    yield parts, True
    for most in SHORTER:
        yield _quotes_shorter(parts, most), True
    few = tuple(_fewer_lines(parts, is_cut))
    for most in SHORTER:
        yield _quotes_shorter(few, most), True
    for most in SHORTER:
        yield (*(_shorter(each, most) for each in few), Paragraph(is_cut)), True


def _quotes_shorter(parts: Parts, most: int) -> Parts:
    return tuple(_shorter(each, most) if isinstance(each, Quote) and each.rest else each for each in parts)


def _fewer_lines(parts: Parts, is_cut: str) -> Iterator[Part | Question]:
    """The parts, without what goes beyond a few paragraphs one after the other: such a list is news, no flag."""
    for is_line, run in groupby(parts, lambda part: isinstance(part, Paragraph)):
        lines = list(run)
        yield from lines[:MOST_LINES] if is_line else lines
        if is_line and len(lines) > MOST_LINES:
            yield Paragraph(is_cut)


def _shorter(part: Part | Question, most: int) -> Part | Question:
    if isinstance(part, Heading | Paragraph | Notice | Quote):
        return replace(part, text=cut(part.text, most))
    return part


def _cut(parts: Parts, draw: Drawing, fits: Callable[[list[Json]], bool], is_cut: str) -> list[Json]:
    """As many of the first parts as fit, all questions, and the last row of buttons."""
    shorter = tuple(_shorter(each, SHORTER[-1]) for each in parts)
    least, most = 0, len(shorter)
    while least < most:
        middle = (least + most + 1) // 2
        if fits(draw(_first(shorter, middle, is_cut), True)):
            least = middle
        else:
            most = middle - 1
    return draw(_first(shorter, least, is_cut), True)


def _first(parts: Parts, number: int, is_cut: str) -> Parts:
    after = parts[number:]
    kept = tuple(each for each in after if isinstance(each, Question))
    return (*parts[:number], Paragraph(is_cut), *kept, *_last_buttons(after))


def _last_buttons(parts: Parts) -> Parts:
    start = len(parts)
    while start and isinstance(parts[start - 1], Button | FormButton):
        start -= 1
    return parts[start:]
