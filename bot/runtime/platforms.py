"""Which chat platforms are configured: a platform is on when all its settings are there, and never half on."""

from __future__ import annotations

from bot.runtime.settings import PREFIX, BadSetting, Settings, is_loopback

CREDENTIALS = ("TEAMS_APP_PASSWORD", "TEAMS_CERTIFICATE", "TEAMS_MANAGED_IDENTITY")
"""The credentials of a Teams bot: exactly one of these must be set."""


def set_up(settings: Settings) -> tuple[str, ...]:
    """The names of the configured platforms. Raises `BadSetting`, which names the settings that one of them lacks."""
    return tuple(name for name, is_on in (("slack", _slack_is_on), ("teams", _teams_is_on)) if is_on(settings))


def _slack_is_on(settings: Settings) -> bool:
    """Whether Slack is configured: it needs a way to receive and a way to send."""
    installing = _any_set(settings, "SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET")
    if not installing and not _any_set(settings, "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"):
        return False
    if not _any_set(settings, "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"):
        raise BadSetting(
            f"Slack needs {PREFIX}SLACK_APP_TOKEN (for Socket Mode) or {PREFIX}SLACK_SIGNING_SECRET (for HTTP)."
        )
    if installing:
        _require("Slack for several workspaces", settings, "SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "PUBLIC_URL")
    elif not settings.slack_bot_token:
        raise BadSetting(
            f"Slack needs {PREFIX}SLACK_BOT_TOKEN or, for several workspaces, both {PREFIX}SLACK_CLIENT_ID "
            f"and {PREFIX}SLACK_CLIENT_SECRET."
        )
    return True


def _teams_is_on(settings: Settings) -> bool:
    """Whether Teams is configured: it needs an app ID, a tenant and one credential. An empty app ID admits no one."""
    if not _any_set(settings, "TEAMS_APP_ID", "TEAMS_TENANT_ID", "TEAMS_INSECURE_LOCAL", *CREDENTIALS):
        return False
    if settings.teams_insecure_local and not is_loopback(settings.host):
        raise BadSetting(
            f"{PREFIX}TEAMS_INSECURE_LOCAL is for this machine only: {PREFIX}HOST must be a loopback address."
        )
    _require("Teams", settings, "TEAMS_APP_ID", "TEAMS_TENANT_ID")
    given = sum(_any_set(settings, each) for each in CREDENTIALS)
    if given > 1 or not (given or settings.teams_insecure_local):
        named = ", ".join(PREFIX + each for each in CREDENTIALS)
        raise BadSetting(f"Teams needs exactly one of {named}.")
    return True


def _any_set(settings: Settings, *names: str) -> bool:
    return any(getattr(settings, name.lower()) for name in names)


def _require(platform: str, settings: Settings, *names: str) -> None:
    missing = [PREFIX + name for name in names if not _any_set(settings, name)]
    if missing:
        raise BadSetting(f"{platform} also needs {' and '.join(missing)}.")
