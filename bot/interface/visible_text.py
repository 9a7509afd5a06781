"""Whether a text shows anything: what looks empty is treated as empty, wherever something typed is asked for."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

_UNSPEAKABLE = re.compile("[\0\ud800-\udfff]")
_SHOWS_NOTHING = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp", "Zs"}
# Letters, marks and symbols that Unicode draws as nothing: what it calls "default ignorable" beyond format characters
# (combining grapheme joiner, Hangul fillers, Khmer inherent vowels, Mongolian and other variation selectors), the blank
# pattern of Braille, and a musical sign without a head.
_BLANK = frozenset(
    map(
        chr,
        (
            *(0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180C, 0x180D, 0x180F, 0x2800, 0x3164, 0xFFA0, 0x1D159),
            *range(0xFE00, 0xFE10),
            *range(0xE0100, 0xE01F0),
        ),
    )
)


def is_blank(text: str) -> bool:
    """Whether nothing of `text` can be seen: it is empty, white space, or characters that are drawn as nothing."""
    return not any(map(_is_seen, text))


def stripped(text: str) -> str:
    """`text` without what cannot be seen before its first and after its last visible character."""
    seen = [place for place, character in enumerate(text) if _is_seen(character)]
    return text[seen[0] : seen[-1] + 1] if seen else ""


def speakable(text: str) -> str:
    """`text` in a form that can be stored, with U+FFFD for what cannot.

    JSON and a command line can carry lone surrogates, which no database or cipher takes, and PostgreSQL takes no NUL.
    """
    return _UNSPEAKABLE.sub("\ufffd", text)


def storable(*texts: str) -> bool:
    """Whether all of these can be stored as they are: `speakable` leaves them unchanged."""
    return not any(map(_UNSPEAKABLE.search, texts))


def as_typed(values: Iterable[str]) -> Iterator[str]:
    """What was typed, in a form that can be stored, and empty where it looks empty."""
    return ("" if is_blank(each) else speakable(each) for each in values)


def _is_seen(character: str) -> bool:
    return unicodedata.category(character) not in _SHOWS_NOTHING and character not in _BLANK
