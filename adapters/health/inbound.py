"""The three pages. They are for machines inside the network: a proxy in front need not pass them on."""

from __future__ import annotations

from aiohttp import web

from adapters.health.metrics import CONTENT_TYPE, page
from bot.interface.ports import ChatPlatform
from bot.worker.status import Status

HEADERS = {"Cache-Control": "no-store"}


class HealthRoutes:
    """Answers an orchestrator and Prometheus."""

    def __init__(self, status: Status, platforms: tuple[ChatPlatform, ...]) -> None:
        self._status = status
        self._platforms = platforms

    def routes(self) -> list[web.RouteDef]:
        """The routes of the pages."""
        return [
            web.get("/healthz", self._alive),
            web.get("/readyz", self._ready),
            web.get("/metrics", self._metrics),
        ]

    async def _alive(self, request: web.Request) -> web.Response:
        """503 where a restart helps: it does for a stopped clock, and does not for a database that is away."""
        lives = self._status.lives()
        health = {each.name: each.health().text for each in self._platforms}
        body = {"status": "ok" if lives else "the clock does not tick", "platforms": health}
        return web.json_response(body, status=200 if lives else 503, headers=HEADERS)

    async def _ready(self, request: web.Request) -> web.Response:
        """503 while this process should be sent no requests, with the reasons."""
        self._status.asked_if_ready()
        problems = await self._status.problems()
        body = {"status": "not ready" if problems else "ready", "because": list(problems)}
        if notes := () if problems else await self._status.notes():
            body["notes"] = list(notes)
        return web.json_response(body, status=503 if problems else 200, headers=HEADERS)

    async def _metrics(self, request: web.Request) -> web.Response:
        health = {each.name: each.health() for each in self._platforms}
        probes, metrics = await self._status.probes(), await self._status.metrics()
        refusals = {each.name: each.refusals() for each in self._platforms}
        body = page(metrics, probes, self._status.beats(), health, refusals, draining=self._status.draining)
        return web.Response(body=body, headers={**HEADERS, "Content-Type": CONTENT_TYPE})
