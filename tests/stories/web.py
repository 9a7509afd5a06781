"""The web as a stage: the sandbox's pages, put together as `bot/__main__.py` does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from adapters.web import CALLED, Sandbox, connect, seed
from adapters.web.sandbox import MEMBERS
from storage import Database
from tests.stories.company import Company, StandingClock
from tests.stories.player import Window
from tests.stories.stage import Application, Move, opened


class MovingWindow(Window, Protocol):
    """A window by which the sandbox's time can be moved."""

    def move(self, button: str) -> None:
        """Press the button of that name in the bar."""


class Web(Application):
    """The sandbox's pages; `look_through` is set by whoever reads them, with or without a browser."""

    def __init__(self, database: Database, company: Sandbox) -> None:
        super().__init__(database, company, CALLED)
        self.look_through: Callable[[str], MovingWindow] | None = None
        self._time: MovingWindow | None = None

    async def before_listening(self) -> None:
        """Mount the pages, furnished."""
        self.worker.add(connect(self.application, self.dispatcher, self.worker, sandbox=self.company))
        await seed(self.dispatcher, self.company)
        await self.worker.tick()

    def look_in(self, name: str) -> MovingWindow:
        """A window of the person of that name."""
        assert self.look_through is not None, "nobody has said how pages are read"
        return self.look_through(name)

    def move(self, how: Move) -> None:
        """Press the button, in a window of its own: a form that somebody has open stays open."""
        if self._time is None:
            self._time = self.look_in(MEMBERS[0].name)
        self._time.go("home")
        self._time.move(how.value)


@contextmanager
def serving(url: str, company: Sandbox | None = None) -> Iterator[Web]:
    """The pages of an organisation, over a database that has its tables."""
    with opened(url, lambda database: Web(database, company or Company(StandingClock()))) as stage:
        yield stage
