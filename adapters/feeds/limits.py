"""How large a feed may be, and how long fetching it may take."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """`bytes` after decompression, `seconds` for the whole fetch with its redirects, `entries` in the feed."""

    bytes: int = 5 * 1024 * 1024
    seconds: float = 20.0
    entries: int = 1_000
