"""`doctor --live`, with a fake Slack over TCP: real messages, which somebody sees and which are gone afterwards."""

from __future__ import annotations

import asyncio
import os
import pty
import sys
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import aiohttp
import pytest

from bot.runtime.clock import now
from bot.screens.notice.live_check import OPEN_A_FORM
from storage.keys import new_master_key
from tests import clock
from tests.cli.server import serving, settings
from tests.cli.test_serving import announced, card, invited
from tests.slack.driver import Driver
from tests.slack.provider import Slack
from tests.slack.serving import ADMIN, CHANNEL

pytestmark = pytest.mark.timeout(180)


class Terminal:
    """`doctor --live` in a terminal; `said` is what it has printed so far."""

    def __init__(self, process: asyncio.subprocess.Process, terminal: int) -> None:
        self.process = process
        self.said = ""
        self._terminal = terminal

    async def until(self, words: str) -> None:
        """Wait until it has printed that."""
        assert self.process.stdout is not None
        while words not in self.said:
            more = await asyncio.wait_for(self.process.stdout.read(4096), 60)
            assert more, self.said
            self.said += more.decode()

    def type(self, line: str) -> None:
        """Type a line."""
        os.write(self._terminal, f"{line}\n".encode())

    async def ended(self) -> int:
        """Wait until it ends; its exit code."""
        assert self.process.stdout is not None
        self.said += (await asyncio.wait_for(self.process.stdout.read(), 60)).decode()
        return await self.process.wait()


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


async def doctor(folder: Path, environment: Mapping[str, str], channel: str) -> tuple[Terminal, int]:
    """Start it with a terminal to type in."""
    ours, theirs = pty.openpty()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "doctor", "--live", channel),
        cwd=folder,
        env={**clock.environment(), **environment},
        stdin=theirs,
        stdout=asyncio.subprocess.PIPE,
    )
    os.close(theirs)
    return Terminal(process, ours), ours


async def test_messages_go_to_the_channel_and_to_an_admin_who_opens_a_form(
    tmp_path: Path, migrated_sqlite_url: str, slack: Slack, session: aiohttp.ClientSession
) -> None:
    key = new_master_key("k1")
    given = settings(migrated_sqlite_url, key, slack)
    async with serving(tmp_path, given) as server:
        driver = Driver(slack, server.address, now, session)
        await invited(slack, driver)
        await announced(migrated_sqlite_url, key)
        policy = await card(slack)
        looking, terminal = await doctor(tmp_path, given, "#digital-delivery")
        try:
            await looking.until("[y/n]")
            direct = slack.workspace.direct(ADMIN)
            assert direct is not None
            message = direct.main()[-1]
            assert "A check of Deliverable" in str(message)
            assert (await driver.press(ADMIN, direct.id, message["ts"], OPEN_A_FORM)).status == 200
            assert slack.workspace.window(ADMIN).top.json["type"] == "modal"
            looking.type("y")
            await looking.ended()
        finally:
            os.close(terminal)
        assert [each["ts"] for each in slack.workspace.channels[CHANNEL].main()] == [policy]
        assert message not in direct.main()
    for sentence in (
        "Good: Slack took a message in digital-delivery.",
        "Good: Slack changed it.",
        "Good: Slack deleted the message in digital-delivery.",
        "Good: Slack took a message to an admin.",
        "Good: Open a form opens a form.",
        "Good: Slack deleted the message to the admin.",
    ):
        assert sentence in looking.said
