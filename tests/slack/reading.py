"""What a person reads in a Slack client, from the JSON alone: an independent reading of Slack's reference.

If the reference leaves open how a client shows a text, this is the worst client: within one element it shows `&lt;` as
`<` and `:smile:` as an emoji, also in rich text. It must still show what was typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from bot.interface.json_object import Json

PICTURE = "\N{FRAME WITH PICTURE}"
_ENTITY = re.compile(r"&(?:amp|lt|gt);")
_CODE = re.compile(r":[a-z0-9_+'-]+:")


def read(blocks: list[Json]) -> list[str]:
    """The lines of a message, home or modal: text as text, buttons in square brackets, fields by label and hint."""
    return [line for block in blocks for line in _block(block)]


def buttons(blocks: list[Json]) -> list[Json]:
    """The buttons, in order."""
    rows = [block for block in blocks if block["type"] == "actions"]
    return [button for row in rows for each in row["elements"] for button in each.get("options", [each])]


def text(given: Json) -> str:
    """What a text object shows. Raises for mark-up, which we never use."""
    assert given["type"] == "plain_text", "mark-up is parsed"
    return _made_of(given["text"], pictures=given.get("emoji", True))


def notification(given: str) -> str:
    """What a notification shows of the text of a message."""
    assert not re.search(r"<[!@#]", given), "this would mention someone"
    return _made_of(given, pictures=False)


def _made_of(given: str, *, pictures: bool) -> str:
    shown = _CODE.sub(PICTURE, given) if pictures else given
    return _ENTITY.sub(lambda match: unescape(match[0]), shown)


def _block(block: Json) -> Iterator[str]:
    match block["type"]:
        case "header":
            yield text(block["text"])
        case "context":
            yield from (text(each) for each in block["elements"])
        case "rich_text":
            for element in block["elements"]:
                yield "".join(_richly(each) for each in element["elements"])
        case "actions":
            yield from (f"[{text(each['text'])}]" for each in buttons([block]))
        case "input":
            yield text(block["label"])
            for option in block["element"].get("options", ()):
                yield from (text(option[each]) for each in ("text", "description") if each in option)
            if "hint" in block:
                yield text(block["hint"])
        case "divider":
            pass
        case other:
            raise AssertionError(f"no reader for {other}")


def _richly(element: Json) -> str:
    assert element["type"] in ("text", "link"), "only text and links are wanted"
    return _made_of(element["text"], pictures=element["type"] == "text")
