"""Fixtures: a fake Bot Framework, and Teams mounted over it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.teams.mounted import Mounted, mounted
from tests.teams.provider import Provider, serving
from tests.teams.tenant import Tenant, tenant


@pytest.fixture
async def provider() -> AsyncIterator[Provider]:
    """A Bot Framework on loopback."""
    async with serving() as made:
        yield made


@pytest.fixture
async def teams(provider: Provider, migrated_sqlite_url: str) -> AsyncIterator[Mounted]:
    """Teams over a database of its own, started, with all checks on."""
    async with mounted(provider, migrated_sqlite_url) as made:
        yield made


@pytest.fixture
async def bare(provider: Provider, migrated_sqlite_url: str) -> AsyncIterator[Tenant]:
    """A tenant in which the app is not installed yet."""
    async with tenant(provider, migrated_sqlite_url) as made:
        yield made


@pytest.fixture
async def office(bare: Tenant) -> Tenant:
    """A tenant with the app installed in the team."""
    await bare.install()
    return bare
