"""How often Python looks for garbage while the tests run: rarely, and never among what all tests share.

Left to itself it walks through all modules and all collected tests again and again, which takes a good part of a run.
"""

from __future__ import annotations

import gc
from collections.abc import Generator

import pytest

ALLOCATIONS = 50_000
"""How many new objects make it look among the new ones; Python's own figure is some hundreds."""


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collect the tests without looking for garbage."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()


def pytest_collection_finish() -> None:
    """Leave out what is there now from all later looks."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(ALLOCATIONS, 10, 10)
