"""Reads Slack's Block Kit as pieces, the way its clients show it: by Slack's reference, not by our renderer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tests.slack.envelopes import buttons
from tests.stories.pieces import Action, Heading, Piece, Question, Words, plain

Json = Mapping[str, Any]
State = Mapping[str, Mapping[str, Json]]
"""`view.state.values`: by block id, by action id."""

HEADER = 1
BOLD = 2
ESCAPES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))
MARKED_LINK = re.compile(r"<([^|<>]+)\|([^<>]*)>")


def pieces(
    blocks: Iterable[Json], state: State | None = None, errors: Mapping[str, str] | None = None, *, deeper: int = 0
) -> list[Piece]:
    """What can be read, pressed and filled in.

    `state` is what a view holds, `errors` the sentences beside its inputs by block id. `deeper` lowers every heading.
    The handle of a question is its input blocks, and of an action its button.
    """
    found = list(_pieces(list(blocks), state or {}, errors or {}))
    return [Heading(each.text, each.level + deeper) if isinstance(each, Heading) else each for each in found]


def _pieces(blocks: list[Json], state: State, errors: Mapping[str, str]) -> Iterator[Piece]:
    for block in blocks:
        if block["type"] == "input":
            yield from _question(block, state)
            yield from _words(errors.get(block["block_id"], ""))
        else:
            yield from _block(block)


def _block(block: Json) -> Iterator[Piece]:
    match block["type"]:
        case "header":
            yield Heading(plain(text_of(block["text"])), HEADER)
        case "section":
            yield from _words(text_of(block["text"]))
            if "accessory" in block:
                yield _action(block["accessory"])
        case "context":
            yield from _words(" ".join(text_of(each) for each in block["elements"]))
        case "rich_text":
            yield from _rich(block["elements"])
        case "actions":
            # What is in a menu can be pressed too, after the menu is opened.
            yield from (_action(each) for each in buttons([dict(block)]))
        case "divider":
            pass
        case other:
            raise AssertionError(f"a {other} block is not read here")


def text_of(given: Json) -> str:
    """What a text object shows."""
    text = str(given["text"])
    if given["type"] == "plain_text":
        return text
    text = MARKED_LINK.sub(r"\2", text)
    for code, character in ESCAPES:
        text = text.replace(code, character)
    return text


def _words(text: str) -> Iterator[Piece]:
    if plain(text):
        yield Words(plain(text))


def _rich(elements: list[Json]) -> Iterator[Piece]:
    for each in elements:
        if each["type"] == "rich_text_list":
            yield from _rich(each["elements"])
            continue
        text = plain("".join(_shown(piece) for piece in each["elements"]))
        if text and each["type"] == "rich_text_section" and all(_is_bold(piece) for piece in each["elements"]):
            yield Heading(text, BOLD)
        else:
            yield from _words(text)


def _shown(piece: Json) -> str:
    assert piece["type"] in ("text", "link"), f"an element that was not typed: {piece['type']}"
    return str(piece.get("text", piece.get("url", "")))


def _is_bold(piece: Json) -> bool:
    return bool(piece.get("style", {}).get("bold"))


def _action(element: Json) -> Action:
    text = plain(text_of(element["text"]))
    return Action(text, plain(str(element.get("accessibility_label", text))), handle=element)


def _question(block: Json, state: State) -> Iterator[Piece]:
    label = text_of(block["label"]) + (" (optional)" if block.get("optional") else "")
    element = block["element"]
    options = options_of(element)
    handle, values = (block,), values_of(_answer(block, state))
    several = element["type"] in ("checkboxes", "multi_static_select")
    yield Question(plain(label), values, tuple(options), several, handle=handle)
    for each in options.values():
        if "description" in each:
            yield from _words(text_of(each["description"]))
    if "hint" in block:
        yield from _words(text_of(block["hint"]))


def options_of(element: Json) -> dict[str, Json]:
    """The options of an input by what they show."""
    groups = element.get("option_groups") or [{"options": element.get("options", ())}]
    return {plain(text_of(each["text"])): each for group in groups for each in group["options"]}


def _answer(block: Json, state: State) -> Json:
    return state[block["block_id"]][block["element"]["action_id"]]


def values_of(given: Json) -> tuple[str, ...]:
    """What an input holds, as it is read."""
    match given["type"]:
        case "plain_text_input":
            return (str(given.get("value") or ""),)
        case "datepicker":
            return (str(given.get("selected_date") or ""),)
        case "users_select":
            return (str(given.get("selected_user") or ""),)
        case "radio_buttons" | "static_select":
            chosen = given.get("selected_option")
            return (plain(text_of(chosen["text"])),) if chosen else ()
    return tuple(plain(text_of(each["text"])) for each in given.get("selected_options", ()))
