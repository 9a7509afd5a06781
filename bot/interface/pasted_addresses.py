"""Reading an e-mail address out of what people paste for one."""

from __future__ import annotations

import re
from urllib.parse import unquote

from bot.interface.visible_text import stripped

_IN_BRACKETS = re.compile(r"[^<>]*<([^<>]+)>[\s;,.]*")
_MAILTO = re.compile(r"mailto:", re.IGNORECASE)
_COMMENT = re.compile(r"\s*\([^()]*\)$")
_AROUND = "\"'‘’“”«»()[]"
_AFTER = ";,.: "
_IN_NO_ADDRESS = re.compile(r"[\s<>()\[\],;:\"\\|\ufffd]")


def address_in(text: str) -> str | None:
    """The one address in a text such as `Helen Marsh <mailto:helen@example.org>;`, as it is spelled there.

    None if there is no address in it, or more than one. Nothing inside the address is changed: compare it with
    `comparable`.
    """
    text = stripped(text)
    if found := _IN_BRACKETS.fullmatch(text):
        # Slack writes a link as <mailto:name@example.org|what is shown>.
        text = found[1].partition("|")[0]
    text = _trimmed(_COMMENT.sub("", text.strip()))
    if found := _MAILTO.match(text):
        text = _trimmed(unquote(text[found.end() :].partition("?")[0]))
    local, at, domain = text.partition("@")
    if not (local and at and domain) or "@" in domain or _IN_NO_ADDRESS.search(text) or not text.isprintable():
        return None
    return text


def _trimmed(text: str) -> str:
    before = ""
    while text != before:
        before, text = text, text.strip().rstrip(_AFTER)
        if len(text) > 1 and text[0] in _AROUND and text[-1] in _AROUND:
            text = text[1:-1]
    return text
