"""The three pages. They are for machines inside: a proxy in front need not pass them on."""

from __future__ import annotations

from aiohttp import web

from adapters.health.metrics import CONTENT_TYPE, Living, written
from bot.worker.status import Status

HEADERS = {"Cache-Control": "no-store"}


class HealthRoutes:
    """Answers what an orchestrator and Prometheus ask."""

    def __init__(self, status: Status, platforms: tuple[Living, ...]) -> None:
        self._status = status
        self._platforms = platforms

    def routes(self) -> list[web.RouteDef]:
        """The pages and what answers them."""
        return [
            web.get("/healthz", self._alive),
            web.get("/readyz", self._ready),
            web.get("/metrics", self._metrics),
        ]

    async def _alive(self, request: web.Request) -> web.Response:
        """Whether to leave this process alone: a stopped clock is mended by a new start, an absent database is not."""
        heartbeat = self._status.heartbeat
        lives = heartbeat is None or heartbeat.is_steady()
        words = {name: word for each in self._platforms for name, word in each.health().items()}
        said = {"status": "ok" if lives else "the clock does not tick", "platforms": words}
        return web.json_response(said, status=200 if lives else 503, headers=HEADERS)

    async def _ready(self, request: web.Request) -> web.Response:
        """Whether to send this process requests now."""
        hindrances = await self._status.hindrances()
        said = {"status": "not ready" if hindrances else "ready", "because": list(hindrances)}
        return web.json_response(said, status=503 if hindrances else 200, headers=HEADERS)

    async def _metrics(self, request: web.Request) -> web.Response:
        body = written(
            await self._status.metrics(), self._status.beats(), self._platforms, draining=self._status.draining
        )
        return web.Response(body=body, headers={**HEADERS, "Content-Type": CONTENT_TYPE})
