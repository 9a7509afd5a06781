"""The world that stories are played in, on every platform, and its people."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from bot.sending import relay
from tests.stories.browser import browsing
from tests.stories.pages import Pages
from tests.stories.platforms import MARKS, PLATFORMS, WORLD, as_parameter, parts
from tests.stories.player import Player
from tests.stories.slack import in_slack
from tests.stories.stage import SECONDS, Stage
from tests.stories.teams import in_teams
from tests.stories.web import MovingWindow, serving
from tests.stories.world import World


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


@pytest.fixture(autouse=True)
def _nothing_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    """A round waits for what is under way: here nothing hangs, but a busy disk may take its time."""
    monkeypatch.setattr(relay, "PATIENCE_SECONDS", SECONDS / 2)


@pytest.fixture
def world(request: pytest.FixtureRequest, migrated_sqlite_url: str) -> Iterator[World]:
    """The organisation on a Monday morning, with three policies announced and no flags."""
    with ExitStack() as stack:
        yield World(STAGES[request.param](request, migrated_sqlite_url, stack))


def _web(request: pytest.FixtureRequest, url: str, stack: ExitStack) -> Stage:
    stage = stack.enter_context(serving(url))
    if request.param == "pages":

        def look_through(name: str) -> MovingWindow:
            window = Pages(stage.address, name)
            stack.callback(window.close)
            return window

        stage.look_through = look_through
    else:
        browser = request.getfixturevalue("browser")
        by_keys = request.param == "keyboard"
        stage.look_through = stack.enter_context(browsing(browser, stage.address, by_keys=by_keys))
    return stage


def _slack(request: pytest.FixtureRequest, url: str, stack: ExitStack) -> Stage:
    return stack.enter_context(in_slack(url))


def _teams(request: pytest.FixtureRequest, url: str, stack: ExitStack) -> Stage:
    stage = stack.enter_context(in_teams(url))
    if request.param == "renderer":
        stage.renderer = request.getfixturevalue("renderer")
    return stage


STAGES: dict[str, Callable[[pytest.FixtureRequest, str, ExitStack], Stage]] = {
    "pages": _web,
    "browser": _web,
    "keyboard": _web,
    "modals": _slack,
    "dialogs": _teams,
    "renderer": _teams,
}
"""How each way of playing is set up, over a database that has its tables."""


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
