"""Text objects that Slack shows exactly as they were typed.

Slack does not parse rich text and plain text as mark-up. A client may still show `&amp;`, `&lt;` and `&gt;` as the
characters they stand for, and `:smile:` as an emoji. So rich text is split into elements in the middle of both, and no
element contains either whole.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from adapters.slack.draw import limits
from bot.interface.json_object import Json

_READ_INTO = re.compile(r"(?<=&)(?=(?:amp|lt|gt);)|(?<=:)(?=[a-z0-9_+'-]{1,100}:)")
_MOST_CUTS = 1_000
_FOLLOWED = frozenset({"http", "https", "mailto"})
_MARKS = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def plain(text: str, most: int) -> Json:
    """Return a plain text object of at most `most` characters. `:smile:` is not shown as an emoji."""
    return {"type": "plain_text", "text": cut(text, most), "emoji": False}


def length(text: str) -> int:
    """How long Slack takes a text to be. It does not say; its clients count in UTF-16, where an emoji counts twice."""
    return len(text) if text.isascii() else len(text) + sum(each > "\uffff" for each in text)


def beginning(text: str, most: int) -> str:
    """The first characters of a text, of at most that `length`."""
    if len(text) <= most // 2 or (len(text) <= most and text.isascii()):
        return text
    units = 0
    for place, each in enumerate(text):
        units += 2 if each > "\uffff" else 1
        if units > most:
            return text[:place]
    return text


def cut(text: str, most: int) -> str:
    """Return the text in at most `most` characters, cut with an ellipsis if it is longer."""
    return text if length(text) <= most else f"{beginning(text, most - 1).rstrip()}…"


def escaped(text: str) -> str:
    """Escape text for the one field that Slack parses: the fallback of a message."""
    return text.translate(_MARKS)


def fallback(text: str) -> str:
    """Return the text of a message in notifications, escaped and within Slack's limit."""
    whole = escaped(cut(text, limits.FALLBACK))
    return whole if length(whole) <= limits.FALLBACK else escaped(cut(text, limits.FALLBACK // len("&amp;")))


def may_be_read_into(text: str) -> bool:
    """Whether a client may show this text differently. Plain text cannot be split into elements to prevent it."""
    return _READ_INTO.search(text) is not None


def words(text: str, *, bold: bool = False) -> list[Json]:
    """Return text as rich text elements; an empty list for empty text."""
    style: Json = {"style": {"bold": True}} if bold else {}
    pieces = _READ_INTO.split(text, maxsplit=_MOST_CUTS)
    return [{"type": "text", "text": piece, **style} for piece in pieces if piece]


def link(label: str, url: str) -> list[Json]:
    """Return a link as rich text elements; label and address as text if Slack would refuse the address."""
    if not can_follow(url):
        return words(f"{label}: {url}")
    return [{"type": "link", "url": url, "text": label}]


def can_follow(url: str) -> bool:
    """Whether Slack accepts this address in a link. It refuses the whole message otherwise."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    if parts.scheme.lower() not in _FOLLOWED or not url.isascii() or not url.isprintable() or " " in url:
        return False
    return len(url) <= limits.URL and bool(parts.hostname or parts.scheme.lower() == "mailto")
