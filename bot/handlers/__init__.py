"""Handlers, a subject a module: what each intent opens, and what submitting it does. The rules themselves belong below.

`OPENS` gives an intent's screen; for a form, it is called again with what was typed and the problems found in it.
`SUBMITS` does what an intent asks for, in one transaction, and gives the screen that says so.
"""

from __future__ import annotations

from bot.handlers import (
    accounts,
    administering,
    announcing,
    answering,
    auditing,
    away,
    browsing,
    channels,
    downloading,
    flagging,
    following_up,
    holding,
    my_accounts,
    organisation,
    owning,
    pausing,
    practising,
    reaching_me,
    replying,
    reporting,
    restoring,
    setting_up,
    using_codes,
    widening,
    withdrawing,
)
from bot.handlers.context import Opens, Submits
from bot.interface.intents import Intent

_MODULES = (
    browsing,
    flagging,
    replying,
    using_codes,
    answering,
    following_up,
    owning,
    away,
    pausing,
    holding,
    administering,
    widening,
    announcing,
    withdrawing,
    channels,
    downloading,
    setting_up,
    organisation,
    practising,
    reaching_me,
    my_accounts,
    accounts,
    auditing,
    reporting,
    restoring,
)
OPENS: dict[type[Intent], Opens] = {intent: opens for module in _MODULES for intent, opens in module.OPENS.items()}
SUBMITS: dict[type[Intent], Submits] = {
    intent: submits for module in _MODULES for intent, submits in module.SUBMITS.items()
}

__all__ = ["OPENS", "SUBMITS"]
