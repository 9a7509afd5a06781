"""Bot tokens: one for each installation, cached for a minute, and renewed before they expire, beside the requests.

The database stores them encrypted. The cache is short because another process may learn that the app was removed.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from adapters.slack.api.web_api import SlackCallError, SlackDeclined
from bot.interface.clock import Clock
from bot.interface.unavailable import Unavailable
from bot.people.connections import LACKS, Connections, Installed

log = logging.getLogger(__name__)

PLATFORM = "slack"
CACHED_FOR = timedelta(seconds=60)
MOST_CACHED = 1_000
REFRESHED_BEFORE = timedelta(hours=2)
"""How long before it expires a token is refreshed. Slack's last 12 hours; source: its page on token rotation."""
GOOD_ENOUGH = timedelta(seconds=30)
"""A token that ends sooner is not used: a request waits until it is renewed."""
NOT_RENEWED = "a token could not be renewed: install the app again at /slack/install"

Refresh = Callable[[str], Awaitable[Mapping[str, str]]]
"""Exchanges a refresh token, which works once, for the secrets that replace the old ones. May raise anything."""


@dataclass(frozen=True)
class Access:
    """The bot's token and ids for one installation: a workspace, or a whole organisation.

    `workspace` is the id that its data is stored under: the team's, or the organisation's for an organisation-wide
    installation. `bot` and `user` are the bot's own ids. `team` is empty for an organisation. `ends_at` is aware UTC.
    `others` are the ids of all workspaces that have the app.
    """

    workspace: str
    token: str = field(repr=False)
    bot: str = ""
    user: str = ""
    team: str = ""
    enterprise: str = ""
    ends_at: datetime | None = None
    others: frozenset[str] = frozenset()

    def owns(self, team: str) -> bool:
        """Whether a workspace, or an organisation, is shown to be ours. An empty id is not."""
        return bool(team) and team in {self.team, self.enterprise, *self.others}


def secrets_of(
    token: str,
    *,
    bot: str = "",
    user: str = "",
    team: str = "",
    enterprise: str = "",
    refresh_token: str = "",
    ends_at: datetime | None = None,
    lacks: str = "",
) -> dict[str, str]:
    """Return what the database stores, encrypted, for an installation."""
    kept = {
        "token": token,
        "bot": bot,
        "user": user,
        "team": team,
        "enterprise": enterprise,
        "refresh_token": refresh_token,
        "ends_at": ends_at.astimezone(UTC).isoformat() if ends_at else "",
        LACKS: lacks,
    }
    return {name: value for name, value in kept.items() if value}


def access_of(installed: Installed) -> Access:
    """Return the access that a stored installation gives."""
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
    """The tokens of all installations, for incoming requests and for calls to Slack."""

    def __init__(self, connections: Connections, refresh: Refresh | None, clock: Clock) -> None:
        """`refresh` is None if no client id and secret are set: then tokens are used until they expire."""
        self._connections = connections
        self._refresh = refresh
        self._clock = clock
        self._cache: OrderedDict[str, tuple[datetime, Access | None]] = OrderedDict()
        self._locks: dict[str, asyncio.Lock] = {}
        self._teams: frozenset[str] = frozenset()
        self._renewing: dict[str, asyncio.Task[Access]] = {}
        self._unsaved: dict[str, tuple[str, Mapping[str, str]]] = {}
        """By workspace, a refresh token and what Slack gave for it, until that is saved: Slack gives it only once."""
        self._not_renewed: set[str] = set()

    async def access(self, workspace: str) -> Access | None:
        """Return the access to a workspace; None if the app is not installed there. Raises `Unavailable`."""
        kept = self._cached(workspace)
        if kept is not None:
            return kept[1]
        lock = self._locks.setdefault(workspace, asyncio.Lock())
        try:
            async with lock:
                # If we waited for the lock, another task has filled the cache.
                kept = self._cached(workspace)
                return kept[1] if kept is not None else await self._fetch_or_stale(workspace)
        finally:
            if not lock.locked():
                self._locks.pop(workspace, None)

    async def access_of_either(self, team: str, enterprise: str, *, everywhere: bool = False) -> Access | None:
        """Return the access for a request from a team of an organisation; None if neither has the app installed.

        The organisation's comes first if the app is installed `everywhere` in it. Raises `Unavailable`.
        """
        order = (enterprise, team) if everywhere else (team, enterprise)
        for workspace in filter(None, order):
            found = await self.access(workspace)
            if found is not None:
                return found
        return None

    def know(self, installed: Iterable[Installed]) -> None:
        """Note all workspaces that have the app: who belongs to one of them is no outsider in another."""
        self._teams = frozenset(access_of(each).team for each in installed if each.secrets.get("token")) - {""}
        for workspace, (at, access) in self._cache.items():
            self._cache[workspace] = (at, replace(access, others=self._teams) if access else None)

    def drop(self, workspace: str) -> None:
        """Drop the cached access of a workspace, so that the next call reads the database."""
        self._cache.pop(workspace, None)

    def not_renewed(self) -> bool:
        """Whether Slack refuses to renew a token, or one has ended because it could not be renewed."""
        return bool(self._not_renewed)

    async def settled(self) -> None:
        """Wait for the renewals that are under way."""
        await asyncio.gather(*self._renewing.values(), return_exceptions=True)

    def _cached(self, workspace: str) -> tuple[datetime, Access | None] | None:
        kept = self._cache.get(workspace)
        return kept if kept is not None and abs(self._clock() - kept[0]) < CACHED_FOR else None

    async def _fetch_or_stale(self, workspace: str) -> Access | None:
        try:
            return await self._fetch(workspace)
        except Unavailable:
            # The old token still lets us tell people who click that nothing can be saved.
            if workspace not in self._cache:
                raise
            return self._cache[workspace][1]

    async def _fetch(self, workspace: str) -> Access | None:
        installed = await self._connections.installed(PLATFORM, workspace)
        found = access_of(installed) if installed is not None and installed.secrets.get("token") else None
        if found is not None and self._has_expired(found):
            found = await self._renewed(found)
        elif found is not None and self._expires_soon(found):
            self._renew_beside(found)
        else:
            self._not_renewed.discard(workspace)
        return self._keep(workspace, found)

    def _keep(self, workspace: str, access: Access | None) -> Access | None:
        access = replace(access, others=self._teams) if access is not None else None
        self._cache[workspace] = (self._clock(), access)
        self._cache.move_to_end(workspace)
        while len(self._cache) > MOST_CACHED:
            self._cache.popitem(last=False)
        return access

    def _renew_beside(self, access: Access) -> None:
        """Renew a token in the background: the old one is good until it ends."""
        if access.workspace in self._renewing:
            return
        task = asyncio.create_task(self._renewed(access), name="Slack token")
        self._renewing[access.workspace] = task
        task.add_done_callback(lambda _: self._renewing.pop(access.workspace, None))

    def _expires_soon(self, access: Access) -> bool:
        return access.ends_at is not None and access.ends_at - self._clock() < REFRESHED_BEFORE

    def _has_expired(self, access: Access) -> bool:
        return access.ends_at is not None and access.ends_at - self._clock() < GOOD_ENOUGH

    async def _renewed(self, access: Access) -> Access:
        """The renewed access or, if it cannot be renewed now, the old one. It is then tried again."""
        refresh = self._refresh
        if refresh is None:
            return access

        async def ask(installed: Installed) -> Mapping[str, str] | None:
            # Another process may have renewed it meanwhile, and the refresh token works once.
            spent = installed.secrets.get("refresh_token")
            if not self._expires_soon(access_of(installed)) or not spent:
                return None
            if self._unsaved.get(access.workspace, ("",))[0] != spent:
                self._unsaved[access.workspace] = (spent, await refresh(spent))
            return {**installed.secrets, **self._unsaved[access.workspace][1]}

        try:
            installed = await self._connections.renew(PLATFORM, access.workspace, ask)
        except Exception as error:  # noqa: BLE001 - the old token may still be good, and the renewal is tried again
            log.warning("a Slack token could not be renewed: %s", _reason(error))
            self._failed(access, error)
            return access
        self._unsaved.pop(access.workspace, None)
        self._not_renewed.discard(access.workspace)
        renewed = access_of(installed) if installed is not None else access
        return self._keep(access.workspace, renewed) or renewed

    def _failed(self, access: Access, error: Exception) -> None:
        # Declined is for good: a refresh token works once, and this one was used, or revoked.
        declined = isinstance(error, SlackDeclined) and error.wait is None
        if declined or self._has_expired(access):
            self._not_renewed.add(access.workspace)


def _reason(error: Exception) -> str:
    return error.reason if isinstance(error, SlackCallError) else type(error).__name__
