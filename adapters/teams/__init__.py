"""Microsoft Teams: one tenant, through the Bot Framework.

`mount` puts it on the one aiohttp application that `bot/__main__.py` assembles.
"""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import web

from adapters.teams.arrivals import PLATFORM, Handler, Inbound, Reply
from adapters.teams.conversations import Conversations
from adapters.teams.endpoint import Endpoint
from adapters.teams.line import Line
from adapters.teams.options import NotSetUp, TeamsOptions
from adapters.teams.platform import Draw, TeamsPlatform
from adapters.teams.quiet import hush
from adapters.teams.rosters import Rosters
from bot.connections import Connections
from bot.desk import Desk

__all__ = ["PLATFORM", "Draw", "Handler", "Inbound", "NotSetUp", "Reply", "TeamsOptions", "TeamsPlatform", "mount"]


def mount(
    application: web.Application,
    desk: Desk,
    connections: Connections,
    options: TeamsOptions,
    *,
    draw: Draw,
    handling: Callable[[TeamsPlatform], Handler],
) -> TeamsPlatform:
    """Put Teams on `application`, drawn by `draw`, acted on by what `handling` makes; nothing is opened before `start`.

    Raises `NotSetUp` for a certificate that cannot be used.
    """
    hush()
    line = Line(options)
    conversations = Conversations(connections, line.connector, options.tenant)
    rosters = Rosters(desk, connections, conversations, line.connector, options.tenant)
    platform = TeamsPlatform(line, conversations, connections, rosters, draw)
    application.add_routes(Endpoint(line.admission, line.adapter, conversations, handling(platform)).routes())
    return platform
