"""Takes a browser's requests to the dispatcher, and draws what it gives as a page."""

from __future__ import annotations

import logging
import re
import traceback
from collections.abc import Awaitable, Callable
from typing import TypeVar

from aiohttp import web

from adapters.web import refusals
from adapters.web.fields import read_fields
from adapters.web.files import file_named
from adapters.web.guard import SANDBOX_HEADERS, check_host, check_origin
from adapters.web.location import Location, location_in, number_in
from adapters.web.pages import Pages
from adapters.web.refusals import BadRequest
from adapters.web.sandbox import SamplePerson, Sandbox, actor, channel_place, inbox_of
from adapters.web.time_travel import MOVES, TimeTravel
from bot.digests.csv_export import Download
from bot.dispatcher import Dispatcher
from bot.interface import intents
from bot.interface.intents import DownloadCsv
from bot.interface.parts import Form
from bot.interface.unavailable import Unavailable
from bot.people.people import UnknownPerson
from bot.worker.worker import Worker

logger = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.Response]]
_Asked = TypeVar("_Asked")

_BACK = re.compile(r"/(as/[0-9A-Za-z./:?&=%+_~-]*)?")


class WebRoutes:
    """The sandbox's routes."""

    def __init__(self, dispatcher: Dispatcher, worker: Worker, sandbox: Sandbox, time_travel: TimeTravel) -> None:
        self._dispatcher = dispatcher
        self._worker = worker
        self._sandbox = sandbox
        self._time_travel = time_travel
        self._pages = Pages(sandbox, time_travel)

    def routes(self) -> list[web.RouteDef]:
        """The routes; the last gives every other address a page."""
        return [
            web.get("/", self._guarded(self.start)),
            web.get("/as/{user}/", self._guarded(self.home)),
            web.get("/as/{user}/inbox", self._guarded(self.inbox)),
            web.get("/as/{user}/channel/{channel}", self._guarded(self.channel)),
            web.get("/as/{user}/open/{intent}", self._guarded(self.open)),
            web.post("/as/{user}/send/{intent}", self._guarded(self.send)),
            web.post("/time", self._guarded(self.move)),
            web.get("/static/web/{name}", self._guarded(self.static)),
            web.get("/{anything:.*}", self._guarded(self.nowhere)),
        ]

    async def start(self, request: web.Request) -> web.Response:
        """The first page: what this is, and the five people."""
        return _page(self._pages.start())

    async def home(self, request: web.Request) -> web.Response:
        """A person's home."""
        person = self._person(request)
        card = await self._asked(lambda: self._dispatcher.home(actor(person.user)))
        return _page(self._pages.home(person, card))

    async def inbox(self, request: web.Request) -> web.Response:
        """A person's messages."""
        person = self._person(request)
        posted = await self._dispatcher.posted_messages(inbox_of(person.user), number_in(request.query))
        return _page(self._pages.inbox(person, posted))

    async def channel(self, request: web.Request) -> web.Response:
        """A channel's messages, as one person sees them."""
        person, channel = self._person(request), self._sandbox.channel(request.match_info["channel"])
        if channel is None or not channel.has(person.user):
            raise refusals.no_such_page()
        posted = await self._dispatcher.posted_messages(channel_place(channel.id), number_in(request.query))
        return _page(self._pages.channel(person, channel, posted))

    async def open(self, request: web.Request) -> web.Response:
        """A form, a private view or a file. Changes nothing."""
        person, location, intent = self._person(request), self._location(request), _intent(request)
        if isinstance(intent, DownloadCsv):
            wanted = intent
            found = await self._asked(lambda: self._dispatcher.download(wanted, actor(person.user, location.channel)))
            if found is not None:
                return _file(found)
        screen = await self._asked(lambda: self._dispatcher.open(intent, actor(person.user, location.channel)))
        return _page(self._pages.window(person, location, screen, request.path_qs))

    async def send(self, request: web.Request) -> web.Response:
        """Send a form or press a button. What it leads to is shown in the response: nobody else may see it."""
        check_origin(request)
        person, location, intent = self._person(request), self._location(request), _intent(request)
        fields = await read_fields(request)
        by = actor(person.user, location.channel)
        try:
            screen = await self._asked(lambda: self._dispatcher.submit(intent, fields.answers, by, fields.own("nonce")))
        except Exception as error:  # noqa: BLE001 - whatever went wrong, what was typed must come back
            refused = _refused(error)
            return _page(self._pages.refusal(refused, location, fields, location.sending(intent)), refused.status)
        await self._send_what_is_due()
        status = 422 if isinstance(screen, Form) and screen.problems else 200
        return _page(self._pages.window(person, location, screen, location.page), status)

    async def move(self, request: web.Request) -> web.Response:
        """Move the sandbox's clock on, then go back to the page where the button was pressed."""
        check_origin(request)
        fields = await read_fields(request)
        kind, seen, back = fields.own("move"), fields.own("seen"), fields.own("back")
        if kind not in MOVES or not seen.isdecimal() or len(seen) > 9 or not _BACK.fullmatch(back):
            raise refusals.not_whole()
        await self._time_travel.move(kind, int(seen))
        return web.Response(status=303, headers={"Location": f"{back}#time"})

    async def static(self, request: web.Request) -> web.Response:
        """The style sheet and the logo."""
        found = file_named(request.match_info["name"])
        if found is None:
            raise refusals.no_such_page()
        return found

    async def nowhere(self, request: web.Request) -> web.Response:
        """Any other address."""
        raise refusals.no_such_page()

    def _guarded(self, handler: Handler) -> Handler:
        async def guarded(request: web.Request) -> web.Response:
            response = await self._answer(handler, request)
            for name, value in SANDBOX_HEADERS.items():
                response.headers.setdefault(name, value)
            return response

        return guarded

    async def _answer(self, handler: Handler, request: web.Request) -> web.Response:
        try:
            check_host(request)
        except BadRequest as wrong:  # not a page: a site that uses DNS rebinding must read nothing here
            return web.Response(text=wrong.sentence, status=wrong.status)
        try:
            return await handler(request)
        except Exception as error:  # noqa: BLE001 - the last place where it can become a page
            refused = _refused(error)
            return _page(self._pages.refusal(refused, self._location_or_none(request)), refused.status)

    async def _asked(self, ask: Callable[[], Awaitable[_Asked]]) -> _Asked:
        try:
            return await ask()
        except UnknownPerson:
            for roster in self._sandbox.rosters:
                await self._dispatcher.enrol(roster)
            return await ask()

    async def _send_what_is_due(self) -> None:
        try:
            await self._worker.tick()
        except Exception as error:  # noqa: BLE001 - the form is saved, and the worker runs again by itself
            _log("The worker failed after a click", error)

    def _person(self, request: web.Request) -> SamplePerson:
        person = self._sandbox.person(request.match_info["user"])
        if person is None:
            raise refusals.no_such_person()
        return person

    def _location(self, request: web.Request) -> Location:
        user = request.match_info["user"]
        return location_in(request.query, user, frozenset(each.id for each in self._sandbox.channels_of(user)))

    def _location_or_none(self, request: web.Request) -> Location | None:
        known = self._sandbox.person(request.match_info.get("user", ""))
        return self._location(request) if known else None


def _intent(request: web.Request) -> intents.Intent:
    try:
        return intents.parse(request.match_info["intent"])
    except intents.UnknownIntent:
        raise refusals.old_button() from None


def _refused(error: Exception) -> BadRequest:
    if isinstance(error, BadRequest):
        return error
    if isinstance(error, Unavailable):
        return refusals.unavailable()
    _log("A page failed", error)
    return refusals.failed()


def _log(what: str, error: Exception) -> None:
    # The frames only: the message of an error may hold what was typed.
    frames = "".join(traceback.format_tb(error.__traceback__))
    logger.error("%s: %s\n%s", what, type(error).__name__, frames)


def _file(download: Download) -> web.Response:
    # The name is made by us, so it needs no escaping.
    headers = {"Content-Type": download.media_type, "Content-Disposition": f'attachment; filename="{download.name}"'}
    return web.Response(body=download.content, headers=headers)


def _page(html: str, status: int = 200) -> web.Response:
    return web.Response(text=html, status=status, content_type="text/html")
