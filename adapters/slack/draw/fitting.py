"""Fit a screen into a message, modal or home tab: airy layout, else dense, else with cut text, else only in part."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Any

from adapters.slack.draw import limits
from adapters.slack.draw.text import length
from bot.interface.json_object import Json
from bot.interface.parts import Paragraph, Part, Question
from bot.screens.shortening import Parts, beginning, quotes_cut, texts_cut

Drawing = Callable[[Parts, bool], list[Json]]
"""Draws parts as blocks. The second argument is True for the dense layout."""

SHORTER = (250, 150, 100, 60)
MOST_LINES = 5
MESSAGE_IS_CUT = "The rest is left out here: Slack takes no more in one message."
VIEW_IS_CUT = "The rest is left out here: Slack takes no more in one window."


def fits_a_message(blocks: list[Json]) -> bool:
    """Whether Slack accepts these blocks in one message."""
    size = sum(_text(block) for block in blocks) + limits.BLOCK_COSTS * len(blocks)
    return len(blocks) <= limits.MESSAGE_BLOCKS and size <= limits.MESSAGE_TEXT


def fits_a_view(blocks: list[Json]) -> bool:
    """Whether Slack accepts these blocks in one modal or home tab."""
    return len(blocks) <= limits.VIEW_BLOCKS and len(json.dumps(blocks)) <= limits.VIEW_BYTES


def _text(drawn: Any) -> int:
    """The number of characters of text, at any depth."""
    if isinstance(drawn, list):
        return sum(map(_text, drawn))
    if not isinstance(drawn, dict):
        return 0
    own = drawn["text"] if isinstance(drawn.get("text"), str) else ""
    return length(own) + sum(_text(each) for each in drawn.values())


def fitted(parts: Parts, draw: Drawing, fits: Callable[[list[Json]], bool], is_cut: str) -> list[Json]:
    """Return blocks that fit. If parts had to be left out, the sentence `is_cut` says so."""
    before: tuple[Parts, bool] | None = None
    for smaller in _smaller(parts, is_cut):
        if smaller == before:
            continue
        before = smaller
        blocks = draw(*smaller)
        if fits(blocks):
            return blocks
    shortest = texts_cut(parts, SHORTER[-1])
    kept = beginning(shortest, lambda some: fits(draw(some, True)), is_cut, last_buttons=len(parts))
    return draw(kept, True)


def _smaller(parts: Parts, is_cut: str) -> Iterator[tuple[Parts, bool]]:
    """Ever smaller versions of the parts, to try in order; True for the dense layout."""
    yield parts, False
    yield parts, True
    for most in SHORTER:
        yield quotes_cut(parts, most), True
    few = tuple(_fewer_lines(parts, is_cut))
    for most in SHORTER:
        yield quotes_cut(few, most), True
    for most in SHORTER:
        yield (*texts_cut(few, most), Paragraph(is_cut)), True


def _fewer_lines(parts: Parts, is_cut: str) -> Iterator[Part | Question]:
    """Leave out all but the first few of consecutive paragraphs. Such a list has news and never flags."""
    for is_line, run in groupby(parts, lambda part: isinstance(part, Paragraph)):
        lines = list(run)
        yield from lines[:MOST_LINES] if is_line else lines
        if is_line and len(lines) > MOST_LINES:
            yield Paragraph(is_cut)
