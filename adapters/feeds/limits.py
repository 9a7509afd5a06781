"""How much of a feed is read before it is refused."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """`bytes` of the feed once unpacked, `seconds` for the whole way over the network, `entries` in it."""

    bytes: int = 5 * 1024 * 1024
    seconds: float = 20.0
    entries: int = 1_000
