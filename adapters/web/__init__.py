"""The sandbox, whose pages stand in for a chat platform, and each policy's public page.

`connect` and `connect_public` add their routes to the process's aiohttp application.
"""

from __future__ import annotations

from aiohttp import web

from adapters.web.clock import ClockUnreadable, SandboxClock
from adapters.web.guard import NotLoopback, require_loopback
from adapters.web.history import happen
from adapters.web.inbound import WebRoutes
from adapters.web.platform import WebPlatform
from adapters.web.public import connect_public
from adapters.web.sandbox import PLATFORM, WORKSPACE, SampleAnnouncement, Sandbox
from adapters.web.seed_data import seed
from adapters.web.time_travel import TimeTravel
from bot.dispatcher import Dispatcher
from bot.worker.worker import Worker

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
    "connect_public",
    "happen",
    "require_loopback",
    "seed",
]


def connect(application: web.Application, dispatcher: Dispatcher, worker: Worker, *, sandbox: Sandbox) -> WebPlatform:
    """Add the sandbox's routes to `application`; give the platform, for the worker to send through.

    Dispatcher and worker must have been given the sandbox's clock: otherwise moving the time would move nothing.
    """
    platform = WebPlatform(dispatcher, sandbox)
    application.add_routes(WebRoutes(dispatcher, worker, sandbox, TimeTravel(worker, platform)).routes())
    return platform
