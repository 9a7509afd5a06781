"""Long tests first: where several workers share the tests, none is left alone at the end with one that has just begun.

Long is what says of itself, by `pytest.mark.timeout`, that it may take minutes. All others stay in the order they had.
"""

from __future__ import annotations

import pytest

LONG_SECONDS = 200


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put those tests in front that may take long, the longest first."""
    items.sort(key=_length, reverse=True)


def _length(item: pytest.Item) -> float:
    mark = item.get_closest_marker("timeout")
    seconds = float(mark.args[0]) if mark and mark.args else 0.0
    return seconds if seconds >= LONG_SECONDS else 0.0
