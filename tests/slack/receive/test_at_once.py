"""The number of requests handled at the same time is limited. The others wait, and are handled."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode

import pytest

from adapters.slack.receive import endpoint, socket_mode
from bot.dispatcher import Dispatcher
from bot.interface.actor import Actor
from bot.interface.parts import Card
from bot.people.people import Member
from tests.slack import envelopes
from tests.slack.provider import Slack
from tests.slack.serving import AMINA, CHANNEL, Served, serving

ROOM, CALLERS = 2, 6
A_MOMENT = 0.3
"""In which too many would come in; what is right never fails by it, however slow the machine."""


@dataclass
class Crowd:
    """People whose typed text is being handled, all held there until they are let out."""

    inside: int = 0
    most: int = 0
    full: asyncio.Event = field(default_factory=asyncio.Event)
    out: asyncio.Event = field(default_factory=asyncio.Event)

    def hold_calls(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Make every call of `Dispatcher.typed` wait."""
        original = Dispatcher.typed

        async def typed(dispatcher: Dispatcher, actor: Actor, newcomer: Member | None = None) -> Card:
            self.inside += 1
            self.most = max(self.most, self.inside)
            if self.inside == ROOM:
                self.full.set()
            await self.out.wait()
            self.inside -= 1
            return await original(dispatcher, actor, newcomer)

        monkeypatch.setattr(Dispatcher, "typed", typed)

    async def let_out(self) -> None:
        """Let all calls go on, a moment after the limit is reached."""
        await self.full.wait()
        await asyncio.sleep(A_MOMENT)
        self.out.set()


async def test_over_http(slack: Slack, migrated_sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoint, "AT_ONCE", ROOM)
    async with serving(migrated_sqlite_url, slack) as served:
        await served.join()
        crowd = Crowd()
        crowd.hold_calls(monkeypatch)
        asked = [asyncio.create_task(served.driver.command(AMINA, CHANNEL, f"x{n}")) for n in range(CALLERS)]
        await crowd.let_out()
        assert [(await each).status for each in asked] == [200] * CALLERS
        assert crowd.most == ROOM


async def test_over_socket_mode(slack: Slack, migrated_sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket_mode, "AT_ONCE", ROOM)
    async with serving(migrated_sqlite_url, slack, over_sockets=True) as served:
        await slack.sockets.linked(socket_mode.LINKS)
        await served.join()
        crowd = Crowd()
        crowd.hold_calls(monkeypatch)
        asked = [asyncio.create_task(_typed(served, n)) for n in range(CALLERS)]
        await crowd.let_out()
        assert all([await each is not None for each in asked])
        assert crowd.most == ROOM


async def _typed(served: Served, number: int) -> object:
    command = envelopes.command(served.slack, AMINA, CHANNEL, f"x{number}")
    fields = dict(parse_qsl(urlencode(command)))
    return await served.slack.sockets.deliver("slash_commands", fields, seconds=30, link=number % socket_mode.LINKS)
