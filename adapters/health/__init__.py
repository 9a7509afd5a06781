"""Health: whether a process lives, whether it is ready, and its figures for Prometheus.

`connect` mounts the three pages on the one aiohttp application that `bot/__main__.py` assembles.
"""

from __future__ import annotations

from collections.abc import Iterable

from aiohttp import web

from adapters.health.inbound import HealthRoutes
from adapters.health.metrics import Living
from bot.worker.status import Status

__all__ = ["Living", "connect"]


def connect(application: web.Application, status: Status, platforms: Iterable[Living] = ()) -> None:
    """Mount `/healthz`, `/readyz` and `/metrics` on `application`; `platforms` say how they are in a few words."""
    application.add_routes(HealthRoutes(status, tuple(platforms)).routes())
