"""The web as a stage: the sandbox's pages, put together as the `demo` command does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Protocol

import pytest

from adapters.web import Sandbox, connect, seed
from adapters.web.sandbox import MEMBERS
from storage import Database
from tests.stories.browser import browsing
from tests.stories.company import Company, StandingClock
from tests.stories.pages import Pages
from tests.stories.platforms import Platform
from tests.stories.player import Window
from tests.stories.stage import Application, Move, Stage, opened, opened_again


class MovingWindow(Window, Protocol):
    """A window by which the sandbox's time can be moved."""

    def move(self, button: str) -> None:
        """Press the button of that name in the bar."""


class Web(Application):
    """The sandbox's pages; `look_through` opens a window on them, with or without a browser."""

    def __init__(self, database: Database, company: Sandbox) -> None:
        super().__init__(database, company)
        self.look_through: Callable[[str], MovingWindow] | None = None
        self._time: MovingWindow | None = None

    async def before_listening(self) -> None:
        """Add the pages and the seed data."""
        self.worker.add(connect(self.application, self.dispatcher, self.worker, sandbox=self.company))
        if not self.begun:
            await seed(self.dispatcher, self.company)
            await self.worker.tick()

    def look_in(self, name: str) -> MovingWindow:
        """A window of the person of that name."""
        assert self.look_through is not None, "nothing reads the pages yet"
        return self.look_through(name)

    def move(self, how: Move) -> None:
        """Press the button, in a window of its own, so that everyone's forms stay open."""
        if self._time is None:
            self._time = self.look_in(MEMBERS[0].name)
        self._time.go("home")
        self._time.move(how.value)


@contextmanager
def serving(url: str, company: Sandbox | None = None) -> Iterator[Web]:
    """The pages of an organisation, over a database that has its tables."""
    opening = opened(url, lambda database: Web(database, company)) if company else opened_again(url, _web)
    with opening as stage:
        yield stage


def _web(database: Database) -> Web:
    return Web(database, Company(StandingClock()))


def in_pages(request: pytest.FixtureRequest, url: str, stack: ExitStack) -> Stage:
    """The pages, read as HTML without a browser."""
    stage = stack.enter_context(serving(url))

    def look_through(name: str) -> MovingWindow:
        window = Pages(stage.address, name)
        stack.callback(window.close)
        return window

    stage.look_through = look_through
    return stage


def in_browser(request: pytest.FixtureRequest, url: str, stack: ExitStack) -> Stage:
    """The pages in a browser; with `keyboard` as the way, by nothing but its keys."""
    stage = stack.enter_context(serving(url))
    browser, by_keys = request.getfixturevalue("browser"), request.param == "keyboard"
    stage.look_through = stack.enter_context(browsing(browser, stage.address, by_keys=by_keys))
    return stage


PLATFORM = Platform("web", {"pages": in_pages, "browser": in_browser, "keyboard": in_browser})
