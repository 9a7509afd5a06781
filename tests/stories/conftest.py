"""The world that stories are played in, on every platform, and its people."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.stories.browser import browsing
from tests.stories.pages import Pages
from tests.stories.platforms import MARKS, PLATFORMS, WORLD, as_parameter, parts
from tests.stories.player import Player
from tests.stories.world import MovingWindow, World, serving


def pytest_configure(config: pytest.Config) -> None:
    """Name the marks of a story."""
    for each in MARKS:
        config.addinivalue_line("markers", each)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Play every story on every platform that can play anything, and list those that it cannot."""
    if WORLD in metafunc.fixturenames:
        silent = {each.name for each in PLATFORMS if not each.ways}
        told = [each for each in parts(metafunc.definition.iter_markers()) if each.platform not in silent]
        metafunc.parametrize(WORLD, [as_parameter(each) for each in told], indirect=True)


@pytest.fixture
def world(request: pytest.FixtureRequest, migrated_sqlite_url: str) -> Iterator[World]:
    """The organisation on a Monday morning, with three policies announced and no flags."""
    with ExitStack() as stack:
        server = stack.enter_context(serving(migrated_sqlite_url))
        look_in: Callable[[str], MovingWindow]
        if request.param == "pages":

            def look_in(name: str) -> MovingWindow:
                window = Pages(server.address, name)
                stack.callback(window.close)
                return window
        else:
            browser = request.getfixturevalue("browser")
            look_in = stack.enter_context(browsing(browser, server.address, by_keys=request.param == "keyboard"))
        yield World(server, look_in)


@pytest.fixture
def amina(world: World) -> Player:
    """A developer."""
    return world.person("amina")


@pytest.fixture
def tomos(world: World) -> Player:
    """A data engineer."""
    return world.person("tomos")


@pytest.fixture
def kezia(world: World) -> Player:
    """A service designer."""
    return world.person("kezia")


@pytest.fixture
def helen(world: World) -> Player:
    """The policy owner."""
    return world.person("helen")


@pytest.fixture
def daniel(world: World) -> Player:
    """The admin."""
    return world.person("daniel")


@pytest.fixture
def gus(world: World) -> Player:
    """A guest."""
    return world.person("gus")


@pytest.fixture
def nadia(world: World) -> Player:
    """Somebody who is not there yet."""
    return world.person("nadia")
