"""The Slack adapter: creates, starts and closes everything that receives from Slack and sends to it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping

from aiohttp import web

from adapters.slack.api.newcomers import SlackNewcomers
from adapters.slack.api.platform import SlackPlatform
from adapters.slack.api.rosters import SlackRosters
from adapters.slack.api.tokens import NOT_RENEWED, PLATFORM, SlackTokens
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
from adapters.slack.receive.refusals import WRONG_SECRET
from adapters.slack.receive.request_verification import RequestVerifier
from adapters.slack.receive.socket_mode import LINKS, SocketMode
from bot.dispatcher import Dispatcher
from bot.interface.clock import Clock
from bot.interface.ports import Health
from bot.interface.unavailable import Unavailable
from bot.people.connections import OPERATOR, Connections

log = logging.getLogger(__name__)

ANSWER_SECONDS = 2.0
"""Time-out for calls to Slack that a click waits for. A click must be answered within three seconds."""
CLOSE_SECONDS = 5.0
"""How long to wait for work in progress at shutdown. The whole program has twenty seconds."""
FIRST_PAUSE, LONGEST_PAUSE = 2.0, 60.0


class Slack(SlackPlatform):
    """The platform that deliveries are sent through, together with everything that receives from Slack.

    `clock` gives aware UTC. Nothing is opened before `start`.
    """

    def __init__(
        self, dispatcher: Dispatcher, connections: Connections, options: SlackOptions, *, clock: Clock
    ) -> None:
        self._options = options
        self._web_api = WebApi(options.api)
        self._quick_web_api = WebApi(options.api, seconds=ANSWER_SECONDS)
        self._oauth = OAuth(self._web_api, options, clock)
        tokens = SlackTokens(connections, self._oauth.refresh_token if options.installs else None, clock)
        super().__init__(self._web_api, tokens, connections)
        self._rosters = SlackRosters(dispatcher, connections, self._web_api, tokens, clock)
        self._modals = Modals(self._quick_web_api)
        self._file_uploads = FileUploads(self.send_file, self._modals)
        self._app = bolt.app_with(tokens)
        self._message_reports = MessageReports(dispatcher.seen)
        self._newcomers = SlackNewcomers(connections, self._quick_web_api, tokens, clock)
        self._listen(SlackDispatcher(dispatcher, self._newcomers))
        self._socket_mode: SocketMode | None = None
        self._identifying: asyncio.Task[None] | None = None
        self._token_accepted = not options.bot_token
        self._routes: list[web.RouteDef] = []
        self._endpoint: SlackEndpoint | None = None
        if options.signing_secret:
            self._endpoint = SlackEndpoint(self._app, RequestVerifier(options.signing_secret), clock)
            self._routes += self._endpoint.routes()
        if options.installs:
            install_routes = InstallRoutes(
                self._oauth, tokens, connections, options, SCOPES, clock, installed=self._rosters.find_in_background
            )
            self._routes += install_routes.routes()

    def routes(self) -> list[web.RouteDef]:
        """The HTTP routes; none with Socket Mode alone."""
        return self._routes

    async def start(self) -> None:
        """Identify the configured bot token, read which channels the bot is in, and open the Socket Mode connections.

        If Slack cannot be reached, retries go on in the background.
        """
        self._identifying = asyncio.create_task(self._identify(), name="Slack bot token")
        await asyncio.wait({self._identifying}, timeout=ANSWER_SECONDS)
        if self._options.app_token:
            self._socket_mode = SocketMode(self._app, self._web_api, self._options.app_token)
            await self._socket_mode.start()

    async def drain(self) -> None:
        """Close Socket Mode, once the requests being handled have ended, within `CLOSE_SECONDS`."""
        if self._socket_mode is not None:
            await self._socket_mode.close(CLOSE_SECONDS)

    async def close(self) -> None:
        """Accept nothing more, wait a few seconds for work in progress, and close everything."""
        if self._identifying is not None:
            self._identifying.cancel()
            await asyncio.gather(self._identifying, return_exceptions=True)
        await self.drain()
        await self._file_uploads.close(CLOSE_SECONDS)
        await self._message_reports.settled()
        await self._tokens.settled()
        await self._newcomers.close()
        await self._rosters.close()
        await self._web_api.close()
        await self._quick_web_api.close()

    async def settled(self) -> None:
        """Wait for background tasks: looking people up, reading rosters, uploading files, reporting messages."""
        await self._tokens.settled()
        await self._newcomers.settled()
        await self._rosters.settled()
        await self._file_uploads.settled()
        await self._message_reports.settled()

    def health(self) -> Health:
        """Whether the token is accepted and renewed, the app is installed, requests are signed with our secret, and at
        least one Socket Mode connection is open.
        """
        if not self._token_accepted:
            return Health(ok=False, text="the bot token is not accepted yet")
        if self._rosters.nowhere:
            return Health(ok=False, text="installed in no workspace")
        if self._endpoint is not None and self._endpoint.refused.suspected():
            return Health(ok=False, text=f"requests are refused: {WRONG_SECRET}")
        if self._tokens.not_renewed():
            return Health(ok=False, text=NOT_RENEWED)
        if self._socket_mode is None:
            return Health(ok=True, text="listening")
        up = self._socket_mode.up()
        if not up:
            return Health(ok=False, text="not connected")
        return Health(ok=True, text="connected" if up == LINKS else f"{up} of {LINKS} links open")

    def refusals(self) -> Mapping[str, int]:
        """How many requests were refused over HTTP, by reason."""
        return self._endpoint.refused.counts() if self._endpoint is not None else {}

    def ended(self) -> None:
        """Check where the app is still installed, after it was removed from a workspace."""
        self._rosters.find_in_background()

    async def daily(self) -> None:
        """Read the rosters of all connected channels. Raises `Unavailable`."""
        await self._rosters.daily()

    def _listen(self, dispatcher: SlackDispatcher) -> None:
        buttons = Buttons(dispatcher, self._modals, self._file_uploads, self._message_reports)
        commands = SlackCommands(dispatcher, buttons, self._options.host, self._quick_web_api)
        events = Events(
            dispatcher,
            commands,
            self._rosters,
            self._message_reports,
            self._connections,
            self._tokens,
            self._quick_web_api,
            self._options.public_url,
        )
        listen(self._app, Submissions(dispatcher), buttons, commands, events)

    async def _identify(self) -> None:
        pause = FIRST_PAUSE
        while not self._token_accepted:
            try:
                await self._save_token()
                self._token_accepted = True
            except SlackCallError as fault:
                log.warning("Slack refuses the bot token: %s. Try `python -m bot doctor`.", fault.reason)
            except Unavailable as fault:
                log.warning("the Slack bot token could not be saved: %s", fault.reason)
            if not self._token_accepted:
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
        pause = FIRST_PAUSE
        while not await self._rosters.find():
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    async def _save_token(self) -> None:
        grant = await self._oauth.identify_token(self._options.bot_token)
        installed = await self._connections.installed(PLATFORM, grant.workspace)
        if installed is None or dict(installed.secrets) != dict(grant.secrets):
            await self._connections.install(PLATFORM, grant.workspace, grant.name, grant.secrets, by=OPERATOR)
            self._tokens.drop(grant.workspace)


def mount(
    application: web.Application,
    dispatcher: Dispatcher,
    connections: Connections,
    options: SlackOptions,
    *,
    clock: Clock,
) -> Slack:
    """Add Slack's routes to `application`, and return the platform to send through. Opens nothing yet."""
    slack = Slack(dispatcher, connections, options, clock=clock)
    application.add_routes(slack.routes())
    return slack
