"""What a fault means for a message: come later, come never, or nobody knows.

Only what was certainly not taken may be sent again. A 429 and a 412 certainly were not; a 408, any 5xx, a time-out and
a broken connection may have been. What is refused for good is a matter for an admin.
"""

from __future__ import annotations

from adapters.teams.api.faults import TeamsApiError, TeamsRefused, TeamsUnreachable
from bot.interface.ports import Never, NotSent, Outcome, Unknown

GONE = frozenset({"BotNotInConversationRoster", "ConversationNotFound"})
"""Words of the server for: the bot is not there, or there is nothing any more."""
NOT_WANTED = frozenset({"ConversationBlockedByUser", "MessageWritesBlocked"})
"""Words of the server for: this person has blocked the bot, or removed it."""
NOT_ALLOWED = frozenset({*GONE, "ForbiddenOperationException", "Forbidden"})


def outcome(fault: TeamsApiError) -> Outcome:
    """What a fault in posting a message means for it."""
    if isinstance(fault, TeamsUnreachable):
        return NotSent(str(fault))
    if not isinstance(fault, TeamsRefused):
        return Unknown(str(fault))
    if fault.status in (429, 412) or fault.status < 400:
        return NotSent(str(fault), fault.wait)
    if fault.status == 401 and fault.code != "BotNotRegistered":
        return NotSent(str(fault))  # the token is renewed by then
    if fault.status == 408 or fault.status >= 500:
        return Unknown(str(fault))
    return Never(fault.code or str(fault))


def before_sending(fault: TeamsApiError) -> Outcome:
    """What a fault means while nothing has been posted yet: whatever happened, the message was not sent."""
    found = outcome(fault)
    return NotSent(found.reason) if isinstance(found, Unknown) else found


def is_not_wanted(fault: TeamsApiError) -> bool:
    """Whether a person takes no messages of the bot."""
    return isinstance(fault, TeamsRefused) and fault.code in NOT_WANTED


def is_gone(fault: TeamsApiError) -> bool:
    """Whether the bot is no longer in the conversation, or the conversation is no longer there."""
    return isinstance(fault, TeamsRefused) and fault.code in GONE
