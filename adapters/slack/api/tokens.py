"""Tokens: what the bot speaks with in each workspace, kept for a minute, and renewed before they end.

The database holds them, sealed. What is kept here is dropped after a minute, because another process may be told that
the bot was removed.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.interface.clock import Clock
from bot.interface.unavailable import Unavailable
from bot.people.connections import Connections, Installed

log = logging.getLogger(__name__)

PLATFORM = "slack"
KEPT_FOR = timedelta(seconds=60)
MOST_KEPT = 1_000
RENEWED_BEFORE = timedelta(hours=2)
"""How long before its end a token is renewed. Slack's live 12 hours; source: its page on token rotation."""

Renewing = Callable[[str], Awaitable[Mapping[str, str]]]
"""Takes a refresh token, which works once; gives the secrets that take its place. Raises whatever went wrong."""


@dataclass(frozen=True)
class Access:
    """How the bot speaks in one workspace, or in all of an organisation.

    `workspace` is the id that everything of it is kept under: of the team, or of the organisation for one that is
    installed for all. `bot` and `user` are the bot's own ids. `team` is empty for an organisation.
    """

    workspace: str
    token: str = field(repr=False)
    bot: str = ""
    user: str = ""
    team: str = ""
    enterprise: str = ""
    ends_at: datetime | None = None


def secrets_of(
    token: str,
    *,
    bot: str = "",
    user: str = "",
    team: str = "",
    enterprise: str = "",
    refresh_token: str = "",
    ends_at: datetime | None = None,
) -> dict[str, str]:
    """What is kept of an installation, sealed."""
    kept = {
        "token": token,
        "bot": bot,
        "user": user,
        "team": team,
        "enterprise": enterprise,
        "refresh_token": refresh_token,
        "ends_at": ends_at.astimezone(UTC).isoformat() if ends_at else "",
    }
    return {name: value for name, value in kept.items() if value}


def access_of(installed: Installed) -> Access:
    """An installation as it is spoken through."""
    kept = installed.secrets
    ends_at = kept.get("ends_at")
    return Access(
        workspace=installed.workspace,
        token=kept["token"],
        bot=kept.get("bot", ""),
        user=kept.get("user", ""),
        team=kept.get("team", ""),
        enterprise=kept.get("enterprise", ""),
        ends_at=datetime.fromisoformat(ends_at) if ends_at else None,
    )


class SlackTokens:
    """The tokens of all workspaces, for what comes in and for what is sent."""

    def __init__(self, connections: Connections, renewing: Renewing | None, clock: Clock) -> None:
        """`renewing` is None where no client id and secret are set: then tokens are used until they end."""
        self._connections = connections
        self._renewing = renewing
        self._clock = clock
        self._kept: OrderedDict[str, tuple[datetime, Access | None]] = OrderedDict()
        self._asking: dict[str, asyncio.Lock] = {}

    async def of(self, workspace: str) -> Access | None:
        """How to speak in a workspace; None where the bot is not installed, or not any more. Raises `Unavailable`."""
        kept = self._fresh(workspace)
        if kept is not None:
            return kept[1]
        lock = self._asking.setdefault(workspace, asyncio.Lock())
        try:
            async with lock:
                # Whoever waited for the lock finds what the first one has fetched.
                kept = self._fresh(workspace)
                return kept[1] if kept is not None else await self._fetched(workspace)
        finally:
            if not lock.locked():
                self._asking.pop(workspace, None)

    async def of_either(self, team: str, enterprise: str, *, everywhere: bool = False) -> Access | None:
        """The access of a request: of its team, or of the organisation where it is installed `everywhere` in it."""
        order = (enterprise, team) if everywhere else (team, enterprise)
        for workspace in filter(None, order):
            found = await self.of(workspace)
            if found is not None:
                return found
        return None

    def drop(self, workspace: str) -> None:
        """Ask the database anew when the workspace is next spoken in."""
        self._kept.pop(workspace, None)

    def _fresh(self, workspace: str) -> tuple[datetime, Access | None] | None:
        kept = self._kept.get(workspace)
        return kept if kept is not None and self._clock() - kept[0] < KEPT_FOR else None

    async def _fetched(self, workspace: str) -> Access | None:
        try:
            return await self._fetch(workspace)
        except Unavailable:
            # Whoever clicks meanwhile is to be told that nothing can be saved, which takes a token.
            if workspace not in self._kept:
                raise
            return self._kept[workspace][1]

    async def _fetch(self, workspace: str) -> Access | None:
        installed = await self._connections.installed(PLATFORM, workspace)
        found = access_of(installed) if installed is not None and installed.secrets.get("token") else None
        if found is not None and self._ends_soon(found):
            found = await self._renewed(found)
        self._kept[workspace] = (self._clock(), found)
        self._kept.move_to_end(workspace)
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        return found

    def _ends_soon(self, access: Access) -> bool:
        return access.ends_at is not None and access.ends_at - self._clock() < RENEWED_BEFORE

    async def _renewed(self, access: Access) -> Access:
        renewing = self._renewing
        if renewing is None:
            return access

        async def ask(installed: Installed) -> Mapping[str, str] | None:
            # Another process may have done it since: the refresh token works once.
            if not self._ends_soon(access_of(installed)) or not installed.secrets.get("refresh_token"):
                return None
            return {**installed.secrets, **await renewing(installed.secrets["refresh_token"])}

        try:
            installed = await self._connections.renew(PLATFORM, access.workspace, ask)
        except Exception as error:  # noqa: BLE001 - the old token works for two hours yet, and this is tried again
            log.warning("a token of Slack could not be renewed: %s", type(error).__name__)
            return access
        return access_of(installed) if installed is not None else access
