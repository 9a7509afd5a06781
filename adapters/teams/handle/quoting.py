"""Read a message that someone chose: to prefill an announcement, or to find the policy of a card.

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
"""How many characters of a message are read."""
_BREAKS = frozenset({"br", "p", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre"})
_HIDDEN = frozenset({"script", "style", "attachment"})
_TAG = re.compile(r"<(?:(/?)([a-zA-Z][\w-]*+)|[!?])([^<>]*+)>")
_ALT = re.compile(r'\balt="([^"]*)"')
_POLICY = re.compile(rf"\b{GiveView.name}:([0-9a-f]{{32}})\b")


def announcement(value: Mapping[str, Any]) -> Answers:
    """Return the title, summary and link to prefill the announce form."""
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
    """Return the policy whose card the message is; None for any other message."""
    attachments = _object(value.get("messagePayload")).get("attachments")
    for each in attachments if isinstance(attachments, list) else ():
        content = _object(each).get("content")
        found = _POLICY.search(content if isinstance(content, str) else repr(content))
        if found:
            return UUID(hex=found[1])
    return None


def plain(html: str) -> str:
    """Convert HTML to plain text, with its line breaks, and with images by their description.

    Input that is not HTML takes no longer. The standard library's parser takes most of a minute for some of it.
    """
    read: list[str] = []
    hidden_depth, start = 0, 0
    for tag in _TAG.finditer(html):
        if not hidden_depth:
            read.append(_text_between(html[start : tag.start()]))
        start = tag.end()
        name, is_end = (tag[2] or "").casefold(), bool(tag[1])
        if name in _HIDDEN:
            hidden_depth = max(0, hidden_depth + (-1 if is_end else 1))
        elif not hidden_depth:
            read.append(_text_for_tag(name, is_end, tag[3]))
    if not hidden_depth:
        read.append(_text_between(html[start:]))
    lines = (" ".join(line.split()) for line in "".join(read).splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _text_between(text: str) -> str:
    # In HTML, a line break between tags is a space.
    return " ".join(unescape(text).split("\n"))


def _text_for_tag(name: str, is_end: bool, attributes: str) -> str:
    """The text that replaces a tag."""
    if name in _BREAKS:
        return "" if is_end and name == "br" else "\n"
    described = _ALT.search(attributes) if name == "img" else None
    return unescape(described[1]) if described else ""


def _object(found: Any) -> Mapping[str, Any]:
    return found if isinstance(found, dict) else {}


def _text(found: Any) -> str:
    return found if isinstance(found, str) else ""
