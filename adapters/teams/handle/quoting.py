"""A message that somebody chose: as the beginning of an announcement, or as the card of a policy.

Teams gives the content of a message as HTML or as plain text. Source: its page on message actions (`messagePayload`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
from typing import Any
from uuid import UUID

from bot.interface.announcements import SUMMARY_LIMIT, TITLE_LIMIT, cut_at_word
from bot.interface.answers import Answers
from bot.interface.intents import GiveView

MOST_READ = 60_000
"""Characters of a message that are read."""
_BREAKS = frozenset({"br", "p", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre"})
_SILENT = frozenset({"script", "style", "attachment"})
_TAG = re.compile(r"<(?:(/?)([a-zA-Z][\w-]*+)|[!?])([^<>]*+)>")
_DESCRIBED = re.compile(r'\balt="([^"]*)"')
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
    """What is read of HTML: its text, a line a line, and pictures by their description.

    Takes no longer for what is no HTML: the library's own parser takes the better part of a minute for some of it.
    """
    read: list[str] = []
    silent, start = 0, 0
    for tag in _TAG.finditer(html):
        if not silent:
            read.append(_blank(html[start : tag.start()]))
        start = tag.end()
        name, is_end = (tag[2] or "").casefold(), bool(tag[1])
        if name in _SILENT:
            silent = max(0, silent + (-1 if is_end else 1))
        elif not silent:
            read.append(_instead(name, is_end, tag[3]))
    if not silent:
        read.append(_blank(html[start:]))
    lines = (" ".join(line.split()) for line in "".join(read).splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _blank(text: str) -> str:
    # Between tags a line break is a blank as any other.
    return " ".join(unescape(text).split("\n"))


def _instead(name: str, is_end: bool, attributes: str) -> str:
    """What stands in the place of a tag."""
    if name in _BREAKS:
        return "" if is_end and name == "br" else "\n"
    described = _DESCRIBED.search(attributes) if name == "img" else None
    return unescape(described[1]) if described else ""


def _object(found: Any) -> Mapping[str, Any]:
    return found if isinstance(found, dict) else {}


def _text(found: Any) -> str:
    return found if isinstance(found, str) else ""
