"""The list of what each platform plays is honest: nothing is left out in silence."""

from __future__ import annotations

import pytest

from tests.stories.platforms import PLATFORMS, WORLD, Part, Platform, also_played, cannot_play, parts, stories

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


def test_every_platform_with_an_adapter_can_be_played_on() -> None:
    assert {each.name for each in PLATFORMS if each.is_there} == {each.name for each in PLATFORMS if each.ways}


def test_every_story_is_played_or_declared_on_every_platform() -> None:
    found = stories()
    assert len(found) > 30
    for name, (told, made) in found.items():
        assert {each.platform for each in made} == {each.name for each in PLATFORMS}, name
        assert all(each.way or each.because for each in made), name
        assert told.endswith((".", "?")), f"{name} has no sentence that sums it up"


def test_what_is_listed_is_what_is_played(request: pytest.FixtureRequest) -> None:
    """This run plays no story in a way that is not listed, and no test of the world that is not a story."""
    collected: dict[str, set[str]] = {}
    for item in request.session.items:
        if isinstance(item, pytest.Function) and WORLD in item.fixturenames:
            collected.setdefault(f"{item.path.name}::{item.originalname}", set()).add(str(item.callspec.params[WORLD]))
    listed = {name: {each.way for each in made if each.way} for name, (_, made) in stories().items()}
    assert set(collected) <= set(listed)
    for name, ways in collected.items():
        assert ways - {""} <= listed[name], name


def test_the_whole_way_is_played_by_keys_alone_too() -> None:
    told = stories()["test_the_whole_way.py::test_who_speaks_up_is_heard_and_hears_back"][1]
    assert {each.way for each in told if each.platform == "web"} == {"pages", "browser", "keyboard"}


def test_a_declared_story_is_not_played_there_and_keeps_its_reason() -> None:
    @cannot_play("web", because="pages have nowhere to do this")
    @also_played("browser")
    def story() -> None: ...

    both = (Platform("web", ("pages", "browser")), Platform("post", ("letters",)), Platform("smoke"))
    assert parts(story.pytestmark, both) == [  # type: ignore[attr-defined]
        Part("web", because="pages have nowhere to do this"),
        Part("post", "letters"),
        Part("smoke", because="there is no adapter for it yet"),
    ]


def test_a_story_that_cannot_be_played_is_in_the_summary(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(PLAYING)
    pytester.makepyfile(PLANTED)
    result = pytester.runpytest_inprocess("-rs", "-p", "no:randomly", "-p", "no:asyncio")
    result.assert_outcomes(passed=2 * len(PLATFORMS) - 1, skipped=1)
    result.stdout.fnmatch_lines(["SKIPPED*on web: pages have nowhere to do this"])
