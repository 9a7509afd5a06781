"""Run long tests first, so that no worker starts one at the very end while the others are done.

A test is long if its `pytest.mark.timeout` says that it may take minutes. All others keep their order.
"""

from __future__ import annotations

import pytest

LONG_SECONDS = 200


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put long tests in front, the longest first."""
    items.sort(key=_length, reverse=True)


def _length(item: pytest.Item) -> float:
    mark = item.get_closest_marker("timeout")
    seconds = float(mark.args[0]) if mark and mark.args else 0.0
    return seconds if seconds >= LONG_SECONDS else 0.0
