"""Draw a screen's parts as elements of an Adaptive Card, in order. Consecutive buttons form a row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, assert_never
from urllib.parse import urlsplit

from adapters.teams.draw import button_data
from adapters.teams.draw.button_data import FETCH, ButtonVerb, Data, MessageRef
from adapters.teams.draw.chat import IN_PLACE
from adapters.teams.draw.fields import question
from adapters.teams.draw.people import address_button
from adapters.teams.draw.text import heading, is_plain, words
from bot.interface.intents import AnswerFlags, AnswerPolicy, GiveView
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
    PersonQuestion,
    Question,
    Quote,
    Tally,
)
from bot.screens.labels import CHANGE_ANSWER

MOST_ACTIONS = 5
ROW_WIDTH, EDGES = 38, 4.5
"""How many buttons may be in a row, how many letters it is wide on a telephone (320 pixels), and how many of them the
edges of a button and the gap beside it take. Clients hide or cut the rest. Measured in Microsoft's renderer."""
MOST_LETTERS = 34
"""How many letters a button alone in its row can show."""
READ_THE_REST = "Read the rest"
_FOLLOWED = frozenset({"http", "https", "mailto"})
_WANTED = (GiveView, AnswerFlags)
"""The main actions of the product. Their buttons are drawn as positive."""
_HEADINGS = {1: ("Large", "Large"), 2: ("Medium", "Large")}
"""The size and the spacing of headings of the two highest levels."""

Action = Button | FormButton | Link


@dataclass(frozen=True)
class DrawContext:
    """Where parts are drawn: in a chat or in a dialog. `form` is the form they belong to, if it has questions.

    `message_ref` is the message in its reader's own chat that some forms and views may replace. `posted` is the one in
    a channel, which its buttons only report. `picker` says that the client can search the directory in a field.
    """

    chat: bool = False
    message_ref: MessageRef | None = None
    posted: MessageRef | None = None
    form: Form | None = None
    picker: bool = False
    problems: Mapping[str, str] = field(default_factory=dict)


def drawn(parts: Iterable[Part | Question], context: DrawContext) -> list[Json]:
    """Return the parts as elements."""
    listed = tuple(parts)
    people = [each for each in listed if isinstance(each, PersonQuestion)] if context.picker else []
    before = listed.index(people[-1]) + 1 if people else 0
    return [*_elements(listed[:before], context), *_addresses(people, context), *_elements(listed[before:], context)]


def button(label: str, data: Data, **more: Any) -> Json:
    """Return a button that sends its data, and the fields around it."""
    return {"type": "Action.Submit", "title": label, "data": data, **more}


def execute(label: str, verb: ButtonVerb, data: Data, fallback: Json | None = None, **more: Any) -> Json:
    """Return a button that acts in place. Clients that do not support it show `fallback`."""
    plain = {"fallback": fallback} if fallback else {}
    return {"type": "Action.Execute", "title": label, "verb": verb.value, "data": data, **plain, **more}


def _addresses(people: list[PersonQuestion], context: DrawContext) -> Iterator[Json]:
    """One button that shows the fields for addresses, below the last question about a person."""
    action = address_button([each for each in people if not context.problems.get(each.name)])
    if action["targetElements"]:
        yield {"type": "ActionSet", "actions": [action], "spacing": "Small"}


def _elements(parts: Iterable[Part | Question], context: DrawContext) -> Iterator[Json]:
    for kind, run in groupby(parts, _row_kind):
        listed = list(run)
        if kind == "":
            for part in listed:
                yield from _element(part, context)
            continue
        actions = [each for part in listed if isinstance(part, Action) for each in _action(part, context)]
        apart: Json = {"separator": True, "spacing": "Large"} if kind == "policy" else {}
        yield from ({"type": "ActionSet", "actions": row, **apart} for row in _rows(actions))
        # An address that Teams would not open is shown as text.
        for part in listed:
            if isinstance(part, Link) and not _can_follow(part):
                yield words(f"{part.label}: {part.url}")


def _rows(actions: list[Json]) -> Iterator[list[Json]]:
    row: list[Json] = []
    for each in actions:
        if len(row) == MOST_ACTIONS or (row and sum(len(one["title"]) + EDGES for one in (*row, each)) > ROW_WIDTH):
            yield row
            row = []
        row.append(each)
    if row:
        yield row


def _row_kind(part: Part | Question) -> str:
    # A button with an accessible name of its own belongs to the item before it; any other, to the whole screen. One
    # for all flags of a policy must not be taken for the button of the last of them.
    match part:
        case FormButton(intent=AnswerPolicy()):
            return "policy"
        case Button() | FormButton():
            return "item" if part.name and part.name != part.label else "screen"
        case Link():
            return "item"
    return ""


def _element(part: Part | Question, context: DrawContext) -> Iterator[Json]:
    match part:
        case Heading():
            size, spacing = _HEADINGS.get(part.level, ("Default", "Medium"))
            yield heading(part.text, size=size, spacing=spacing)
        case Paragraph():
            yield words(part.text, isSubtle=True) if part.minor else words(part.text)
        case Notice():
            yield {"type": "Container", "style": "accent", "items": [words(part.text, weight="Bolder")]}
        case Quote():
            yield from _quote(part, context)
        case Facts():
            yield from _facts(part)
        case Tally():
            yield words(part.lead, weight="Bolder")
            yield from (words(each, spacing="None") for each in part.items)
        case Button() | FormButton() | Link():
            yield from _action(part, context)
        case _:
            yield from question(part, context.problems.get(part.name, ""), picker=context.picker)


def _quote(part: Quote, context: DrawContext) -> Iterator[Json]:
    items = [words(part.label, isSubtle=True, weight="Bolder"), words(part.text, spacing="Small")]
    yield {"type": "Container", "style": "emphasis", "items": items}
    if part.rest:
        rest = _form_button(FormButton(READ_THE_REST, part.rest, f"{READ_THE_REST}: {part.label}"), context)
        yield {"type": "ActionSet", "actions": [rest], "spacing": "Small"}


def _facts(part: Facts) -> Iterator[Json]:
    if all(is_plain(label) and is_plain(value) for label, value in part.items):
        yield {"type": "FactSet", "facts": [{"title": label, "value": value} for label, value in part.items]}
        return
    yield from (words(f"{label}: {value}", spacing="Small") for label, value in part.items)


def _action(part: Action, context: DrawContext) -> Iterator[Json]:
    match part:
        case Button():
            yield _button(part, context)
        case FormButton():
            yield _form_button(part, context)
        case Link():
            if _can_follow(part):
                yield {"type": "Action.OpenUrl", **_title_of(part), "url": part.url}
        case _:
            assert_never(part)


def _button(part: Button, context: DrawContext) -> Json:
    data = button_data.doing(part.intent, context.posted)
    if not context.chat:
        return _in_a_dialog(part, data, context)
    return execute(part.label, ButtonVerb.DO, data, button(part.label, data), **_tooltip(part))


def _form_button(part: FormButton, context: DrawContext) -> Json:
    data = button_data.opening(part.intent, context.posted)
    wanted: Json = {"style": "positive"} if _is_wanted(part) else {}
    if not context.chat:
        return _in_a_dialog(part, data, context) | wanted
    more = wanted | _tooltip(part)
    if context.form is not None:
        # It opens on top of the form, which keeps what was typed.
        return button(part.label, {**FETCH, **data}, associatedInputs="none", **more)
    plain = button(part.label, {**FETCH, **data}, **more)
    if context.message_ref is None or not isinstance(part.intent, IN_PLACE):
        return plain
    return execute(part.label, ButtonVerb.OPEN, button_data.opening(part.intent, context.message_ref), plain, **more)


def _is_wanted(part: FormButton) -> bool:
    return isinstance(part.intent, _WANTED) and part.label != CHANGE_ANSWER


def _in_a_dialog(part: Button | FormButton, data: Data, context: DrawContext) -> Json:
    """A button in a dialog. The dialog that it leads to replaces this one, so a form's answers go along."""
    if context.form is None or context.form.intent is None:
        return button(part.label, data, associatedInputs="none") | _tooltip(part)
    left = button_data.leaving(data, context.form, context.form.intent, picker=context.picker)
    return button(part.label, left) | _tooltip(part)


def _tooltip(part: Button | FormButton) -> Json:
    return {"tooltip": part.name} if part.name and part.name != part.label else {}


def _title_of(part: Link) -> Json:
    """A link's label. In one that is too long the middle is left out: a host's last words say whose page it is."""
    if len(part.label) <= MOST_LETTERS:
        return {"title": part.label}
    first = MOST_LETTERS // 2
    return {"title": f"{part.label[:first]}…{part.label[first + 1 - MOST_LETTERS :]}", "tooltip": part.label}


def _can_follow(part: Link) -> bool:
    try:
        return urlsplit(part.url).scheme.lower() in _FOLLOWED
    except ValueError:
        return False
