"""HTML that publishers put into feeds, turned into plain text.

Every pattern here takes time in proportion to the text: none can scan past the next "<" and come back.
That is why they stand here in place of a parser of HTML, which does not promise it.
"""

import re
import unicodedata
from html import unescape

_COMMON_TAG = re.compile(
    r"</?(?:a|abbr|b|blockquote|br|div|em|h[1-6]|hr|i|img|li|ol|p|script|span|strong|style|sub|sup|table|td|tr|u|ul)"
    r"(?:\s[^<>]*+)?>|<(?:br|hr)/>",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,31}\d{0,2});", re.IGNORECASE)
_UNREAD = re.compile(
    r"<!--(?:.*?-->|.*\Z)|<(script|style|template|noscript)\b(?:.*?</\1\s*+>|.*\Z)", re.IGNORECASE | re.DOTALL
)
_TAG = re.compile(
    r"</?([a-z][a-z0-9:-]*+)(?:[^<>\"']|\"[^\"<]*+\"|'[^'<]*+')*+>"  # quotes may hold a ">"
    r"|</?([a-z][a-z0-9:-]*+)[^<>]*+>"
    r"|<[!?][^<>]*+>"
    r"|<[a-z/!?][^<>]*+\Z",  # cut short
    re.IGNORECASE,
)
_INLINE = {"a", "abbr", "b", "code", "em", "i", "mark", "q", "small", "span", "strong", "sub", "sup", "u"}
_TURNS_TEXT_ROUND = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


def plain_text(text: str, *, html: bool) -> str:
    """Give one line of plain text: tags dropped, entities decoded, white space folded.

    `html` says that the feed declares the text to be HTML. Publishers often forget to, so that text which
    has a common tag or a whole entity in it is read as HTML too. Control characters go, and so do those
    that turn the direction of text: they can make a title read as something else.
    """
    if html or _COMMON_TAG.search(text) or _ENTITY.search(text):
        text = unescape(_TAG.sub(_gap, _UNREAD.sub(" ", text)))
    return " ".join("".join(filter(_shown, text)).split())


def _gap(tag: re.Match[str]) -> str:
    name = tag[1] or tag[2] or ""
    return "" if name.lower() in _INLINE else " "


def _shown(character: str) -> bool:
    if character.isspace():
        return True
    return unicodedata.category(character) not in ("Cc", "Cs", "Cn") and character not in _TURNS_TEXT_ROUND
