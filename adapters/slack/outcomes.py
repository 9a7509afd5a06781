"""What a call to Slack that did not succeed means for a message. Source: the error tables of Slack's methods."""

from __future__ import annotations

from adapters.slack.web_api import Declined, Fault, Unanswered
from bot.ports import Never, NotSent, Outcome, Unknown

REMOVED = frozenset({"account_inactive", "token_revoked"})
"""The bot is not in the workspace any more."""

LOST = frozenset({"channel_not_found", "is_archived", "not_in_channel"})
"""Nothing can be said in the channel any more, until somebody there changes that."""

FOR_NOW = frozenset(
    {
        "accesslimited",
        "external_channel_migrating",
        "message_limit_exceeded",
        "org_login_required",
        "request_timeout",
        "team_added_to_org",
        "team_quota_exceeded",
        "token_expired",
    }
)
"""What passes by itself. Anything else that Slack declines stays so until somebody mends it."""


def outcome(fault: Fault) -> Outcome:
    """How a try ended whose call did not succeed."""
    if isinstance(fault, Unanswered):
        return Unknown(fault.reason)
    if not isinstance(fault, Declined) or fault.wait is not None:
        return NotSent(fault.reason, getattr(fault, "wait", None))
    passes = fault.reason in FOR_NOW or fault.reason.startswith("http_")
    return NotSent(fault.reason) if passes else Never(fault.reason)
