"""Microsoft Teams: which settings turn it on, and how it is connected. One tenant, through the Bot Framework.

Importing this package loads none of Microsoft's libraries. `connect` does.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping

from aiohttp import web

from adapters.teams.options import NotSetUp, TeamsOptions
from bot.dispatcher import Dispatcher
from bot.interface.clock import Clock
from bot.interface.finding import Finding
from bot.interface.ports import ChatPlatform
from bot.people.connections import Connections
from bot.runtime.settings import PREFIX, BadSetting, Settings, is_loopback

CREDENTIALS = ("TEAMS_APP_PASSWORD", "TEAMS_CERTIFICATE", "TEAMS_MANAGED_IDENTITY")
"""The credentials of a Teams bot: exactly one of these must be set."""


def is_set_up(settings: Settings) -> bool:
    """Whether the app id, the tenant id and one credential are set. Without an app id no token could be checked.

    Raises `BadSetting` if only some of them are set.
    """
    if not settings.has("TEAMS_APP_ID", "TEAMS_TENANT_ID", "TEAMS_INSECURE_LOCAL", *CREDENTIALS):
        return False
    if settings.teams_insecure_local and not is_loopback(settings.host):
        raise BadSetting(
            f"{PREFIX}TEAMS_INSECURE_LOCAL is for this machine only: {PREFIX}HOST must be a loopback address."
        )
    settings.require("Teams", "TEAMS_APP_ID", "TEAMS_TENANT_ID")
    given = sum(settings.has(each) for each in CREDENTIALS)
    if given > 1 or not (given or settings.teams_insecure_local):
        named = ", ".join(PREFIX + each for each in CREDENTIALS)
        raise BadSetting(f"Teams needs exactly one of {named}.")
    return True


def options_from(settings: Settings) -> TeamsOptions:
    """Return the options for Teams from the settings. Raises `NotSetUp`."""
    return TeamsOptions(
        app_id=settings.teams_app_id,
        tenant=settings.teams_tenant_id,
        password=settings.teams_app_password.get_secret_value(),
        certificate=settings.teams_certificate.get_secret_value(),
        managed_identity=settings.teams_managed_identity,
        openid_url=settings.teams_openid_url,
        token_url=settings.teams_token_url,
        issuer=settings.teams_issuer,
        service_hosts=settings.service_hosts,
        host=settings.host,
        insecure_local=settings.teams_insecure_local,
    )


async def examine(
    connections: Connections, settings: Settings, clock: Clock, running: Mapping[str, str] | None
) -> AsyncIterator[Finding]:
    """Yield what is to be said about how Teams is set up. Raises `Unavailable`."""
    from adapters.teams.install.doctor import TeamsDoctor

    async for each in TeamsDoctor(connections, options_from(settings), running=running).examine():
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
    """Add Teams' route to `application`, and return the platform. Raises `BadSetting`.

    `receives` changes nothing, because everything comes in over HTTP.
    """
    from adapters.teams.service import mount

    try:
        return mount(application, dispatcher, connections, options_from(settings), clock=clock)
    except NotSetUp as problem:
        raise BadSetting(str(problem)) from None
