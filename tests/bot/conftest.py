"""The `office` fixture: a dispatcher and a worker over a real database, a roster, and a clock that tests move.

It runs each test on SQLite and on PostgreSQL. It acts through the dispatcher and the worker, as a platform's clicks do,
and shows what people saw, what was sent, and every row in the database.
"""

from __future__ import annotations

import asyncio
import copy
import inspect
from collections.abc import Callable, Coroutine, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID

import pytest
from sqlalchemy import Connection, text

from bot.dispatcher import Dispatcher
from bot.interface import intents
from bot.interface.actor import Actor
from bot.interface.intents import Intent
from bot.interface.parts import Button, Card, Form, FormButton, Screen, answer_to
from bot.interface.ports import Absent, ChatPlatform, Finding, Message, NotSent, Outcome, Pace, Place, Sent
from bot.people.people import Member, Roster
from bot.unit_of_work import sealed_accounts
from bot.unit_of_work.unit_of_work import UnitOfWork
from bot.worker.worker import Worker
from storage import Database, Organisation, metadata
from storage import organisation as organisations
from storage import people as stored_people
from storage.accounts_key import AccountName
from storage.boxes import BoxedFlag, Contents
from storage.keys import KeyRing
from tests.databases import DATABASES, Databases
from tests.fakes import FakePlatform, FakePosted
from tests.rings import new_ring
from tests.waiting import number_of, waiting

Found = TypeVar("Found")
Row = dict[str, Any]

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
"""The first instant of most tests: a Monday, in winter, when London keeps UTC."""

WORKSPACE = "W-work-3301"
FULL_NAMES = {
    "asha": "Asha Quillfeather",
    "ben": "Ben Tarrandale",
    "cai": "Cai Wrothesly",
    "dina": "Dina Oxenhopper",
    "eve": "Eve Mandrakely",
    "finn": "Finn Zebulonis",
    "priya": "Priya Owneray",
    "omar": "Omar Delegato",
    "sal": "Sal Seniorman",
    "ada": "Ada Adminson",
}
"""Everybody on the roster, by the start of their user id. No name occurs in a sentence of the product."""

FLAG = {
    "promise": "confidential",
    "verdict": "not",
    "theme": "timetable",
    "because": "Sixty councils have contracts that end after April.",
    "remedy": "Start with the councils that share a system.",
}

CHANNEL_SETTINGS: dict[str, str | tuple[str, ...]] = {
    "promises": ("confidential", "named", "detached"),
    "guests": "no",
    "reactions": "no",
    "digests": "no",
    "floor": "5",
}
"""A channel's default settings."""


class Clock:
    """A clock that stands still until it is moved. `now` is aware UTC."""

    def __init__(self, now: datetime = MONDAY) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def move_to(self, now: datetime) -> None:
        """Move to that instant, which may not be earlier than now."""
        assert now >= self.now, "a clock does not go back"
        self.now = now


class Notebook(ChatPlatform):
    """A platform that accepts every message and keeps it, in order, as (verb, message, ref)."""

    name = "chat"
    pace = Pace()

    def __init__(self) -> None:
        self.kept: list[tuple[str, Message, str]] = []
        self.refusing = 0
        """How many of the next messages it refuses for now."""

    def _keep(self, verb: str, message: Message, ref: str) -> Outcome:
        self.kept.append((verb, message, ref))
        return Sent(ref)

    async def send(self, message: Message) -> Outcome:
        if self.refusing:
            self.refusing -= 1
            return NotSent("not now")
        return self._keep("send", message, f"ref-{message.delivery.hex}")

    async def update(self, message: Message, ref: str) -> Outcome:
        return self._keep("update", message, ref)

    async def withdraw(self, message: Message, ref: str) -> Outcome:
        return self._keep("withdraw", message, ref)

    async def find(self, message: Message) -> Finding:
        return Absent()

    def to(self, address: str) -> list[Message]:
        """What was sent or updated in a place, oldest first."""
        return [message for _, message, _ in self.kept if message.place.address == address]


def user_of(person: str) -> str:
    """The platform's id of a person in `FULL_NAMES`; any other name is an id already."""
    return f"U-{person}-7741" if person in FULL_NAMES else person


def address_of(channel: str) -> str:
    """The platform's id of a channel."""
    return f"C-{channel}-5519"


def email_of(person: str) -> str:
    """The address in the directory of a person in `FULL_NAMES`."""
    return f"{person}.7741@example.org"


def member(person: str, **changes: Any) -> Member:
    """A full member from `FULL_NAMES`, with changes."""
    given = {
        "user": user_of(person),
        "name": FULL_NAMES[person],
        "email": email_of(person),
        "zone": "Europe/London",
    }
    return Member(**{**given, **changes})


def said(screen: Screen) -> str:
    """Everything that a screen says, holds and leads to, as one text."""
    return "\n".join(_texts(screen))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, Intent):
        yield value.to_text()
    elif is_dataclass(value):
        for each in fields(value):
            yield from _texts(getattr(value, each.name))
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _texts(key)
            yield from _texts(item)
    elif isinstance(value, tuple | list):
        for item in value:
            yield from _texts(item)
    elif value is not None:
        yield str(value)


def buttons(screen: Screen, label: str) -> list[Intent]:
    """The intents of the buttons with that label."""
    parts = screen.parts if isinstance(screen, Card) else screen.body
    return [each.intent for each in parts if isinstance(each, Button | FormButton) and each.label == label]


def answers_of(values: Mapping[str, str | tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Form answers as the dispatcher takes them, from plain strings."""
    return {name: (value,) if isinstance(value, str) else value for name, value in values.items()}


class Office:
    """One organisation at work: its people press buttons, fill in forms and read, and tests move its clock."""

    def __init__(self, database: Database, ring: KeyRing, clock: Clock, dispatcher: Dispatcher, worker: Worker) -> None:
        self.database = database
        self.ring = ring
        self.clock = clock
        self.dispatcher = dispatcher
        self.worker = worker
        self.chat = Notebook()
        self.later_tags: dict[UUID, bytes] = {}
        """Of flags that are not shown yet, by their ids, what finds them when they are."""
        self.given: dict[str, Any] = {}
        """What fixtures brought about in this world, by their names."""
        worker.add(self.chat)

    # What people do.

    def actor(self, person: str, channel: str = "c1", **changes: Any) -> Actor:
        """A person who clicks, in the channel c1 unless said otherwise."""
        given = {"platform": "chat", "workspace": WORKSPACE, "user": user_of(person)}
        return Actor(**{**given, "channel": address_of(channel) if channel else "", **changes})

    async def open(self, intent: Intent, person: str, **place: Any) -> Screen:
        """Press a button that opens a screen."""
        return await self.dispatcher.open(self.as_shown(intent), self.actor(person, **place))

    async def form(self, intent: Intent, person: str, **place: Any) -> Form:
        """Press a button that opens a form, or a private view."""
        found = await self.open(intent, person, **place)
        assert isinstance(found, Form)
        return found

    async def press(self, intent: Intent, person: str, **place: Any) -> Form:
        """Press a button that acts at once."""
        found = await self.dispatcher.submit(self.as_shown(intent), {}, self.actor(person, **place))
        assert isinstance(found, Form)
        return found

    async def fill(
        self, intent: Intent, person: str, *, nonce: str = "", channel: str = "c1", **typed: str | tuple[str, ...]
    ) -> Form:
        """Open a form, type into it and send it."""
        form = await self.form(intent, person, channel=channel)
        assert form.intent is not None, f"no form but: {said(form)}"
        return await self.send(form, person, nonce=nonce or form.nonce, channel=channel, **typed)

    async def send(
        self, form: Form, person: str, *, nonce: str = "", channel: str = "c1", **typed: str | tuple[str, ...]
    ) -> Form:
        """Send a form that is open, with what was typed into it, and what it has kept of an earlier step."""
        assert form.intent is not None
        actor = self.actor(person, channel=channel)
        kept = {each.name: answer_to(each) for each in form.kept}
        found = await self.dispatcher.submit(form.intent, {**kept, **answers_of(typed)}, actor, nonce or form.nonce)
        assert isinstance(found, Form)
        return found

    async def flag(
        self, policy: UUID, person: str, because: str = FLAG["because"], *, channel: str = "c1", **typed: str
    ) -> Form:
        """Send a flag, past the questions whether it was already said, and whether its words tell too much."""
        values = {**FLAG, "because": because, "similar": "none", "words": "as it is", **typed}
        return await self.fill(intents.GiveView(policy), person, channel=channel, **values)

    async def file(
        self, policy: UUID, person: str, because: str = FLAG["because"], *, channel: str = "c1", **typed: str
    ) -> UUID:
        """Send a flag that is accepted, and find its id, or that of its box, which only its author is shown.

        Buttons and rows that are asked for by that id are those of the shown flag, once it is shown.
        """
        before = self.ids()
        form = await self.flag(policy, person, because, channel=channel, **typed)
        assert form.title == "Flag saved", said(form)
        return self.new_since(before)

    async def answer(self, flag_ids: tuple[UUID, ...], person: str = "priya", **typed: str) -> UUID:
        """Answer flags, and find the answer's id."""
        flag_ids = tuple(self.shown(each) for each in flag_ids)
        before = {each["id"] for each in self.rows("answers")}
        values = {"kind": "change", "text": "We start with forty councils.", "by_date": "2027-03-31", **typed}
        form = await self.fill(intents.AnswerFlags(flag_ids), person, **values)
        assert form.title == "Answer sent", said(form)
        (found,) = {each["id"] for each in self.rows("answers")} - before
        return UUID(str(found))

    async def announce(self, title: str = "Single parking permit", **typed: str | tuple[str, ...]) -> UUID:
        """Announce a policy of Priya's in the channel c1 as an admin; give its id."""
        values: dict[str, Any] = {
            "title": title,
            "summary": f"{title} for every resident.",
            "owner": email_of("priya"),
            "delegate": email_of("omar"),
            "senior": email_of("sal"),
            "channels": tuple(str(each["id"]) for each in self.rows("channels") if each["address"] == address_of("c1")),
            **typed,
        }
        before = {each["id"] for each in self.rows("policies")}
        form = await self.fill(intents.Announce(), "ada", **values)
        assert form.title == "Policy announced", said(form)
        (found,) = {each["id"] for each in self.rows("policies")} - before
        return UUID(str(found))

    async def enrol(
        self, *members: Member, workspace: str = WORKSPACE, platform: str = "chat", channel: str = "c1"
    ) -> None:
        """Enrol a channel's whole roster; without members, everybody in `FULL_NAMES`."""
        everybody = members or tuple(member(each) for each in FULL_NAMES)
        await self.dispatcher.enrol(Roster(platform, workspace, address_of(channel), f"channel {channel}", everybody))

    # Time passes.

    async def until(self, day: int | datetime, hour: int = 23, minute: int = 0, *, month: int = 11) -> None:
        """Let time pass up to a day and hour of November 2026, and run the worker whenever something is due."""
        target = day if isinstance(day, datetime) else datetime(2026, month, day, hour, minute, tzinfo=UTC)
        for _ in range(1000):
            due = await self.worker.next_due()
            if due is None or due > target:
                break
            self.clock.move_to(max(self.clock.now, due))
            await self.worker.tick()
        else:
            raise AssertionError("the worker never runs out of work")
        self.clock.move_to(max(self.clock.now, target))
        await self.worker.tick()

    async def wake(self, at: datetime) -> None:
        """Let time pass with no server running, then run the worker once, at that instant."""
        self.clock.move_to(at)
        await self.worker.tick()

    # What can be seen.

    def rows(self, table: str) -> list[Row]:
        """Every row of a table, in the order in which the database returns them by itself."""
        with self.database.reading() as session:
            return [dict(each) for each in session.connection().execute(metadata.tables[table].select()).mappings()]

    def row(self, table: str, row_id: UUID) -> Row:
        """One row."""
        wanted = self.shown(row_id)
        (found,) = (each for each in self.rows(table) if each["id"] == wanted)
        return found

    def number_of(self, table: str) -> int:
        """How many flags, seconds or replies were sent: those that are shown, and those that wait or were withdrawn."""
        return number_of(table, self.database, self.ring, self.clock.now)

    def ids(self) -> set[UUID]:
        """The ids of all flags that are shown, and of all boxes."""
        return {UUID(str(each["id"])) for table in ("flags", "boxes") for each in self.rows(table)}

    def new_since(self, before: set[UUID]) -> UUID:
        """The one flag or box that was not among those ids, noted so that it is found when it is shown."""
        (found,) = self.ids() - before
        self.later_tags |= {box: each.tag for box, each in self.waiting() if isinstance(each, BoxedFlag)}
        return found

    def waiting_flag(self, box_id: UUID) -> BoxedFlag:
        """The flag in a box."""
        (found,) = (each for box, each in self.waiting() if box == box_id)
        assert isinstance(found, BoxedFlag)
        return found

    def waiting(self) -> list[tuple[UUID, Contents]]:
        """The id and the contents of every box, opened with the keys: all that waits to be shown."""
        return waiting(self.database, self.ring, self.clock.now)

    def shown(self, flag: UUID) -> UUID:
        """The id of the shown flag that was made of a box, or the id itself where there is none."""
        tag = self.later_tags.get(flag)
        kept = ((each["id"], each["tag"] or each["receipt"]) for each in self.rows("flags")) if tag else ()
        return next((UUID(str(row_id)) for row_id, each in kept if bytes(each or b"") == tag), flag)

    def as_shown(self, intent: Intent) -> Intent:
        """The same button, on flags that are shown."""
        changed: dict[str, Any] = {}
        for each in fields(intent):
            value = getattr(intent, each.name)
            if isinstance(value, UUID):
                changed[each.name] = self.shown(value)
            elif isinstance(value, tuple):
                changed[each.name] = tuple(self.shown(one) if isinstance(one, UUID) else one for one in value)
        return replace(intent, **changed)

    def counted(self) -> dict[str, int]:
        """The number of rows in each table."""
        return {name: len(rows) for name, rows in self.everything().items()}

    def everything(self) -> dict[str, list[str]]:
        """Every row of every table as the database holds it: bytes in hex, text unchanged, all else by `str`."""
        with self.database.reading() as session:
            return {name: _raw(session.connection(), name) for name in metadata.tables}

    def change(self, work: Callable[[UnitOfWork], Found]) -> Found:
        """Run rules in one transaction at this instant."""
        with self.database.writing() as session:
            return work(UnitOfWork(session, self.clock.now, self.ring, frozenset({email_of("ada")})))

    def organise(self, **values: Any) -> None:
        """Set the organisation's terms."""

        def work(uow: UnitOfWork) -> None:
            row = organisations.organisation(uow.session)
            organisations.keep(uow.session, Organisation(**{**row.model_dump(), **values}))

        self.change(work)

    def update(self, table: str, row_id: object, **values: Any) -> None:
        """Set columns of a row directly, for what no screen can do yet."""
        found = metadata.tables[table]
        wanted = self.shown(row_id) if isinstance(row_id, UUID) else row_id
        with self.database.writing() as session:
            done = session.connection().execute(found.update().where(found.c.id == wanted).values(**values))
            assert done.rowcount == 1

    def person(self, person: str) -> UUID:
        """The id of a person on the roster."""
        (found,) = {each["person_id"] for each in self.rows("identities") if each["user"] == user_of(person)}
        return UUID(str(found))

    def secrets(self, person: str) -> tuple[bytes, ...]:
        """The secrets by which what a person wrote is found."""
        (row,) = (each for each in self.rows("identities") if each["user"] == user_of(person))
        name = AccountName(row["platform"], row["workspace"], row["user"])
        return self.ring.accounts.open(name, row["sealed"]).secrets

    def join(self, person: str, into: str) -> None:
        """Give somebody what was written with the account of another, as a code does."""

        def work(uow: UnitOfWork) -> None:
            row = stored_people.identity(uow.session, "chat", WORKSPACE, user_of(into))
            account = sealed_accounts.opened(uow, row) if row is not None else None
            assert row is not None
            assert account is not None
            both = (*account.secrets, *self.secrets(person))
            sealed_accounts.write(uow, row, replace(account, secrets=both))

        self.change(work)

    def sent_to(self, person: str) -> list[str]:
        """All that was sent to a person's own messages, as text."""
        return [said(each.card) for each in self.chat.to(user_of(person))]

    def digests_to(self, person: str = "priya") -> list[Card]:
        """The digests that a person was sent."""
        kept = (each for verb, each, _ in self.chat.kept if verb == "send" and each.place.address == user_of(person))
        return [each.card for each in kept if "You get this because" in said(each.card)]

    def posted(self, channel: str = "c1") -> list[Message]:
        """What was sent to a channel, or updated there."""
        return self.chat.to(address_of(channel))

    async def card_text(self, channel: str = "c1") -> str:
        """The card in a channel as it is now, as text."""
        found = await self.dispatcher.posted_messages(Place("chat", WORKSPACE, address_of(channel)))
        return "\n".join(said(each.card) for each in found.messages)


def _raw(connection: Connection, table: str) -> list[str]:
    rows = connection.execute(text(f'SELECT * FROM "{table}"')).mappings()
    return ["; ".join(f"{name}={_shown(value)}" for name, value in each.items()) for each in rows]


def _shown(value: object) -> str:
    return value.hex() if isinstance(value, bytes | memoryview) else str(value)


@pytest.fixture
def clock() -> Clock:
    """A clock at ten on a Monday morning."""
    return Clock()


@pytest.fixture(scope="session")
def ring() -> KeyRing:
    """One master key for the whole run; the worlds that tests copy were made with it."""
    return new_ring("k1")


@dataclass(frozen=True)
class World:
    """The state a test starts from: the database to copy, the instant, what was sent so far, and what fixtures give."""

    source: str
    now: datetime
    sent: tuple[tuple[str, Message, str], ...]
    later_tags: Mapping[UUID, bytes]
    given: Mapping[str, Any]


Builds = Callable[..., Coroutine[Any, Any, Any]]
_BUILDS: dict[tuple[str, str], Builds] = {}
"""What `world` made fixtures of, by module and name."""


def world(build: Callable[..., Coroutine[Any, Any, Found]]) -> Callable[..., Found]:
    """Makes a fixture of what takes long to bring about: done once per run and database, then copied for each test.

    `build` takes `office`, and may take `policy`, `clock` and other such fixtures of its module. A test that takes it
    starts as after a restart: with another dispatcher and another worker. What `build` returns is copied too.
    """
    name = build.__name__
    _BUILDS[build.__module__, name] = build

    def found(**taken: Any) -> Found:
        made: Found = copy.deepcopy(taken["office"].given[name])
        return made

    found.__signature__ = inspect.signature(build)  # type: ignore[attr-defined]
    fixture: Callable[..., Found] = pytest.fixture(name=name)(found)
    return fixture


@dataclass(frozen=True)
class WorldName:
    """Which world a test starts in: whether a policy is announced, and which fixtures of which module come after."""

    policy: bool
    module: str = ""
    fixtures: tuple[str, ...] = ()


@pytest.fixture
def world_name(request: pytest.FixtureRequest) -> WorldName | None:
    """The world a test starts in, by the fixtures that it asks for; None is an empty one."""
    names, module = request.fixturenames, request.module.__name__
    if "office" not in names:
        return None
    built = tuple(each for each in names if (module, each) in _BUILDS)
    return WorldName("policy" in names, module if built else "", built)


@pytest.fixture(scope="session")
def worlds(databases: Databases, ring: KeyRing) -> Callable[[WorldName, str], World]:
    """Returns a world by its name and the kind of database, building it on first use."""
    made: dict[tuple[WorldName, str], World] = {}

    def found(name: WorldName, kind: str) -> World:
        if (name, kind) not in made:
            made[name, kind] = asyncio.run(_build(databases.keep(kind), ring, name))
        return made[name, kind]

    return found


async def _build(url: str, ring: KeyRing, name: WorldName) -> World:
    clock = Clock()
    with Database(url, pool=4) as database:
        office = Office(database, ring, clock, *_at_work(database, ring, clock))
        given = office.given
        await office.enrol()
        await office.worker.tick()
        if name.policy:
            given["policy"] = await office.announce(closes_on="2027-02-26")
            await office.worker.tick()
        given |= {"office": office, "clock": clock}
        for each in name.fixtures:
            await _give(each, name.module, given)
        del given["office"], given["clock"]
        return World(url, clock.now, tuple(office.chat.kept), office.later_tags, given)


async def _give(name: str, module: str, given: dict[str, Any]) -> None:
    """Add what a fixture gives, after the fixtures that it takes."""
    build = _BUILDS[module, name]
    taken = tuple(inspect.signature(build).parameters)
    for each in taken:
        if each not in given:
            await _give(each, module, given)
    if name not in given:
        given[name] = await build(**{each: given[each] for each in taken})


def _at_work(database: Database, ring: KeyRing, clock: Clock) -> tuple[Dispatcher, Worker]:
    return Dispatcher(database, ring, clock, admins=[email_of("ada")]), Worker(database, ring, clock)


@pytest.fixture(params=DATABASES)
def migrated_url(
    request: pytest.FixtureRequest,
    databases: Databases,
    worlds: Callable[[WorldName, str], World],
    world_name: WorldName | None,
    clock: Clock,
) -> Iterator[str]:
    """The URL of a database for this test alone, on both kinds: a copy of the world it asks for, or empty."""
    source = ""
    if world_name:
        found = worlds(world_name, request.param)
        clock.move_to(found.now)
        source = found.source
    with databases.copy(request.param, source) as url:
        yield url


@pytest.fixture
def database(migrated_url: str) -> Iterator[Database]:
    """The test's own database, opened."""
    with Database(migrated_url, pool=4) as opened:
        yield opened


@pytest.fixture
def dispatcher(database: Database, ring: KeyRing, clock: Clock) -> Dispatcher:
    """A dispatcher whose only admin is Ada."""
    return _at_work(database, ring, clock)[0]


@pytest.fixture
def worker(request: pytest.FixtureRequest, database: Database, ring: KeyRing, clock: Clock) -> Worker:
    """A worker with no platform yet; it knows of no admin, unless the test asks that Ada is told."""
    admins = [email_of("ada")] if "ada_is_told" in request.fixturenames else []
    return Worker(database, ring, clock, admins=admins)


@pytest.fixture
def ada_is_told() -> None:
    """Let the worker tell Ada what admins are told."""


@pytest.fixture
def office(
    database: Database,
    ring: KeyRing,
    clock: Clock,
    dispatcher: Dispatcher,
    worker: Worker,
    worlds: Callable[[WorldName, str], World],
    world_name: WorldName,
) -> Office:
    """An office with a roster and a planned release; nothing is announced, unless the test asks for a policy."""
    made, found = Office(database, ring, clock, dispatcher, worker), worlds(world_name, database.name)
    made.chat.kept.extend(found.sent)
    made.later_tags |= found.later_tags
    made.given |= found.given
    return made


@pytest.fixture
def chat(office: Office, clock: Clock) -> Iterator[FakePlatform]:
    """A platform that can refuse messages, in place of the one that accepts all."""
    made = FakePlatform(clock, "chat")
    for verb, message, ref in office.chat.kept:  # the office's world was built with another platform
        if verb == "send":
            made.messages[message.place].append(FakePosted(ref, message.delivery, message.under, [message.card]))
    office.worker.add(made)
    yield made
    assert made.faults == []


@pytest.fixture
def policy(office: Office) -> UUID:
    """A policy owned by Priya, announced in c1, with its card posted there."""
    found: UUID = office.given["policy"]
    return found
