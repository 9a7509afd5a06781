"""Commands: what people can type to the bot, and what each one opens.

What is typed is only compared with these words: everything else is answered by where flags are given.
"""

from __future__ import annotations

import unicodedata
from html import unescape

from bot.interface.intents import Announce, Help, Home, Intent, MyFlags, NewestDigest, SeeSettings

COMMANDS: dict[str, Intent] = {
    "announce": Announce(),
    "mine": MyFlags(),
    "digest": NewestDigest(),
    "settings": SeeSettings(),
    "home": Home(),
    "help": Help(),
}
"""The commands by the names that people are told, and what each opens."""
OTHER_NAMES = {
    "announce a policy": "announce",
    "my flags": "mine",
    "show my flags": "mine",
    "see my flags": "mine",
    "my digest": "digest",
    "newest digest": "digest",
    "my newest digest": "digest",
    "see my newest digest": "digest",
    "my settings": "settings",
    "change settings": "settings",
    "start": "home",
    "hello": "home",
    "hi": "home",
    "": "help",
}
"""What people type instead, often because a button says so."""
_LONGEST = 40
_MARKS = " .,:;!?…'\"‘’“”«»()[]<>*_`~#/\\-–—"


def command(typed: str) -> str | None:
    """The name of the command that a text is; None for any other text. A text without a word asks for help."""
    words = _words(typed)
    name = OTHER_NAMES.get(words, words)
    return name if name in COMMANDS else None


def _words(typed: str) -> str:
    """The words of a text, without case, marks at either end, invisible characters and the codes of a chat's markup."""
    text = unescape(typed).strip()
    if len(text) > 2 * _LONGEST:
        return text
    seen = "".join(each for each in unicodedata.normalize("NFKC", text) if unicodedata.category(each) != "Cf")
    return " ".join(seen.split()).strip(_MARKS).casefold()
