"""A screen is made smaller without losing a question, the way to the rest of a quote, or the buttons at the end."""

from __future__ import annotations

from uuid import UUID

from bot.interface.intents import MyFlags, SeeFlag
from bot.interface.parts import FormButton, Heading, Paragraph, Quote, TextQuestion
from bot.screens.shortening import Parts, beginning, quotes_cut, texts_cut

CUT = "The rest is left out."
QUESTION = TextQuestion("text", "Your reply")
LONG = "delivery " * 50
BUTTONS = tuple(FormButton(f"See {n}", MyFlags()) for n in range(3))
PARTS: Parts = (Heading("Title"), *(Paragraph(str(n)) for n in range(10)), QUESTION, *BUTTONS)


def at_most(number: int, parts: Parts, *, last_buttons: int = 3) -> Parts:
    return beginning(parts, lambda some: len(some) <= number, CUT, last_buttons=last_buttons)


def test_only_quotes_with_a_way_to_the_rest_are_cut_first() -> None:
    with_rest, without = Quote("Why", LONG, SeeFlag(UUID(int=1))), Quote("Why", LONG)
    first, second, third = quotes_cut((with_rest, without, Paragraph(LONG)), 60)
    assert isinstance(first, Quote)
    assert len(first.text) <= 60
    assert first.rest == with_rest.rest
    assert (second, third) == (without, Paragraph(LONG))


def test_then_every_text_is_cut_and_no_question() -> None:
    paragraph, question = texts_cut((Paragraph(LONG), QUESTION), 60)
    assert isinstance(paragraph, Paragraph)
    assert len(paragraph.text) <= 60
    assert question == QUESTION


def test_as_many_parts_as_fit_are_kept_and_the_cut_is_said() -> None:
    kept = at_most(9, PARTS)
    assert kept == (*PARTS[:4], Paragraph(CUT), QUESTION, *BUTTONS)


def test_questions_and_last_buttons_stay_even_where_nothing_fits() -> None:
    assert at_most(0, PARTS) == (Paragraph(CUT), QUESTION, *BUTTONS)
    assert at_most(0, PARTS, last_buttons=1) == (Paragraph(CUT), QUESTION, BUTTONS[-1])
