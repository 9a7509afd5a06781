"""Gathering digests, compared with hand-written SQL: for one owner at a time, and for all of them."""

import contextlib
import multiprocessing
import sqlite3
from collections.abc import Collection, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from statistics import median
from time import perf_counter
from uuid import uuid4

from bot.digests import digests
from bot.flags import flag_views
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Database, Digest
from storage.keys import KeyRing, new_master_key
from tests.bench import hand_written
from tests.bench.hand_written import Gathered, Terms
from tests.bench.measuring import Figures, Timed, peak_megabytes, progress, raw_connection, seconds, side_by_side
from tests.bench.register import NOW, STORED_NOW, TODAY, Owner, Register, Size, make
from tests.rings import ring_of

Owners = Sequence[Owner]

SLOT, ZONE = "2026-12-09T09:00", "Europe/London"
HORIZON = TODAY + timedelta(days=1)
TERMS = Terms(today=TODAY.isoformat(), horizon=HORIZON.isoformat(), answer_by="2026-12-23")


class _Undone(Exception):
    """Rolls back a transaction that is only measured."""


class NotTheSame(Exception):
    """The product and the baseline did different work, so their times cannot be compared."""


def measure(folder: Path, size: Size) -> Figures:
    """The figures of digests, over a database of that size."""
    progress(f"A database of {size.flags:,} flags")
    key = new_master_key("bench")
    ring = ring_of(key)
    register = make(folder / "register.db", size, ring)
    progress("Peak memory of the digests of all owners")
    peak = _apart(register, key)
    with Database(register.url) as database, contextlib.closing(raw_connection(register.file)) as raw:
        check_the_same(database, ring, raw, register.owners[: digests.TOGETHER])
        return _times(database, ring, raw, register.owners) | {"digest_peak_megabytes": peak}


def _times(database: Database, ring: KeyRing, raw: sqlite3.Connection, owners: Owners) -> Figures:
    singly, together = owners[: len(owners) // 5], owners[len(owners) // 5 :]
    progress("Opening what digests show")
    opening = _opening(database, ring, singly)
    progress("Digests of one owner at a time, and by hand-written SQL")
    floor, one = side_by_side(_pairs(database, ring, raw, singly, 1))
    progress("Digests of all owners, and by hand-written SQL")
    floor_of_all, all_of_them = side_by_side(_pairs(database, ring, raw, together, digests.TOGETHER))
    return {
        "digest_one_owner_vs_sql": one / floor,
        "digest_one_owner_milliseconds": one * 1_000,
        "digest_all_owners_vs_sql": all_of_them / floor_of_all,
        "digest_all_owners_seconds": all_of_them * len(owners) / digests.TOGETHER,
        "digest_open_milliseconds": opening * 1_000,
    }


def _pairs(
    database: Database, ring: KeyRing, raw: sqlite3.Connection, owners: Owners, together: int
) -> Iterator[tuple[Timed, Timed]]:
    """Half of the owners for the baseline and half for the product, so that both find news."""
    for start in range(0, len(owners) - 2 * together + 1, 2 * together):
        ours = owners[start + together : start + 2 * together]
        theirs = owners[start : start + together]
        yield (
            lambda theirs=theirs: by_hand(raw, theirs)[1],  # type: ignore[misc]
            lambda ours=ours: by_rules(database, ring, ours)[1],  # type: ignore[misc]
        )


def by_rules(
    database: Database, ring: KeyRing, owners: Owners, *, keep: bool = True
) -> tuple[digests.DigestContent, float]:
    """Gather the digests of some owners with the product, in one transaction; and the seconds without commit."""
    found, took = digests.DigestContent(), 0.0
    with contextlib.suppress(_Undone), database.writing() as session:
        began = perf_counter()
        made = {each.id: Digest(owner_id=each.id, slot=SLOT, zone=ZONE, made_at=NOW) for each in owners}
        session.add_all(made.values())
        session.flush()
        taking = {policy: made[owner.id].id for owner in owners for policy in owner.policies}
        found = digests.gather(UnitOfWork(session, NOW, ring), taking, HORIZON)
        took = perf_counter() - began
        if not keep:
            session.expunge_all()  # so that the rows stay readable
            raise _Undone
    return found, took


def by_hand(raw: sqlite3.Connection, owners: Owners, *, keep: bool = True) -> tuple[Gathered, float]:
    """Gather the digests of some owners with hand-written SQL, in one transaction; and the seconds without commit."""
    began = perf_counter()
    made = {each.id: uuid4().hex for each in owners}
    raw.execute("BEGIN IMMEDIATE")
    raw.executemany(
        "INSERT INTO digests (id, owner_id, slot, zone, made_at) VALUES (?, ?, ?, ?, ?)",
        [(digest, owner.hex, SLOT, ZONE, STORED_NOW) for owner, digest in made.items()],
    )
    taking = {policy.hex: made[owner.id] for owner in owners for policy in owner.policies}
    found = hand_written.gather(raw, taking, TERMS)
    took = perf_counter() - began
    raw.execute("COMMIT" if keep else "ROLLBACK")
    return found, took


def check_the_same(database: Database, ring: KeyRing, raw: sqlite3.Connection, owners: Owners) -> None:
    """Check, in transactions that are rolled back, that both take, choose and count the same. Raises `NotTheSame`."""
    (theirs, _), (ours, _) = by_hand(raw, owners, keep=False), by_rules(database, ring, owners, keep=False)
    due = sorted((policy.hex, str(day), number) for policy, days in ours.due.items() for day, number in days.items())
    pairs: tuple[tuple[Collection[object], Collection[object]], ...] = (
        (
            sorted(each.id.hex for some in ours.items.values() for each in some),
            sorted(each[0] for each in theirs.shown),
        ),
        (due, sorted(theirs.due)),
        ({each.hex: number for each, number in ours.unneeded.items()}, dict(theirs.unneeded)),
        ({each.hex: number for each, number in ours.settled.items()}, dict(theirs.settled)),
        ({each.hex: number for each, number in ours.more_people.items()}, dict(theirs.more_people)),
        (sorted(each.hex for each in ours.others), sorted({each[0] for each in theirs.others})),
        ({each.id.hex for each in ours.said.values()}, {each[0] for each in theirs.said}),
    )
    if not all(one == other for one, other in pairs) or not all(one for one, _ in pairs[:4]):
        raise NotTheSame


def _opening(database: Database, ring: KeyRing, owners: Owners) -> float:
    """The median seconds to decrypt the texts of one digest, including its policies' keys."""
    times = []
    for owner in owners:
        found, _ = by_rules(database, ring, [owner], keep=False)
        with database.reading() as session:
            turn = UnitOfWork(session, NOW, ring)
            times.append(seconds(lambda turn=turn, found=found: _open(turn, found)))  # type: ignore[misc]
    return median(times)


def _open(turn: UnitOfWork, found: digests.DigestContent) -> None:
    for each in (each for some in found.items.values() for each in some):
        flag_views.texts_of(turn, each)


def _apart(register: Register, key: str) -> float:
    """The peak memory of a separate process that gathers all owners' digests and rolls back."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_peak, (register, key))


def _peak(register: Register, key: str) -> float:
    with Database(register.url) as database:
        ring = ring_of(key)
        for start in range(0, len(register.owners), digests.TOGETHER):
            by_rules(database, ring, register.owners[start : start + digests.TOGETHER], keep=False)
    return peak_megabytes()
