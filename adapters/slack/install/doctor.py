"""The checks of `python -m bot doctor` for Slack. Each finding is a sentence that says what to fix, if anything.

The checks make the same calls as the program. They change nothing and post nothing.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from adapters.slack.api.tokens import PLATFORM, REFRESHED_BEFORE, Access, access_of
from adapters.slack.api.web_api import SlackCallError, SlackDeclined, SlackUnreachable, WebApi
from adapters.slack.install.manifest import manifest
from adapters.slack.install.scopes import CAN_BE_DENIED
from adapters.slack.options import SlackOptions
from adapters.slack.receive.refusals import WRONG_SECRET
from bot.calendar.dates import count
from bot.interface.clock import Clock
from bot.interface.finding import Finding
from bot.interface.finding import bad as _bad
from bot.interface.finding import good as _good
from bot.people.connections import Connections

CLOCKS_DIFFER = 60
"""By how many seconds the clocks may differ before it is reported. From 5 minutes on, requests are rejected."""

ROTATED = "xoxe."
"""Prefix of a token that expires and must be refreshed. Source: Slack's page on token rotation."""
REMOVED = ("account_inactive", "token_revoked")
NO_REACTIONS = (
    "It was not given reactions:read, so it sees no reactions. To turn answers to reactions on in a channel, install "
    "the app again and allow it."
)
SIGNING_CURE = (
    "Copy the Signing Secret (not the Client Secret) from Basic Information, App Credentials, into "
    "DELIVERABLE_SLACK_SIGNING_SECRET, and start the program again."
)
COPY_AGAIN = "Copy it from the app's settings again."
INSTALL_AGAIN = "Ask someone who may install apps to open /slack/install again."
RENEWED_BY = REFRESHED_BEFORE - timedelta(minutes=30)
"""A token that ends sooner should have been renewed by now."""
IN_A_CHANNEL = "invite it there with /invite @Deliverable"


class Doctor:
    """Checks the settings, the tokens, the clock, the scopes and the channels."""

    def __init__(
        self, connections: Connections, options: SlackOptions, clock: Clock, *, running: Mapping[str, str] | None = None
    ) -> None:
        """`running` is how each platform is in the program that runs now, by `/healthz`; None if none was found."""
        self._running = running or {}
        self._connections = connections
        self._options = options
        self._clock = clock
        self._api = WebApi(options.api)

    async def examine(self) -> AsyncIterator[Finding]:
        """Yield the findings as they are made. Raises `Unavailable`."""
        try:
            for each in self._settings():
                yield each
            if self._options.bot_token:
                async for each in self._token(self._options.bot_token, "The bot token"):
                    yield each
            if self._options.app_token:
                yield await self._socket_mode()
            if WRONG_SECRET in self._running.get(PLATFORM, ""):
                problem = "Requests are refused, because they are signed with another secret than the one that is set."
                yield _bad(f"{problem} {SIGNING_CURE}")
            async for each in self._workspaces():
                yield each
        finally:
            await self._api.close()

    def _settings(self) -> list[Finding]:
        options, found = self._options, []
        if options.bot_token.startswith(ROTATED):
            problem = (
                "Token rotation is on for the app, so the bot token ends after 12 hours and cannot be refreshed here."
            )
            found.append(
                _bad(f"{problem} Install over HTTP at /slack/install, or create the app again without token rotation.")
            )
        if not (options.bot_token or options.installs):
            found.append(_bad("Set DELIVERABLE_SLACK_BOT_TOKEN to the Bot User OAuth Token of the app."))
        if not (options.app_token or options.signing_secret):
            problem = "No requests can come in: set DELIVERABLE_SLACK_APP_TOKEN for Socket Mode, or"
            found.append(_bad(f"{problem} DELIVERABLE_SLACK_SIGNING_SECRET for HTTP."))
        if options.installs and not options.public_url:
            found.append(_bad("Set DELIVERABLE_PUBLIC_URL: after an installation, Slack sends people back to it."))
        return found

    async def _token(self, token: str, what: str, cure: str = COPY_AGAIN) -> AsyncIterator[Finding]:
        try:
            bot = await self._api.write(token, "auth.test")
            answer = await self._api.client(token).auth_test()
        except SlackCallError as fault:
            yield _bad(self._explain(fault, what, cure))
            return
        yield _good(f"{what} works for the workspace {bot.get('team', '')}.")
        headers = {name.lower(): str(value) for name, value in answer.headers.items()}
        clock = self._compare_clock(headers.get("date", ""))
        if clock is not None:
            yield clock
        yield self._scopes(headers.get("x-oauth-scopes", ""))

    def _explain(self, fault: SlackCallError, what: str, cure: str = COPY_AGAIN) -> str:
        if isinstance(fault, SlackUnreachable):
            return f"Slack cannot be reached at {self._options.host}. Check the network and DELIVERABLE_SLACK_API_URL."
        if fault.reason in REMOVED:
            again = "Install it there again." if cure == COPY_AGAIN else cure
            return f"{what} no longer works: the app was removed from its workspace. {again}"
        if isinstance(fault, SlackDeclined) and fault.wait is None:
            return f"{what} is refused by Slack: {fault.reason}. {cure}"
        return f"Slack answers with an error: {fault.reason}. Try again in a few minutes."

    def _compare_clock(self, theirs: str) -> Finding | None:
        try:
            at: datetime = parsedate_to_datetime(theirs)
        except ValueError:
            return None
        ahead = round((self._clock() - at).total_seconds())
        if abs(ahead) <= CLOCKS_DIFFER:
            return _good("The clock of this machine agrees with Slack's.")
        beside = "ahead of" if ahead > 0 else "behind"
        problem = f"The clock of this machine is {count(abs(ahead), 'second')} {beside} Slack's."
        return _bad(f"{problem} Set it by NTP: from 5 minutes on, requests from Slack are rejected.")

    def _scopes(self, header: str) -> Finding:
        granted = {each.strip() for each in header.split(",") if each.strip()}
        address = self._options.public_url if self._options.signing_secret else ""
        optional = {scope.name for scope in CAN_BE_DENIED}
        missing = sorted(set(manifest(address)["oauth_config"]["scopes"]["bot"]) - granted - optional)
        if missing:
            problem = f"The app lacks {count(len(missing), 'scope')}: {', '.join(missing)}."
            return _bad(f"{problem} Add what the manifest in deploy/slack asks for, and install the app again.")
        if optional - granted:
            return _good(f"The app has every scope that it needs. {NO_REACTIONS}")
        return _good("The app has every scope that it needs.")

    async def _socket_mode(self) -> Finding:
        try:
            await self._api.write(self._options.app_token, "apps.connections.open")
        except SlackCallError as fault:
            problem = self._explain(fault, "The app token")
            return _bad(
                f"{problem} It begins with xapp- and needs the scope connections:write; Socket Mode must be on."
            )
        return _good("The app token opens connections for Socket Mode.")

    async def _workspaces(self) -> AsyncIterator[Finding]:
        installed = await self._connections.all_installed(PLATFORM)
        if not installed and not self._options.bot_token:
            yield _bad("No workspace has installed the app. Ask someone who may install apps to open /slack/install.")
        for each in installed:
            access = access_of(each)
            if access.token != self._options.bot_token:
                async for finding in self._installed(access, f"The token of {each.name}"):
                    yield finding
            async for finding in self._channels(access, each.name):
                yield finding

    async def _installed(self, access: Access, what: str) -> AsyncIterator[Finding]:
        """The findings on a token from the OAuth flow: only another installation replaces it."""
        left = access.ends_at - self._clock() if access.ends_at else None
        if left is not None and left < RENEWED_BY:
            minutes = int(left.total_seconds() // 60)
            state = f"ends in {count(minutes, 'minute')}" if minutes > 0 else "has ended"
            problem = f"{what} {state} and was not renewed. If the program was running, Slack refuses to renew it."
            yield _bad(f"{problem} {INSTALL_AGAIN}")
        async for each in self._token(access.token, what, cure=INSTALL_AGAIN):
            yield each

    async def _channels(self, access: Access, name: str) -> AsyncIterator[Finding]:
        places = [each for each in await self._connections.channels(PLATFORM) if each.workspace == access.workspace]
        if not places:
            yield _bad(f"The app is in no channel of {name}: {IN_A_CHANNEL}, and check that the program is running.")
        for place in places:
            yield await self._channel(access, place.address)

    async def _channel(self, access: Access, channel: str) -> Finding:
        try:
            info = (await self._api.read(access.token, "conversations.info", channel=channel))["channel"]
        except SlackCallError as fault:
            return _bad(f"The channel {channel} cannot be read: {fault.reason}. If it is still there, {IN_A_CHANNEL}.")
        called = f"#{info.get('name', channel)}"
        if info.get("is_archived"):
            return _bad(f"{called} is archived. No cards are posted there until it is unarchived.")
        if not info.get("is_member"):
            return _bad(f"The app was removed from {called}: {IN_A_CHANNEL}.")
        return _good(f"The app is in {called}.")
