"""Reads Adaptive Cards as pieces, the way Teams' clients show them: by their reference, not by our renderer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from tests.stories.pieces import Action, Heading, Piece, Question, Words, plain

Json = Mapping[str, Any]
Values = Mapping[str, str]
"""What the fields hold, by their ids."""

ADDRESS = "address-"
LEVELS = {"extralarge": 1, "large": 1, "medium": 2}
"""How high a heading looks, by the size of its text; any other is the lowest."""
MARKDOWN = re.compile(r"[*_`\[\]\\~]|^\s*(?:[-+#>]|\d+[.)] )", re.MULTILINE)
DATE = re.compile(r"\{\{(?:DATE|TIME)\(")


def initial(card: Json) -> dict[str, str]:
    """What the fields hold when a card is opened."""
    return {each["id"]: str(each.get("value", "")) for each in fields(card)}


def fields(card: Json) -> list[Json]:
    """Every field, in order."""
    return [each for each in _all(card) if str(each.get("type", "")).startswith("Input.")]


def filled(card: Json, values: Values) -> Json:
    """The card with these values in its fields. Who was picked is an option, as it is after a search."""
    return {**card, "body": [_filled(each, values[each["id"]]) if each.get("id") else each for each in card["body"]]}


def _filled(field: Json, value: str) -> Json:
    found = {"choices": [{"title": value, "value": value}]} if is_people_picker(field) and value else {}
    return {**field, "value": value, **found}


def pieces(card: Json, values: Values | None = None, *, deeper: int = 0) -> list[Piece]:
    """What can be read, pressed and filled in, in reading order; `deeper` lowers every heading.

    The handle of a question is its field, and of an action its button.
    """
    assert card["type"] == "AdaptiveCard"
    assert card["version"] <= "1.5", "Teams shows no newer cards"
    found = [piece for each in card["body"] for piece in _element(each, values or {})]
    found += [_action(each, sends=each.get("style") == "positive") for each in card.get("actions", ())]
    return [Heading(each.text, each.level + deeper) if isinstance(each, Heading) else each for each in found]


def chosen(field: Json, titles: tuple[str, ...]) -> str:
    """The value of a field in which these options are chosen."""
    by_title = {plain(each["title"]): each["value"] for each in field["choices"]}
    return ",".join(by_title[each] for each in titles)


def _all(drawn: object) -> Iterator[Json]:
    if isinstance(drawn, list):
        for each in drawn:
            yield from _all(each)
    elif isinstance(drawn, Mapping):
        yield drawn
        for name, each in drawn.items():
            if name not in ("data", "fallback", "refresh", "choices"):
                yield from _all(each)


def _element(drawn: Json, values: Values) -> Iterator[Piece]:
    match drawn["type"]:
        case "TextBlock":
            yield _text_block(drawn)
        case "RichTextBlock":
            yield from _rich(drawn)
        case "Container":
            for each in drawn["items"]:
                yield from _element(each, values)
        case "FactSet":
            for each in drawn["facts"]:
                yield Words(f"{_read(each['title'])} {_read(each['value'])}")
        case "ActionSet":
            yield from (_action(each) for each in drawn["actions"])
        case "Input.Text" | "Input.Date" | "Input.ChoiceSet":
            yield from _field(drawn, values)
        case other:
            raise AssertionError(f"a {other} is not read here")


def _field(drawn: Json, values: Values) -> Iterator[Piece]:
    if drawn["id"].startswith(ADDRESS):
        return  # the other way to name a person, which is read together with the people picker
    value = values[drawn["id"]]
    if is_people_picker(drawn):
        yield Question(plain(drawn["label"]), (values[drawn["id"].replace("q-", ADDRESS)] or value,), handle=drawn)
    elif drawn["type"] == "Input.ChoiceSet":
        yield _choices(drawn, value)
    else:
        yield Question(plain(drawn["label"]), (value,), handle=drawn)


def _text_block(drawn: Json) -> Piece:
    text = _read(drawn["text"])
    if drawn.get("style") == "heading":
        return Heading(text, LEVELS.get(str(drawn.get("size", "")).lower(), 3))
    return Words(text)


def _read(text: str) -> str:
    """Text that clients read as Markdown: ours has none, and typed text must not be put there."""
    assert not MARKDOWN.search(text), f"this would be read as Markdown: {text}"
    assert not DATE.search(text), "this would be shown as a local time"
    return plain(text)


def _rich(drawn: Json) -> Iterator[Piece]:
    runs = drawn["inlines"]
    assert not any(DATE.search(each["text"]) for each in runs), "this would be shown as a local time"
    text = "".join(each["text"] for each in runs)
    size = str(runs[0].get("size", "")).lower() if runs else ""
    if size in LEVELS and runs[0].get("weight") == "Bolder":
        yield Heading(plain(text), LEVELS[size])
    elif text.strip():
        yield Words(text)


def _action(drawn: Json, *, sends: bool = False) -> Action:
    name = drawn.get("tooltip") or drawn["title"]
    return Action(plain(drawn["title"]), plain(name), sends=sends, handle=drawn)


def is_people_picker(field: Json) -> bool:
    """Whether a field searches the directory. Source: Microsoft's page on the people picker in Adaptive Cards."""
    return field.get("choices.data") == {"type": "Data.Query", "dataset": "graph.microsoft.com/users"}


def _choices(drawn: Json, value: str) -> Question:
    several = drawn.get("isMultiSelect", False)
    if drawn["style"].lower() == "expanded":
        options = {each["value"]: _read(each["title"]) for each in drawn["choices"]}
    else:
        options = {each["value"]: plain(each["title"]) for each in drawn["choices"]}
    taken = tuple(options[each] for each in (value.split(",") if several else [value]) if each)
    return Question(plain(drawn["label"]), taken, tuple(options.values()), several, handle=drawn)
