"""The text form of an intent, with which a button or a link carries it.

It is `name` or `name:first:second…`, where the pieces are UUIDs, words, dates and page numbers, never typed text. A
last piece that has its default is left out. `bot/interface/intents.py` has the intents.
"""

from __future__ import annotations

from dataclasses import MISSING, Field, dataclass, fields
from typing import ClassVar, get_type_hints
from uuid import UUID

UUIDs = tuple[UUID, ...]


class UnknownIntent(ValueError):
    """The text is not the text form of any intent: an old button, or a made-up one."""


@dataclass(frozen=True)
class Intent:
    """The base class; only its subclasses are instantiated."""

    name: ClassVar[str] = ""

    def to_text(self) -> str:
        """The text form, at most 255 characters for up to six ids."""
        given = [getattr(self, each.name) for each in fields(self)]
        defaults = [each.default for each in fields(self)]
        while given and given[-1] == defaults[len(given) - 1]:
            given.pop()
        return ":".join([self.name, *map(_piece_to_text, given)])


_PAGE_DIGITS = 6
_BY_NAME: dict[str, type[Intent]] = {}
_HINTS: dict[str, dict[str, object]] = {}


def _piece_to_text(value: object) -> str:
    if isinstance(value, tuple):
        return ".".join(each.hex for each in value)
    if isinstance(value, UUID):
        return value.hex
    return str(value)


def _piece_from_text(kind: object, text: str) -> object:
    if kind is int:
        return _page_from_text(text)
    if kind is UUID:
        return UUID(hex=text)
    if kind == UUIDs:
        return tuple(UUID(hex=each) for each in text.split(".")) if text else ()
    return text


def _page_from_text(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= _PAGE_DIGITS):
        raise ValueError("not a page")
    return max(1, int(text))


def _is_needed(each: Field[object]) -> bool:
    return each.default is MISSING


def parse(text: str) -> Intent:
    """The intent that `text` stands for. Raises `UnknownIntent`, which does not repeat the text."""
    name, *pieces = text.split(":")
    kind = _BY_NAME.get(name)
    if kind is None:
        raise UnknownIntent("unknown intent")
    hints = _HINTS[name]
    names = [each.name for each in fields(kind)]
    if not sum(map(_is_needed, fields(kind))) <= len(pieces) <= len(names):
        raise UnknownIntent("unknown intent")
    try:
        values = {each: _piece_from_text(hints[each], piece) for each, piece in zip(names, pieces, strict=False)}
    except ValueError:
        raise UnknownIntent("unknown intent") from None
    return kind(**values)


def registered(kind: type[Intent]) -> type[Intent]:
    """A decorator: lets `parse` find this kind of intent by its name."""
    _BY_NAME[kind.name], _HINTS[kind.name] = kind, get_type_hints(kind)
    return kind
