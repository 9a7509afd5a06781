"""The `database` fixture: an empty one with its tables, on each kind."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from storage import Database


@pytest.fixture
def database(migrated_url: str) -> Iterator[Database]:
    """An empty database with its tables, opened; the test runs once on each kind."""
    with Database(migrated_url, pool=4) as opened:
        yield opened
