"""`serve` with both platforms set up and nothing to do: how much memory it holds."""

import asyncio
from pathlib import Path
from statistics import median

from storage.keys import new_master_key
from tests.bench.measuring import Figures, progress
from tests.cli.server import in_teams, settings
from tests.cli.server import serving as running
from tests.proc import resident_megabytes
from tests.slack.provider import Slack
from tests.teams.provider import serving as teams

SETTLES_SECONDS = 5.0


def measure(folder: Path, times: int) -> Figures:
    """The median of several starts on tables that are there already, five seconds after each."""
    progress("Serving Slack and Teams, idle")
    home = folder / "idle"
    home.mkdir()
    return {"serve_idle_megabytes": median(asyncio.run(_megabytes(home, times)))}


async def _megabytes(home: Path, times: int) -> list[float]:
    found = []
    async with Slack() as slack, teams() as provider:
        given = settings(f"sqlite:///{home / 'idle.db'}", new_master_key("bench"), slack, **in_teams(provider))
        quiet = given | {"DELIVERABLE_LOG_LEVEL": "INFO"}
        async with running(home, quiet):
            pass  # the first start loads what makes the tables
        for _ in range(times):
            async with running(home, quiet) as server:
                await asyncio.sleep(SETTLES_SECONDS)
                found.append(resident_megabytes(server.process.pid))
    return found
