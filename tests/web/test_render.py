"""Every part is drawn as HTML, and text is shown as it was typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args
from uuid import UUID

import pytest
from bs4 import BeautifulSoup

from adapters.web.location import CHANNEL, Location
from adapters.web.render import Drawing, PageContext
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
    Tally,
    TextQuestion,
)
from bot.screens import screens
from tests.web.reading import one, said, text
from tests.web.screens import FLAG, HOSTILE, POLICY

LOCATION = Location("amina", CHANNEL, "digital-delivery", "ref-1")
TWO = (Option("a", "One"), Option("b", "Two", "More about two"))
ONE_OF_EACH: tuple[Part | Question, ...] = (
    Heading("said"),
    Paragraph("said"),
    Notice("said"),
    Quote("Why", "said", intents.SeeFlag(FLAG)),
    Facts((("Label", "said"),)),
    Tally("So far: 2 flags.", ("said",)),
    Button("said", intents.WithdrawFlag(FLAG)),
    FormButton("said", intents.GiveView(POLICY)),
    Link("said", "https://example.org/"),
    TextQuestion("why", "said"),
    ChoiceQuestion("pick", "said", TWO),
    DateQuestion("day", "said"),
    PersonQuestion("person", "said"),
)


def draw(*parts: Part | Question, **problems: str) -> BeautifulSoup:
    """The parts as one form draws them."""
    drawing = Drawing(["helen.marsh@example.org"])
    pieces = drawing.pieces(parts, PageContext(LOCATION, problems=problems))
    return BeautifulSoup("".join(pieces), "html.parser")


def test_there_is_one_of_each() -> None:
    assert {type(part) for part in ONE_OF_EACH} == {*get_args(Part), *get_args(Question)}


@pytest.mark.parametrize("part", ONE_OF_EACH, ids=lambda part: type(part).__name__)
def test_every_part_is_drawn(part: Part | Question) -> None:
    assert "said" in draw(part).get_text()


def test_a_part_that_is_new_fails_loudly() -> None:
    @dataclass(frozen=True)
    class Picture:
        text: str

    with pytest.raises(AssertionError):
        draw(Picture("said"))  # type: ignore[arg-type]


@pytest.mark.parametrize("typed", HOSTILE.values(), ids=HOSTILE.keys())
def test_text_is_shown_exactly_as_it_was_typed(typed: str) -> None:
    page = draw(
        Heading(typed),
        Paragraph(typed),
        Notice(typed),
        Quote(typed, typed),
        Facts(((typed, typed),)),
        Tally(typed, (typed,)),
        TextQuestion("short", typed, value=typed),
        TextQuestion("long", "Why?", value=typed, long=True),
        ChoiceQuestion("pick", "Which?", (Option("a", typed, typed),)),
    )
    for selector in ("h3", "p.said", "p.notice", "figcaption", "blockquote", "dt", "dd", ".tally p", ".tally li"):
        assert text(page, selector) == typed, selector
    assert one(page, "input#q-short")["value"] == typed
    assert said(page, "textarea") == typed
    assert text(page, ".option label") == typed
    assert page.select("script, b, div div div script") == []


def test_buttons_that_follow_each_other_stand_side_by_side() -> None:
    page = draw(
        FormButton("Give your view", intents.GiveView(POLICY), "Give your view, Single parking permit"),
        Button("Withdraw", intents.WithdrawFlag(FLAG), "Withdraw your flag"),
        Paragraph("Between"),
        Link("Read the announcement", "https://example.org/a"),
    )
    first, second = page.select(".actions")
    assert [each.get_text(strip=True) for each in first.select("a, button")] == ["Give your view", "Withdraw"]
    assert one(first, "a")["aria-label"] == "Give your view, Single parking permit"
    assert one(first, "a")["href"] == (
        f"/as/amina/open/give-view:{POLICY.hex}?from=channel&channel=digital-delivery&at=ref-1"
    )
    assert str(one(first, "form")["action"]).startswith(f"/as/amina/send/withdraw:{FLAG.hex}?")
    assert one(second, "a")["href"] == "https://example.org/a"


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//[", "ftp://example.org/"])
def test_an_address_that_leads_nowhere_good_is_only_shown(url: str) -> None:
    page = draw(Link("Evidence", url))
    assert page.select("a") == []
    assert url in page.get_text()


def test_few_options_are_radios_and_many_are_a_list() -> None:
    def options(n: int) -> tuple[Option, ...]:
        return tuple(Option(str(i), f"Option {i}") for i in range(n))

    assert len(draw(ChoiceQuestion("pick", "Which?", options(6))).select("input[type=radio]")) == 6
    many = draw(ChoiceQuestion("pick", "Which?", options(7), placeholder="Choose one"))
    assert text(many, "select option") == "Choose one"
    assert len(many.select("option")) == 8
    assert len(draw(ChoiceQuestion("pick", "Which?", options(9), several=True)).select("input[type=checkbox]")) == 9


def test_nothing_is_chosen_unless_it_was() -> None:
    assert draw(ChoiceQuestion("pick", "Which?", TWO)).select("[checked], [selected]") == []
    (chosen,) = draw(ChoiceQuestion("pick", "Which?", TWO, values=("b",))).select("[checked]")
    assert chosen["value"] == "b"


def test_a_problem_stands_beside_its_field() -> None:
    asked = (TextQuestion("why", "Why?", "Say it.", long=True), ChoiceQuestion("pick", "Which?", TWO))
    page = draw(*asked, why="Enter why", pick="Select one")
    area = one(page, "textarea")
    assert area["aria-invalid"] == "true"
    described = str(area["aria-describedby"]).split()
    assert [one(page, f"[id={each}]").get_text(strip=True) for each in described] == [
        "Error:Enter why",
        "Say it.",
        "Up to 3,000 characters.",
    ]
    group = one(page, "fieldset")
    assert (group["role"], group["aria-invalid"]) == ("radiogroup", "true")
    assert text(group, "legend + .problem").strip() == "Error: Select one"


def test_what_is_needed_now_and_then_is_not_called_optional() -> None:
    asked = (
        TextQuestion("a", "Link to evidence", optional=True),
        TextQuestion("b", "Delegate (optional)", optional=True),
        TextQuestion("c", "Your answer", "Needed, unless you choose 'Acknowledged'.", optional=True, conditional=True),
        TextQuestion("d", "Why?", "Up to 3,000 characters, and not one more."),
    )
    page = draw(*asked)
    assert [each.get_text(strip=True) for each in page.select("label")] == [
        "Link to evidence (optional)",
        "Delegate (optional)",
        "Your answer",
        "Why?",
    ]
    assert page.get_text().count("Up to 3,000 characters") == 4


def test_buttons_of_an_item_stand_apart_from_those_of_the_screen() -> None:
    page = draw(
        FormButton("Answer", intents.AnswerFlags((FLAG,)), "Answer flag 2, Single parking permit"),
        FormButton("Remind me later", intents.Snooze()),
    )
    assert [each.get_text(strip=True) for each in page.select(".actions")] == ["Answer", "Remind me later"]


def test_no_field_cuts_what_is_pasted() -> None:
    page = draw(TextQuestion("why", "Why?", limit=10, long=True), TextQuestion("link", "Link", limit=10))
    assert page.select("[maxlength], [required], [pattern]") == []


def test_a_day_that_is_none_stays_readable() -> None:
    assert one(draw(DateQuestion("day", "When?", value="2026-12-16")), "input")["type"] == "date"
    typed = one(draw(DateQuestion("day", "When?", value="16 December")), "input")
    assert (typed["type"], typed["value"]) == ("text", "16 December")


def test_people_are_offered_by_address() -> None:
    page = draw(PersonQuestion("owner", "Who?"))
    assert one(page, "input")["list"] == one(page, "datalist")["id"]
    assert one(page, "datalist option")["value"] == "helen.marsh@example.org"


def test_no_level_of_heading_is_left_out() -> None:
    card = Card((Heading("Title", 1), Heading("Item", 3), Heading("Deep", 3)), "A card.")
    drawn = Drawing().card(card, LOCATION, key="x", top=2)
    page = BeautifulSoup("".join(drawn.pieces), "html.parser")
    assert [each.name for each in page.select("h2, h3, h4, h5")] == ["h2", "h3", "h3"]
    assert one(page, "h2")["id"] == drawn.label


def test_a_card_without_a_heading_is_named_by_its_fallback() -> None:
    drawn = Drawing().card(Card((Paragraph("Hello"),), "A sentence that stands alone."), LOCATION)
    assert (drawn.title, drawn.label) == ("A sentence that stands alone.", "")


def test_what_leads_away_from_a_form_opens_beside_it() -> None:
    form = Form(
        "Title",
        (
            FormButton("How you are protected", intents.HowProtected(UUID(int=1))),
            Link("Read", "https://example.org/"),
            Quote("Why", "Text", intents.SeeFlag(FLAG)),
            TextQuestion("why", "Why?"),
        ),
        intent=intents.GiveView(POLICY),
    )
    page = BeautifulSoup("".join(Drawing().form(form, LOCATION).pieces), "html.parser")
    assert [each.get("target") for each in page.select("a")] == ["_blank"] * 3
    assert all("(opens in a new tab)" in each.get_text() for each in page.select("a"))


@pytest.mark.parametrize("name", screens())
def test_every_screen_is_drawn_whole(name: str) -> None:
    screen, drawing = screens()[name], Drawing()
    parts = screen.parts if isinstance(screen, Card) else screen.body
    drawn = drawing.screen(screen, LOCATION) if isinstance(screen, Card) else drawing.form(screen, LOCATION)
    page = BeautifulSoup("".join(drawn.pieces), "html.parser")
    shown = f"{drawn.title}{page.get_text()}"
    texts = [part.text for part in parts if isinstance(part, Paragraph | Notice | Heading | Quote)]
    labels = [part.label for part in parts if isinstance(part, Button | FormButton | Link)]
    assert [each for each in (*texts, *labels) if each not in shown] == []
    ids = [str(each["id"]) for each in page.select("[id]")]
    assert len(ids) == len(set(ids))
    used = [str(each[key]) for key in ("for", "aria-describedby") for each in page.select(f"[{key}]")]
    assert {each for several in used for each in several.split()} <= set(ids)
