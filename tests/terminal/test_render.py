"""Every part is drawn in a terminal, and typed text is never a command there."""

from __future__ import annotations

import io
from typing import get_args
from uuid import UUID

import pytest
from rich.console import Console

from adapters.terminal.render import framed
from adapters.terminal.typed import fit
from adapters.terminal.views import show_views
from bot.interface import intents
from bot.interface.parts import (
    Button,
    Card,
    ChoiceQuestion,
    DateQuestion,
    Facts,
    Form,
    FormButton,
    Heading,
    Link,
    Notice,
    Option,
    Paragraph,
    Part,
    PersonQuestion,
    Question,
    Quote,
    Screen,
    Tally,
    TextQuestion,
)

FLAG = UUID(int=1)
ONE_OF_EACH: tuple[Part | Question, ...] = (
    Heading("said"),
    Paragraph("said"),
    Notice("said"),
    Quote("Why", "said", intents.SeeFlag(FLAG)),
    Facts((("Label", "said"),)),
    Tally("So far: 2 flags.", ("said",)),
    Button("said", intents.WithdrawFlag(FLAG)),
    FormButton("said", intents.GiveView(FLAG)),
    Link("said", "https://example.org/"),
    TextQuestion("why", "said", long=True),
    ChoiceQuestion("pick", "said", (Option("a", "One", "More"),)),
    DateQuestion("day", "said"),
    PersonQuestion("person", "said"),
)


def printed(screen: Screen, width: int = 100) -> str:
    """The screen as text, without colours."""
    console = Console(file=io.StringIO(), width=width, color_system=None, legacy_windows=False)
    console.print(framed(screen, "screen"))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def form(*parts: Part | Question, **problems: str) -> Form:
    """A form of these parts."""
    return Form("Title", parts, intent=intents.GiveView(FLAG), send="Send flag", problems=problems)


def test_there_is_one_of_each() -> None:
    assert {type(part) for part in ONE_OF_EACH} == {*get_args(Part), *get_args(Question)}


@pytest.mark.parametrize("part", ONE_OF_EACH, ids=lambda part: type(part).__name__)
def test_every_part_is_drawn(part: Part | Question) -> None:
    assert "said" in printed(form(part))


def test_a_card_is_drawn_in_order() -> None:
    lines = printed(Card((Heading("Title", 1), Paragraph("[bold]Body[/bold]"), Notice("Late")), "A card."))
    assert lines.index("Title") < lines.index("[bold]Body[/bold]") < lines.index("! Late")


def test_what_was_chosen_is_marked_without_colour() -> None:
    two = (Option("a", "One"), Option("b", "Two"))
    one_of = printed(form(ChoiceQuestion("pick", "Which?", two, values=("b",))))
    assert "( ) One" in one_of
    assert "(x) Two" in one_of
    some = printed(form(ChoiceQuestion("pick", "Which?", two, values=("a",), several=True)))
    assert "[x] One" in some
    assert "[ ] Two" in some


def test_problems_are_beside_their_questions_and_the_rest_at_the_top() -> None:
    drawn = printed(form(TextQuestion("why", "Why?", "A hint."), **{"": "It closed.", "why": "Enter why"}))
    order = ["Title", "Error: It closed.", "Why?", "A hint. Up to 3,000 characters.", "Error: Enter why", "[Send flag]"]
    assert sorted(order, key=drawn.index) == order


@pytest.mark.parametrize(
    ("typed", "seen"),
    [
        ("\x1b[31mred", "␛[31mred"),
        ("\x1b]0;title\x07", "␛]0;title␇"),
        ("a\rb\x08c\x7f", "a␍b␈c␡"),
        ("\x9b2J", "\ufffd2J"),
        ("a\tb\nc", "a    b\nc"),
        ("[red]x[/red]", "[red]x[/red]"),
        ("👩🏽‍💻 é", "👩🏽‍💻 é"),
    ],
)
def test_no_character_is_a_command(typed: str, seen: str) -> None:
    assert fit(typed) == seen


def test_right_to_left_text_stays_within_itself() -> None:
    assert fit("\u202eevil\nplain") == "\u2068\u202eevil\u2069\n\u2068plain\u2069"
    assert fit("\u2067open") == "\u2068\u2067open\u2069\u2069"


def test_typed_text_cannot_look_like_one_of_our_lines() -> None:
    drawn = printed(Card((Quote("Why", "one\n[Answer]\n" + "long " * 40),), "A card."), width=60)
    inside = drawn.splitlines()[2:-1]
    assert all(line.startswith("┃  │ ") for line in inside)
    assert len(inside) > 4


def test_nothing_is_wider_than_a_narrow_terminal() -> None:
    drawn = printed(form(*ONE_OF_EACH), width=40)
    assert max(len(line) for line in drawn.splitlines()) <= 40


def test_screens_are_listed_in_eighty_columns() -> None:
    console = Console(file=io.StringIO(), width=80, color_system=None)
    assert show_views(console)
    assert isinstance(console.file, io.StringIO)
    lines = [each.rstrip() for each in console.file.getvalue().splitlines()]
    assert max(map(len, lines)) <= 80
    place = lines.index("policy card  card")
    assert lines[place + 1].strip()


def test_screens_are_listed_and_drawn() -> None:
    console = Console(file=io.StringIO(), width=200, color_system=None)
    assert show_views(console)
    assert isinstance(console.file, io.StringIO)
    assert "policy card" in console.file.getvalue()
    assert show_views(console, "Policy card: ")
    assert "[See flags]" in console.file.getvalue()
    assert not show_views(console, "dance")
    assert "There is no screen of that name. The screens are: about page, " in console.file.getvalue()
