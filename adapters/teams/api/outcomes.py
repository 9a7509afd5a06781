"""Map a failed call to the outcome of a delivery: retry later, never, or unknown.

Only a message that was certainly not posted may be sent again: after a 429 or a 412, but not after a 408, a 5xx, a
time-out or a broken connection. An admin is told about messages that are refused for good.
"""

from __future__ import annotations

from adapters.teams.api.faults import TeamsApiError, TeamsRefused, TeamsUnreachable
from bot.interface.ports import NO_ACCESS, REFUSED, Never, NotSent, Outcome, Unknown

GONE = frozenset({"BotNotInConversationRoster", "ConversationNotFound"})
"""Error codes that mean the bot is not in the conversation, or the conversation no longer exists."""
NOT_WANTED = frozenset({"ConversationBlockedByUser", "MessageWritesBlocked"})
"""Error codes that mean the person has blocked the bot, or removed it."""
NO_TENANT = frozenset({"BotDisabledByAdmin", "BotNotRegistered"})
"""Error codes that mean the bot can write to nobody in the tenant until an admin changes that."""
NOT_ALLOWED = frozenset({*GONE, "ForbiddenOperationException", "Forbidden"})
NO_MESSAGE = frozenset({"ActivityNotFoundInConversation", "ServiceError"})
"""Error codes of a 403 or 404 that a change of a deleted message gets."""


def outcome(fault: TeamsApiError) -> Outcome:
    """Return the outcome of a message whose post failed."""
    if isinstance(fault, TeamsUnreachable):
        return NotSent(str(fault))
    if not isinstance(fault, TeamsRefused):
        return Unknown(str(fault))
    if fault.status in (429, 412) or fault.status < 400:
        return NotSent(str(fault), fault.wait, fault.asked)
    if fault.status == 401 and fault.code != "BotNotRegistered":
        return NotSent(str(fault))  # the retry uses a new token
    if fault.status == 408 or fault.status >= 500:
        return Unknown(str(fault))
    return Never(fault.code or str(fault))


def direct(found: Outcome, fault: TeamsApiError) -> Outcome:
    """The outcome of a direct message, which also says whether the person's account takes messages at all."""
    if not isinstance(found, Never) or not isinstance(fault, TeamsRefused):
        return found
    if fault.code in NO_TENANT:
        return Never(found.reason, NO_ACCESS)
    # 400 and 413 are about the message; all else that a person's chat answers is about the chat.
    return Never(found.reason, REFUSED) if fault.status in (403, 404) else found


def before_sending(fault: TeamsApiError) -> Outcome:
    """Return the outcome of a failure before the message was posted: it was certainly not sent."""
    found = outcome(fault)
    return NotSent(found.reason) if isinstance(found, Unknown) else found


def is_not_wanted(fault: TeamsApiError) -> bool:
    """Whether the person has blocked or removed the bot."""
    return isinstance(fault, TeamsRefused) and fault.code in NOT_WANTED


def takes_nothing(fault: TeamsApiError) -> bool:
    """Whether an answer says that nobody can be written to there until something changes, if it is to be believed."""
    return isinstance(fault, TeamsRefused) and fault.code in NOT_WANTED | NO_TENANT


def is_gone(fault: TeamsApiError) -> bool:
    """Whether the bot is no longer in the conversation, or the conversation no longer exists, if it is to be believed.

    The same answer may come from a conversation that is there. So a second call has to say it too.
    """
    return isinstance(fault, TeamsRefused) and (fault.code in GONE or fault.status == 404)


def may_be_gone(fault: TeamsApiError) -> bool:
    """Whether an answer may mean that the bot is no longer in the conversation, so that its roster is looked at."""
    return isinstance(fault, TeamsRefused) and fault.status in (403, 404) and not takes_nothing(fault)


def is_no_message(fault: TeamsApiError) -> bool:
    """Whether an answer about a message, in a conversation that the bot is in, means that the message is gone."""
    return isinstance(fault, TeamsRefused) and (
        fault.status == 404 or (fault.status == 403 and fault.code in NO_MESSAGE)
    )
