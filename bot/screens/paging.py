"""The parts of a screen that lead through a list: which items are shown, and buttons to the pages around them."""

from __future__ import annotations

from collections.abc import Callable

from bot.calendar.dates import count
from bot.interface.intents import Intent
from bot.interface.pages import PAGE_SIZE, Page
from bot.interface.parts import FormButton, Paragraph, Part

Turn = Callable[[int], Intent]
"""The intent that opens the page of a number."""


def page_line(page: Page, noun: str, order: str = "") -> tuple[Part, ...]:
    """Which items are shown, where that is not all. `order` is a sentence that says how they are sorted."""
    if page.is_whole:
        return ()
    return (Paragraph(f"{_which(page, noun)} {order}".strip()),)


def page_buttons(page: Page, noun: str, turn: Turn) -> tuple[Part, ...]:
    """Buttons to the next page, the one before and the first; none where the list has one page."""
    after, ten = page.after(), count(PAGE_SIZE, noun)
    next_ones = f"See the next {count(after.last - after.offset, noun)}".replace(" 1 ", " ") if after else ""
    shown = {
        next_ones: page.number + 1 if after else 0,
        f"Go back {ten}": page.number - 1,
        f"See the first {ten}": 1 if page.number > 2 else 0,
    }
    return tuple(FormButton(label, turn(number), replaces=True) for label, number in shown.items() if number)


def _which(page: Page, noun: str) -> str:
    if page.first == page.total:
        return f"Here is the last of {count(page.total, noun)}."
    return f"Here are {page.first:,} to {page.last:,} of {count(page.total, noun)}."
