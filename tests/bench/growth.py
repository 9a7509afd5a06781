"""Whether it stays as fast as it fills: each figure is the time with ten times the data, as a multiple.

A database with 100 open policies of one owner, and 100 shown flags on one of them, takes turns with one that has 1,000
of each. Times are processor time, in all threads, so that neither the disk nor other programs count.
"""

import asyncio
import itertools
import secrets
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median
from time import process_time, thread_time
from typing import TypeVar
from uuid import UUID, uuid4

from bot.digests import digests
from bot.dispatcher import Dispatcher
from bot.interface.actor import Actor
from bot.interface.intents import GiveView, MyFlags, OpenPolicies, SeeFlags
from bot.interface.parts import Form
from bot.people.people import Member, Roster
from bot.unit_of_work.unit_of_work import UnitOfWork
from bot.worker.worker import Worker
from storage import Database, Session, policy_keys
from storage import flags as stored_flags
from storage import schedules as stored_schedules
from storage.keys import KeyRing
from storage.migrate import migrate
from storage.text_key import TextKey
from tests.bench import flag
from tests.bench.measuring import Figures, progress, quick_connection
from tests.fakes import FakePlatform
from tests.rings import TERMS, TERMS_ROW, new_ring

Found = TypeVar("Found")
Step = Callable[[], Awaitable[object]]

NOW = datetime(2026, 12, 9, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
LAST, OVER = date(2027, 12, 31), date(2026, 6, 30)
WORKSPACE, CHANNEL = "bench", "c1"
NEWS = 10
"""The flags that no digest has taken yet, in each database."""
FLAGS_ELSEWHERE = 2
"""The flags of each policy but the one with many."""


@dataclass(frozen=True)
class Size:
    """The number of open policies, and of shown flags on one of them, in the small database; the large has `times`.

    `all_policies`, of which `live` are open, are those among which a person's own flags are found.
    """

    number: int
    times: int
    rounds: int
    all_policies: int
    live: int


WHOLE = Size(number=100, times=10, rounds=60, all_policies=10_000, live=1_000)
SMALL = Size(number=10, times=2, rounds=2, all_policies=40, live=10)


def measure(folder: Path, size: Size) -> Figures:
    """The figures of growth."""
    progress("The same clicks in a small database and in a large one")
    with ExitStack() as stack:
        runner = stack.enter_context(asyncio.Runner())
        small, large = (
            stack.enter_context(closing(World(folder / f"{n}.db", runner, size, n)))
            for n in (size.number, size.number * size.times)
        )
        figures = _growth(small, large, size.rounds)
        many = stack.enter_context(closing(World(folder / "many.db", runner, size, size.live, size.all_policies)))
        return {**figures, "my_flags_ms": 1_000 * median(many.took(many.my_flags) for _ in range(size.rounds))}


def _growth(small: "World", large: "World", rounds: int) -> Figures:
    taken: dict[str, tuple[list[float], list[float]]] = {name: ([], []) for name in small.steps}
    for number in range(rounds + 2):
        for name in small.steps:
            for world, times in zip((small, large), taken[name], strict=True):
                took = world.took(world.steps[name])
                if number > 1:  # what comes before is to warm up
                    times.append(took)
    return {f"growth_{name}": median(more) / median(few) for name, (few, more) in taken.items()}


class NoDigest(Exception):
    """No digest was made, so its time means nothing."""


class _Held(Database):
    """A database that adds up for how long its writing transactions were at work."""

    held = 0.0

    def _write(self, work: Callable[[Session], Found]) -> Found:
        began = thread_time()
        try:
            return super()._write(work)
        finally:
            self.held += thread_time() - began


class World:
    """A database with open policies, of which the first has as many flags, and the program over it."""

    def __init__(self, file: Path, runner: asyncio.Runner, size: Size, number: int, policies: int = 0) -> None:
        migrate(f"sqlite:///{file}", now=NOW)
        self._runner = runner
        self._ring = new_ring("bench")
        with Database(f"sqlite:///{file}") as first:
            runner.run(Dispatcher(first, self._ring, lambda: NOW).enrol(_roster(4 * size.rounds + 20)))
        self._policies = _fill(file, self._ring, policies or number, number)
        self._database = _Held(f"sqlite:///{file}")
        self._dispatcher = Dispatcher(self._database, self._ring, lambda: NOW)
        self._form: GiveView | None = None
        # Each flag is by another person: everybody may send five on a policy.
        self._people = (f"u{n}" for n in itertools.count())
        self._worker = Worker(self._database, self._ring, lambda: NOW)
        self._worker.add(FakePlatform(lambda: NOW))
        runner.run(self._worker.tick())
        self.steps: dict[str, Step] = {
            "flag": self.flag,
            "home_member": lambda: self._dispatcher.home(self._actor("u0")),
            "home_owner": lambda: self._dispatcher.home(self._actor("owner")),
            "open_policies": lambda: self._dispatcher.open(OpenPolicies(), self._actor("u0")),
            "see_flags": lambda: self._dispatcher.open(SeeFlags(self._policies[0]), self._actor("u0")),
            "lock_held": self.ask_and_flag,
            "tick": self._worker.tick,
            "digest": self.digest,
        }

    def close(self) -> None:
        """End the worker, and close the database."""
        self._runner.run(self._worker.drain())
        self._database.close()

    def took(self, step: Step) -> float:
        """How long a step took: for `ask_and_flag` what it held the lock, for all others all of it."""
        self._database.held, began = 0.0, process_time()
        self._runner.run(step())  # type: ignore[arg-type]
        return self._database.held if step == self.ask_and_flag else process_time() - began

    async def flag(self) -> None:
        """Send a flag on the policy with many flags, past the question whether it was said already."""
        await self._send(self._actor(next(self._people)), similar="none")

    async def ask_and_flag(self) -> None:
        """Send a flag, be asked whether it was said already, and send it."""
        actor = self._actor(next(self._people))
        await self._send(actor)
        await self._send(actor, similar="none")

    async def my_flags(self) -> None:
        """Look at one's own flags."""
        await self._dispatcher.open(MyFlags(), self._actor("u0"))

    async def digest(self) -> None:
        """Make the owner's digest, in a transaction that is undone."""
        await self._database.write(self._made_and_undone)

    def _made_and_undone(self, session: Session) -> None:
        uow = UnitOfWork(session, NOW, self._ring)
        with session.begin_nested() as savepoint:
            if len(digests.make_all(uow, stored_schedules.planned_after(session, None, 1))) != 1:
                raise NoDigest
            savepoint.rollback()

    async def _send(self, actor: Actor, **typed: str) -> None:
        answers = {**flag.ANSWERS, **{name: (value,) for name, value in typed.items()}}
        self._form = self._form or await flag.opened_form(self._dispatcher, self._policies[0], actor)
        came = await self._dispatcher.submit(self._form, answers, actor, secrets.token_urlsafe(24))
        if isinstance(came, Form) and came.problems:
            raise flag.Refused

    def _actor(self, user: str) -> Actor:
        return Actor("web", WORKSPACE, user, CHANNEL)


def _roster(people: int) -> Roster:
    owner = Member("owner", "An Owner", "owner@example.org")
    members = (Member(f"u{n}", f"Member {n}", f"u{n}@example.org") for n in range(people))
    return Roster("web", WORKSPACE, CHANNEL, "delivery", (owner, *members))


def _fill(file: Path, ring: KeyRing, policies: int, open_: int) -> list[UUID]:
    """Write policies of the owner, the first `open_` of which are open, and their flags. Gives the policies' ids."""
    with closing(quick_connection(file)) as connection:
        (owner,) = connection.execute("SELECT person_id FROM identities WHERE user = 'owner'").fetchone()
        (channel,) = connection.execute("SELECT id FROM channels").fetchone()
        connection.execute("BEGIN")
        a_set = uuid4().hex
        connection.execute("INSERT INTO channel_sets (set_id, channel_id) VALUES (?, ?)", (a_set, channel))
        ids = [uuid4() for _ in range(policies)]
        keys = {each: policy_keys.new(ring, each, TERMS) for each in ids}
        connection.executemany(
            "INSERT INTO policies (id, title, summary, link, wording, announced_on, closes_on, owner_id, paused_reason,"
            " people, owner_named_self, delegate_named_self, audience, channel_set, public, narrowed,"
            " withdrawn_reason)"
            " VALUES (?, ?, 'What is announced.', '', 1, ?, ?, ?, '', 0, 0, 0, 'members', ?, 0, 0, '')",
            (
                (each.hex, f"Policy {n}", TODAY.replace(day=1 + n % 8).isoformat(), _last_day(n < open_), owner, a_set)
                for n, each in enumerate(ids)
            ),
        )
        connection.executemany(
            "INSERT INTO postings (id, policy_id, channel_id, ref, version) VALUES (?, ?, ?, ?, 1)",
            ((uuid4().hex, each.hex, channel, f"card-{n}") for n, each in enumerate(ids)),
        )
        connection.executemany(
            "INSERT INTO policy_keys (policy_id, text, authors, text_month, authors_month, authors_day, generation)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            ((each.hex, row.text, row.authors, *TERMS_ROW) for each, (_, row) in keys.items()),
        )
        digest = uuid4().hex
        connection.execute(
            "INSERT INTO digests (id, owner_id, slot, zone, made_at)"
            " VALUES (?, ?, '2026-12-01T09:00', 'Europe/London', '2026-12-01 09:00:00.000000')",
            (digest, owner),
        )
        connection.executemany(
            "INSERT INTO flags (id, policy_id, released_on, digest_id, wording, verdict, theme, promise, tag, because,"
            " left_out, standing, seconds, answer_by)"
            " VALUES (?, ?, '2026-12-01', ?, 1, 'not', 'law', 'confidential', ?, ?, 0, ?, 0, ?)",
            _flags(ids, {each: key for each, (key, _) in keys.items()}, digest, open_),
        )
        connection.execute(
            "INSERT INTO schedules (person_id, cron, zone, own_zone, calendar, next_slot, next_due_at) VALUES"
            " (?, '0 9 * * mon-fri', 'Europe/London', 0, 'GB-ENG', '2026-12-10T09:00', '2026-12-10 09:00:00.000000')",
            (owner,),
        )
        connection.execute("COMMIT")
    return ids


def _last_day(open_: bool) -> str:
    return (LAST if open_ else OVER).isoformat()


def _flags(policies: list[UUID], keys: dict[UUID, TextKey], digest: str, many: int) -> Iterator[tuple[object, ...]]:
    for number, policy in enumerate(policies):
        for n in range(FLAGS_ELSEWHERE if number else many):
            flag_id = uuid4()
            tag = secrets.token_bytes(16)
            row = stored_flags.new(
                id=flag_id,
                policy_id=policy,
                released_on=date(2026, 12, 1),
                wording=1,
                verdict="not",
                theme="law",
                promise="confidential",
                tag=tag,
            )
            bound = stored_flags.bound(row)
            text = keys[policy].seal("flags", "because", flag_id, flag.ANSWERS["because"][0], bound)
            news, waits = not number and n < NEWS, n < NEWS
            standing = "waiting" if waits and not number else "answered"
            due = "2026-12-21" if standing == "waiting" and not news else None
            yield (
                flag_id.hex, policy.hex, None if news else digest, tag, text, standing, due,
            )  # fmt: skip
