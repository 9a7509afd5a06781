"""Health: whether a process is alive, whether it is ready, and its metrics for Prometheus.

`connect` adds the three pages to the process's aiohttp application.
"""

from __future__ import annotations

from collections.abc import Iterable

from aiohttp import web

from adapters.health.inbound import HealthRoutes
from bot.interface.ports import ChatPlatform
from bot.worker.status import Status

__all__ = ["connect"]


def connect(application: web.Application, status: Status, platforms: Iterable[ChatPlatform] = ()) -> None:
    """Add `/healthz`, `/readyz` and `/metrics` to `application`; they also report the health of `platforms`."""
    application.add_routes(HealthRoutes(status, tuple(platforms)).routes())
