"""Tests of rules: whatever the database, they come out alike, so they run on SQLite alone.

A module says so with `pytestmark = pytest.mark.rules`. A test in it still runs on both databases where it is marked
`both_databases`: because much happens at once in it, or a statement runs in it that runs in no other test on
PostgreSQL. `--both-databases` runs everything on both.
"""

import pytest

ON_BOTH = "--both-databases"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option."""
    parser.addoption(ON_BOTH, action="store_true", help="run tests of rules on PostgreSQL too")


def pytest_configure(config: pytest.Config) -> None:
    """Name the marks."""
    config.addinivalue_line("markers", "rules: comes out alike on each database, and runs on SQLite")
    config.addinivalue_line("markers", "both_databases: runs on both, although it is among tests of rules")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave tests of rules out on PostgreSQL."""
    if config.getoption(ON_BOTH):
        return
    left_out = [each for each in items if _is_left_out(each)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [each for each in items if not _is_left_out(each)]


def _is_left_out(item: pytest.Item) -> bool:
    if item.get_closest_marker("rules") is None or item.get_closest_marker("both_databases") is not None:
        return False
    called = getattr(item, "callspec", None)
    return called is not None and "postgresql" in called.params.values()
