"""Check payloads as Slack would: with the SDK's models, slackblocks, and rules that neither has.

Every function returns the faults as sentences. No fault means that Slack would accept the payload.
"""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, Literal

import slackblocks as sb
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slack_sdk.models.metadata import Metadata
from slack_sdk.models.views import View
from slackblocks._surfaces import validate_surface_blocks
from slackblocks.errors import InvalidUsageError

from bot.interface.json_object import Json

Surface = Literal["message", "modal", "home"]

MOST_BLOCKS: dict[Surface, int] = {"message": 50, "modal": 100, "home": 100}
MOST_TEXT_IN_A_MESSAGE = 11_341
"""Slack has refused a message of this many characters (bolt-js issue 2867)."""
A_BLOCK = 30
"""Fewer are taken the more blocks there are, by how many is not documented: this is reckoned for each."""
MOST_VIEW_BYTES = 250_000
MOST_TEXT = 40_000
ADDRESSES = ("http://", "https://", "mailto:")
PLAIN = (
    ("header", "text"),
    ("button", "text"),
    ("input", "label"),
    ("input", "hint"),
    ("modal", "title"),
    ("modal", "submit"),
    ("modal", "close"),
)


def message_faults(message: Json) -> list[str]:
    """Of the arguments of a message: text, blocks, metadata."""
    blocks = message.get("blocks", [])
    faults = list(_blocks(blocks, "message")) if blocks else []
    if not message.get("text"):
        faults.append("a message without text says nothing in a notification")
    if len(message.get("text", "")) > MOST_TEXT:
        faults.append("text is cut at 40,000 characters")
    if _characters(blocks) + A_BLOCK * len(blocks) >= MOST_TEXT_IN_A_MESSAGE:
        faults.append("msg_blocks_too_long")
    if "metadata" in message:
        faults += _metadata(message["metadata"])
    return faults


def view_faults(view: Json) -> list[str]:
    """Of a modal or a home tab."""
    surface: Surface = "home" if view.get("type") == "home" else "modal"
    faults = list(_blocks(view.get("blocks", []), surface))
    faults += _sdk(lambda: View(**view).to_dict())
    if len(json.dumps(view)) > MOST_VIEW_BYTES:
        faults.append("view_too_large")
    if surface == "home":
        faults += _slackblocks(lambda: sb.HomeTabView([_of_slackblocks(each) for each in view["blocks"]]))
    else:
        faults += _slackblocks(lambda: _modal(view))
        asks = any(block.get("type") == "input" for block in view.get("blocks", []))
        if asks and not view.get("submit"):
            faults.append("a modal with an input needs a submit")
    known = {"type", "title", "blocks", "close", "submit", "private_metadata", "callback_id", "external_id"}
    faults += [f"{name} is no field of a view" for name in view.keys() - known - {"clear_on_close", "notify_on_close"}]
    return faults


def errors_faults(errors: dict[str, str], view: Json) -> list[str]:
    """Of a `response_action` of errors to the submission of a view."""
    inputs = {block["block_id"] for block in view["blocks"] if block["type"] == "input"}
    faults = [f"{block_id} is no input of the view" for block_id in errors.keys() - inputs]
    faults += ["an error says nothing" for text in errors.values() if not text]
    return faults if errors else ["no errors"]


def _blocks(blocks: list[Json], surface: Surface) -> Iterator[str]:
    if not 1 <= len(blocks) <= MOST_BLOCKS[surface]:
        yield f"{len(blocks)} blocks in a {surface}"
    for number, block in enumerate(blocks):
        for fault in [*_one_block(block, surface), *_nested(block)]:
            yield f"block {number}, {block.get('type')}: {fault}"
    ids = Counter(block["block_id"] for block in blocks if "block_id" in block)
    yield from (f"block id {each} stands {n} times" for each, n in ids.items() if n > 1)
    if sum(1 for each in _dicts(blocks) if each.get("focus_on_load")) > 1:
        yield "more than one is focused"


def _one_block(block: Json, surface: Surface) -> Iterator[str]:
    yield from _sdk(lambda: _parsed(block))
    yield from _slackblocks(lambda: validate_surface_blocks([_of_slackblocks(block)], surface))
    actions = Counter(each["action_id"] for each in _dicts(block) if "action_id" in each)
    yield from (f"action id {each} stands {n} times" for each, n in actions.items() if n > 1)


def _nested(block: Json) -> Iterator[str]:
    """What neither library checks: types of text, empty text, addresses, and initial options."""
    for each in _dicts(block):
        kind = each.get("type")
        for owner, name in PLAIN:
            text = each.get(name)
            if kind == owner and text is not None and text.get("type") != "plain_text":
                yield f"{name} of a {owner} must be plain text"
        if kind in ("text", "plain_text", "mrkdwn", "link") and not each.get("text", "x"):
            yield f"{kind} without text"
        if kind in ("rich_text_section", "rich_text_quote", "rich_text", "actions") and not each.get("elements"):
            yield f"{kind} without elements"
        if "url" in each and not (str(each["url"]).startswith(ADDRESSES) and str(each["url"]).isascii()):
            yield "an address that Slack does not take"
        yield from _chosen(each)
        if kind == "plain_text_input" and len(each.get("initial_value", "")) > each.get("max_length", 3000):
            yield "more is filled in than may be typed"


def _chosen(element: Json) -> Iterator[str]:
    options = element.get("options", [])
    groups = element.get("option_groups", [])
    offered = [*options, *(option for group in groups for option in group["options"])]
    if ("options" in element or "option_groups" in element) and not offered:
        yield "nothing to choose from"
    values = Counter(each["value"] for each in offered)
    yield from (f"option {value} stands {n} times" for value, n in values.items() if n > 1)
    first = [element["initial_option"]] if "initial_option" in element else element.get("initial_options", [])
    if any(each not in offered for each in first) or ("initial_options" in element and not first):
        yield "what is chosen at first is no option"


def _metadata(metadata: Json) -> Iterator[str]:
    yield from _sdk(lambda: Metadata(**metadata).to_dict())
    if metadata.keys() != {"event_type", "event_payload"} or not isinstance(metadata["event_payload"], dict):
        yield "invalid_metadata_format"


class _Heard(logging.Handler):
    """Collects the log lines in which the SDK reports what it leaves out."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


def _sdk(check: Callable[[], object]) -> list[str]:
    heard = _Heard()
    logger = logging.getLogger("slack_sdk.models")
    logger.addHandler(heard)
    try:
        check()
    except (SlackObjectFormationError, TypeError, KeyError, ValueError) as error:
        return [f"slack_sdk: {error}"]
    finally:
        logger.removeHandler(heard)
    return [f"slack_sdk: {line}" for line in heard.lines]


def _parsed(block: Json) -> None:
    parsed = Block.parse(block)
    if parsed is None:
        raise ValueError("unknown block")
    if _without_nothing(parsed.to_dict()) != _without_nothing(block):
        raise ValueError("it reads something else from this, or leaves some of it out")


def _without_nothing(drawn: Any) -> Any:
    if isinstance(drawn, dict):
        return {name: _without_nothing(value) for name, value in drawn.items() if value is not None}
    return [_without_nothing(each) for each in drawn] if isinstance(drawn, list) else drawn


def _slackblocks(check: Callable[[], object]) -> list[str]:
    try:
        check()
    except (InvalidUsageError, TypeError, KeyError, ValueError) as error:
        return [f"slackblocks: {type(error).__name__}: {error}"]
    return []


def _modal(view: Json) -> object:
    return sb.ModalView(
        title=_said(view["title"]),
        blocks=[_of_slackblocks(each) for each in view["blocks"]],
        close=_said(view["close"]) if "close" in view else None,
        submit=_said(view["submit"]) if "submit" in view else None,
        private_metadata=view.get("private_metadata"),
        callback_id=view.get("callback_id"),
        external_id=view.get("external_id"),
    )


def _of_slackblocks(block: Json) -> Any:
    """A block as slackblocks' own object, which validates it. Unknown fields raise TypeError."""
    given = {name: value for name, value in block.items() if name != "type"}
    match block["type"]:
        case "actions":
            given["elements"] = [_element(each) for each in block["elements"]]
            return sb.ActionsBlock(**given)
        case "input":
            given |= {"label": _said(block["label"]), "element": _element(block["element"])}
            if "hint" in block:
                given["hint"] = _said(block["hint"])
            return sb.InputBlock(**given)
        case "rich_text":
            given["elements"] = [_rich(each) for each in block["elements"]]
            return sb.RichTextBlock(**given)
    return sb.Block.from_dict(block)


def _rich(element: Json) -> Any:
    kinds = {"rich_text_section": sb.RichTextSection, "rich_text_quote": sb.RichTextQuote}
    return kinds[element["type"]]([_said_richly(each) for each in element["elements"]])


def _said_richly(element: Json) -> Any:
    given = {name: value for name, value in element.items() if name not in ("type", "style")}
    kinds = {"text": sb.RichText, "link": sb.RichTextLink}
    return kinds[element["type"]](**given, **element.get("style", {}))


def _said(text: Json) -> sb.Text:
    return sb.Text.from_dict(text)


ELEMENTS: dict[str, Any] = {
    "button": sb.Button,
    "overflow": sb.OverflowMenu,
    "plain_text_input": sb.PlainTextInput,
    "radio_buttons": sb.RadioButtonGroup,
    "checkboxes": sb.CheckboxGroup,
    "static_select": sb.StaticSelectMenu,
    "multi_static_select": sb.StaticMultiSelectMenu,
    "datepicker": sb.DatePicker,
    "users_select": sb.UserSelectMenu,
}


def _element(element: Json) -> Any:
    given = {name: _part(name, value) for name, value in element.items() if name != "type"}
    if "option_groups" in given:
        given.setdefault("options", None)
        # slackblocks wants a group to be chosen here, Slack's reference one option of one: it is checked above.
        given.pop("initial_option", None)
    return ELEMENTS[element["type"]](**given)


def _part(name: str, value: Any) -> Any:
    match name:
        case "text" | "placeholder":
            return _said(value)
        case "options" | "initial_options":
            return [sb.Option.from_dict(each) for each in value]
        case "initial_option":
            return sb.Option.from_dict(value)
        case "option_groups":
            return [sb.OptionGroup.from_dict(each) for each in value]
    return value


def _dicts(drawn: Any) -> Iterator[Json]:
    if isinstance(drawn, dict):
        yield drawn
        for value in drawn.values():
            yield from _dicts(value)
    elif isinstance(drawn, list):
        for each in drawn:
            yield from _dicts(each)


def _characters(blocks: list[Json]) -> int:
    return sum(len(each["text"]) for each in _dicts(blocks) if isinstance(each.get("text"), str))
