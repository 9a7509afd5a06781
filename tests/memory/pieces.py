"""Reading cards and forms as pieces: what a client without any look of its own would show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import assert_never

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
    Paragraph,
    Part,
    PersonQuestion,
    Quote,
    Tally,
    TextQuestion,
    answer_to,
)
from bot.interface.parts import Question as Asked
from tests.stories import pieces as read
from tests.stories.pieces import Piece, plain

Values = Mapping[str, tuple[str, ...]]
"""What a form holds by the names of its questions: the values of the chosen options, or the one text that was typed."""


def of_card(card: Card, deeper: int = 0) -> list[Piece]:
    """A card; `deeper` lowers every heading."""
    return list(_parts(card.parts, deeper))


def of_form(form: Form, values: Values) -> list[Piece]:
    """A form or a private view, with what was filled in, and each problem beside its question."""
    return list(_form(form, values))


def initial(form: Form) -> dict[str, tuple[str, ...]]:
    """What a form holds when it is opened, also unseen."""
    return {
        **{each.name: answer_to(each) for each in form.kept},
        **{each.name: each.values if isinstance(each, ChoiceQuestion) else (each.value,) for each in form.questions},
    }


def chosen(question: ChoiceQuestion, labels: tuple[str, ...]) -> tuple[str, ...]:
    """The values of the options with these labels."""
    values = {plain(each.label): each.value for each in question.options}
    return tuple(values[each] for each in labels)


def _form(form: Form, values: Values) -> Iterator[Piece]:
    yield read.Heading(form.title, 1)
    asked = {each.name for each in form.questions}
    yield from (read.Words(text) for name, text in form.problems.items() if name not in asked)
    for each in form.body:
        if isinstance(each, Asked):
            yield from _question(each, values[each.name], form.problems.get(each.name, ""))
        else:
            yield from _parts((each,), 1)
    if form.intent is not None:
        text = form.send or "Send"
        yield read.Action(text, text, sends=True, handle=form.intent)


def _parts(parts: Iterable[Part], deeper: int) -> Iterator[Piece]:
    for each in parts:
        yield from _part(each, deeper)


def _part(part: Part, deeper: int) -> Iterator[Piece]:
    match part:
        case Heading():
            yield read.Heading(plain(part.text), part.level + deeper)
        case Paragraph() | Notice():
            yield read.Words(part.text)
        case Quote():
            yield from (read.Words(part.label), read.Words(part.text))
            if part.rest is not None:
                yield read.Action("Read the rest", f"Read the rest of: {part.label}", handle=FormButton("", part.rest))
        case Facts():
            yield from (read.Words(f"{label} {value}") for label, value in part.items)
        case Tally():
            yield from map(read.Words, (part.lead, *part.items))
        case Button() | FormButton():
            yield read.Action(part.label, part.name or part.label, handle=part)
        case Link():
            yield read.Words(f"{part.label} {part.url}")
        case _:
            assert_never(part)


def _question(asked: Asked, values: tuple[str, ...], problem: str) -> Iterator[Piece]:
    match asked:
        case ChoiceQuestion():
            labels = {each.value: plain(each.label) for each in asked.options}
            taken = tuple(labels[each] for each in values)
            yield read.Question(asked.label, taken, tuple(labels.values()), asked.several, handle=asked)
            yield from (read.Words(each.description) for each in asked.options if each.description)
        case TextQuestion() | DateQuestion() | PersonQuestion():
            yield read.Question(asked.label, values, handle=asked)
        case _:
            assert_never(asked)
    yield from (read.Words(each) for each in (asked.hint, problem) if each)
