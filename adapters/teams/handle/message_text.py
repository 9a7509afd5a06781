"""What a reader sees of a message in Teams, as plain text: its HTML, cards, forwarded messages and files.

Source: Teams' page on message actions (`messagePayload`) and Graph's `chatMessageAttachment`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from html import unescape
from typing import Any

MOST_READ = 60_000
"""How many characters of a message are read."""
_DEEPEST = 12
_BREAKS = frozenset({"br", "p", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "hr"})
_CELLS = frozenset({"td", "th"})
_HIDDEN = frozenset({"script", "style"})
_TAG = re.compile(r"<(?:(/?)([a-zA-Z][\w-]*+)|[!?])([^<>]*+)>")
_ATTRIBUTE = re.compile(r"\b(alt|title|id)\s*+=\s*+(?:\"([^\"]*)\"|'([^']*)')")
_CELL = "\x1f"
# Where the parts of an Adaptive Card hold other parts.
_INSIDE = ("body", "items", "columns", "inlines", "pages", "images")
_CARD_TEXTS = ("title", "subtitle", "summary", "text", "activityTitle", "activitySubtitle", "activityText")


def text_of(message: Mapping[str, Any], bot: str = "") -> str:
    """The text of a message. `bot` is the bot's id in the activity, such as `28:…`, whose mentions are left out."""
    body = _object(message.get("body"))
    content = _text(body.get("content"))[:MOST_READ]
    attached = {_text(each.get("id")): _attached(each) for each in _objects(message.get("attachments"))}
    if _text(body.get("contentType")).casefold() != "html":
        return _joined([content.strip(), *attached.values()])
    own = {each for each, mention in _mentions(message) if _is_bot(mention, bot)}
    reader = _HtmlReader(own, attached)
    text = reader.read(content)
    return _joined([text, *(said for name, said in attached.items() if name not in reader.placed)])


def plain(html: str) -> str:
    """Convert HTML to plain text, with its line breaks, and with images and emoji by their description.

    Input that is not HTML takes no longer. The standard library's parser takes most of a minute for some of it.
    """
    return _HtmlReader(frozenset(), {}).read(html)


class _HtmlReader:
    """Reads one message. `own` are the numbers of the bot's mentions, `attached` the texts of attachments by id."""

    def __init__(self, own: Iterable[str], attached: Mapping[str, str]) -> None:
        self._own, self._attached = frozenset(own), attached
        self.placed: set[str] = set()
        self._hidden = ""
        self._depth = 0
        self._in_cells = 0

    def read(self, html: str) -> str:
        read: list[str] = []
        start = 0
        for tag in _TAG.finditer(html):
            if not self._depth:
                read.append(_text_between(html[start : tag.start()]))
            start = tag.end()
            read.append(self._tag((tag[2] or "").casefold(), bool(tag[1]), tag[3]))
        if not self._depth:
            read.append(_text_between(html[start:]))
        lines = (_row(line) for line in "".join(read).splitlines())
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()

    def _tag(self, name: str, is_end: bool, attributes: str) -> str:
        """The text that replaces a tag."""
        if self._depth:
            if name == self._hidden and not attributes.endswith("/"):
                self._depth += -1 if is_end else 1
            return ""
        if name in _HIDDEN or name == "attachment" or (name == "at" and self._is_own(is_end, attributes)):
            said = self._place(attributes) if name == "attachment" else ""
            if not is_end and not attributes.endswith("/"):
                self._hidden, self._depth = name, 1
            return said
        if name in _CELLS:
            self._in_cells = max(0, self._in_cells + (-1 if is_end else 1))
            return _CELL
        if name == "tr":
            self._in_cells = 0
        if name in _BREAKS:
            # Each line of a table's cell stays in its row.
            return " " if self._in_cells else "" if is_end and name == "br" else "\n"
        return "" if is_end else _described(name, attributes)

    def _is_own(self, is_end: bool, attributes: str) -> bool:
        return not is_end and _attributes(attributes).get("id", "") in self._own

    def _place(self, attributes: str) -> str:
        name = _attributes(attributes).get("id", "")
        if name in self.placed or not self._attached.get(name):
            return ""
        self.placed.add(name)
        return "\n" + self._attached[name].replace(_CELL, " ") + "\n"


def _row(line: str) -> str:
    """One line, with what was in the cells of a table apart."""
    return " | ".join(filter(None, (" ".join(cell.split()) for cell in line.split(_CELL))))


def _text_between(text: str) -> str:
    # In HTML, a line break between tags is a space.
    return " ".join(unescape(text).replace(_CELL, " ").splitlines())


def _described(name: str, attributes: str) -> str:
    """What stands for a picture: the description of an image, or an emoji with its name."""
    if name not in ("img", "emoji"):
        return ""
    found = _attributes(attributes)
    shown, title = found.get("alt", ""), found.get("title", "")
    if name == "img":
        return shown
    return f"{shown} ({title})" if shown and title and shown != title else shown or title


def _attributes(written: str) -> dict[str, str]:
    return {each[1]: unescape(each[2] or each[3] or "") for each in _ATTRIBUTE.finditer(written)}


def _mentions(message: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for each in _objects(message.get("mentions")):
        yield str(each.get("id", "")), _object(each.get("mentioned"))


def _is_bot(mentioned: Mapping[str, Any], bot: str) -> bool:
    app_id = _text(_object(mentioned.get("application")).get("id"))
    return bool(app_id) and app_id.removeprefix("28:") == bot.removeprefix("28:")


def _attached(attachment: Mapping[str, Any]) -> str:
    """The text of an attachment: a card, a forwarded or quoted message, or a file by its name."""
    kind = _text(attachment.get("contentType")).casefold()
    content = _content(attachment.get("content"))
    if kind == "reference":
        return _text(attachment.get("name"))
    if kind == "messagereference":
        return _text(content.get("messagePreview"))
    if kind == "forwardedmessagereference":
        return plain(_text(content.get("originalMessageContent")))
    return "\n".join(_card(content, 0))[:MOST_READ]


def _content(found: object) -> Mapping[str, Any]:
    if isinstance(found, str):
        try:
            found = json.loads(found)
        except (ValueError, RecursionError):
            return {}
    return _object(found)


def _card(part: Mapping[str, Any], depth: int) -> Iterator[str]:
    """The texts of an Adaptive Card, or of one of the older cards, in their order."""
    if depth > _DEEPEST or part.get("isVisible") is False:
        return
    match part.get("type"):
        case "TextBlock" | "TextRun":
            yield _text(part.get("text"))
        case "Image":
            yield _text(part.get("altText"))
        case "FactSet":
            yield from map(_fact, _objects(part.get("facts")))
        case "RichTextBlock":
            yield "".join(
                each if isinstance(each, str) else _text(_object(each).get("text")) for each in _inlines(part)
            )
        case "Table":
            for row in _objects(part.get("rows")):
                cells = (" ".join(_card({"body": each.get("items")}, depth + 1)) for each in _objects(row.get("cells")))
                yield " | ".join(filter(None, cells))
        case _:
            yield from _older_card(part)
            for name in _INSIDE:
                for each in _objects(part.get(name)):
                    yield from filter(None, _card(each, depth + 1))


def _inlines(part: Mapping[str, Any]) -> list[object]:
    found = part.get("inlines")
    return found if isinstance(found, list) else []


def _older_card(part: Mapping[str, Any]) -> Iterator[str]:
    """The texts of a hero, thumbnail or connector card, and of the headline of an announcement."""
    if "type" in part and part.get("type") != "AdaptiveCard":
        return
    texts = [plain(_text(part.get(name))) for name in _CARD_TEXTS]
    yield from dict.fromkeys(filter(None, texts))
    yield from map(_fact, _objects(part.get("facts")))
    for each in _objects(part.get("sections")):
        yield from _older_card(each)


def _fact(fact: Mapping[str, Any]) -> str:
    name = _text(fact.get("title")) or _text(fact.get("name"))
    return ": ".join(filter(None, (name.removesuffix(":"), _text(fact.get("value")))))


def _joined(texts: Iterable[str]) -> str:
    return "\n".join(filter(None, texts))[:MOST_READ].strip()


def _objects(found: object) -> list[Mapping[str, Any]]:
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _object(found: object) -> Mapping[str, Any]:
    return found if isinstance(found, dict) else {}


def _text(found: object) -> str:
    return found if isinstance(found, str) else ""
