"""Every screen is valid for Slack, and all text is shown as it was typed."""

from __future__ import annotations

import json
from typing import get_args
from uuid import UUID

import pytest

from adapters.slack.draw import limits
from adapters.slack.draw.blocks import DO, OPEN, draw
from adapters.slack.draw.fitting import MESSAGE_IS_CUT, VIEW_IS_CUT, fits_a_message, fits_a_view
from adapters.slack.draw.messages import delivered, home, message
from adapters.slack.draw.text import fallback, plain
from adapters.slack.draw.views import view
from bot.interface import intents
from bot.interface.json_object import Json
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
from bot.screens import screens
from tests.bot.screens.extremes import EXTREMES, TYPED, extreme
from tests.bot.screens.reading import parts_of
from tests.slack.payloads import message_faults, view_faults
from tests.slack.reading import buttons, notification, read

FLAG = UUID(int=1)
TEAM = "T0001"
SCREENS = screens()
HOSTILE = {
    "mark-up": "*b* _i_ ~s~ `c` ```d``` <!channel> <@U1> <#C1|x> [x](http://e) & <b> > quoted",
    "written as a character": "&amp; &lt;b&gt; &amp;lt; &#39; &nbsp; &",
    "codes of pictures": ":smile: :+1: ::a:b:: :not a code: 10:30:15 :slightly_smiling_face::tada:",
    "right to left": "لا يمكن \u202eתקציב\u202c abc",
    "nothing to see": "a\u200bb\u2060c\ufeffd\u00ade",
    "spaces": "  first\n\n\tsecond   third\r\nfourth  ",
    "pictures": "👩🏽‍💻🏴󠁧󠁢󠁥󠁮󠁧󠁿 é e\u0301",
    "addresses": "http://example.org https://example.org/a?b=c&d=e www.example.org a@example.org #general @here",
    "a template": "{{ no }} ${no} %s {0} \\n \\u0041 \\",
    "long": "ab:c:&lt;" * 333,
    "3,000 characters": "x" * 3000,
}
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


def drawn(screen: Screen) -> list[Json]:
    """The blocks of a screen, in a message or in a window."""
    blocks: list[Json] = (message(screen) if isinstance(screen, Card) else view(screen, workspace=TEAM))["blocks"]
    return blocks


def faults(screen: Screen) -> list[str]:
    """What Slack would not take of a screen, on any surface that it is drawn on."""
    if isinstance(screen, Form):
        return view_faults(view(screen, workspace=TEAM, channel="C1"))
    return [
        *message_faults(delivered(screen, UUID(int=7))),
        *view_faults(home(screen)),
        *view_faults(view(screen, workspace=TEAM)),
    ]


def is_cut(blocks: list[Json]) -> bool:
    return bool({MESSAGE_IS_CUT, VIEW_IS_CUT} & set(read(blocks)))


class TestWhatSlackTakes:
    def test_there_is_one_of_each(self) -> None:
        assert {type(part) for part in ONE_OF_EACH} == {*get_args(Part), *get_args(Question)}

    def test_every_screen(self) -> None:
        for name, screen in SCREENS.items():
            assert faults(screen) == [], name
            assert not is_cut(drawn(screen)), name

    @pytest.mark.parametrize("typed", TYPED)
    def test_every_extreme(self, typed: str) -> None:
        for name in (each for each in EXTREMES if each.endswith(f", {typed}")):
            screen = extreme(name)
            assert faults(screen) == [], name
            blocks = drawn(screen)
            assert fits_a_message(blocks) if isinstance(screen, Card) else fits_a_view(blocks), name
            assert not is_cut(blocks), f"{name}: a list goes on to another page, and does not end"

    @pytest.mark.parametrize("screen", [Card((), "Nothing."), Card((Paragraph(""), Quote("Why", "")), "Nothing.")])
    def test_even_nothing(self, screen: Card) -> None:
        assert message_faults(delivered(screen, UUID(int=7))) == []

    def test_far_too_much(self) -> None:
        button = FormButton("Answer", intents.Home())
        much = Card(
            (*(part for n in range(300) for part in (Heading(f"{n}"), Paragraph("x" * 400), button)), button), "Much."
        )
        assert message_faults(delivered(much, UUID(int=7))) == []
        blocks = message(much)["blocks"]
        assert is_cut(blocks)
        assert read(blocks)[0] == "0"
        assert read(blocks)[-1] == "[Answer]", "what can be done stays"

    def test_far_too_much_around_questions(self) -> None:
        questions = tuple(TextQuestion(f"q{n}", f"Question {n}") for n in range(5))
        much = Form("Title", (*(Quote("Why", "x" * 3000) for _ in range(200)), *questions), intents.Home(), "Send")
        blocks = view(much, workspace=TEAM)["blocks"]
        assert faults(much) == []
        assert sum(block["type"] == "input" for block in blocks) == 5, "no question is left out"


class TestAsTyped:
    @pytest.mark.parametrize("typed", HOSTILE.values(), ids=HOSTILE)
    def test_in_every_part_that_can_hold_it(self, typed: str) -> None:
        parts = (
            Heading(typed, 1),
            Heading(typed, 2),
            Heading(typed, 3),
            Paragraph(typed),
            Notice(typed),
            Quote("Why", typed),
            Facts((("Label", typed[:2900]),)),
            Tally(typed),
        )
        blocks = draw(parts)
        assert read(blocks) == [typed, typed, typed, typed, typed, "Why", typed, f"Label: {typed[:2900]}", typed]
        assert read(draw(parts, dense=True)) == read(blocks)

    @pytest.mark.parametrize("typed", HOSTILE.values(), ids=HOSTILE)
    def test_in_a_field_that_is_filled_in(self, typed: str) -> None:
        (block,) = drawn(Form("T", (TextQuestion("why", "Why?", value=typed, long=True),), intents.Home(), "Send"))
        assert block["element"]["initial_value"] == typed

    @pytest.mark.parametrize("typed", HOSTILE.values(), ids=HOSTILE)
    def test_in_a_notification(self, typed: str) -> None:
        shown = notification(fallback(f"{typed} has been announced."))
        whole = f"{typed} has been announced."
        assert shown == whole or (shown.endswith("…") and whole.startswith(shown[:-1]) and len(shown) >= 600)

    @pytest.mark.parametrize("name", [name for name in EXTREMES if name.startswith("flag, ")])
    def test_a_whole_flag_shows_all_that_was_typed(self, name: str) -> None:
        screen = extreme(name)
        shown = read(drawn(screen))
        for part in parts_of(screen):
            if isinstance(part, Quote | Paragraph) and part.text:
                # What is longer than a block holds goes on in the next one.
                assert part.text in shown or part.text in "".join(shown)

    def test_every_screen_is_read_whole_and_in_order(self) -> None:
        for name, screen in SCREENS.items():
            said = [part.text for part in parts_of(screen) if isinstance(part, Heading | Paragraph | Notice | Quote)]
            shown = iter(read(drawn(screen)))
            assert [text for text in said if text not in shown] == [], name

    @pytest.mark.parametrize(
        "url",
        ["javascript:alert(1)", "ftp://example.org/", "https://", "not an address", "https://exämple.org/", "x" * 2900],
    )
    def test_an_address_that_slack_refuses_is_shown_and_not_followed(self, url: str) -> None:
        blocks = draw((Link("Open", url),))
        assert read(blocks) == [f"Open: {url}"]
        assert "url" not in json.dumps(blocks)

    def test_an_address_that_slack_takes_is_followed(self) -> None:
        (block,) = draw((Link("Open *it*", "https://example.org/a?b=<c>&d"),))
        (link,) = block["elements"][0]["elements"]
        assert link == {"type": "link", "url": "https://example.org/a?b=<c>&d", "text": "Open *it*"}


class TestButtons:
    def test_a_buttons_action_id_says_whether_it_opens_or_acts(self) -> None:
        blocks = draw(
            (Button("Settled", intents.Settle(FLAG, FLAG)), FormButton("Give your view", intents.GiveView(FLAG)))
        )
        assert [each["action_id"].split(".")[0] for each in buttons(blocks)] == [DO, OPEN]
        assert [intents.parse(each["value"]) for each in buttons(blocks)] == [
            intents.Settle(FLAG, FLAG),
            intents.GiveView(FLAG),
        ]

    def test_buttons_with_the_same_label_have_different_accessible_names(self) -> None:
        blocks = drawn(SCREENS["digest"])
        answers = [each for each in buttons(blocks) if each["text"]["text"] == "Answer"]
        names = [each["accessibility_label"] for each in answers]
        assert len(set(names)) == len(names) > 1
        rests = [each for each in buttons(drawn(extreme("digest, long words"))) if "rest" in each["text"]["text"]]
        assert len({each["accessibility_label"] for each in rests}) == len(rests) > 1

    def test_at_most_one_button_is_primary(self) -> None:
        for name, screen in SCREENS.items():
            assert sum("style" in each for each in buttons(drawn(screen))) <= 1, name

    def test_the_main_action_is_primary(self) -> None:
        (wanted,) = [each for each in buttons(drawn(SCREENS["policy card"])) if "style" in each]
        assert (wanted["text"]["text"], wanted["style"]) == ("Give your view", "primary")

    def test_a_cut_quote_has_one_button_to_the_rest(self) -> None:
        rest = intents.SeeFlag(FLAG)
        cut = (Heading("1. Not deliverable", 3), Quote("Why", "a…", rest), Quote("What", "b…", rest))
        for parts in (cut, (*cut, FormButton("Answer", intents.AnswerFlags((FLAG,)))), (*cut, Heading("2", 3))):
            shown = [each for each in buttons(draw(parts)) if each["text"]["text"] == "Read the rest"]
            assert [intents.parse(each["value"]) for each in shown] == [rest]
            assert shown[0]["accessibility_label"] == "Read the rest: 1. Not deliverable"

    def test_buttons_beyond_a_full_row_go_into_the_next(self) -> None:
        blocks = draw([FormButton(f"{n}", intents.Home()) for n in range(60)])
        assert [len(each["elements"]) for each in blocks] == [25, 25, 10]


class TestFitting:
    def test_a_digest_of_five_hundred_policies_keeps_every_flag_it_shows_and_its_buttons(self) -> None:
        screen = extreme("digest, long words")
        blocks = drawn(screen)
        whole = [part.label for part in parts_of(screen) if isinstance(part, FormButton)]
        shown = [each["text"]["text"] for each in buttons(blocks)]
        assert [each for each in whole if each not in shown] == []
        assert sum(each == "Answer" for each in shown) == sum(each == "Answer" for each in whole) == 10

    def test_quotes_with_a_button_to_the_rest_are_cut_first(self) -> None:
        rest = intents.SeeFlag(FLAG)
        kept = Paragraph("kept " * 100)
        parts: tuple[Part, ...] = (kept, *(Quote("Why", "word " * 200, rest) for _ in range(15)))
        blocks = message(Card(parts, "x"))["blocks"]
        assert kept.text in read(blocks)
        assert not is_cut(blocks)
        assert sum(each["text"]["text"] == "Read the rest" for each in buttons(blocks)) == 1

    def test_text_longer_than_a_block_continues_in_the_next(self) -> None:
        long = "x" * 7000
        blocks = draw((Quote("Why", long),))
        assert "".join(read(blocks)[1:]) == long
        assert max(len(json.dumps(each)) for each in blocks) < limits.RICH_TEXT + 200

    def test_a_card_has_a_block_for_each_paragraph_while_they_fit(self) -> None:
        parts = (Heading("Title", 1), Paragraph("one"), Paragraph("two"), Notice("three"))
        assert [each["type"] for each in draw(parts)] == ["header", "rich_text", "rich_text", "rich_text"]
        assert [each["type"] for each in draw(parts, dense=True)] == ["rich_text"]


class TestForms:
    def test_few_options_are_radio_buttons_and_many_a_select(self) -> None:
        def element(number: int, *, several: bool = False) -> Json:
            options = tuple(Option(str(n), f"Option {n}") for n in range(number))
            question = ChoiceQuestion("pick", "Which?", options, values=("1",), several=several, placeholder="Choose")
            form = Form("T", (question,), intents.Home(), "Send")
            assert faults(form) == []
            found: Json = drawn(form)[0]["element"]
            return found

        assert [element(n)["type"] for n in (2, 10, 11, 101)] == ["radio_buttons"] * 2 + ["static_select"] * 2
        several = [element(n, several=True) for n in (2, 11)]
        assert [each["type"] for each in several] == ["checkboxes", "multi_static_select"]
        assert element(3)["initial_option"]["value"] == "1"
        assert several[0]["initial_options"] == [several[0]["options"][1]]
        groups = element(205)["option_groups"]
        assert [each["label"]["text"] for each in groups] == ["1 to 100", "101 to 200", "201 to 205"]

    def test_a_choice_without_options_is_not_drawn(self) -> None:
        form = Form("T", (ChoiceQuestion("pick", "Which?", ()), TextQuestion("why", "Why?")), intents.Home(), "Send")
        assert faults(form) == []
        assert [each["label"]["text"] for each in drawn(form)] == ["Why?"]

    def test_errors_are_shown_above_their_questions(self) -> None:
        asked = TextQuestion("why", "Why?")
        form = Form(
            "T", (Paragraph("Text"), asked), intents.Home(), "Send", problems={"": "It closed.", "why": "Enter why"}
        )
        assert faults(form) == []
        assert read(drawn(form)) == ["It closed.", "Text", "Error: Enter why", "Why?"]

    def test_an_invalid_date_leaves_the_date_picker_empty(self) -> None:
        for value, initial in (("2026-12-16", "2026-12-16"), ("soon", None), ("", None)):
            (block,) = drawn(Form("T", (DateQuestion("day", "When?", value=value),), intents.Home(), "Send"))
            assert block["element"].get("initial_date") == initial

    def test_a_long_title_is_shown_whole_below(self) -> None:
        form = Form("A title that is longer than Slack takes", (Paragraph("Text"),), close="Done")
        made = view(form, workspace=TEAM)
        assert len(made["title"]["text"]) <= 24
        assert read(made["blocks"])[0] == form.title

    def test_titles_and_buttons_are_not_cut(self) -> None:
        for name, form in SCREENS.items():
            if isinstance(form, Form):
                made = view(form, workspace=TEAM)
                assert made["title"]["text"] == form.title
                assert made["close"]["text"] == form.close
                assert "submit" not in made or made["submit"]["text"] == form.send
                assert ("submit" in made) == bool(form.questions), name

    def test_no_option_is_cut(self) -> None:
        for screen in SCREENS.values():
            for part in parts_of(screen):
                if isinstance(part, ChoiceQuestion):
                    (block,) = drawn(Form("T", (part,), intents.Home(), "Send"))
                    shown = [
                        (each["text"]["text"], each.get("description", {}).get("text", "")) for each in _offered(block)
                    ]
                    assert shown == [(each.label, each.description) for each in part.options]

    def test_a_description_stays_with_its_option(self) -> None:
        question = ChoiceQuestion("pick", "Which?", (Option("a", "One", "More"),), values=("a",))
        (block,) = drawn(Form("T", (question,), intents.Home(), "Send"))
        assert block["element"]["initial_option"]["description"]["text"] == "More"


def _offered(block: Json) -> list[Json]:
    element = block["element"]
    return [
        *element.get("options", ()),
        *(each for group in element.get("option_groups", ()) for each in group["options"]),
    ]


def test_a_code_in_plain_text_is_not_made_a_picture() -> None:
    assert plain(":smile: is a code", 50) == {"type": "plain_text", "text": ":smile: is a code", "emoji": False}
