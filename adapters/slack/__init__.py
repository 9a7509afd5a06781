"""Slack: which settings turn it on, and how it is connected.

Importing this package loads none of Slack's libraries. `connect` does.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace

from aiohttp import web

from adapters.slack.options import SlackOptions
from bot.dispatcher import Dispatcher
from bot.interface.clock import Clock
from bot.interface.finding import Finding
from bot.interface.ports import ChatPlatform
from bot.people.connections import Connections
from bot.runtime.settings import PREFIX, BadSetting, Settings


def is_set_up(settings: Settings) -> bool:
    """Whether there is a way to receive and a way to send. Raises `BadSetting` if there is only one of them."""
    installs = settings.has("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET")
    if not installs and not settings.has("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"):
        return False
    if not settings.has("SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"):
        raise BadSetting(
            f"Slack needs {PREFIX}SLACK_APP_TOKEN (for Socket Mode) or {PREFIX}SLACK_SIGNING_SECRET (for HTTP)."
        )
    if installs:
        settings.require("Slack for several workspaces", "SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "PUBLIC_URL")
    elif not settings.has("SLACK_BOT_TOKEN"):
        raise BadSetting(
            f"Slack needs {PREFIX}SLACK_BOT_TOKEN or, for several workspaces, both {PREFIX}SLACK_CLIENT_ID "
            f"and {PREFIX}SLACK_CLIENT_SECRET."
        )
    return True


def options_from(settings: Settings) -> SlackOptions:
    """Return the options for Slack from the settings."""
    return SlackOptions(
        bot_token=settings.slack_bot_token.get_secret_value(),
        app_token=settings.slack_app_token.get_secret_value(),
        signing_secret=settings.slack_signing_secret.get_secret_value(),
        client_id=settings.slack_client_id,
        client_secret=settings.slack_client_secret.get_secret_value(),
        api_url=settings.slack_api_url,
        public_url=settings.public_url,
    )


async def examine(
    connections: Connections, settings: Settings, clock: Clock, running: Mapping[str, str] | None
) -> AsyncIterator[Finding]:
    """Yield what is to be said about how Slack is set up. Raises `Unavailable`."""
    from adapters.slack.install.doctor import Doctor

    async for each in Doctor(connections, options_from(settings), clock, running=running).examine():
        yield each


def connect(
    application: web.Application,
    dispatcher: Dispatcher,
    connections: Connections,
    settings: Settings,
    *,
    clock: Clock,
    receives: bool,
) -> ChatPlatform:
    """Add Slack's routes to `application`, and return the platform.

    Without `receives` it handles no requests and opens no Socket Mode connection.
    """
    from adapters.slack.service import mount

    options = options_from(settings)
    if not receives:
        options = replace(options, app_token="", signing_secret="")
    return mount(application, dispatcher, connections, options, clock=clock)
