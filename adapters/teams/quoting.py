"""A message that somebody chose: as the beginning of an announcement, or as the card of a policy.

Teams gives the content of a message as HTML or as plain text. Source: its page on message actions (`messagePayload`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any
from uuid import UUID

from bot.announcements import SUMMARY_LIMIT, TITLE_LIMIT, cut_at_word
from bot.intents import GiveView
from bot.typed import Answers

MOST_READ = 60_000
"""Characters of a message that are read."""
_BREAKS = frozenset({"br", "p", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre"})
_SILENT = frozenset({"script", "style", "attachment"})
_POLICY = re.compile(rf"\b{GiveView.name}:([0-9a-f]{{32}})\b")


def announcement(value: Mapping[str, Any]) -> Answers:
    """The title, summary and link that the announce form begins with."""
    message = _object(value.get("messagePayload"))
    body = _object(message.get("body"))
    content = _text(body.get("content"))[:MOST_READ]
    text = plain(content) if _text(body.get("contentType")).casefold() == "html" else content.strip()
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    link = _text(message.get("linkToMessage"))
    given = {
        "title": cut_at_word(_text(message.get("subject")).strip() or first, TITLE_LIMIT),
        "summary": cut_at_word(text, SUMMARY_LIMIT),
        "link": link if link.startswith("https://") else "",
    }
    return {name: (value,) for name, value in given.items() if value}


def policy(value: Mapping[str, Any]) -> UUID | None:
    """The policy whose card the message is; None where it is another message."""
    attachments = _object(value.get("messagePayload")).get("attachments")
    for each in attachments if isinstance(attachments, list) else ():
        content = _object(each).get("content")
        found = _POLICY.search(content if isinstance(content, str) else repr(content))
        if found:
            return UUID(hex=found[1])
    return None


def plain(html: str) -> str:
    """What is read of HTML: its text, a line a line."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.read).splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


class _Reader(HTMLParser):
    """Gathers the text between tags."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.read: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A block begins a line; a picture is read by its description."""
        if tag in _SILENT:
            self._silent += 1
        elif tag in _BREAKS:
            self.read.append("\n")
        elif tag == "img":
            self.read.append(dict(attrs).get("alt") or "")

    def handle_endtag(self, tag: str) -> None:
        """A block ends a line."""
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in _BREAKS and tag != "br":
            self.read.append("\n")

    def handle_data(self, data: str) -> None:
        """Text, in which a line break is a blank as any other."""
        if not self._silent:
            self.read.append(" ".join(data.split("\n")))


def _object(found: Any) -> Mapping[str, Any]:
    return found if isinstance(found, dict) else {}


def _text(found: Any) -> str:
    return found if isinstance(found, str) else ""
