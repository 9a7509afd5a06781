"""Map a failed call to Slack to the outcome of a delivery. Source: the error tables of Slack's methods."""

from __future__ import annotations

from adapters.slack.api.web_api import SlackCallError, SlackDeclined, SlackUnanswered
from bot.interface.ports import CLOSED, NO_ACCESS, REFUSED, Never, NotSent, Outcome, Place, Unknown

REMOVED = frozenset({"account_inactive", "token_revoked"})
"""Error codes that mean the app was removed from the workspace."""

TOKEN_REFUSED = frozenset({"invalid_auth", "not_authed"})
"""Error codes that mean Slack does not take the token, or not from our address."""

LOST = frozenset({"channel_not_found", "is_archived", "not_in_channel"})
"""Error codes that mean the app cannot post in the channel until someone there changes that."""

CLOSED_ACCOUNT = frozenset({"user_disabled", "user_not_found", "users_not_found"})
"""Error codes of a direct message that mean the person's account is gone."""

NO_DIRECT_MESSAGES = frozenset(
    {
        "cannot_dm_bot",
        "channel_not_found",
        "is_archived",
        "messages_tab_disabled",
        "method_not_supported_for_channel_type",
        "not_in_channel",
        "user_not_visible",
    }
)
"""Error codes of a direct message that mean this account takes none from the app."""

NO_WORKSPACE = frozenset(
    {
        *REMOVED,
        "access_denied",
        "ekm_access_denied",
        "enterprise_is_restricted",
        "invalid_auth",
        "missing_scope",
        "no_permission",
        "not_allowed_token_type",
        "not_authed",
        "not_installed",
        "team_access_not_granted",
    }
)
"""Error codes that mean the app cannot write to anyone in the workspace until someone changes that."""

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


def account_ended(code: str) -> str:
    """Why no direct message arrives in the account for which a call failed; empty if others may arrive."""
    if code in CLOSED_ACCOUNT:
        return CLOSED
    if code in NO_WORKSPACE:
        return NO_ACCESS
    return REFUSED if code in NO_DIRECT_MESSAGES or code.startswith("restricted_action") else ""


def never(code: str, place: Place) -> Never:
    """The outcome of an attempt that Slack refused for good with that code."""
    return Never(said(code), account_ended(code) if place.direct else "")


def outcome(fault: SlackCallError, place: Place) -> Outcome:
    """The outcome of an attempt in a place whose call raised `fault`."""
    if isinstance(fault, SlackUnanswered):
        return Unknown(fault.reason)
    if not isinstance(fault, SlackDeclined) or fault.wait is not None:
        return NotSent(fault.reason, getattr(fault, "wait", None), getattr(fault, "asked", None))
    temporary = fault.reason in TEMPORARY or fault.reason.startswith("http_")
    return NotSent(fault.reason) if temporary else never(fault.reason, place)
