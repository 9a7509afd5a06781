"""The bytes of a feed and where they came from."""

from collections.abc import Callable
from dataclasses import dataclass

Progress = Callable[[int, int | None], None]
"""Told after each piece: the bytes read so far, and how many there will be where that is known."""


@dataclass(frozen=True)
class Document:
    """A feed as it came; `address` is the one that answered in the end, None for a file."""

    content: bytes
    address: str | None = None
