"""Fixtures: the program serving a fake Slack over TCP."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.slack.provider import Slack
from tests.slack.serving import Served, serving, workspace


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    """Slack, with one workspace and five people."""
    space = workspace()
    async with Slack(workspaces={space.id: space}) as running:
        yield running


@pytest.fixture
async def served(slack: Slack, migrated_sqlite_url: str) -> AsyncIterator[Served]:
    """The program over HTTP. The bot has been invited to the channel."""
    async with serving(migrated_sqlite_url, slack) as running:
        await running.join()
        yield running
        assert slack.faults == []
