"""Typed text made safe for a terminal, where a control character can be a command."""

from __future__ import annotations

import unicodedata

_ISOLATE, _END = "\u2068", "\u2069"
_PICTURES = 0x2400
_DELETED = "\u2421"
_CHANGES_DIRECTION = frozenset({"R", "AL", "RLE", "RLO", "LRE", "LRO", "PDF", "RLI", "LRI", "FSI", "PDI"})
_OPENS = frozenset({"RLI", "LRI", "FSI"})


def fit(text: str) -> str:
    """The text with a visible picture for each control character; right-to-left text cannot change what follows it.

    Line feeds stay, and a tab becomes four blanks.
    """
    seen = "".join(_seen(each) for each in text.replace("\t", "    "))
    directions = [unicodedata.bidirectional(each) for each in seen]
    if not _CHANGES_DIRECTION.intersection(directions):
        return seen
    # A mark that closes more than was opened would end the isolation, so each open one is closed here.
    return "\n".join(_ISOLATE + line + _END * (_left_open(line) + 1) for line in seen.split("\n"))


def _seen(character: str) -> str:
    if character == "\n" or unicodedata.category(character) not in {"Cc", "Cs"}:
        return character
    code = ord(character)
    if code < 0x20:
        return chr(_PICTURES + code)
    return _DELETED if code == 0x7F else "\ufffd"


def _left_open(line: str) -> int:
    depth = 0
    for each in line:
        direction = unicodedata.bidirectional(each)
        if direction in _OPENS:
            depth += 1
        elif direction == "PDI":
            depth = max(0, depth - 1)
    return depth
