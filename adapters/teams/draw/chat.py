"""What may be done, asked and shown in a chat: closed lists, so that whatever is new is in dialogs.

The platform audits what is filled in on a card in a chat. So nothing stands here that asks for a flag's text, or tells
who sent one: an answer is shown to everybody with the name of who gave it, and a day to decide or to be reminded by
tells nothing of anybody else.
"""

from __future__ import annotations

from bot.interface.intents import AcknowledgeAll, AnswerFlags, AnswerPolicy, Home, MyPolicies, SeeFlags, Settle, Snooze

DONE = (Settle,)
"""What a button does on a card in a chat, with nothing asked."""
ASKED = (AcknowledgeAll, AnswerFlags, AnswerPolicy, Snooze)
"""Forms that stand in the place of a message, in its reader's own chat."""
SHOWN = (Home, MyPolicies, SeeFlags)
"""Views that do. One flag is none of them: to its author it shows more than to others."""
IN_PLACE = (*ASKED, *SHOWN)
