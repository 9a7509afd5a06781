"""What a reader sees of a message in Slack, as plain text: its blocks, attachments, forwards and mentions.

Source: Slack's reference of blocks, of rich text, of attachments, and its page on formatting text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot.interface.json_object import Json

MOST_READ = 60_000
"""How many characters of a message are read."""
_DEEPEST = 4
_LINK = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}
_ID = re.compile(r"([@#])([UWCG][A-Z0-9]{2,})(?![A-Z0-9])")

Names = Callable[[str, str], str]
"""Gives the name of `@` a person or `#` a channel by its id, or an empty text if it is not known."""


@dataclass(frozen=True)
class Reader:
    """Reads messages as people see them. `own` is the bot's user id, whose mentions are left out."""

    names: Names
    own: str = ""

    def text(self, message: Json) -> str:
        """The text of a message: its blocks, or its text where it has none to read, and then its attachments."""
        lines = "\n".join(self._lines(message, 0))[:MOST_READ].splitlines()
        return "\n".join(" ".join(line.split()) for line in lines).strip()

    def _lines(self, message: Json, depth: int) -> Iterator[str]:
        shown = "\n".join(filter(None, (self._block(each) for each in _objects(message.get("blocks")))))
        yield shown.strip() or self.marked_up(_text(message.get("text"))).strip()
        for each in _objects(message.get("attachments")) if depth < _DEEPEST else ():
            yield from self._attachment(each, depth + 1)

    def _attachment(self, attachment: Json, depth: int) -> Iterator[str]:
        lines = [
            self.marked_up(_text(attachment.get("pretext"))),
            _unescaped(_text(attachment.get("author_name"))),
            _unescaped(_text(attachment.get("title"))),
            *self._inside(attachment, depth),
            *(self._field(each) for each in _objects(attachment.get("fields"))),
        ]
        yield from filter(None, lines) if any(lines) else (_unescaped(_text(attachment.get("fallback"))),)

    def _inside(self, attachment: Json, depth: int) -> Iterator[str]:
        """The text of an attachment, or of the messages that it forwards."""
        forwarded = [_object(each.get("message")) for each in _objects(attachment.get("message_blocks"))]
        if forwarded:
            for each in forwarded:
                yield from self._lines(each, depth)
        else:
            yield from self._lines({"blocks": attachment.get("blocks"), "text": attachment.get("text")}, _DEEPEST)

    def _field(self, field: Json) -> str:
        return _apart((self.marked_up(_text(field.get(each))) for each in ("title", "value")), ": ")

    def _block(self, block: Json) -> str:
        match block.get("type"):
            case "rich_text":
                return "\n".join(self._rich(each) for each in _objects(block.get("elements")))
            case "table":
                return "\n".join(self._row(each) for each in _list(block.get("rows")))
            case "section":
                return "\n".join(filter(None, map(self._object_text, [block.get("text"), *_list(block.get("fields"))])))
            case "context":
                return _apart(map(self._object_text, _list(block.get("elements"))), " ")
            case "image" | "video":
                return self._object_text(block.get("title")) or _unescaped(_text(block.get("alt_text")))
            case "markdown":
                return _text(block.get("text"))
            case _:
                return self._object_text(block.get("text"))

    def _row(self, row: object) -> str:
        return _apart((" ".join(self._cell(each).split()) for each in _list(row)), " | ")

    def _cell(self, cell: object) -> str:
        found = _object(cell)
        return self._block(found) if found.get("type") == "rich_text" else self._object_text(found)

    def _object_text(self, found: object) -> str:
        """The text of a text object, or the description of an image in its place."""
        part = _object(found)
        text = _text(part.get("text")) or _text(part.get("alt_text"))
        return self.marked_up(text) if part.get("type") == "mrkdwn" else _unescaped(text)

    def _rich(self, part: Json) -> str:
        inside = _objects(part.get("elements"))
        if part.get("type") == "rich_text_list":
            signs = (f"{number}." if part.get("style") == "ordered" else "•" for number in range(1, len(inside) + 1))
            return "\n".join(f"{sign} {self._rich(each)}" for sign, each in zip(signs, inside, strict=True))
        return "".join(map(self._rich_element, inside))

    def _rich_element(self, element: Json) -> str:
        match element.get("type"):
            case "user":
                return self._mention("@", _text(element.get("user_id")))
            case "channel":
                return self._mention("#", _text(element.get("channel_id")))
            case "usergroup":
                return "@group"
            case "broadcast":
                return f"@{_text(element.get('range'))}"
            case "emoji":
                return f":{_text(element.get('name'))}:"
            case "link":
                return _link(_text(element.get("url")), _text(element.get("text")))
            case "date":
                return _text(element.get("fallback"))
            case _:
                return _text(element.get("text"))

    def marked_up(self, text: str) -> str:
        """The text of Slack's mark-up: links with their label, and people and channels by name."""
        return _unescaped(_LINK.sub(self._replacement, text))

    def _replacement(self, found: re.Match[str]) -> str:
        target, label = found[1], found[2] or ""
        if target.startswith(("#", "@")):
            return self._mention(target[0], target[1:], label)
        if target.startswith("!subteam"):
            return label or "@group"
        if target.startswith("!"):
            return label or f"@{target[1:].partition('^')[0]}"
        return _link(target, label)

    def _mention(self, sign: str, target: str, label: str = "") -> str:
        if sign == "@" and target == self.own:
            return ""
        name = label.removeprefix(sign) or self.names(sign, target)
        return f"{sign}{name}" if name else ("someone" if sign == "@" else "a channel")


def mentioned(message: Json) -> set[tuple[str, str]]:
    """The people and channels whose names are needed to read a message: `@` or `#`, and an id."""
    found: set[tuple[str, str]] = set()

    def note(sign: str, target: str) -> str:
        if _ID.fullmatch(sign + target):
            found.add((sign, target))
        return ""

    Reader(note).text(message)
    return found


def named(names: Mapping[tuple[str, str], str]) -> Names:
    """Names from a table."""
    return lambda sign, target: names.get((sign, target), "")


def _link(target: str, label: str) -> str:
    if label and label != target.removeprefix("mailto:"):
        return f"{label} ({target})" if not target.startswith("mailto:") else label
    return label or target


def _unescaped(text: str) -> str:
    return re.sub("|".join(_ENTITIES), lambda found: _ENTITIES[found[0]], text)


def _apart(parts: Iterable[str], between: str) -> str:
    return between.join(each for each in parts if each)


def _objects(found: object) -> list[Json]:
    return [each for each in _list(found) if isinstance(each, dict)]


def _list(found: object) -> list[object]:
    return found if isinstance(found, list) else []


def _object(found: object) -> Json:
    return found if isinstance(found, dict) else {}


def _text(found: object) -> str:
    return found[:MOST_READ] if isinstance(found, str) else ""
