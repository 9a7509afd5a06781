"""The platforms, how each is played, and which stories each can play.

A story is a test that takes the `world`. It is played on every platform whose adapter is there; one that a platform
cannot play says so, with the reason, and is listed. `python -m tests.stories` prints the whole list.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

import pytest

Story = TypeVar("Story", bound=Callable[..., Any])

WORLD = "world"
CANNOT_PLAY = "cannot_play"
ALSO_PLAYED = "also_played"
MARKS = (
    f"{CANNOT_PLAY}(platform, because): this story cannot be played on that platform, for this reason",
    f"{ALSO_PLAYED}(way): this story is played that way too",
)


@dataclass(frozen=True)
class Platform:
    """Where people are; `ways` to play there: the first plays every story, the others those that ask for them."""

    name: str
    ways: tuple[str, ...] = ()

    @property
    def is_there(self) -> bool:
        """Whether the program has an adapter for it."""
        return importlib.util.find_spec(f"adapters.{self.name}") is not None


PLATFORMS = (
    Platform("web", ("pages", "browser", "keyboard")),
    Platform("slack"),
    Platform("teams"),
)


@dataclass(frozen=True)
class Part:
    """That a platform plays a story one way, or the reason why it cannot play it."""

    platform: str
    way: str = ""
    because: str = ""


def cannot_play(platform: str, *, because: str) -> Callable[[Story], Story]:
    """Declare that a story cannot be played on a platform."""
    mark: Callable[[Story], Story] = getattr(pytest.mark, CANNOT_PLAY)(platform, because)
    return mark


def also_played(*ways: str) -> Callable[[Story], Story]:
    """Have a story played these ways too: `browser`, or `keyboard` for a browser and nothing but its keys."""
    mark: Callable[[Story], Story] = getattr(pytest.mark, ALSO_PLAYED)(*ways)
    return mark


def parts(marks: Iterator[pytest.Mark]) -> list[Part]:
    """What each platform that is there makes of a story with these marks."""
    found = list(marks)
    declared = {each.args[0]: each.args[1] for each in found if each.name == CANNOT_PLAY}
    wished = {way for each in found if each.name == ALSO_PLAYED for way in each.args}
    return [part for each in PLATFORMS for part in _parts(each, declared, wished)]


def _parts(platform: Platform, declared: dict[str, str], wished: set[str]) -> Iterator[Part]:
    if platform.name in declared:
        yield Part(platform.name, because=declared[platform.name])
    elif not platform.ways:
        yield Part(platform.name, because=f"there is no way to play on {platform.name} yet")
    else:
        yield from (Part(platform.name, way) for n, way in enumerate(platform.ways) if n == 0 or way in wished)


def as_parameter(part: Part) -> Any:
    """A part as pytest is given it; one that cannot be played is listed among what was skipped."""
    if part.way:
        return pytest.param(part.way, id=part.way)
    return pytest.param("", id=part.platform, marks=pytest.mark.skip(reason=f"{part.platform}: {part.because}"))
