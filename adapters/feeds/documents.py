"""The bytes of a feed, and where they came from."""

from collections.abc import Callable
from dataclasses import dataclass

Progress = Callable[[int, int | None], None]
"""Called after each chunk with the bytes read so far and the bytes expected, None if that is not known."""


@dataclass(frozen=True)
class Document:
    """A feed as it arrived. `address` is where it was found after all redirects, None for a file.

    `charset` is the encoding that its server named, empty if it named none.
    """

    content: bytes
    address: str | None = None
    charset: str = ""
