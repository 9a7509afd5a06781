"""Slack put together: what comes in, what goes out, and what keeps both going."""

from __future__ import annotations

import asyncio
import logging

from aiohttp import web

from adapters.slack.api.platform import SlackPlatform
from adapters.slack.api.rosters import SlackRosters
from adapters.slack.api.tokens import PLATFORM, SlackTokens
from adapters.slack.api.web_api import SlackCallError, WebApi
from adapters.slack.handle.buttons import Buttons
from adapters.slack.handle.commands import SlackCommands
from adapters.slack.handle.dispatching import SlackDispatcher
from adapters.slack.handle.events import Events
from adapters.slack.handle.file_uploads import FileUploads
from adapters.slack.handle.listeners import listen
from adapters.slack.handle.message_reports import MessageReports
from adapters.slack.handle.modals import Modals
from adapters.slack.handle.submissions import Submissions
from adapters.slack.install.install_routes import InstallRoutes
from adapters.slack.install.oauth import OAuth
from adapters.slack.install.scopes import SCOPES
from adapters.slack.options import SlackOptions
from adapters.slack.receive import bolt
from adapters.slack.receive.endpoint import SlackEndpoint
from adapters.slack.receive.request_verification import RequestVerifier
from adapters.slack.receive.socket_mode import LINKS, SocketMode
from bot.dispatcher import Dispatcher
from bot.interface.clock import Clock
from bot.interface.ports import Health
from bot.interface.unavailable import Unavailable
from bot.people.connections import Connections

log = logging.getLogger(__name__)

ANSWER_SECONDS = 2.0
"""How long a call to Slack may take that a click waits for, which is answered within three."""
CLOSE_SECONDS = 5.0
"""How long what is under way may take to end. The program has twenty seconds in all, also for what it sends."""
FIRST_PAUSE, LONGEST_PAUSE = 2.0, 60.0


class Slack(SlackPlatform):
    """Slack as the program has it: a place to send to, and all that comes from there.

    `clock` gives aware UTC. Nothing is opened before `start`.
    """

    def __init__(
        self, dispatcher: Dispatcher, connections: Connections, options: SlackOptions, *, clock: Clock
    ) -> None:
        self._options = options
        self._calls = WebApi(options.api)
        self._quick = WebApi(options.api, seconds=ANSWER_SECONDS)
        self._oauth = OAuth(self._calls, options, clock)
        tokens = SlackTokens(connections, self._oauth.refresh_token if options.installs else None, clock)
        super().__init__(self._calls, tokens, connections)
        self._rosters = SlackRosters(dispatcher, connections, self._calls, tokens, clock)
        self._modals = Modals(self._quick)
        self._file_uploads = FileUploads(self.send_file, self._modals)
        self._app = bolt.app_with(tokens)
        self._message_reports = MessageReports(dispatcher.seen)
        self._listen(SlackDispatcher(dispatcher, self._rosters))
        self._socket_mode: SocketMode | None = None
        self._introducing: asyncio.Task[None] | None = None
        self._known = not options.bot_token
        self._routes: list[web.RouteDef] = []
        if options.signing_secret:
            self._routes += SlackEndpoint(self._app, RequestVerifier(options.signing_secret), clock).routes()
        if options.installs:
            installing = InstallRoutes(
                self._oauth, tokens, connections, options, SCOPES, clock, installed=self._rosters.look
            )
            self._routes += installing.routes()

    def routes(self) -> list[web.RouteDef]:
        """The routes of HTTP; none with Socket Mode alone."""
        return self._routes

    async def start(self) -> None:
        """Say whose token it is that an operator has set, open the links, and see which channels the bot is in.

        Where Slack cannot be reached, this goes on trying beside.
        """
        self._introducing = asyncio.create_task(self._introduce(), name="introducing the bot to Slack")
        await asyncio.wait({self._introducing}, timeout=ANSWER_SECONDS)
        if self._options.app_token:
            self._socket_mode = SocketMode(self._app, self._calls, self._options.app_token)
            await self._socket_mode.start()

    async def drain(self) -> None:
        """Take nothing more over Socket Mode, and let what is under way end within a few seconds."""
        if self._socket_mode is not None:
            await self._socket_mode.close(CLOSE_SECONDS)

    async def close(self) -> None:
        """Take nothing more, let what is under way end within a few seconds, and close everything."""
        if self._introducing is not None:
            self._introducing.cancel()
            await asyncio.gather(self._introducing, return_exceptions=True)
        await self.drain()
        await self._file_uploads.close(CLOSE_SECONDS)
        await self._message_reports.settled()
        await self._rosters.close()
        await self._calls.close()
        await self._quick.close()

    async def settled(self) -> None:
        """Wait for what goes on beside answers: rosters that are read, files brought, copies that were seen."""
        await self._rosters.settled()
        await self._file_uploads.settled()
        await self._message_reports.settled()

    def health(self) -> Health:
        """Whether the token is accepted, the app is installed, and at least one Socket Mode connection is open."""
        if not self._known:
            return Health(ok=False, text="the bot token is not accepted yet")
        if self._rosters.nowhere:
            return Health(ok=False, text="installed in no workspace")
        if self._socket_mode is None:
            return Health(ok=True, text="listening")
        up = self._socket_mode.up()
        if not up:
            return Health(ok=False, text="not connected")
        return Health(ok=True, text="connected" if up == LINKS else f"{up} of {LINKS} links open")

    def ended(self) -> None:
        """The bot was removed from a workspace: see where it is still installed."""
        self._rosters.look()

    async def daily(self) -> None:
        """Read the rosters of all channels that the bot is in."""
        await self._rosters.daily()

    def _listen(self, dispatcher: SlackDispatcher) -> None:
        buttons = Buttons(dispatcher, self._modals, self._file_uploads, self._message_reports)
        commands = SlackCommands(dispatcher, buttons, self._options.host)
        events = Events(
            dispatcher,
            commands,
            self._rosters,
            self._message_reports,
            self._connections,
            self._tokens,
            self._quick,
            self._options.public_url,
        )
        listen(self._app, Submissions(dispatcher), buttons, commands, events)

    async def _introduce(self) -> None:
        pause = FIRST_PAUSE
        while not self._known:
            try:
                await self._keep_token()
                self._known = True
            except SlackCallError as fault:
                log.warning("Slack does not take the bot token: %s. Try `python -m bot doctor`.", fault.reason)
            except Unavailable:
                log.warning("the bot token of Slack could not be kept: the database cannot be reached")
            if not self._known:
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
        pause = FIRST_PAUSE
        while not await self._rosters.find():
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    async def _keep_token(self) -> None:
        exchange_code = await self._oauth.identify_token(self._options.bot_token)
        installed = await self._connections.installed(PLATFORM, exchange_code.workspace)
        if installed is None or dict(installed.secrets) != dict(exchange_code.secrets):
            await self._connections.install(
                PLATFORM, exchange_code.workspace, exchange_code.name, exchange_code.secrets
            )
            self._tokens.drop(exchange_code.workspace)


def mount(
    application: web.Application,
    dispatcher: Dispatcher,
    connections: Connections,
    options: SlackOptions,
    *,
    clock: Clock,
) -> Slack:
    """Add Slack's routes to `application`; give the platform, for the worker to send through. Opens nothing yet."""
    slack = Slack(dispatcher, connections, options, clock=clock)
    application.add_routes(slack.routes())
    return slack
