"""The Teams adapter: creates and connects everything that receives from Teams and sends to it."""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import web

from adapters.teams.activity import Handler
from adapters.teams.activity_handler import ActivityHandler
from adapters.teams.api.client import TeamsClient
from adapters.teams.api.conversations import Conversations
from adapters.teams.api.platform import Draw, TeamsPlatform
from adapters.teams.api.rosters import TeamsRosters
from adapters.teams.draw.render import card
from adapters.teams.options import TeamsOptions
from adapters.teams.receive.bot_adapter import BotAdapter, BotAuthentication
from adapters.teams.receive.endpoint import TeamsEndpoint
from adapters.teams.receive.log_silencing import silence_logs
from adapters.teams.receive.refusals import CURES
from adapters.teams.receive.token_validation import TokenValidator
from bot.dispatcher import Dispatcher
from bot.interface.clock import Clock
from bot.interface.refused_requests import RefusedRequests
from bot.people.connections import Connections


def mount(
    application: web.Application,
    dispatcher: Dispatcher,
    connections: Connections,
    options: TeamsOptions,
    *,
    clock: Clock,
    draw: Draw = card,
    handling: Callable[[TeamsPlatform], Handler] | None = None,
) -> TeamsPlatform:
    """Add Teams' route to `application`, and return the platform to send through. Opens nothing yet.

    `draw` draws cards. `handling` creates the handler for activities; the default is an `ActivityHandler`. Raises
    `NotSetUp` if the certificate cannot be used.
    """
    silence_logs()
    client = TeamsClient(options)
    conversations = Conversations(connections, client.connector, options.tenant)
    rosters = TeamsRosters(dispatcher, connections, conversations, client.connector, options.tenant, clock)
    refused = RefusedRequests(clock, telling=CURES)
    platform = TeamsPlatform(client, conversations, connections, rosters, draw, refused)
    validator = TokenValidator(options, client.keys)
    adapter = BotAdapter(BotAuthentication(validator, client.clients))
    handler = handling(platform) if handling else ActivityHandler(dispatcher, platform)
    endpoint = TeamsEndpoint(validator, adapter, conversations, handler, refused)
    application.add_routes(endpoint.routes())

    async def close_retry_queue(_: web.Application) -> None:
        await endpoint.retry_queue.close()

    application.on_shutdown.append(close_retry_queue)
    return platform
