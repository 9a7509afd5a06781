"""Turning the HTML that publishers put into feeds into plain text.

Each pattern here runs in time proportional to the text: none can scan past the next "<" and then back up. Parsers of
HTML do not promise that, so none is used.
"""

import re
import unicodedata
from html import unescape

from bot.interface.visible_text import is_blank

_COMMON_TAG = re.compile(
    r"</(?:a|abbr|b|blockquote|div|em|h[1-6]|i|li|ol|p|script|span|strong|style|sub|sup|table|td|tr|u|ul)\s*+>"
    r"|<(?:img|a)\s[^<>]*+=[^<>]*+>|<[bh]r\s*+/?>",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,31}\d{0,2});", re.IGNORECASE)
_INVISIBLE = re.compile(
    r"<!--(?:.*?-->|.*\Z)|<(script|style|template|noscript)\b(?:.*?</\1\s*+>|.*\Z)", re.IGNORECASE | re.DOTALL
)
_TAG = re.compile(
    r"</?([a-z][a-z0-9:-]*+)(?:[^<>\"']|\"[^\"<]*+\"|'[^'<]*+')*+>"  # a quoted value may contain ">"
    r"|</?([a-z][a-z0-9:-]*+)[^<>]*+>"
    r"|<[!?][^<>]*+>"
    r"|<[a-z/!?][^<>]*+\Z",  # a tag that is cut short
    re.IGNORECASE,
)
_INLINE = {"a", "abbr", "b", "code", "em", "i", "mark", "q", "small", "span", "strong", "sub", "sup", "u"}
_DIRECTION_MARKS = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


def plain_text(text: str, *, html: bool | None) -> str:
    """Give `text` on one line, without tags, with entities decoded and runs of white space as one space.

    `html` says whether the feed declares the text as HTML, and is None if it does not say. Publishers often forget to,
    so text with the end of a common tag, a line break or a complete entity is then read as HTML too; but a tag that
    is only named, as in "no <table> in letters", stays. Control characters are removed, and so are the marks that
    change the direction of text, because they can make a title read as something else. Text of which nothing can be
    seen is empty.
    """
    if html or (html is None and _COMMON_TAG.search(text)):
        text = unescape(_TAG.sub(_space_for, _INVISIBLE.sub(" ", text)))
    elif html is None and _ENTITY.search(text):
        text = unescape(text)
    text = " ".join("".join(filter(_is_visible, text)).split())
    return "" if is_blank(text) else text


def _space_for(tag: re.Match[str]) -> str:
    name = tag[1] or tag[2] or ""
    return "" if name.lower() in _INLINE else " "


def _is_visible(character: str) -> bool:
    if character.isspace():
        return True
    return unicodedata.category(character) not in ("Cc", "Cs", "Cn") and character not in _DIRECTION_MARKS
