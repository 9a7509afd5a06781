"""One flag after another through the dispatcher, compared with the bare driver, and with SQLAlchemy Core."""

import asyncio
import contextlib
import secrets
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Executable, Insert, event

from bot.dispatcher import Dispatcher
from bot.interface.actor import Actor
from bot.interface.announcements import Announcement
from bot.interface.intents import GiveView
from bot.interface.parts import Form
from bot.people.people import Member, Roster
from storage import Database
from storage.keys import KeyRing
from storage.migrate import migrate
from tests.bench.measuring import Figures, processor_seconds, progress, raw_connection, seconds, side_by_side
from tests.rings import new_ring

NOW = datetime(2026, 12, 9, 9, 0, tzinfo=UTC)
FLAGS_A_BLOCK = 25
ANSWERS = {
    "promise": ("confidential",),
    "verdict": ("if",),
    "theme": ("timetable",),
    "because": ("Councils use 140 permit systems, and the contracts for most of them end after April.",),
    "remedy": ("Start with the councils that share one system, and move the others as contracts end.",),
}


class Refused(Exception):
    """A flag was refused, so its time means nothing."""


def measure(folder: Path, blocks: int) -> Figures:
    """The figures of flags, over blocks of flags through the dispatcher and as many by the driver."""
    progress("Flags through the dispatcher, and rows by the driver")
    file = folder / "flags.db"
    migrate(f"sqlite:///{file}", now=NOW)
    with (
        Database(f"sqlite:///{file}") as database,
        contextlib.closing(raw_connection(file)) as raw,
        asyncio.Runner() as runner,
    ):
        ring = new_ring("bench")
        dispatcher = Dispatcher(database, ring, lambda: NOW)
        policies = runner.run(_begin(dispatcher, 3 * blocks))
        runner.run(_flags(dispatcher, policies[0]))
        row = raw.execute("SELECT * FROM boxes").fetchone()
        floor, ours = side_by_side(
            (
                lambda: seconds(lambda: _rows(raw, row)),
                lambda policy=policy: seconds(lambda: runner.run(_flags(dispatcher, policy))),  # type: ignore[misc]
            )
            for policy in policies[1 : blocks + 1]
        )
        statements = runner.run(_statements_of_a_flag(file, ring, policies[0]))
        same, all_of_it = side_by_side(
            (
                lambda floor=floor: processor_seconds(lambda: _replay(database, statements, floor.policy)),  # type: ignore[misc]
                lambda policy=policy: processor_seconds(lambda: runner.run(_flags(dispatcher, policy))),  # type: ignore[misc]
            )
            for floor, policy in zip(policies[blocks + 1 :: 2], policies[blocks + 2 :: 2], strict=True)
        )
    return {
        "flag_vs_raw_sqlite": floor / ours,
        "flags_per_second": FLAGS_A_BLOCK / ours,
        "flag_vs_same_statements": all_of_it / same,
    }


async def _begin(dispatcher: Dispatcher, blocks: int) -> list[GiveView]:
    """Enrol the people who write a block, and announce a policy for each block and one to warm up; its open form."""
    users = [*(f"u{n}" for n in range(FLAGS_A_BLOCK)), "late"]
    members = [Member(each, f"Member {each}", f"{each}@example.org") for each in users]
    await dispatcher.enrol(Roster("web", "bench", "c1", "delivery", tuple(members)))
    announced = [
        Announcement(f"Policy {n}", "What is announced.", f"https://example.org/{n}", None) for n in range(blocks + 1)
    ]
    opened = await dispatcher.announce(announced, owner="u0@example.org", channel="delivery")
    return [await opened_form(dispatcher, each.id, Actor("web", "bench", "u0", "c1")) for each in opened.opened]


async def opened_form(dispatcher: Dispatcher, policy: UUID, actor: Actor) -> GiveView:
    """What the form of a policy carries that somebody has opened."""
    form = await dispatcher.open(GiveView(policy), actor)
    if not isinstance(form, Form) or not isinstance(form.intent, GiveView):
        raise Refused
    return form.intent


async def _flags(dispatcher: Dispatcher, form: GiveView) -> None:
    for n in range(FLAGS_A_BLOCK):
        actor = Actor("web", "bench", f"u{n}", "c1")
        came = await dispatcher.submit(form, ANSWERS, actor, secrets.token_urlsafe(24))
        if isinstance(came, Form) and came.problems:
            raise Refused


def _rows(raw: sqlite3.Connection, row: tuple[Any, ...]) -> None:
    """Insert equal rows, one transaction each: the same columns and sizes, with their own id and tag."""
    columns = [each[1] for each in raw.execute("PRAGMA table_info(boxes)")]
    statement = f"INSERT INTO boxes ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
    for _ in range(FLAGS_A_BLOCK):
        own = {"id": uuid4().hex, "tag": secrets.token_bytes(16)}
        values = dict(zip(columns, row, strict=True)) | own
        raw.execute("BEGIN IMMEDIATE")
        raw.execute(statement, list(values.values()))
        raw.execute("COMMIT")


Statement = tuple[Executable, dict[str, Any]]


async def _statements_of_a_flag(file: Path, ring: KeyRing, form: GiveView) -> list[Statement]:
    """The statements of one flag, in the order in which they were sent, with their parameters but the policy's id."""
    found: list[Statement] = []

    def note(_connection: Any, statement: Executable, several: Any, given: dict[str, Any], _options: Any) -> None:
        values = given or (several[0] if several else {})
        found.append((statement, {name: POLICY if value == form.policy else value for name, value in values.items()}))

    with Database(f"sqlite:///{file}") as own:  # SQLAlchemy is slower for good once someone listens to an engine
        event.listen(own._writer, "before_execute", note)
        actor = Actor("web", "bench", "late", "c1")
        await Dispatcher(own, ring, lambda: NOW).submit(form, ANSWERS, actor, secrets.token_urlsafe(24))
    return found


POLICY = object()
"""Stands for the id of a policy in the parameters of a statement."""


def _replay(database: Database, statements: list[Statement], policy: UUID) -> None:
    """Send them for a policy as often as a block has flags, one transaction each, and read their rows."""
    for _ in range(FLAGS_A_BLOCK):
        with database._writer.begin() as connection:
            for statement, values in statements:
                given = {name: policy if value is POLICY else value for name, value in values.items()}
                if isinstance(statement, Insert):
                    own = {"id": uuid4(), "tag": secrets.token_bytes(16)}
                    connection.execute(statement, given | own)
                else:
                    connection.execute(statement, given).all()
