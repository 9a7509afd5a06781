"""Which intents may be done, asked and shown in a chat. What is not in these lists opens in a dialog.

Teams audits what people fill in on a card in a chat. So nothing in these lists asks for the text of a flag, or
reveals who sent one. An answer is shown to everyone with the name of its author anyway, and a date to decide or to be
reminded by reveals nothing about anyone else.
"""

from __future__ import annotations

from bot.interface.intents import (
    AcknowledgeAll,
    AnswerFlags,
    AnswerPolicy,
    Home,
    MyPolicies,
    SeeFlags,
    Settle,
    Snooze,
    TestMyself,
)

DONE = (Settle, TestMyself)
"""Intents that a button on a card in a chat may carry out at once."""
ASKED = (AcknowledgeAll, AnswerFlags, AnswerPolicy, Snooze)
"""Forms that may replace a message in its reader's own chat."""
SHOWN = (Home, MyPolicies, SeeFlags)
"""Views that may replace a message there too. A single flag may not: it shows more to its author than to others."""
IN_PLACE = (*ASKED, *SHOWN)
