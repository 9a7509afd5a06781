"""Slack: what comes in, what goes out, and where the bot is installed.

`connect` mounts it on the one aiohttp application that `bot/__main__.py` assembles.
"""

from __future__ import annotations

from aiohttp import web

from adapters.slack.options import SlackOptions
from adapters.slack.service import Slack
from bot.dispatcher import Dispatcher
from bot.interface.clock import Clock
from bot.people.connections import Connections

__all__ = ["Slack", "SlackOptions", "connect"]


def connect(
    application: web.Application,
    dispatcher: Dispatcher,
    connections: Connections,
    options: SlackOptions,
    *,
    clock: Clock,
) -> Slack:
    """Mount Slack's routes on `application`; give the platform, for rounds to send through. Opens nothing yet."""
    slack = Slack(dispatcher, connections, options, clock=clock)
    application.add_routes(slack.routes())
    return slack
