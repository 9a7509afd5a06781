"""The platforms, the ways to play stories on each, and which stories each plays.

A story is a test that takes the `world`. It is played on every registered platform; one that a platform cannot play
says so, with the reason, and is listed. `python -m tests.stories` prints the whole list.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

import pytest

from tests.stories.stage import Stage

Story = TypeVar("Story", bound=Callable[..., Any])

WORLD = "world"
SECONDS = 180
"""What a story may take in a browser on a busy machine."""
CANNOT_PLAY = "cannot_play"
ALSO_PLAYED = "also_played"
MARKS = (
    f"{CANNOT_PLAY}(platform, because): this story cannot be played on that platform, for this reason",
    f"{ALSO_PLAYED}(way): this story is played that way too",
)


REGISTERED = (
    "tests.stories.web",
    "tests.stories.slack",
    "tests.stories.teams",
    "tests.memory.stage",
)
"""The modules in which the platforms stand, each as `PLATFORM`."""

Opens = Callable[[pytest.FixtureRequest, str, ExitStack], Stage]
"""Opens a stage over the database of a URL, which has its tables; the stack closes it."""


@dataclass(frozen=True)
class Platform:
    """A platform and the ways to play there: the first plays every story, the others those that ask for them."""

    name: str
    ways: Mapping[str, Opens]


@cache
def registered() -> tuple[Platform, ...]:
    """All platforms."""
    return tuple(cast(Platform, importlib.import_module(each).PLATFORM) for each in REGISTERED)


def opening(way: str) -> Opens:
    """How the stage of a way is opened."""
    return next(each.ways[way] for each in registered() if way in each.ways)


@dataclass(frozen=True)
class Part:
    """That a platform plays a story one way, or the reason why it cannot play it."""

    platform: str
    way: str = ""
    because: str = ""


def cannot_play(platform: str, *, because: str) -> Callable[[Story], Story]:
    """Declare that a story cannot be played on a platform."""
    mark: Callable[[Story], Story] = getattr(pytest.mark, CANNOT_PLAY)(platform, because=because)
    return mark


def also_played(*ways: str) -> Callable[[Story], Story]:
    """Have a story played these ways too.

    `browser`, or `keyboard` for a browser and nothing but its keys; `renderer` for Teams' cards in Microsoft's own.
    """
    mark: Callable[[Story], Story] = getattr(pytest.mark, ALSO_PLAYED)(*ways)
    return mark


def parts(marks: Iterable[pytest.Mark], platforms: Sequence[Platform] | None = None) -> list[Part]:
    """How every platform plays a story with these marks: for each at least one way, or the reason why not."""
    found = list(marks)
    declared = {each.args[0]: each.kwargs["because"] for each in found if each.name == CANNOT_PLAY}
    wished = {way for each in found if each.name == ALSO_PLAYED for way in each.args}
    return [part for each in platforms or registered() for part in _parts(each, declared, wished)]


def _parts(platform: Platform, declared: Mapping[str, str], wished: set[str]) -> Iterator[Part]:
    if platform.name in declared:
        yield Part(platform.name, because=declared[platform.name])
    else:
        yield from (Part(platform.name, way) for n, way in enumerate(platform.ways) if n == 0 or way in wished)


def as_parameter(part: Part) -> Any:
    """A part as a parameter for pytest; one that is not played is listed as skipped, with its reason."""
    if part.way:
        return pytest.param(part.way, id=part.way, marks=pytest.mark.timeout(SECONDS))
    return pytest.param("", id=part.platform, marks=pytest.mark.skip(reason=f"on {part.platform}: {part.because}"))


def stories() -> dict[str, tuple[str, list[Part]]]:
    """Every story by its name, with the sentence that sums it up, and how every platform plays it."""
    found = {}
    for path in sorted(Path(__file__).parent.glob("test_*.py")):
        module = importlib.import_module(f"{__package__}.{path.stem}")
        for name, story in vars(module).items():
            if name.startswith("test_") and WORLD in inspect.signature(story).parameters:
                told = inspect.getdoc(story) or ""
                found[f"{path.name}::{name}"] = (told, parts(getattr(story, "pytestmark", ())))
    return found
