"""The public pages, without a login: a policy's card, and what anyone may read about the deployment.

A policy's page is for people who have its address and for link previews. It shows what everyone on the policy sees
except the text of flags, and no name but the policy owner's. The address holds a random id, and no page lists it.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from uuid import UUID

from aiohttp import web

from adapters.web.files import VERSION, file_named
from adapters.web.guard import HEADERS
from adapters.web.location import Location
from adapters.web.render import Drawing
from bot.dispatcher import Dispatcher
from bot.interface.parts import Card, Heading
from bot.interface.unavailable import Unavailable

logger = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.Response]]

_NO_PAGE = ("Page not found", "There is nothing at this address, or not any more.")
_DOWN = ("Not possible right now", "This page cannot be shown right now. Try again in a few minutes.")
_FAILED = ("Something went wrong", "This page cannot be shown, and it is not your doing. Try again in a few minutes.")


def connect_public(application: web.Application, dispatcher: Dispatcher, public_url: str) -> None:
    """Add the public pages to `application`; `public_url` is where people reach them."""
    application.add_routes(PublicPages(dispatcher, public_url).routes())


class PublicPages:
    """The routes of public pages and of their files."""

    def __init__(self, dispatcher: Dispatcher, public_url: str) -> None:
        self._dispatcher = dispatcher
        self._url = public_url.rstrip("/")
        self._drawing = Drawing()

    def routes(self) -> list[web.RouteDef]:
        """The routes."""
        return [
            web.get("/", self._guarded(self._page_named("about"))),
            web.get("/privacy", self._guarded(self._page_named("privacy"))),
            web.get("/terms", self._guarded(self._page_named("terms"))),
            web.get("/policies/{policy}", self._guarded(self.policy)),
            web.get("/static/web/{name}", self._guarded(self.file)),
        ]

    async def policy(self, request: web.Request) -> web.Response:
        """A policy's card."""
        try:
            policy = UUID(request.match_info["policy"])
        except ValueError:
            return self._sorry(404, *_NO_PAGE)
        card = await self._dispatcher.public_card(policy)
        return self._page(f"/policies/{policy}", card) if card else self._sorry(404, *_NO_PAGE)

    def _page_named(self, name: str) -> Handler:
        """A page about the deployment, which app stores and consent screens link to."""

        async def page(request: web.Request) -> web.Response:
            return self._page(request.path, await self._dispatcher.page(name, self._url))

        return page

    async def file(self, request: web.Request) -> web.Response:
        """The style sheet and the logo."""
        return file_named(request.match_info["name"]) or self._sorry(404, *_NO_PAGE)

    def _page(self, path: str, card: Card) -> web.Response:
        drawn = self._drawing.screen(card, Location(""))
        title = next((part.text for part in card.parts if isinstance(part, Heading)), "")
        return self._written(200, title=title, about=card.fallback, address=f"{self._url}{path}", pieces=drawn.pieces)

    def _sorry(self, status: int, title: str, sentence: str) -> web.Response:
        return self._written(status, title=title, about=sentence, address="", pieces=())

    def _written(self, status: int, **given: object) -> web.Response:
        html = self._drawing.page("public.html", version=VERSION, **given)
        return web.Response(text=html, status=status, content_type="text/html")

    def _guarded(self, handler: Handler) -> Handler:
        async def guarded(request: web.Request) -> web.Response:
            try:
                response = await handler(request)
            except Unavailable:
                response = self._sorry(503, *_DOWN)
                response.headers["Retry-After"] = "60"
            except Exception as error:  # noqa: BLE001 - the last place where it can become a page
                logger.error("A public page failed: %s", type(error).__name__)
                response = self._sorry(500, *_FAILED)
            for name, value in HEADERS.items():
                response.headers.setdefault(name, value)
            response.headers["X-Robots-Tag"] = "noindex, nofollow"
            return response

        return guarded
