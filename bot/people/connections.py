"""Connections: what an adapter stores about installations, conversations and channels.

An adapter stores nothing itself. Tokens are sealed with the installation's own key, which a master key wraps.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping

from bot.interface.clock import Clock
from bot.interface.ports import Place
from bot.people import admins, conversations, installations, people, reachability
from bot.people.conversations import Conversing
from bot.people.installations import LACKS, Installed
from bot.people.people import UNNAMED
from bot.unit_of_work.audit_entries import OPERATOR
from bot.unit_of_work.runner import WaitedForRunner
from storage import Database
from storage.keys import KeyRing

__all__ = ["LACKS", "OPERATOR", "UNNAMED", "Connections", "Conversing", "Installed"]

Ask = Callable[[Installed], Awaitable[Mapping[str, str] | None]]


class Connections:
    """The connections of one deployment, in one database. `admins` are e-mail addresses; `clock` returns aware UTC.

    Every method raises `Unavailable` while the database cannot be reached.
    """

    def __init__(self, database: Database, ring: KeyRing, clock: Clock, admins: Iterable[str] = ()) -> None:
        self._runner = WaitedForRunner(database, ring, clock, admins)

    async def install(
        self, platform: str, workspace: str, name: str, secrets: Mapping[str, str], *, by: str = ""
    ) -> None:
        """Store the tokens of a workspace or tenant, in place of any earlier ones.

        `by` is the platform's id of the person who has installed the app there, or `OPERATOR`: it is in the audit log.
        Without it nobody did anything.
        """
        who = by if by in ("", OPERATOR) else f"{platform}/{workspace}/{by}"
        await self._runner.write(lambda uow: installations.install(uow, platform, workspace, name, secrets, who))

    async def app_added(self, place: Place, by: str) -> None:
        """Write in the audit log that somebody, by the platform's id, added the app to the team of a channel."""
        await self._added(place, by, added=True)

    async def app_removed(self, place: Place, by: str) -> None:
        """Write in the audit log that somebody, by the platform's id, removed the app from the team of a channel."""
        await self._added(place, by, added=False)

    async def _added(self, place: Place, by: str, *, added: bool) -> None:
        who = f"{place.platform}/{place.workspace}/{by}"
        await self._runner.write(lambda uow: installations.added_to_channel(uow, place, who, added=added))

    async def installed(self, platform: str, workspace: str) -> Installed | None:
        """The installation with its tokens, or None where the bot is not installed, or not any more."""
        return await self._runner.read(lambda uow: installations.installed(uow, platform, workspace))

    async def all_installed(self, platform: str) -> tuple[Installed, ...]:
        """The installations on a platform."""
        return await self._runner.read(lambda uow: installations.all_installed(uow, platform))

    async def renew(self, platform: str, workspace: str, ask: Ask) -> Installed | None:
        """Renew the tokens of an installation, in one process at a time.

        `ask` gets the current installation and returns the new tokens, or None when there is nothing to change. While
        one process renews, another one changes nothing and gets the current tokens. If `ask` raises, any process may
        try again at once.
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

    async def end(self, platform: str, workspace: str, refused: Mapping[str, str]) -> bool:
        """Record that the bot was removed or its tokens were revoked: sending there stops, and admins are told.

        `refused` are the tokens that the platform refuses. False if they were replaced since: then nothing has ended.
        """
        return await self._runner.write(lambda uow: installations.end(uow, platform, workspace, refused))

    async def ended(self, platform: str) -> tuple[Installed, ...]:
        """The installations that have ended in the last days, with the tokens that were refused."""
        return await self._runner.write(lambda uow: installations.ended(uow, platform))

    async def revive(self, platform: str, accepted: Installed) -> None:
        """Record that an installation has not ended after all: what was given up there is sent."""
        await self._runner.write(lambda uow: installations.revive(uow, platform, accepted))

    async def left(self, place: Place, user: str) -> None:
        """Record that somebody, by the platform's id, has left a channel: before the next roster says so."""
        await self._runner.write(lambda uow: people.leave(uow, place, user))

    async def conversation(self, place: Place) -> Conversing | None:
        """The platform's conversation for a place, if known."""
        return await self._runner.read(lambda uow: conversations.conversing(uow, place))

    async def converse(self, place: Place, conversation: str, service: str = "") -> None:
        """Store the conversation of a place, if it has changed. Do not call this because someone flags."""
        if await self.conversation(place) != Conversing(conversation, service):
            await self._runner.write(lambda uow: conversations.converse(uow, place, conversation, service))

    async def forget(self, place: Place) -> None:
        """Record that a person no longer has a conversation with the app."""
        await self._runner.write(lambda uow: reachability.forget_conversation(uow, place))

    async def with_the_app(self, platform: str, workspace: str, users: Collection[str]) -> None:
        """Record who is in a team or chat that has the app, on a platform where the app can write only to those.

        `users` must be all of them. People with a direct conversation with the app can be reached in any case.
        """
        await self._runner.write(lambda uow: reachability.without_place(uow, platform, workspace, users))

    async def lost(self, place: Place, reason: str) -> None:
        """Record that a channel takes no messages any more, and tell admins. `reason` is the platform's code."""
        await self._runner.write(lambda uow: conversations.lose(uow, place, reason))

    async def disconnected(self, platform: str) -> tuple[Place, ...]:
        """The channels of a platform that were connected once, and are not now."""
        return await self._runner.read(lambda uow: conversations.disconnected(uow, platform))

    async def unreached(self, platform: str, workspace: str) -> tuple[Place, ...]:
        """The accounts in which people seem to get no messages, and which are worth a try each day."""
        return await self._runner.read(lambda uow: reachability.to_try_again(uow, platform, workspace))

    async def reached(self, place: Place) -> None:
        """Record that a person's account takes messages."""
        await self._runner.write(lambda uow: reachability.reached(uow, place))

    async def moved(self, place: Place, address: str) -> None:
        """Record that the platform has given a channel another id."""
        await self._runner.write(lambda uow: conversations.move(uow, place, address))

    async def admins(self) -> tuple[int, tuple[str, ...]]:
        """The number of admins in the settings, and the addresses of those who have not been seen."""
        return await self._runner.read(lambda uow: (len(uow.admins), tuple(admins.unseen(uow))))

    async def places_of_admins(self, platform: str) -> tuple[Place, ...]:
        """Where admins can be written to on a platform."""
        return await self._runner.read(lambda uow: admins.direct_places(uow, platform))

    async def channels(self, platform: str) -> tuple[Place, ...]:
        """The connected channels of a platform."""
        return await self._runner.read(lambda uow: conversations.connected(uow, platform))

    async def active_accounts(self, platform: str, workspace: str) -> frozenset[str]:
        """The platform's ids of the people of a workspace whose accounts are not known to be closed."""
        return await self._runner.read(lambda uow: people.active_accounts(uow, platform, workspace))

    async def channel_names(self, platform: str) -> Mapping[Place, str]:
        """What the connected channels of a platform are called; `UNNAMED` where that is not known yet."""
        return await self._runner.read(lambda uow: conversations.names(uow, platform))

    async def rename(self, place: Place, name: str) -> None:
        """Record what a connected channel is called now."""
        await self._runner.write(lambda uow: conversations.rename(uow, place, name))
