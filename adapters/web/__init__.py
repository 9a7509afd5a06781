"""Pages that stand in for a chat: the sandbox.

`connect` mounts them on the one aiohttp application that `bot/__main__.py` assembles.
"""

from __future__ import annotations

from aiohttp import web

from adapters.web.clock import ClockUnreadable, SandboxClock
from adapters.web.guard import NotLoopback, require_loopback
from adapters.web.inbound import Inbound
from adapters.web.platform import WebPlatform
from adapters.web.sandbox import PLATFORM, WORKSPACE, SampleAnnouncement, Sandbox
from adapters.web.travel import Travel
from bot.desk import Desk
from bot.rounds import Rounds

__all__ = [
    "PLATFORM",
    "WORKSPACE",
    "ClockUnreadable",
    "NotLoopback",
    "SampleAnnouncement",
    "Sandbox",
    "SandboxClock",
    "WebPlatform",
    "connect",
    "require_loopback",
]


def connect(application: web.Application, desk: Desk, rounds: Rounds, platform: WebPlatform) -> None:
    """Mount the pages on `application`.

    `rounds` must send through `platform`, and desk and rounds must have been given the clock of its sandbox: otherwise
    moving the time would move nothing.
    """
    travel = Travel(rounds, platform)
    application.add_routes(Inbound(desk, rounds, platform.sandbox, travel).routes())
