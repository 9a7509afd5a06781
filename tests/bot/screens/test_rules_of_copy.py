"""The rules of copy, held over every example and over the most extreme data."""

import re
from collections import Counter
from collections.abc import Iterator

import pytest

from bot.interface.intents import Intent, parse
from bot.interface.parts import (
    Button,
    Card,
    ChoiceQuestion,
    Facts,
    Form,
    FormButton,
    Heading,
    Link,
    Notice,
    Paragraph,
    Quote,
    Screen,
    Tally,
    TextQuestion,
)
from bot.screens import screens
from tests.bot.screens.extremes import EXTREMES, TYPED, extreme
from tests.bot.screens.reading import parts_of

EXAMPLES = screens()

# What a deployment or a person chooses stands in the examples; these words must be in none of our own sentences.
NEVER = (
    "anonymous",
    "secure",
    "concern",
    "complaint",
    "issue",
    "escalat",
    "flag this",
    "delivery confidence assessment",
    "please",
    "dead letter",
    "seconded",
)
NEGATIVE_CONTRACTION = re.compile(r"\b\w+n['’]t\b", re.IGNORECASE)
NUMBER_ALONE = re.compile(r"\b\d[\d,]*(?=[.,;:!?)]|$)")
VERBS = {
    "Acknowledge",
    "Add",
    "Announce",
    "Answer",
    "Change",
    "Check",
    "Choose",
    "Confirm",
    "Continue",
    "Download",
    "Fill",
    "Get",
    "Give",
    "Go",
    "Join",
    "Keep",
    "Leave",
    "Lift",
    "Move",
    "Name",
    "Open",
    "Pause",
    "Put",
    "Read",
    "Remind",
    "Reply",
    "Report",
    "Resume",
    "Save",
    "See",
    "Send",
    "Set",
    "Show",
    "Start",
    "Take",
    "Try",
    "Use",
    "Withdraw",
    "Separate",
}
# The words that stand in words.md although they start with no verb.
KEPT = {"How you are protected", "I see this too", "Settled", "Not settled", "Done", "New day", "Will not happen"}


@pytest.fixture(params=["examples", *TYPED], ids=str)
def group(request: pytest.FixtureRequest) -> list[Screen]:
    """All examples, or all extreme screens that were made of one text."""
    if request.param == "examples":
        return list(EXAMPLES.values())
    return [extreme(name) for name in EXTREMES if name.endswith(f", {request.param}")]


def own_words(screen: Screen) -> Iterator[str]:
    """Every sentence on a screen but what was quoted or typed."""
    yield from (screen.title, screen.send, screen.close) if isinstance(screen, Form) else (screen.fallback,)
    for part in parts_of(screen):
        match part:
            case Heading(text=text) | Paragraph(text=text) | Notice(text=text):
                yield text
            case Quote(label=label):
                yield label
            case Facts(items=items):
                yield from (f"{label}: {value}" for label, value in items)
            case Tally(lead=lead, items=items):
                yield from (lead, *items)
            case Button() | FormButton():
                yield from (part.label, part.name)
            case Link(label=label):
                yield label
            case ChoiceQuestion(options=options):
                yield from (part.label, part.hint, part.placeholder)
                yield from (text for each in options for text in (each.label, each.description))
            case _:
                yield from (part.label, part.hint)


SAID = {name: "\n".join(own_words(each)) for name, each in EXAMPLES.items()}
"""All that each example says."""


def buttons(screen: Screen) -> list[Button | FormButton]:
    return [part for part in parts_of(screen) if isinstance(part, (Button, FormButton))]


def test_examples_are_many_and_each_says_something() -> None:
    assert len(EXAMPLES) > 60
    assert all(parts_of(each) for each in EXAMPLES.values())


def test_words_that_are_never_said() -> None:
    for name, said in SAID.items():
        assert not [word for word in NEVER if word in said.lower()], name
        assert not NEGATIVE_CONTRACTION.findall(said), name
        assert "!" not in said, name


def test_lines_and_not_symbols_stand_between_facts() -> None:
    for name, said in SAID.items():
        assert not [symbol for symbol in "·→|–—•" if symbol in said], name


def test_dates_carry_day_month_and_year() -> None:
    months = "January|February|March|April|May|June|July|August|September|October|November|December"
    for name, said in SAID.items():
        dates = re.findall(rf"\d+ (?:{months})\b[^.\n]{{0,5}}", said)
        assert all(re.match(rf"\d+ (?:{months}) \d{{4}}", each) for each in dates), name
        assert not re.search(r"\b(soon|tomorrow|yesterday|next week)\b", said.lower()), name


def test_numbers_are_followed_by_what_they_count() -> None:
    allowed = re.compile(r"^\d+\. |\d{4}\b|\d+(:\d\d)?[ap]m\b|(flag|text|promise) \d+|\d+:[0-9a-f]{64}")
    for name in EXAMPLES.keys() - {"schedule settings"}:
        for said in own_words(EXAMPLES[name]):
            if "@" not in said and "example.org" not in said:
                assert not NUMBER_ALONE.findall(allowed.sub("", said)), (name, said)


def test_buttons_are_short_and_start_with_a_verb(group: list[Screen]) -> None:
    for screen in group:
        labels = [each.label for each in buttons(screen)]
        if isinstance(screen, Form) and screen.send:
            labels.append(screen.send)
        for label in labels:
            assert 0 < len(label) <= 25, label
            assert label in KEPT or label.split()[0] in VERBS, label


def test_send_close_and_title_fit_every_platform(group: list[Screen]) -> None:
    for screen in group:
        if isinstance(screen, Form):
            assert all(len(each) <= 24 for each in (screen.title, screen.send, screen.close))


def test_buttons_that_read_the_same_are_told_apart_by_name() -> None:
    for example, screen in EXAMPLES.items():
        same = Counter(each.label for each in buttons(screen))
        names = Counter((each.label, each.name) for each in buttons(screen))
        assert not [each for each in buttons(screen) if same[each.label] > 1 and not each.name], example
        assert not [name for name, times in names.items() if times > 1], example


def test_accessible_names_start_with_the_label_and_fit(group: list[Screen]) -> None:
    for screen in group:
        for each in buttons(screen):
            assert len(each.name) <= 75
            assert not each.name or each.name.startswith(each.label)
            assert each.name != each.label


def test_options_fit_alone_and_joined_to_their_description(group: list[Screen]) -> None:
    for screen in group:
        for part in parts_of(screen):
            if isinstance(part, ChoiceQuestion):
                for each in part.options:
                    assert len(each.label) <= 75
                    assert len(each.description) <= 75
                    assert len(each.value) <= 150
                assert len({each.value for each in part.options}) == len(part.options)
                assert len({each.label for each in part.options}) == len(part.options)


def test_what_is_chosen_can_be_chosen(group: list[Screen]) -> None:
    for screen in group:
        for part in parts_of(screen):
            if isinstance(part, ChoiceQuestion):
                assert set(part.values) <= {each.value for each in part.options}
                assert part.several or len(part.values) <= 1


def test_questions_have_names_of_their_own_and_a_way_to_send(group: list[Screen]) -> None:
    for screen in group:
        if not isinstance(screen, Form):
            continue
        names = [each.name for each in screen.questions]
        assert len(set(names)) == len(names)
        if names:
            assert screen.intent is not None
            assert screen.send
            assert screen.nonce
            assert set(screen.problems) <= {*names, ""}
        else:
            assert screen.intent is None
            assert screen.close != "Cancel"


def test_every_button_asks_for_something_on_the_closed_list(group: list[Screen]) -> None:
    for screen in group:
        intents: list[Intent] = [each.intent for each in buttons(screen)]
        intents += [part.rest for part in parts_of(screen) if isinstance(part, Quote) and part.rest]
        for each in intents:
            assert parse(each.to_text()) == each
            assert len(each.to_text()) <= 255


def test_a_fallback_is_a_sentence_that_stands_alone(group: list[Screen]) -> None:
    for screen in group:
        if isinstance(screen, Card):
            assert screen.fallback.endswith((".", "?", "…"))
            assert len(screen.fallback.split()) > 4
            assert len(screen.fallback) <= 1_000


def test_what_some_answer_needs_is_not_called_optional(group: list[Screen]) -> None:
    for question in (each for screen in group if isinstance(screen, Form) for each in screen.questions):
        if question.hint.startswith("Needed"):
            assert question.conditional, question.label
        assert question.optional or not question.conditional, question.label


def test_text_questions_ask_for_what_every_platform_can_take(group: list[Screen]) -> None:
    for screen in group:
        for part in parts_of(screen):
            if isinstance(part, TextQuestion):
                assert 0 < part.limit <= 3000
                assert part.label
