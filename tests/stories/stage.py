"""Stages: a platform put together with the dispatcher and the worker over one database, and its time."""

from __future__ import annotations

import asyncio
import copy
import tempfile
import threading
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any, Protocol, TypeVar

from aiohttp import web

from adapters.web import Sandbox
from bot.dispatcher import Dispatcher
from bot.worker.worker import Worker
from storage import Database
from storage.keys import KeyRing
from tests.rings import new_ring
from tests.stories.player import Window

SECONDS = 20

Found = TypeVar("Found")


class Move(Enum):
    """How time goes on; the value is what the sandbox's button says."""

    DIGEST = "the next digest"
    MORNING = "9am tomorrow"


class Stage(Protocol):
    """What the world needs of a platform. All of it may be called from the test's own thread."""

    @property
    def company(self) -> Sandbox:
        """The people, the channel and what is announced."""

    @property
    def dispatcher(self) -> Dispatcher:
        """The dispatcher over the stage's database."""

    def run(self, work: Coroutine[Any, Any, Found]) -> Found:
        """Let the application's own thread do something."""

    def look_in(self, name: str) -> Window:
        """A window of the person of that name."""

    def move(self, how: Move) -> None:
        """Let time go on, with all that falls due on the way."""

    def moment(self) -> None:
        """Do what is due now."""

    def arrived(self, user: str) -> None:
        """Let that person join, the way the platform shows it."""

    def left(self, user: str) -> None:
        """Let that person leave the channel, the way the platform shows it."""


@dataclass(frozen=True)
class Opening:
    """How a story begins: the database, the instant, and what the platform's fake remembers."""

    database: bytes
    now: datetime
    remembered: Mapping[str, Any]


@cache
def _ring() -> KeyRing:
    """One master key for all stories: they begin with copies of one database."""
    return new_ring("story")


class Application:
    """The one application over one database, served from a thread of its own. A stage adds its platform."""

    def __init__(self, database: Database, company: Sandbox) -> None:
        self.company = company
        self.database = database
        self.ring = _ring()
        self.begun = False
        """Whether everything is there already that comes before the story."""
        admins = [company.admin.email]
        self.dispatcher = Dispatcher(database, self.ring, company.clock, admins=admins)
        self.worker = Worker(database, self.ring, company.clock, admins)
        self.application = web.Application(client_max_size=256 * 1024)
        self.address = ""
        self._runner = web.AppRunner(self.application, access_log=None)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="the application", daemon=True)

    def run(self, work: Coroutine[Any, Any, Found]) -> Found:
        """Let the application's own thread do something."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(SECONDS)

    def start(self) -> None:
        """Open the stage: what comes first, then listen on a free port, then what needs the address."""
        self._thread.start()
        self.run(self.before_listening())
        self.run(self._listen())
        self.run(self.after_listening())

    def begin_with(self, opening: Opening) -> None:
        """Begin where that one began, over a copy of its database. Comes before `start`."""
        self.begun = True
        self.company.clock.move_to(opening.now)
        self.remember(copy.deepcopy(opening.remembered))

    def opening(self) -> Opening:
        """How this story begins. Comes right after `start`."""
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "copy.db"
            self.database.backup(file)
            return Opening(file.read_bytes(), self.company.clock(), copy.deepcopy(self.remembered()))

    def remembered(self) -> Mapping[str, Any]:
        """For a stage to give what its platform's fake knows, as what can be copied."""
        return {}

    def remember(self, known: Mapping[str, Any]) -> None:
        """For a stage to give that to its platform's fake."""

    async def before_listening(self) -> None:
        """For a stage to add its platform's routes."""

    async def after_listening(self) -> None:
        """For a stage to bring in its people and what is announced, unless it has `begun`."""

    async def before_stopping(self) -> None:
        """For a stage to close what it opened."""

    def moment(self) -> None:
        """Do what is due now."""
        self.run(self.worker.tick())

    def arrived(self, user: str) -> None:
        """Nothing to show: the roster is read again when they first do something."""

    def left(self, user: str) -> None:
        """The next roster does not list them."""
        for roster in self.company.rosters:
            self.run(self.dispatcher.enrol(roster))

    def stop(self) -> None:
        """Stop listening, and end the thread."""
        try:
            self.run(self.before_stopping())
        finally:
            self.run(self._runner.cleanup())
            self.run(self.worker.drain(0))
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(SECONDS)
            self._loop.close()

    async def _listen(self) -> None:
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.address = f"http://127.0.0.1:{self._runner.addresses[0][1]}"


Opened = TypeVar("Opened", bound=Application)


@contextmanager
def opened(url: str, make: Callable[[Database], Opened]) -> Iterator[Opened]:
    """A stage over a database that has its tables, opened and at the end closed."""
    with ExitStack() as stack:
        stage = make(stack.enter_context(Database(url)))
        stage.start()
        stack.callback(stage.stop)
        yield stage


_openings: dict[Callable[[Database], Any], Opening] = {}


@contextmanager
def opened_again(url: str, make: Callable[[Database], Opened]) -> Iterator[Opened]:
    """The same on SQLite; what comes before the story is done once per run, and copied."""
    if make not in _openings:
        with opened(url, make) as first:
            _openings[make] = first.opening()
            yield first
        return
    opening = _openings[make]

    def begun(database: Database) -> Opened:
        stage = make(database)
        database.file.write_bytes(opening.database)
        stage.begin_with(opening)
        return stage

    with opened(url, begun) as stage:
        yield stage
