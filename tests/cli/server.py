"""`python -m bot serve` as a separate program, with a fake Slack in the test's process."""

from __future__ import annotations

import asyncio
import json
import re
import secrets
import signal
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from bot.interface.json_object import Json
from tests import clock
from tests.rings import shared_end_keys
from tests.slack.driver import SECRET
from tests.slack.provider import APP_TOKEN, Slack
from tests.teams.provider import Provider

SAYS = re.compile(r"Serving [\w ]+ at (http://127\.0\.0\.1:\d+)/")
STARTS_SECONDS = 60
ENDS_SECONDS = 60
"""Three times the promised time to stop: a machine may be busy."""


def free_port() -> int:
    """A free port."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@dataclass
class Server:
    """One serving process; `log` is the file with its standard error."""

    process: asyncio.subprocess.Process
    address: str
    said: str
    log: Path

    async def asked(self, path: str) -> tuple[int, Json]:
        """The status and content of one of its health pages."""
        async with aiohttp.ClientSession() as session, session.get(self.address + path) as response:
            return response.status, await response.json()

    async def metric(self, beginning: str) -> float:
        """The first value on its metrics page whose line begins with that; 0 as long as there is none."""
        async with aiohttp.ClientSession() as session, session.get(f"{self.address}/metrics") as response:
            lines = (await response.text()).splitlines()
        return next((float(line.rpartition(" ")[2]) for line in lines if line.startswith(beginning)), 0.0)

    async def until(self, path: str, status: int) -> Json:
        """Wait until one of its health pages answers with that status. Returns its content."""
        while True:
            found, said = await self.asked(path)
            if found == status:
                return said
            await asyncio.sleep(0.1)

    def tell(self, number: signal.Signals = signal.SIGTERM) -> None:
        """Send a signal."""
        self.process.send_signal(number)

    async def ended(self, seconds: float = ENDS_SECONDS) -> int:
        """Wait until it has ended. Returns its exit code."""
        return await asyncio.wait_for(self.process.wait(), seconds)

    def logged(self) -> list[Json]:
        """The lines of its log, all of which must be JSON objects."""
        return [json.loads(line) for line in self.log.read_text().splitlines()]


def settings(url: str, key: str, slack: Slack, **more: str) -> dict[str, str]:
    """The environment for serving that Slack over HTTP; `more` are settings without their prefix."""
    given = {
        "DATABASE_URL": url,
        "KEY": key,
        "END_KEYS": shared_end_keys(),
        "PORT": "0",
        "ADMINS": "daniel.okoro@example.org",
        "SLACK_BOT_TOKEN": slack.workspace.token,
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_API_URL": slack.address,
        "LOG_FORMAT": "json",
        "LOG_LEVEL": "DEBUG",
        **more,
    }
    return {f"DELIVERABLE_{name}": value for name, value in given.items()}


SOCKET = {"SLACK_SIGNING_SECRET": "", "SLACK_APP_TOKEN": APP_TOKEN}
"""The settings for Socket Mode."""


def in_teams(provider: Provider) -> dict[str, str]:
    """The settings for serving that Teams too, with token checks."""
    given = provider.options()
    return {
        "TEAMS_APP_ID": given.app_id,
        "TEAMS_TENANT_ID": given.tenant,
        "TEAMS_APP_PASSWORD": given.password,
        "TEAMS_OPENID_URL": given.openid_url,
        "TEAMS_TOKEN_URL": given.token_url,
        "TEAMS_ISSUER": given.issuer,
        "TEAMS_SERVICE_HOSTS": ",".join(given.service_hosts),
    }


@asynccontextmanager
async def serving(folder: Path, environment: Mapping[str, str], *arguments: str) -> AsyncIterator[Server]:
    """Start a process and wait until it serves. At the end, kill it if it still runs."""
    log = folder / f"log-{secrets.token_hex(4)}.txt"
    with log.open("wb") as errors:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "serve", *arguments),
            cwd=folder,
            env={**clock.environment(), **environment},
            stdout=asyncio.subprocess.PIPE,
            stderr=errors,
        )
    try:
        assert process.stdout is not None
        said = (await asyncio.wait_for(process.stdout.readline(), STARTS_SECONDS)).decode()
        address = SAYS.search(said)
        assert address is not None, f"it said {said!r}, and logged {log.read_text()!r}"
        yield Server(process, address[1], _sentence(said), log)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def _sentence(said: str) -> str:
    """What was said on a line that is text, or JSON."""
    return str(json.loads(said)["message"]) if said.startswith("{") else said.strip()
