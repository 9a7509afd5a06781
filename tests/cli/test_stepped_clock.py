"""`serve` while the machine's clock is really set, by libfaketime (Debian's package faketime)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from tests.cli.server import Server, serving, settings
from tests.slack.provider import Slack

pytestmark = pytest.mark.timeout(180)
FOUND = sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
TICKS = 'deliverable_worker_steps_total{step="prepare"}'


@pytest.fixture
def library() -> Path:
    """The library that gives a program another clock."""
    if not FOUND:
        pytest.skip("no libfaketime on this machine (Debian's package faketime)")
    return FOUND[0]


@pytest.fixture
def set_by(tmp_path: Path) -> Callable[[timedelta], None]:
    """Sets the program's clock that far from the machine's."""

    def set_clock(by: timedelta) -> None:
        (tmp_path / "clock").write_text(f"{by.total_seconds():+.0f}\n")

    set_clock(timedelta(0))
    return set_clock


async def ticks(server: Server, more: int = 3) -> None:
    """Wait for more runs of the worker."""
    until = await server.metric(TICKS) + more
    async with asyncio.timeout(50):
        while await server.metric(TICKS) < until:  # noqa: ASYNC110 - it is another process
            await asyncio.sleep(0.2)


async def test_it_goes_on_and_says_so_when_the_clock_is_set_back_and_forward(
    tmp_path: Path,
    migrated_sqlite_url: str,
    key: str,
    slack: Slack,
    library: Path,
    set_by: Callable[[timedelta], None],
) -> None:
    faked = {
        "LD_PRELOAD": str(library),
        "FAKETIME_TIMESTAMP_FILE": str(tmp_path / "clock"),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "TESTS_AHEAD": "",
    }
    async with serving(tmp_path, {**settings(migrated_sqlite_url, key, slack), **faked}) as server:
        await ticks(server)
        for by in (timedelta(minutes=-2), timedelta(days=1), timedelta(0)):
            set_by(by)
            await ticks(server)
            assert (await server.asked("/readyz"))[0] == 200
        server.tell()
        assert await server.ended() == 0
    set_to = [each["message"] for each in server.logged() if "clock was set" in each["message"]]
    assert [each.rpartition(" by ")[0] for each in set_to] == [
        "the machine's clock was set back",
        "the machine's clock was set forward",
        "the machine's clock was set back",
    ]
