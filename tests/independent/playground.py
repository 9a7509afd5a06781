"""Microsoft's Agents Playground: a Teams with one person at the screen, five more in the team, and a log.

It has no task modules, so forms in dialogs do not open there; what is answered in place does.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Page, async_playwright

from tests.browsers import QUIET
from tests.cli.server import free_port
from tests.npm_packages import PLAYGROUND, unpacked
from tests.rings import shared_end_keys

APP = "00000000-0000-0000-0000-00000000000011"
TENANT = "00000000-0000-0000-0000-0000000000001"
ALEX = "alexw@example.com"  # who is at the screen
MEGAN = "00000000-0000-0000-0000-0000000000021"
TEAM = "team-id"
CHANNEL = "My Team, General"
"""These are what the Playground has where it is not told otherwise."""
STARTS_SECONDS = 60
WAITS_SECONDS = 90
"""How long anything may take to show: a machine may be busy."""


def settings(url: str, key: str, port: int) -> dict[str, str]:
    """The environment for serving it, without token checks: it has no tokens to show."""
    given = {
        "DATABASE_URL": url,
        "KEY": key,
        "END_KEYS": shared_end_keys(),
        "PORT": str(port),
        "ADMINS": ALEX,
        "TEAMS_APP_ID": APP,
        "TEAMS_TENANT_ID": TENANT,
        "TEAMS_INSECURE_LOCAL": "true",
        "TEAMS_SERVICE_HOSTS": "localhost,127.0.0.1",
        "LOG_FORMAT": "json",
    }
    return {f"DELIVERABLE_{name}": value for name, value in given.items()}


@dataclass
class Playground:
    """The page, as Alex sees it."""

    page: Page

    async def go(self, place: str) -> None:
        """Choose a chat or a channel in the list."""
        await self.page.get_by_text(place, exact=True).first.click()

    async def sees(self, *words: str) -> None:
        """Wait until all of this can be read in the chat or channel that is open."""
        for each in words:
            await self.page.get_by_text(each).last.wait_for()

    async def press(self, label: str) -> None:
        """Press the newest button of that name."""
        await self.page.get_by_role("button", name=label, exact=True).last.click()

    async def statuses(self) -> list[str]:
        """The statuses with which the app answered the requests that the Playground noted."""
        log = await self.page.locator("body").inner_text()
        return re.findall(r"Playground -> User Application \w+ (\d{3})", log)


@asynccontextmanager
async def playing(folder: Path, browser_path: str, port: int) -> AsyncIterator[Playground]:
    """Run it against the app at that port of this machine, and open it in a browser."""
    package, own = unpacked(PLAYGROUND, folder), free_port()
    process = await asyncio.create_subprocess_exec(
        *("node", str(package / "cli.js"), "start", "--disable-telemetry", "--channel-id", "msteams"),
        *("--app-endpoint", f"http://127.0.0.1:{port}/api/messages", "--port", str(own)),
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        assert process.stdout is not None
        said = await asyncio.wait_for(process.stdout.readline(), STARTS_SECONDS)
        assert b"Listening" in said, said
        async with async_playwright() as driver:
            browser = await driver.chromium.launch(executable_path=browser_path, args=["--no-sandbox", *QUIET])
            page = await browser.new_page()
            page.set_default_timeout(WAITS_SECONDS * 1000)
            await page.goto(f"http://localhost:{own}/")
            yield Playground(page)
            await browser.close()
    finally:
        process.kill()
        await process.wait()
