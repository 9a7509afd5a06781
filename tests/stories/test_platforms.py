"""Every story is played on every platform or says why not, and adding a platform touches its folder and one line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Never

import pytest

from bot.interface import platforms
from tests.memory.platform import NAME
from tests.shape.tree import files, name, text
from tests.stories.platforms import WORLD, Part, Platform, also_played, cannot_play, parts, registered, stories

FOLDER = "tests/memory/"
REGISTRATION = '    "tests.memory.stage",'

PLANTED = """
from tests.stories.platforms import cannot_play

@cannot_play("web", because="pages have nowhere to do this")
def test_what_pages_cannot_do(world):
    assert world != "pages"

def test_what_they_can(world):
    assert world
"""
PLAYING = """
import pytest
from tests.stories.conftest import pytest_configure, pytest_generate_tests

@pytest.fixture
def world(request):
    return request.param
"""


def test_every_platform_of_the_program_is_played_on() -> None:
    served = {each.name for each in (*platforms.REGISTERED, platforms.SANDBOX)}
    assert {each.name for each in registered()} == {*served, NAME}


def test_adding_a_platform_touches_its_folder_and_one_line() -> None:
    sources = {name(path): text(path) for path in files() if path.suffix == ".py"}
    assert sum(each.startswith(FOLDER) for each in sources) > 3
    outside = {path: source for path, source in sources.items() if not path.startswith(FOLDER)}
    del outside["tests/stories/test_platforms.py"]
    assert mentions(outside) == [f"tests/stories/platforms.py: {REGISTRATION}"]
    outside["bot/dispatcher.py"] += f'\nif actor.platform == "{NAME}":\n    pass\n'
    assert len(mentions(outside)) == 2


def mentions(sources: Mapping[str, str]) -> list[str]:
    """The lines that name the in-memory platform or its package."""
    named = re.compile(rf"""tests[./]{NAME}\b|["']{NAME}["']""")
    return [f"{path}: {line}" for path, source in sources.items() for line in source.splitlines() if named.search(line)]


def test_every_story_is_played_or_declared_on_every_platform() -> None:
    found = stories()
    assert len(found) > 30
    for story, (told, made) in found.items():
        assert {each.platform for each in made} == {each.name for each in registered()}, story
        assert all(each.way or each.because for each in made), story
        assert told.endswith((".", "?")), f"{story} has no sentence that sums it up"


def test_what_is_listed_is_what_is_played(request: pytest.FixtureRequest) -> None:
    """This run plays no story in a way that is not listed, and no test of the world that is not a story."""
    collected: dict[str, set[str]] = {}
    for item in request.session.items:
        if isinstance(item, pytest.Function) and WORLD in item.fixturenames:
            collected.setdefault(f"{item.path.name}::{item.originalname}", set()).add(str(item.callspec.params[WORLD]))
    listed = {story: {each.way for each in made if each.way} for story, (_, made) in stories().items()}
    assert set(collected) <= set(listed)
    for story, ways in collected.items():
        assert ways - {""} <= listed[story], story


def test_the_whole_way_is_played_by_keys_alone_too() -> None:
    _, played = stories()["test_the_whole_way.py::test_who_speaks_up_is_heard_and_hears_back"]
    assert {each.way for each in played if each.platform == "web"} == {"pages", "browser", "keyboard"}


def test_a_declared_story_is_not_played_there_and_keeps_its_reason() -> None:
    @cannot_play("web", because="pages have nowhere to do this")
    @also_played("browser")
    def story() -> None: ...

    def opens(request: object, url: str, stack: object) -> Never:
        raise AssertionError("nothing is played here")

    both = (Platform("web", {"pages": opens, "browser": opens}), Platform("post", {"letters": opens}))
    assert parts(story.pytestmark, both) == [  # type: ignore[attr-defined]
        Part("web", because="pages have nowhere to do this"),
        Part("post", "letters"),
    ]


def test_a_story_that_cannot_be_played_is_in_the_summary(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(PLAYING)
    pytester.makepyfile(PLANTED)
    result = pytester.runpytest_inprocess("-rs", "-p", "no:randomly", "-p", "no:asyncio")
    result.assert_outcomes(passed=2 * len(registered()) - 1, skipped=1)
    result.stdout.fnmatch_lines(["SKIPPED*on web: pages have nowhere to do this"])
