"""The registered chat platforms: one line for each, with the names that it has, and what it cannot do.

What a platform needs and does is in its package, `adapters.<name>`; `bot/cli/platforms.py` says what the package gives.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

from bot.interface.intents import DownloadCsv
from bot.interface.parts import Card, Form, FormButton

Shown = TypeVar("Shown", bound=Card | Form)


@dataclass(frozen=True)
class PlatformName:
    """`name` is stored with every place and names the package; `display_name` stands inside sentences.

    `sends_files` says whether it can give a file to one person. `asks_again` says whether its clients ask how a message
    to a person stands whenever they show it, so that no update is sent: one would discard what is filled in there.
    """

    name: str
    display_name: str
    sends_files: bool = True
    asks_again: bool = False


REGISTERED = (
    PlatformName("slack", "Slack"),
    PlatformName("teams", "Teams", sends_files=False, asks_again=True),
)
"""The platforms that can be served, in the order in which they are listed."""
SANDBOX = PlatformName("web", "the sandbox", asks_again=True)
"""The pages that stand in for a chat. They are served by a command of their own, beside no other platform."""
_NAMES = tuple(each.name for each in REGISTERED)
_WITHOUT_FILES = frozenset(each.name for each in REGISTERED if not each.sends_files)
_ASK_AGAIN = frozenset(each.name for each in (*REGISTERED, SANDBOX) if each.asks_again)
_DISPLAY_NAMES = {each.name: each.display_name for each in (*REGISTERED, SANDBOX)}


def display_name(name: str) -> str:
    """What people call the platform of that name; the name itself for one that is not registered."""
    return _DISPLAY_NAMES.get(name, name)


def asks_again(name: str) -> bool:
    """Whether the clients of the platform of that name ask how a message stands whenever they show it."""
    return name in _ASK_AGAIN


def offered(screen: Shown, platform: str) -> Shown:
    """The screen as a platform shows it: without the buttons for what it cannot do."""
    if platform not in _WITHOUT_FILES:
        return screen
    if isinstance(screen, Card):
        return replace(screen, parts=tuple(each for each in screen.parts if not _needs_files(each)))
    return replace(screen, body=tuple(each for each in screen.body if not _needs_files(each)))


def _needs_files(part: object) -> bool:
    return isinstance(part, FormButton) and isinstance(part.intent, DownloadCsv)


def listed(conjunction: str, names: Iterable[str] = _NAMES) -> str:
    """The display names of these platforms as a list inside a sentence: "Slack or Teams" for "or"."""
    *first, last = map(display_name, names)
    return f"{', '.join(first)} {conjunction} {last}" if first else last
