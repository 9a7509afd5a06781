"""The sample organisation on the web, put together as `bot/__main__.py` does, with a clock that stands still."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol, TypeVar

from aiohttp import web

from adapters.web import CALLED, Sandbox, SandboxClock, connect, furnish
from adapters.web.sandbox import MEMBERS, OWNER, SamplePerson
from bot.announcements import Announcement
from bot.dates import long_date
from bot.desk import Desk
from bot.people import Member, Roster
from bot.rounds import Rounds
from storage import Database
from storage.keys import KeyRing, new_master_key
from tests.stories.player import Player, Window

MONDAY = datetime(2026, 11, 23, 10, tzinfo=UTC)
SECONDS = 20
NADIA = SamplePerson("nadia", "Nadia Holt", "nadia.holt@example.org", "Policy owner")
GUS = SamplePerson("gus", "Gus Adler", "gus.adler@partner.example", "Guest", "supplier")

Found = TypeVar("Found")


class StandingClock(SandboxClock):
    """A clock that goes on only when it is moved."""

    def __init__(self, at: datetime = MONDAY) -> None:
        self._at = at
        super().__init__()

    def __call__(self) -> datetime:
        return self._at

    def move_to(self, instant: datetime) -> None:
        self._at = max(self._at, instant)


@dataclass(frozen=True)
class Company(Sandbox):
    """The sandbox's organisation with a guest, and with somebody who is not there yet."""

    people: tuple[SamplePerson, ...] = (*Sandbox.people, GUS, NADIA)
    away: set[str] = field(default_factory=lambda: {NADIA.user})

    @property
    def rosters(self) -> tuple[Roster, ...]:
        """Everyone who is there, as a platform's directory gives them."""
        members = tuple(
            Member(each.user, each.name, each.email, self.zone, guest=each.role == "Guest")
            for each in self.people
            if each.user not in self.away
        )
        first = super().rosters[0]
        return (Roster(first.platform, first.workspace, first.channel, first.name, members),)


class MovingWindow(Window, Protocol):
    """A window by which the sandbox's time can be moved."""

    def move(self, button: str) -> None:
        """Press the button of that name in the bar."""


class World:
    """The organisation in a story: its people, its time, and what others announce in it."""

    def __init__(self, server: Server, look_in: Callable[[str], MovingWindow]) -> None:
        self._server = server
        self._look_in = look_in
        self._windows: dict[str, MovingWindow] = {}
        self._company = server.company

    def person(self, user: str) -> Player:
        """Somebody of the organisation, by their first name in small letters."""
        found = self._company.person(user)
        assert found is not None, f"nobody is called {user}"
        return Player(found.name, self._window(found.name))

    def time_moves_to_the_next_digest(self) -> None:
        """Everything that falls due until then happens in its order."""
        self._move("the next digest")

    def time_moves_to_tomorrow_morning(self, nights: int = 1) -> None:
        """To 9am of the next day, or of the day after so many nights."""
        for _ in range(nights):
            self._move("9am tomorrow")

    def a_moment_passes(self) -> None:
        """What is due now is done."""
        self._server.run(self._server.rounds.tick())

    def announced_again(self, title: str, summary: str, link: str) -> None:
        """The publisher changes an announcement, and its feed is read again."""
        said = Announcement(title, summary, link, None)
        channel = self._company.channels[0].name
        self._server.run(self._server.desk.announce([said], owner=OWNER.email, channel=channel))
        self.a_moment_passes()

    def terms(self, **values: int) -> None:
        """An admin of the machine sets the organisation's terms."""
        self._server.run(self._server.desk.describe(values))

    def arrives(self, user: str) -> None:
        """Somebody joins, and is on the roster the next time that it is read."""
        assert isinstance(self._company, Company)
        self._company.away.discard(user)

    def day(self, days: int = 0) -> str:
        """The date so many days from now, as people read it."""
        return long_date((self._server.company.clock() + timedelta(days=days)).date())

    def _move(self, button: str) -> None:
        # In a window of its own: a form that somebody has open stays open.
        window = self._window(MEMBERS[0].name, "the time")
        window.go("home")
        window.move(button)

    def _window(self, name: str, what_for: str = "a person") -> MovingWindow:
        known = f"{what_for}: {name}"
        if known not in self._windows:
            self._windows[known] = self._look_in(name)
        return self._windows[known]


class Server:
    """The one application over one database, served from a thread of its own."""

    def __init__(self, database: Database, company: Sandbox) -> None:
        self.company = company
        ring = KeyRing.from_text(new_master_key("story"))
        clock = self.company.clock
        self.desk = Desk(database, ring, clock, admins=[self.company.admin.email], called=CALLED)
        self.rounds = Rounds(database, ring, clock)
        application = web.Application(client_max_size=256 * 1024)
        self.rounds.add(connect(application, self.desk, self.rounds, sandbox=self.company))
        self._runner = web.AppRunner(application, access_log=None)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="the pages", daemon=True)
        self.address = ""

    def start(self) -> None:
        """Listen on a free port, furnished."""
        self._thread.start()
        self.run(self._start())

    def run(self, work: Coroutine[Any, Any, Found]) -> Found:
        """Let the application's own thread do something."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(SECONDS)

    def stop(self) -> None:
        """Stop listening, and end the thread."""
        self.run(self._runner.cleanup())
        self.run(self.rounds.close(0))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(SECONDS)
        self._loop.close()

    async def _start(self) -> None:
        await furnish(self.desk, self.company)
        await self.rounds.tick()
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.address = f"http://127.0.0.1:{self._runner.addresses[0][1]}"


@contextmanager
def serving(url: str, company: Sandbox | None = None) -> Iterator[Server]:
    """An organisation, served over a database that has its tables."""
    with ExitStack() as stack:
        server = Server(stack.enter_context(Database(url)), company or Company(StandingClock()))
        server.start()
        stack.callback(server.stop)
        yield server
