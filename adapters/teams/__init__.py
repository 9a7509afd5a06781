"""Microsoft Teams: one tenant, through the Bot Framework.

`connect` mounts it on the one aiohttp application that `bot/__main__.py` assembles.
"""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import web

from adapters.teams.activity import PLATFORM, Handler, IncomingActivity, InvokeAnswer
from adapters.teams.activity_handler import ActivityHandler
from adapters.teams.api.client import TeamsClient
from adapters.teams.api.conversations import Conversations
from adapters.teams.api.platform import Draw, TeamsPlatform
from adapters.teams.api.rosters import TeamsRosters
from adapters.teams.draw.render import card
from adapters.teams.options import NotSetUp, TeamsOptions
from adapters.teams.receive.bot_adapter import BotAdapter, BotAuthentication
from adapters.teams.receive.endpoint import TeamsEndpoint
from adapters.teams.receive.log_silencing import silence_logs
from adapters.teams.receive.token_validation import TokenValidator
from bot.dispatcher import Dispatcher
from bot.interface.clock import Clock
from bot.people.connections import Connections

__all__ = [
    "PLATFORM",
    "Draw",
    "Handler",
    "IncomingActivity",
    "InvokeAnswer",
    "NotSetUp",
    "TeamsOptions",
    "TeamsPlatform",
    "connect",
    "mount",
]


def connect(
    application: web.Application,
    dispatcher: Dispatcher,
    connections: Connections,
    options: TeamsOptions,
    *,
    clock: Clock,
) -> TeamsPlatform:
    """Mount Teams on `application`; give the platform, for rounds to send through. Nothing is opened before `start`.

    Raises `NotSetUp` for a certificate that cannot be used.
    """

    def handling(platform: TeamsPlatform) -> Handler:
        return ActivityHandler(dispatcher, platform)

    return mount(application, dispatcher, connections, options, clock=clock, draw=card, handling=handling)


def mount(
    application: web.Application,
    dispatcher: Dispatcher,
    connections: Connections,
    options: TeamsOptions,
    *,
    clock: Clock,
    draw: Draw,
    handling: Callable[[TeamsPlatform], Handler],
) -> TeamsPlatform:
    """`connect`, drawn by `draw` and acted on by what `handling` makes."""
    silence_logs()
    client = TeamsClient(options)
    conversations = Conversations(connections, client.connector, options.tenant)
    rosters = TeamsRosters(dispatcher, connections, conversations, client.connector, options.tenant, clock)
    platform = TeamsPlatform(client, conversations, connections, rosters, draw)
    validator = TokenValidator(options, client.keys)
    adapter = BotAdapter(BotAuthentication(validator, client.clients))
    endpoint = TeamsEndpoint(validator, adapter, conversations, handling(platform))
    application.add_routes(endpoint.routes())

    async def end_of_hearing(_: web.Application) -> None:
        await endpoint.later.close()

    application.on_shutdown.append(end_of_hearing)
    return platform
