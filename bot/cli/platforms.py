"""How each chat platform is connected: its settings are turned into its adapter's options."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from aiohttp import web

from adapters.http import Platform
from bot.dispatcher import Dispatcher
from bot.people.connections import Connections
from bot.runtime.clock import now
from bot.runtime.settings import Settings
from bot.runtime.startup import Stop

if TYPE_CHECKING:
    from adapters.slack import SlackOptions


@dataclass(frozen=True)
class Parts:
    """What a platform is connected to. `hears` is False in a process that only sends."""

    settings: Settings
    pages: web.Application
    dispatcher: Dispatcher
    connections: Connections
    hears: bool


def slack(parts: Parts) -> Platform:
    """Slack; in a process that only sends, it opens no link and answers no request."""
    from adapters.slack import connect

    options = slack_options(parts.settings)
    if not parts.hears:
        options = replace(options, app_token="", signing_secret="")
    return connect(parts.pages, parts.dispatcher, parts.connections, options, clock=now)


def slack_options(given: Settings) -> SlackOptions:
    """What an operator set for Slack."""
    from adapters.slack import SlackOptions

    return SlackOptions(
        bot_token=given.slack_bot_token.get_secret_value(),
        app_token=given.slack_app_token.get_secret_value(),
        signing_secret=given.slack_signing_secret.get_secret_value(),
        client_id=given.slack_client_id,
        client_secret=given.slack_client_secret.get_secret_value(),
        api_url=given.slack_api_url,
        public_url=given.public_url,
    )


def teams(parts: Parts) -> Platform:
    """Teams. Raises `Stop`."""
    from adapters.teams import NotSetUp, TeamsOptions, connect

    given = parts.settings
    try:
        options = TeamsOptions(
            app_id=given.teams_app_id,
            tenant=given.teams_tenant_id,
            password=given.teams_app_password.get_secret_value(),
            certificate=given.teams_certificate.get_secret_value(),
            managed_identity=given.teams_managed_identity,
            openid_url=given.teams_openid_url,
            token_url=given.teams_token_url,
            issuer=given.teams_issuer,
            service_hosts=given.service_hosts,
            host=given.host,
            insecure_local=given.teams_insecure_local,
        )
        return connect(parts.pages, parts.dispatcher, parts.connections, options, clock=now)
    except NotSetUp as problem:
        raise Stop(str(problem)) from None


CONNECT: dict[str, Callable[[Parts], Platform]] = {"slack": slack, "teams": teams}
"""How each platform is connected. Only a process that serves a platform loads its libraries."""
