"""Draws parts in a terminal. Every text goes through `fit` and into a `Text`, so none of it is markup."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import assert_never

from rich import box
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.panel import Panel
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from adapters.terminal.typed import fit
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
    Question,
    Quote,
    Screen,
    Tally,
    TextQuestion,
    full_label,
)

Action = Button | FormButton | Link
WIDTH = 96
_SHORTEST_TEXT = 10


@dataclass(frozen=True)
class Barred:
    """Text with a bar beside each wrapped line, so that nothing typed can look like one of our lines."""

    text: Text

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for line in console.render_lines(self.text, options.update_width(options.max_width - 2), pad=False):
            yield Segment("│ ")
            yield from line
            yield Segment.line()


def drawn(screen: Screen) -> RenderableType:
    """A card or a form, without a frame."""
    return Group(*(_all(screen.parts, {}) if isinstance(screen, Card) else _whole(screen)))


def framed(screen: Screen, caption: str) -> RenderableType:
    """A card or a form in a frame that says what it is, at most 96 columns wide."""
    frame = box.HEAVY if isinstance(screen, Card) else box.DOUBLE
    title = Text(f" {fit(caption)} ", style="bold")
    return Panel(drawn(screen), box=frame, title=title, title_align="left", padding=(0, 2), width=WIDTH)


def _whole(form: Form) -> Iterator[RenderableType]:
    yield Text(fit(form.title), style="bold underline")
    asked = {question.name for question in form.questions}
    yield from (_problem(text) for name, text in form.problems.items() if name not in asked)
    yield from _all(form.body, form.problems)
    send = [form.send] if form.intent and form.send else []
    yield Padding(_pressed([*send, form.close]), (1, 0, 0, 0))


def _all(parts: Iterable[Part | Question], problems: Mapping[str, str]) -> Iterator[RenderableType]:
    for is_action, run in groupby(parts, lambda part: isinstance(part, Action)):
        if is_action:
            yield Padding(Text("   ").join(_action(part) for part in run if isinstance(part, Action)), (1, 0, 0, 0))
        else:
            yield from (_part(part, problems) for part in run if not isinstance(part, Action))


def _part(part: Part | Question, problems: Mapping[str, str]) -> RenderableType:
    match part:
        case Heading():
            return Padding(Text(fit(part.text), style="bold underline" if part.level < 3 else "bold"), (1, 0, 0, 0))
        case Paragraph():
            return Text(fit(part.text))
        case Notice():
            return Text(f"! {fit(part.text)}", style="bold")
        case Quote():
            return _quote(part)
        case Facts():
            return _facts(part)
        case Tally():
            return _tally(part)
        case Button() | FormButton() | Link():
            return _action(part)
        case TextQuestion() | ChoiceQuestion() | DateQuestion() | PersonQuestion():
            return _question(part, problems.get(part.name, ""))
        case _:
            assert_never(part)


def _quote(part: Quote) -> RenderableType:
    rest = [Text("[Read the rest]", style="cyan")] if part.rest else []
    return Group(Text(fit(part.label), style="dim"), Barred(Text(fit(part.text), style="italic")), *rest)


def _facts(part: Facts) -> RenderableType:
    table = Table.grid(padding=(0, 2))
    for label, value in part.items:
        table.add_row(Text(fit(label), style="dim"), Text(fit(value)))
    return table


def _tally(part: Tally) -> RenderableType:
    return Group(Text(fit(part.lead), style="bold"), *(Text(f"  {fit(item)}") for item in part.items))


def _action(part: Action) -> Text:
    match part:
        case Button() | FormButton():
            return Text(f"[{fit(part.label)}]", style="bold cyan")
        case Link():
            return Text(f"{fit(part.label)}: {fit(part.url)}", style="cyan")
        case _:
            assert_never(part)


def _pressed(labels: Iterable[str]) -> Text:
    return Text("   ").join(Text(f"[{fit(label)}]", style="bold cyan") for label in labels)


def _problem(text: str) -> Text:
    return Text(f"Error: {fit(text)}", style="bold red")


def _question(question: Question, problem: str) -> RenderableType:
    lines: list[RenderableType] = [Text(fit(full_label(question)), style="bold")]
    # The shortest fields are for whole numbers, whose range the hint gives.
    limit = ""
    if isinstance(question, TextQuestion) and question.limit >= _SHORTEST_TEXT:
        limit = f"Up to {question.limit:,} characters."
    if said := " ".join(filter(None, (question.hint, limit))):
        lines.append(Text(fit(said), style="dim"))
    if problem:
        lines.append(_problem(problem))
    return Padding(Group(*lines, *_field(question)), (1, 0, 0, 0))


def _field(question: Question) -> Iterator[RenderableType]:
    match question:
        case TextQuestion():
            yield _box(question.value, 3 if question.long else 1)
        case ChoiceQuestion():
            yield from _options(question)
        case DateQuestion() | PersonQuestion():
            yield _box(question.value, 1)
        case _:
            assert_never(question)


def _box(value: str, lines: int) -> RenderableType:
    empty = "\n" * (lines - 1 - min(value.count("\n"), lines - 1))
    return Panel(Text(fit(value) + empty), box=box.SQUARE, width=WIDTH - 12, padding=(0, 1))


def _options(question: ChoiceQuestion) -> Iterator[RenderableType]:
    for option in question.options:
        chosen = option.value in question.values
        mark = ("[x]" if chosen else "[ ]") if question.several else ("(x)" if chosen else "( )")
        yield Text(f"{mark} {fit(option.label)}")
        if option.description:
            yield Padding(Text(fit(option.description), style="dim"), (0, 0, 0, 4))
