"""Map a failed call to Slack to the outcome of a delivery. Source: the error tables of Slack's methods."""

from __future__ import annotations

from adapters.slack.api.web_api import SlackCallError, SlackDeclined, SlackUnanswered
from bot.interface.ports import Never, NotSent, Outcome, Unknown

REMOVED = frozenset({"account_inactive", "token_revoked"})
"""Error codes that mean the app was removed from the workspace."""

LOST = frozenset({"channel_not_found", "is_archived", "not_in_channel"})
"""Error codes that mean the app cannot post in the channel until someone there changes that."""

TEMPORARY = frozenset(
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
"""Temporary errors. Any other error code lasts until someone fixes its cause."""

_EXPLANATIONS = {
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
_RESTRICTED = "only some people may write there"
"""What every code that starts with `restricted_action` means."""


def said(code: str) -> str:
    """Explain a Slack error code to an admin, with the code in brackets; return only the code if it is unknown."""
    explanation = _RESTRICTED if code.startswith("restricted_action") else _EXPLANATIONS.get(code)
    return f"{explanation} ({code})" if explanation else code


def outcome(fault: SlackCallError) -> Outcome:
    """The outcome of an attempt whose call raised `fault`."""
    if isinstance(fault, SlackUnanswered):
        return Unknown(fault.reason)
    if not isinstance(fault, SlackDeclined) or fault.wait is not None:
        return NotSent(fault.reason, getattr(fault, "wait", None))
    temporary = fault.reason in TEMPORARY or fault.reason.startswith("http_")
    return NotSent(fault.reason) if temporary else Never(said(fault.reason))
