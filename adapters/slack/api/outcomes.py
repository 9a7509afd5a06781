"""What a call to Slack that did not succeed means for a message. Source: the error tables of Slack's methods."""

from __future__ import annotations

from adapters.slack.api.web_api import SlackCallError, SlackDeclined, SlackUnanswered
from bot.interface.ports import Never, NotSent, Outcome, Unknown

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

_SAID = {
    "account_inactive": "the app was removed from the workspace",
    "cannot_dm_bot": "it was for an app, and not for a person",
    "channel_not_found": "the channel was deleted, or the app was removed from it",
    "invalid_auth": "Slack does not take the bot token, of which python -m bot doctor says more",
    "is_archived": "the channel was archived",
    "missing_scope": "the app lacks a permission, which python -m bot doctor names",
    "not_in_channel": "the app was removed from the channel, and can be invited again",
    "not_installed": "the app is not installed in the workspace",
    "team_access_not_granted": "the organisation took the app out of the workspace",
    "token_revoked": "the app was removed from the workspace",
    "user_disabled": "their account was closed",
    "user_not_found": "their account was deleted",
}
_MAY_NOT = "only some people may write there"
"""What all codes say that begin with `restricted_action`."""


def said(code: str) -> str:
    """What a code of Slack means for whoever mends it, followed by the code; only the code where it says enough."""
    words = _MAY_NOT if code.startswith("restricted_action") else _SAID.get(code)
    return f"{words} ({code})" if words else code


def outcome(fault: SlackCallError) -> Outcome:
    """How a try ended whose call did not succeed."""
    if isinstance(fault, SlackUnanswered):
        return Unknown(fault.reason)
    if not isinstance(fault, SlackDeclined) or fault.wait is not None:
        return NotSent(fault.reason, getattr(fault, "wait", None))
    passes = fault.reason in FOR_NOW or fault.reason.startswith("http_")
    return NotSent(fault.reason) if passes else Never(said(fault.reason))
