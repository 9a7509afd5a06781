"""What stands behind the desk: for every intent, the screen it opens and what sending it does.

`OPENS` gives the screen of an intent; for a form it is asked again with what was typed and what is wrong.
`SUBMITS` does what an intent asks, in one transaction, and gives the screen that says so.
"""

from __future__ import annotations

from bot.handlers import (
    announcing,
    answering,
    away,
    browsing,
    channels,
    downloading,
    flagging,
    organisation,
    owning,
    pausing,
    practising,
    replying,
    setting_up,
)
from bot.handlers.context import Opens, Submits
from bot.interface.intents import Intent

_MODULES = (
    browsing,
    flagging,
    replying,
    answering,
    owning,
    away,
    pausing,
    announcing,
    channels,
    downloading,
    setting_up,
    organisation,
    practising,
)
OPENS: dict[type[Intent], Opens] = {intent: door for module in _MODULES for intent, door in module.OPENS.items()}
SUBMITS: dict[type[Intent], Submits] = {intent: door for module in _MODULES for intent, door in module.SUBMITS.items()}

__all__ = ["OPENS", "SENDS"]
