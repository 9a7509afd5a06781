"""Text as Slack takes it, so that it is read exactly as it was typed.

Rich text and plain text are not parsed for mark-up. Two things might be read into them all the same, by a client or on
the way: `&amp;`, `&lt;` and `&gt;` as the characters that they stand for, and `:smile:` as a picture. Rich text is cut
into elements in the middle of both, so that no element holds either whole.
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
    """A plain text object of at most so many characters; a code such as `:smile:` stays a code."""
    return {"type": "plain_text", "text": cut(text, most), "emoji": False}


def cut(text: str, most: int) -> str:
    """The text, or its beginning and an ellipsis: at most so many characters."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def escaped(text: str) -> str:
    """Text for the one field that Slack parses, the fallback of a message."""
    return text.translate(_MARKS)


def fallback(text: str) -> str:
    """The sentence that stands for a message in notifications, escaped and no longer than Slack takes."""
    whole = escaped(cut(text, limits.FALLBACK))
    return whole if len(whole) <= limits.FALLBACK else escaped(cut(text, limits.FALLBACK // len("&amp;")))


def may_be_read_into(text: str) -> bool:
    """Whether plain text, which cannot be cut into elements, might show something else than this."""
    return _READ_INTO.search(text) is not None


def words(text: str, *, bold: bool = False) -> list[Json]:
    """Text as elements of rich text; none for no text."""
    style: Json = {"style": {"bold": True}} if bold else {}
    pieces = _READ_INTO.split(text, maxsplit=_MOST_CUTS)
    return [{"type": "text", "text": piece, **style} for piece in pieces if piece]


def link(label: str, url: str) -> list[Json]:
    """A link as elements of rich text; where Slack would refuse the address, label and address as text."""
    if not can_follow(url):
        return words(f"{label}: {url}")
    return [{"type": "link", "url": url, "text": label}]


def can_follow(url: str) -> bool:
    """Whether Slack takes this as the address of a link: a message with another one is refused as a whole."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    if parts.scheme.lower() not in _FOLLOWED or not url.isascii() or not url.isprintable() or " " in url:
        return False
    return len(url) <= limits.URL and bool(parts.hostname or parts.scheme.lower() == "mailto")
