"""The registered chat platforms: one line for each, with the name in the database and the name that people read.

What a platform needs and does is in its package, `adapters.<name>`; `bot/cli/platforms.py` says what the package gives.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class PlatformName:
    """`name` is stored with every place and names the package; `display_name` stands inside sentences."""

    name: str
    display_name: str


REGISTERED = (
    PlatformName("slack", "Slack"),
    PlatformName("teams", "Teams"),
)
"""The platforms that can be served, in the order in which they are listed."""
SANDBOX = PlatformName("web", "the sandbox")
"""The pages that stand in for a chat. They are served by a command of their own, beside no other platform."""
_NAMES = tuple(each.name for each in REGISTERED)
_DISPLAY_NAMES = {each.name: each.display_name for each in (*REGISTERED, SANDBOX)}


def display_name(name: str) -> str:
    """What people call the platform of that name; the name itself for one that is not registered."""
    return _DISPLAY_NAMES.get(name, name)


def listed(conjunction: str, names: Iterable[str] = _NAMES) -> str:
    """The display names of these platforms as a list inside a sentence: "Slack or Teams" for "or"."""
    *first, last = map(display_name, names)
    return f"{', '.join(first)} {conjunction} {last}" if first else last
