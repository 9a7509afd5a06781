"""A screen within what Teams takes: whole, else with long text cut, else in part. A way to the rest comes with it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

from bot.interface.announcements import cut_at_word
from bot.interface.json_object import Json
from bot.interface.parts import Button, FormButton, Heading, Notice, Paragraph, Part, Question, Quote

CARD_BYTES = 25_000
"""Bytes of JSON. Teams takes about 100 KB of UTF-16 in a message, and once took 28. (Microsoft's page on limits.)"""
DIALOG_BYTES = 60_000
CARD_IS_CUT = "The rest is left out here: Teams takes no more in one message."
DIALOG_IS_CUT = "The rest is left out here: Teams takes no more in one dialog."
MOST_AT_THE_END = 5
SHORTER = (1_000, 300, 120, 60)

Parts = tuple[Part | Question, ...]
Drawing = Callable[[Parts], list[Json]]


def size(drawn: object) -> int:
    """How many bytes of JSON this is."""
    return len(json.dumps(drawn, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace"))


def fitted(parts: Parts, draw: Drawing, most: int, is_cut: str) -> list[Json]:
    """The elements of the parts, in at most so many bytes; where something is left out, the sentence `is_cut` says so.

    Quotes with a way to the rest are cut first, then all text, then parts are left out, but for questions.
    """
    room = most - size(is_cut)
    elements = draw(parts)
    if size(elements) <= room:
        return elements
    for limit in SHORTER:
        elements = draw(tuple(_shorter(each, limit) if _has_rest(each) else each for each in parts))
        if size(elements) <= room:
            return elements
    for limit in SHORTER:
        elements = draw((*(_shorter(each, limit) for each in parts), Paragraph(is_cut)))
        if size(elements) <= room:
            return elements
    return _in_part(tuple(_shorter(each, SHORTER[-1]) for each in parts), draw, room, is_cut)


def _has_rest(part: Part | Question) -> bool:
    return isinstance(part, Quote) and part.rest is not None


def _shorter(part: Part | Question, limit: int) -> Part | Question:
    if isinstance(part, Heading | Paragraph | Notice | Quote):
        return replace(part, text=cut_at_word(part.text, limit))
    return part


def _in_part(parts: Parts, draw: Drawing, room: int, is_cut: str) -> list[Json]:
    """As many of the first parts as fit, with every question and the buttons at the end."""
    least, most = 0, len(parts)
    while least < most:
        middle = (least + most + 1) // 2
        if size(draw(_first(parts, middle, is_cut))) <= room:
            least = middle
        else:
            most = middle - 1
    return draw(_first(parts, least, is_cut))


def _first(parts: Parts, number: int, is_cut: str) -> Parts:
    rest = parts[number:]
    end = len(rest)
    while end and end > len(rest) - MOST_AT_THE_END and isinstance(rest[end - 1], Button | FormButton):
        end -= 1
    questions = (each for each in rest[:end] if isinstance(each, Question))
    return (*parts[:number], Paragraph(is_cut), *questions, *rest[end:])
