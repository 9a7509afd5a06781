"""Fit a screen into the byte limit of a card or a dialog: whole, else with cut text, else only a part of it."""

from __future__ import annotations

from collections.abc import Callable

from bot.interface.json_object import Json, written
from bot.interface.parts import Paragraph
from bot.screens.shortening import Parts, beginning, quotes_cut, texts_cut

CARD_BYTES = 40_000
"""Bytes of JSON: at most 80 KB in UTF-16, in which Teams accepts about 100. (Microsoft's page on limits.)

So much takes the fullest digest, with its quotes cut, and every page of a list.
"""
DIALOG_BYTES = 60_000
CARD_IS_CUT = "The rest is left out here: Teams takes no more in one message."
DIALOG_IS_CUT = "The rest is left out here: Teams takes no more in one dialog."
MOST_AT_THE_END = 5
SHORTER = (1_000, 300, 120, 60)

Drawing = Callable[[Parts], list[Json]]


def size(drawn: object) -> int:
    """Return the size in bytes, as it is written out when it is sent."""
    return len(written(drawn))


def fitted(parts: Parts, draw: Drawing, most: int, is_cut: str) -> list[Json]:
    """Return elements of at most `most` bytes. If something is left out, the sentence `is_cut` says so.

    Quotes with a button to the rest are cut first, then all text. Then parts are left out, but never questions.
    """
    room = most - size(is_cut)
    elements = draw(parts)
    if size(elements) <= room:
        return elements
    for limit in SHORTER:
        elements = draw(quotes_cut(parts, limit))
        if size(elements) <= room:
            return elements
    for limit in SHORTER:
        elements = draw((*texts_cut(parts, limit), Paragraph(is_cut)))
        if size(elements) <= room:
            return elements
    shortest = texts_cut(parts, SHORTER[-1])
    return draw(beginning(shortest, lambda some: size(draw(some)) <= room, is_cut, last_buttons=MOST_AT_THE_END))
