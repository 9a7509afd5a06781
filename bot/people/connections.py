"""Connections: what an adapter keeps of where the bot is installed and where its conversations are.

An adapter keeps nothing itself. Secrets are sealed with a key of the installation's own, which a master key wraps.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping

from bot.interface.clock import Clock
from bot.interface.ports import Place
from bot.people import admins, conversations, installations, reachability
from bot.people.conversations import Conversing
from bot.people.installations import Installed
from bot.unit_of_work.runner import UnitOfWorkRunner
from storage import Database
from storage.keys import KeyRing

__all__ = ["Connections", "Conversing", "Installed"]

Ask = Callable[[Installed], Awaitable[Mapping[str, str] | None]]


class Connections:
    """The connections of one deployment, over one database. `admins` are e-mail addresses; `clock` gives aware UTC.

    Every method raises `Unavailable` while the database cannot be reached.
    """

    def __init__(self, database: Database, ring: KeyRing, clock: Clock, admins: Iterable[str] = ()) -> None:
        self._runner = UnitOfWorkRunner(database, ring, clock, frozenset(each.strip().casefold() for each in admins))

    async def install(self, platform: str, workspace: str, name: str, secrets: Mapping[str, str]) -> None:
        """Keep what is needed to speak in a workspace or tenant, in place of what was kept of it before."""
        await self._runner.write(lambda uow: installations.install(uow, platform, workspace, name, secrets))

    async def installed(self, platform: str, workspace: str) -> Installed | None:
        """What is needed to speak there; None where the bot is not installed, or not any more."""
        return await self._runner.read(lambda uow: installations.installed(uow, platform, workspace))

    async def all_installed(self, platform: str) -> tuple[Installed, ...]:
        """All workspaces or tenants of a platform in which the bot is installed."""
        return await self._runner.read(lambda uow: installations.all_installed(uow, platform))

    async def renew(self, platform: str, workspace: str, ask: Ask) -> Installed | None:
        """Have one process renew the secrets of an installation: `ask` is given them as they are by then.

        It gives the new ones, or None when there is nothing to change. Another process that comes meanwhile changes
        nothing, and is given them as they are. Where `ask` raises, the next one may try at once.
        """
        held = await self._runner.write(lambda uow: installations.hold(uow, platform, workspace))
        found = await self.installed(platform, workspace)
        if not held or found is None:
            return found
        secrets: Mapping[str, str] | None = None
        try:
            secrets = await ask(found)
        finally:
            await self._runner.write(lambda uow: installations.let_go(uow, platform, workspace, secrets))
        return await self.installed(platform, workspace)

    async def end(self, platform: str, workspace: str) -> None:
        """The bot was removed, or its tokens were revoked: nothing is sent there from now on, and admins are told."""
        await self._runner.write(lambda uow: installations.end(uow, platform, workspace))

    async def conversation(self, place: Place) -> Conversing | None:
        """Where messages for a place go, if that is known."""
        return await self._runner.read(lambda uow: conversations.conversing(uow, place))

    async def converse(self, place: Place, conversation: str, service: str = "") -> None:
        """Keep where messages for a place go. Writes only what has changed. Not to be called because somebody flags."""
        if await self.conversation(place) != Conversing(conversation, service):
            await self._runner.write(lambda uow: conversations.converse(uow, place, conversation, service))

    async def forget(self, place: Place) -> None:
        """A person has no conversation with the app any more."""
        await self._runner.write(lambda uow: reachability.forget_conversation(uow, place))

    async def with_the_app(self, platform: str, workspace: str, users: Collection[str]) -> None:
        """These are all who are in a place that has the app, on a platform that lets it write to nobody else.

        Whoever has a conversation of their own with it is left out of account.
        """
        await self._runner.write(lambda uow: reachability.without_place(uow, platform, workspace, users))

    async def lost(self, place: Place, reason: str) -> None:
        """A channel can be written to no more; admins are told. `reason` is the platform's code."""
        await self._runner.write(lambda uow: conversations.lose(uow, place, reason))

    async def admins(self) -> tuple[int, tuple[str, ...]]:
        """How many admins are listed in the settings, and the addresses of those who have not been seen."""
        return await self._runner.read(lambda uow: (len(uow.admins), tuple(admins.unseen(uow))))

    async def channels(self, platform: str) -> tuple[Place, ...]:
        """The connected channels of a platform."""
        return await self._runner.read(lambda uow: conversations.connected(uow, platform))
