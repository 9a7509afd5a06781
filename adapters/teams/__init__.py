"""Microsoft Teams: one tenant, through the Bot Framework.

`connect` mounts it on the one aiohttp application that `bot/__main__.py` assembles.
"""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import web

from adapters.teams.activity import PLATFORM, Handler, Inbound, Reply
from adapters.teams.activity_handler import Arriving
from adapters.teams.api.client import Line
from adapters.teams.api.conversations import Conversations
from adapters.teams.api.platform import Draw, TeamsPlatform
from adapters.teams.api.rosters import Rosters
from adapters.teams.draw.render import card
from adapters.teams.options import NotSetUp, TeamsOptions
from adapters.teams.receive.endpoint import Endpoint
from adapters.teams.receive.log_silencing import hush
from bot.dispatcher import Dispatcher
from bot.people.connections import Connections
from bot.unit_of_work.runner import Clock

__all__ = [
    "PLATFORM",
    "Draw",
    "Handler",
    "Inbound",
    "NotSetUp",
    "Reply",
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
        return Arriving(dispatcher, platform)

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
    hush()
    line = Line(options)
    conversations = Conversations(connections, line.connector, options.tenant)
    rosters = Rosters(dispatcher, connections, conversations, line.connector, options.tenant, clock)
    platform = TeamsPlatform(line, conversations, connections, rosters, draw)
    endpoint = Endpoint(line.admission, line.adapter, conversations, handling(platform))
    application.add_routes(endpoint.routes())

    async def end_of_hearing(_: web.Application) -> None:
        await endpoint.later.close()

    application.on_shutdown.append(end_of_hearing)
    return platform
