"""Pages: those that stand in for a chat, which are the sandbox, and a policy's public page.

`connect` and `connect_public` mount them on the one aiohttp application that `bot/__main__.py` assembles.
"""

from __future__ import annotations

from aiohttp import web

from adapters.web.clock import ClockUnreadable, SandboxClock
from adapters.web.guard import NotLoopback, require_loopback
from adapters.web.inbound import WebRoutes
from adapters.web.platform import WebPlatform
from adapters.web.public import connect_public
from adapters.web.sandbox import PLATFORM, WORKSPACE, SampleAnnouncement, Sandbox
from adapters.web.seed_data import CALLED, seed
from adapters.web.time_travel import TimeTravel
from bot.dispatcher import Dispatcher
from bot.worker.worker import Worker

__all__ = [
    "CALLED",
    "PLATFORM",
    "WORKSPACE",
    "ClockUnreadable",
    "NotLoopback",
    "SampleAnnouncement",
    "Sandbox",
    "SandboxClock",
    "WebPlatform",
    "connect",
    "connect_public",
    "require_loopback",
    "seed",
]


def connect(application: web.Application, dispatcher: Dispatcher, worker: Worker, *, sandbox: Sandbox) -> WebPlatform:
    """Mount the pages on `application`; give the platform, for rounds to send through.

    Desk and rounds must have been given the sandbox's clock: otherwise moving the time would move nothing.
    """
    platform = WebPlatform(dispatcher, sandbox)
    application.add_routes(WebRoutes(dispatcher, worker, sandbox, TimeTravel(worker, platform)).routes())
    return platform
