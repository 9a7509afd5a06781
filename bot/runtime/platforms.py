"""Which chat platforms are set up: one is on when its settings are there, and never by half."""

from __future__ import annotations

from bot.runtime.settings import PREFIX, BadSetting, Settings, is_loopback

PROOFS = ("TEAMS_APP_PASSWORD", "TEAMS_CERTIFICATE", "TEAMS_MANAGED_IDENTITY")
"""What a Teams bot can prove itself with: one of them."""


def set_up(settings: Settings) -> tuple[str, ...]:
    """The names of the platforms that are set up. Raises `BadSetting`, which names what one of them lacks."""
    return tuple(name for name, is_on in (("slack", _slack), ("teams", _teams)) if is_on(settings))


def _slack(settings: Settings) -> bool:
    """Whether Slack is set up: a way to hear, and a way to speak."""
    installing = _any(settings, "SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET")
    if not installing and not _any(settings, "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"):
        return False
    if not _any(settings, "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"):
        raise BadSetting(
            f"Slack needs {PREFIX}SLACK_APP_TOKEN, for Socket Mode, or {PREFIX}SLACK_SIGNING_SECRET, for HTTP."
        )
    if installing:
        _require("Slack, for several workspaces,", settings, "SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "PUBLIC_URL")
    elif not settings.slack_bot_token:
        raise BadSetting(
            f"Slack needs {PREFIX}SLACK_BOT_TOKEN or, for several workspaces, {PREFIX}SLACK_CLIENT_ID "
            f"and {PREFIX}SLACK_CLIENT_SECRET."
        )
    return True


def _teams(settings: Settings) -> bool:
    """Whether Teams is set up: which bot, whose it is, and one proof. An empty app ID never means that all may in."""
    if not _any(settings, "TEAMS_APP_ID", "TEAMS_TENANT_ID", "TEAMS_INSECURE_LOCAL", *PROOFS):
        return False
    if settings.teams_insecure_local and not is_loopback(settings.host):
        raise BadSetting(
            f"{PREFIX}TEAMS_INSECURE_LOCAL is for this machine only: {PREFIX}HOST must be a loopback address."
        )
    _require("Teams", settings, "TEAMS_APP_ID", "TEAMS_TENANT_ID")
    given = sum(_any(settings, each) for each in PROOFS)
    if given > 1 or not (given or settings.teams_insecure_local):
        named = ", ".join(PREFIX + each for each in PROOFS)
        raise BadSetting(f"Teams needs one of {named}, and only one.")
    return True


def _any(settings: Settings, *names: str) -> bool:
    return any(getattr(settings, name.lower()) for name in names)


def _require(platform: str, settings: Settings, *names: str) -> None:
    missing = [PREFIX + name for name in names if not _any(settings, name)]
    if missing:
        raise BadSetting(f"{platform} needs {' and '.join(missing)} too.")
