"""What `python -m bot doctor` finds out about Slack: each finding is a sentence, and where it is bad, what to mend.

Everything is asked the way the program asks it. Nothing is changed, and nothing is said in any channel.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime

from adapters.slack.api.tokens import PLATFORM, Access, access_of
from adapters.slack.api.web_api import SlackCallError, SlackDeclined, SlackUnreachable, WebApi
from adapters.slack.install.manifest import manifest
from adapters.slack.options import SlackOptions
from bot.calendar.dates import count
from bot.interface.clock import Clock
from bot.people.connections import Connections

CLOCKS_DIFFER = 60
"""Seconds by which clocks may differ before it is said. Requests are refused from five minutes on."""

ROTATED = "xoxe."
"""How a token begins that ends and is to be renewed. Source: Slack's page on token rotation."""
REMOVED = ("account_inactive", "token_revoked")
IN_A_CHANNEL = "invite it there with /invite @Deliverable"


@dataclass(frozen=True)
class Finding:
    """One sentence. `good` is False where something is to be mended."""

    good: bool
    sentence: str


class Doctor:
    """Looks at the settings, the tokens, the clock, the scopes and the channels."""

    def __init__(self, connections: Connections, options: SlackOptions, clock: Clock) -> None:
        self._connections = connections
        self._options = options
        self._clock = clock
        self._api = WebApi(options.api)

    async def examine(self) -> AsyncIterator[Finding]:
        """The findings, one after the other. Raises `Unavailable`."""
        try:
            for each in self._settings():
                yield each
            if self._options.bot_token:
                async for each in self._token(self._options.bot_token, "The bot token"):
                    yield each
            if self._options.app_token:
                yield await self._links()
            async for each in self._workspaces():
                yield each
            yield await self._admins()
        finally:
            await self._api.close()

    def _settings(self) -> list[Finding]:
        given, found = self._options, []
        if given.bot_token.startswith(ROTATED):
            told = (
                "The bot token ends after 12 hours, since token rotation is on for the app, and cannot be renewed here."
            )
            found.append(
                _bad(f"{told} Install over HTTP by /slack/install, or make the app anew without token rotation.")
            )
        if not (given.bot_token or given.installs):
            found.append(_bad("Set DELIVERABLE_SLACK_BOT_TOKEN to the Bot User OAuth Token of the app."))
        if not (given.app_token or given.signing_secret):
            said = "Nothing can come in: set DELIVERABLE_SLACK_APP_TOKEN for Socket Mode, or"
            found.append(_bad(f"{said} DELIVERABLE_SLACK_SIGNING_SECRET for HTTP."))
        if given.installs and not given.public_url:
            found.append(_bad("Set DELIVERABLE_PUBLIC_URL: Slack sends people back there who install the app."))
        return found

    async def _token(self, token: str, what: str) -> AsyncIterator[Finding]:
        try:
            bot = await self._api.write(token, "auth.test")
            answer = await self._api.client(token).auth_test()
        except SlackCallError as fault:
            yield _bad(self._why(fault, what))
            return
        yield _good(f"{what} is good for the workspace {bot.get('team', '')}.")
        headers = {name.lower(): str(value) for name, value in answer.headers.items()}
        clock = self._clock_beside(headers.get("date", ""))
        if clock is not None:
            yield clock
        yield self._scopes(headers.get("x-oauth-scopes", ""))

    def _why(self, fault: SlackCallError, what: str) -> str:
        if isinstance(fault, SlackUnreachable):
            return f"Slack cannot be reached at {self._options.host}. Check the network and DELIVERABLE_SLACK_API_URL."
        if fault.reason in REMOVED:
            return f"{what} is not good any more: the app was removed from its workspace. Install it there again."
        if isinstance(fault, SlackDeclined) and fault.wait is None:
            return f"Slack does not take it: {fault.reason}. {what} must be copied anew from the app's settings."
        return f"Slack does not answer as it should: {fault.reason}. Try again in a few minutes."

    def _clock_beside(self, theirs: str) -> Finding | None:
        try:
            at: datetime = parsedate_to_datetime(theirs)
        except ValueError:
            return None
        ahead = round((self._clock() - at).total_seconds())
        if abs(ahead) <= CLOCKS_DIFFER:
            return _good("The clock of this machine agrees with Slack's.")
        beside = "ahead of" if ahead > 0 else "behind"
        said = f"The clock of this machine is {count(abs(ahead), 'second')} {beside} Slack's."
        return _bad(f"{said} Have it set by NTP: from 5 minutes on, nothing from Slack is let in.")

    def _scopes(self, header: str) -> Finding:
        granted = {each.strip() for each in header.split(",") if each.strip()}
        address = self._options.public_url if self._options.signing_secret else ""
        missing = sorted(set(manifest(address)["oauth_config"]["scopes"]["bot"]) - granted)
        if missing:
            said = f"The app lacks {count(len(missing), 'scope')}: {', '.join(missing)}."
            return _bad(f"{said} Add what the manifest in deploy/slack asks for, and install the app again.")
        return _good("The app has every scope that it needs.")

    async def _links(self) -> Finding:
        try:
            await self._api.write(self._options.app_token, "apps.connections.open")
        except SlackCallError as fault:
            said = self._why(fault, "The app token")
            return _bad(f"{said} It begins with xapp- and needs the scope connections:write; Socket Mode must be on.")
        return _good("The app token opens links for Socket Mode.")

    async def _workspaces(self) -> AsyncIterator[Finding]:
        installed = await self._connections.all_installed(PLATFORM)
        if not installed and not self._options.bot_token:
            yield _bad("No workspace has installed the app. Send whoever may install apps to /slack/install.")
        for each in installed:
            access = access_of(each)
            if access.token != self._options.bot_token:
                async for finding in self._token(access.token, f"The token of {each.name}"):
                    yield finding
            async for finding in self._channels(access, each.name):
                yield finding

    async def _admins(self) -> Finding:
        listed, unseen = await self._connections.admins()
        if not listed:
            return _bad("Nobody is an admin: set DELIVERABLE_ADMINS to addresses of the directory, parted by commas.")
        if len(unseen) < listed:
            return _good(f"{count(listed - len(unseen), 'admin')} can be reached.")
        said = f"No admin has been seen: nobody with the address {' or '.join(unseen)} is in a channel of the app."
        return _bad(f"{said} Join one, or correct DELIVERABLE_ADMINS.")

    async def _channels(self, access: Access, name: str) -> AsyncIterator[Finding]:
        places = [each for each in await self._connections.channels(PLATFORM) if each.workspace == access.workspace]
        if not places:
            yield _bad(f"The app is in no channel of {name}: {IN_A_CHANNEL}, and see that the program runs.")
        for place in places:
            yield await self._channel(access, place.address)

    async def _channel(self, access: Access, channel: str) -> Finding:
        try:
            info = (await self._api.read(access.token, "conversations.info", channel=channel))["channel"]
        except SlackCallError as fault:
            return _bad(f"The channel {channel} cannot be read: {fault.reason}. If it is still there, {IN_A_CHANNEL}.")
        called = f"#{info.get('name', channel)}"
        if info.get("is_archived"):
            return _bad(f"{called} is archived. Cards go there no more until it is opened again.")
        if not info.get("is_member"):
            return _bad(f"The app was removed from {called}: {IN_A_CHANNEL}.")
        return _good(f"The app is in {called}.")


def _good(sentence: str) -> Finding:
    return Finding(True, sentence)


def _bad(sentence: str) -> Finding:
    return Finding(False, sentence)
