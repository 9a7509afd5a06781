"""Parts as elements of an Adaptive Card, in order; buttons that follow each other stand side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, assert_never
from urllib.parse import urlsplit

from adapters.teams.draw import button_data
from adapters.teams.draw.button_data import FETCH, Data, How, MessageRef
from adapters.teams.draw.chat import IN_PLACE
from adapters.teams.draw.fields import question
from adapters.teams.draw.text import heading, is_plain, words
from bot.interface.intents import AnswerFlags, GiveView
from bot.interface.json_object import Json
from bot.interface.parts import (
    Button,
    Facts,
    Form,
    FormButton,
    Heading,
    Link,
    Notice,
    Paragraph,
    Part,
    Question,
    Quote,
    Tally,
)

MOST_ACTIONS = 5
MOST_LETTERS = 48
"""Buttons that stand side by side, and all their letters: clients hide or cut what is beyond."""
READ_THE_REST = "Read the rest"
_FOLLOWED = frozenset({"http", "https", "mailto"})
_WANTED = (GiveView, AnswerFlags)
"""What the product is for: such a button stands out."""
_HEADINGS = {1: ("Large", "Large"), 2: ("Medium", "Large")}
"""How large headings of the two highest levels are, and how far from what stands before them."""

Action = Button | FormButton | Link


@dataclass(frozen=True)
class DrawContext:
    """Where parts are drawn: in a chat, or in a dialog; perhaps in a `form` that asks something.

    `copy` is the message in its reader's own chat, where some of what is asked and shown takes its place.
    """

    chat: bool = False
    copy: MessageRef | None = None
    form: Form | None = None
    problems: Mapping[str, str] = field(default_factory=dict)


def drawn(parts: Iterable[Part | Question], setting: DrawContext) -> list[Json]:
    """All parts."""
    return list(_elements(parts, setting))


def button(label: str, data: Data, **more: Any) -> Json:
    """A button that sends its data, and what stands in the fields around it."""
    return {"type": "Action.Submit", "title": label, "data": data, **more}


def execute(label: str, how: How, data: Data, fallback: Json | None = None, **more: Any) -> Json:
    """A button that acts in place; `fallback` is what clients show that know no such buttons."""
    plain = {"fallback": fallback} if fallback else {}
    return {"type": "Action.Execute", "title": label, "verb": how.value, "data": data, **plain, **more}


def _elements(parts: Iterable[Part | Question], setting: DrawContext) -> Iterator[Json]:
    for kind, run in groupby(parts, _stands_with):
        listed = list(run)
        if kind == "":
            for part in listed:
                yield from _element(part, setting)
            continue
        actions = [each for part in listed if isinstance(part, Action) for each in _action(part, setting)]
        yield from ({"type": "ActionSet", "actions": row} for row in _rows(actions))
        # An address that cannot be followed is only shown.
        for part in listed:
            if isinstance(part, Link) and not _leads(part):
                yield words(f"{part.label}: {part.url}")


def _rows(actions: list[Json]) -> Iterator[list[Json]]:
    row: list[Json] = []
    for each in actions:
        if len(row) == MOST_ACTIONS or (row and sum(len(one["title"]) for one in (*row, each)) > MOST_LETTERS):
            yield row
            row = []
        row.append(each)
    if row:
        yield row


def _stands_with(part: Part | Question) -> str:
    # A button that says what it is about belongs to the item before it; one that does not, to the whole screen.
    match part:
        case Button() | FormButton():
            return "item" if part.name and part.name != part.label else "screen"
        case Link():
            return "item"
    return ""


def _element(part: Part | Question, setting: DrawContext) -> Iterator[Json]:
    match part:
        case Heading():
            size, spacing = _HEADINGS.get(part.level, ("Default", "Medium"))
            yield heading(part.text, size=size, spacing=spacing)
        case Paragraph():
            yield words(part.text)
        case Notice():
            yield {"type": "Container", "style": "accent", "items": [words(part.text, weight="Bolder")]}
        case Quote():
            yield from _quote(part, setting)
        case Facts():
            yield from _facts(part)
        case Tally():
            yield words(part.lead, weight="Bolder")
            yield from (words(each, spacing="None") for each in part.items)
        case Button() | FormButton() | Link():
            yield from _action(part, setting)
        case _:
            yield from question(part, setting.problems.get(part.name, ""))


def _quote(part: Quote, setting: DrawContext) -> Iterator[Json]:
    items = [words(part.label, isSubtle=True, weight="Bolder"), words(part.text, spacing="Small")]
    yield {"type": "Container", "style": "emphasis", "items": items}
    if part.rest:
        rest = _form_button(FormButton(READ_THE_REST, part.rest, f"{READ_THE_REST}: {part.label}"), setting)
        yield {"type": "ActionSet", "actions": [rest], "spacing": "Small"}


def _facts(part: Facts) -> Iterator[Json]:
    if all(is_plain(label) and is_plain(value) for label, value in part.items):
        yield {"type": "FactSet", "facts": [{"title": label, "value": value} for label, value in part.items]}
        return
    yield from (words(f"{label}: {value}", spacing="Small") for label, value in part.items)


def _action(part: Action, setting: DrawContext) -> Iterator[Json]:
    match part:
        case Button():
            yield _button(part, setting)
        case FormButton():
            yield _form_button(part, setting)
        case Link():
            if _leads(part):
                yield {"type": "Action.OpenUrl", "title": part.label, "url": part.url}
        case _:
            assert_never(part)


def _button(part: Button, setting: DrawContext) -> Json:
    data = button_data.doing(part.intent)
    if not setting.chat:
        return _in_a_dialog(part, data, setting)
    return execute(part.label, How.DO, data, button(part.label, data), **_named(part))


def _form_button(part: FormButton, setting: DrawContext) -> Json:
    data = button_data.opening(part.intent)
    wanted: Json = {"style": "positive"} if isinstance(part.intent, _WANTED) else {}
    if not setting.chat:
        return _in_a_dialog(part, data, setting) | wanted
    more = wanted | _named(part)
    if setting.form is not None:
        # It opens over the form, which stays as it is, with what was typed.
        return button(part.label, {**FETCH, **data}, associatedInputs="none", **more)
    plain = button(part.label, {**FETCH, **data}, **more)
    if setting.copy is None or not isinstance(part.intent, IN_PLACE):
        return plain
    return execute(part.label, How.OPEN, button_data.opening(part.intent, setting.copy), plain, **more)


def _in_a_dialog(part: Button | FormButton, data: Data, setting: DrawContext) -> Json:
    """A button in a dialog; the dialog it leads to takes the place of this one, so a form's fields go with it."""
    if setting.form is None or setting.form.intent is None:
        return button(part.label, data, associatedInputs="none") | _named(part)
    return button(part.label, button_data.leaving(data, setting.form.intent, setting.form.questions)) | _named(part)


def _named(part: Button | FormButton) -> Json:
    return {"tooltip": part.name} if part.name and part.name != part.label else {}


def _leads(part: Link) -> bool:
    try:
        return urlsplit(part.url).scheme.lower() in _FOLLOWED
    except ValueError:
        return False
