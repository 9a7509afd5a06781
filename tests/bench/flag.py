"""One flag after another through the dispatcher, compared with the bare driver inserting equal rows."""

import asyncio
import contextlib
import secrets
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from bot.dispatcher import Dispatcher
from bot.interface.actor import Actor
from bot.interface.announcements import Announcement
from bot.interface.intents import GiveView
from bot.interface.parts import Form
from bot.people.people import Member, Roster
from storage import Database
from storage.keys import KeyRing, new_master_key
from storage.migrate import migrate
from tests.bench.measuring import Figures, progress, raw_connection, seconds, side_by_side

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
        dispatcher = Dispatcher(database, KeyRing.from_text(new_master_key("bench")), lambda: NOW)
        policies = runner.run(_begin(dispatcher, blocks))
        runner.run(_flags(dispatcher, policies[0]))
        row = raw.execute("SELECT * FROM flags").fetchone()
        floor, ours = side_by_side(
            (
                lambda: seconds(lambda: _rows(raw, row)),
                lambda policy=policy: seconds(lambda: runner.run(_flags(dispatcher, policy))),  # type: ignore[misc]
            )
            for policy in policies[1:]
        )
    return {"flag_vs_raw_sqlite": floor / ours, "flags_per_second": FLAGS_A_BLOCK / ours}


async def _begin(dispatcher: Dispatcher, blocks: int) -> list[UUID]:
    """Enrol the people who write a block, and announce a policy for each block and one to warm up."""
    members = [Member(f"u{n}", f"Member {n}", f"u{n}@example.org") for n in range(FLAGS_A_BLOCK)]
    await dispatcher.enrol(Roster("web", "bench", "c1", "delivery", tuple(members)))
    announced = [
        Announcement(f"Policy {n}", "What is announced.", f"https://example.org/{n}", None) for n in range(blocks + 1)
    ]
    opened = await dispatcher.announce(announced, owner="u0@example.org", channel="delivery")
    return [each.id for each in opened.opened]


async def _flags(dispatcher: Dispatcher, policy: UUID) -> None:
    for n in range(FLAGS_A_BLOCK):
        actor = Actor("web", "bench", f"u{n}", "c1")
        came = await dispatcher.submit(GiveView(policy), ANSWERS, actor, secrets.token_urlsafe(24))
        if isinstance(came, Form) and came.problems:
            raise Refused


def _rows(raw: sqlite3.Connection, row: tuple[Any, ...]) -> None:
    """Insert equal rows, one transaction each: the same columns and sizes, with their own id, nonce hash and tag."""
    columns = [each[1] for each in raw.execute("PRAGMA table_info(flags)")]
    statement = f"INSERT INTO flags ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
    for _ in range(FLAGS_A_BLOCK):
        own = {"id": uuid4().hex, "nonce_hash": secrets.token_bytes(32), "tag": secrets.token_bytes(16)}
        values = dict(zip(columns, row, strict=True)) | own
        raw.execute("BEGIN IMMEDIATE")
        raw.execute(statement, list(values.values()))
        raw.execute("COMMIT")
