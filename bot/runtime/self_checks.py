"""The checks of `python -m bot doctor` that are about no platform: the database, the keys, the disk and the clock.

They change nothing but the row of the probe, which says nothing.
"""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

from bot.calendar.dates import count
from bot.interface.clock import Clock
from bot.interface.finding import Finding, bad, good
from bot.runtime.key_check import FOREIGN, is_own_file, must_open
from bot.screens.admin.restored import HELD, HOW_TO_CONFIRM
from storage import (
    Database,
    DatabaseUnavailable,
    Session,
    endings,
    erasing,
    organisation,
    probe,
    restores,
    times,
    version,
)
from storage.encryption import CannotOpen
from storage.end_months import EndMonths, month_after
from storage.keys import KeyRing

CLOCKS_DIFFER = timedelta(seconds=10)
"""By how much the clocks of this machine and of the database may differ: leases on messages depend on them."""
LEAST_FREE_BYTES = 512 * 1024**2
BYTES_IN_A_MEGABYTE = 1024**2


async def examine(database: Database, ring: KeyRing | None, clock: Clock) -> AsyncIterator[Finding]:
    """Yield the findings as they are made. Without a `ring` the keys are not tried."""
    if database.name == "sqlite" and not database.file.exists():
        yield bad(f"There is no database yet: {database.place}. `python -m bot migrate` makes it.")
        return
    try:
        found = await _version(database)
        yield found
        if not found.good:
            return
        yield await _write(database)
        if ring is not None:
            yield await _keys(database, ring)
            for finding in await database.read(lambda session: _end_months(session, ring, clock)):
                yield finding
        if await database.read(restores.is_held):
            yield bad(f"{HELD} {HOW_TO_CONFIRM}")
        for finding in await database.read(_erasing):
            yield finding
        for each in (_disk(database), await _server_clock(database, clock), await _future(database, clock)):
            if each is not None:
                yield each
    except DatabaseUnavailable as fault:
        yield bad(str(fault))


async def _version(database: Database) -> Finding:
    newest = version.newest()
    try:
        await database.read(lambda session: version.must_be_upgradable(session, database.place))
    except version.CannotUpgrade as refused:
        return bad(str(refused))
    if await database.read(version.tables) is version.Tables.CURRENT:
        return good(f"The database is {database.place}, with tables of version {newest}.")
    return bad(
        f"The tables of the database are not those of version {newest}. Back it up, then run `python -m bot migrate`."
    )


async def _write(database: Database) -> Finding:
    await probe.try_to_write(database)
    return good("The database takes a write.")


async def _keys(database: Database, ring: KeyRing) -> Finding:
    try:
        await database.read(lambda session: must_open(session, ring))
    except CannotOpen as error:
        return bad(f"{error} Put the right key back, or restart this process with the new one after a rotation.")
    return good(f"The master keys open what is stored. New keys are wrapped by {ring.names[0]}.")


def _end_months(session: Session, ring: KeyRing, clock: Clock) -> list[Finding]:
    """The end-months file: whether it is the right one, reaches far enough, has a proved copy, and lacks old months."""
    if not is_own_file(session, ring, note=False):
        return [bad(FOREIGN)]
    months, terms = ring.months.current(), organisation.organisation(session)
    found = [_months_ahead(months, month_after(clock().date(), terms.keep_months))]
    known = endings.known_file(session)
    if known is None or known.proved_on is None:
        found.append(bad("No copy of the end-months file was proved. Make one: python -m bot keys prove COPY"))
    else:
        found.append(good(f"A copy of the end-months file was proved on {known.proved_on.isoformat()}."))
    if terms.end_keys_kept_days is None:
        found.append(
            bad(
                "Nobody has said for how many days backups of the end-months file are kept. The day on each form "
                "counts them in. Run: python -m bot organisation --end-keys-kept-days 14"
            )
        )
    ending = [each.month for each in endings.under_way(session) if months.line(each.month) is not None]
    if ending:
        found.append(bad(f"Remove the lines of {', '.join(ending)} from the end-months file: these months are over."))
    return found


def _months_ahead(months: EndMonths, wanted: str) -> Finding:
    last = months.months[-1] if months.months else ""
    if last >= wanted:
        return good(f"The end-months file has the months up to {last}.")
    return bad(f"The end-months file ends with {last or 'no month'}, and {wanted} is needed: python -m bot keys months")


def _erasing(session: Session) -> list[Finding]:
    """Whether PostgreSQL lets what is erased be gone from its files too. On SQLite the program sees to all of it."""
    if session.get_bind().dialect.name == "sqlite":
        return []
    found, wrong = erasing.hindrances(session), []
    if found.recycles_log:
        wrong.append(
            "PostgreSQL uses files of its write-ahead log again with what was erased in them. Let its administrator "
            "run: ALTER SYSTEM SET wal_recycle = off; SELECT pg_reload_conf();"
        )
    if found.may_not_switch_log:
        wrong.append(
            "This database user may not begin another file of PostgreSQL's write-ahead log, so what is erased at "
            "night stays in it. Run: GRANT EXECUTE ON FUNCTION pg_switch_wal() TO this user"
        )
    if found.may_not_checkpoint:
        wrong.append(
            "This database user may not run CHECKPOINT, so what is erased at night stays in PostgreSQL's write-ahead "
            "log. From PostgreSQL 15 on, run: GRANT pg_checkpoint TO this user"
        )
    if found.others_tables:
        wrong.append(
            f"The tables {', '.join(found.others_tables)} belong to another database user, so they are not written "
            "again at night, and what was erased stays in their files. Run ALTER TABLE with OWNER TO for each"
        )
    return [bad(each) for each in wrong] or [good("What is erased is gone from PostgreSQL's own files at night.")]


def _disk(database: Database) -> Finding | None:
    """Free space for a copy of a SQLite file, which each upgrade makes. PostgreSQL's disk cannot be seen from here."""
    if database.name != "sqlite":
        return None
    free = shutil.disk_usage(database.file.parent).free
    wanted = max(LEAST_FREE_BYTES, 2 * database.file.stat().st_size)
    left = f"{free // BYTES_IN_A_MEGABYTE:,} MB are free on the database's disk"
    if free >= wanted:
        return good(f"{left}.")
    return bad(f"Only {left}. Make room for {wanted // BYTES_IN_A_MEGABYTE:,} MB: an upgrade copies the file first.")


async def _server_clock(database: Database, clock: Clock) -> Finding | None:
    theirs = await database.read(times.of_the_server)
    if theirs is None:
        return None
    if abs(clock() - theirs) <= CLOCKS_DIFFER:
        return good("The clock of this machine agrees with the database server's.")
    return bad(f"The clock of this machine is {_beside(clock() - theirs)} the database server's. Set both by NTP.")


async def _future(database: Database, clock: Clock) -> Finding | None:
    newest: datetime | None = await database.read(times.newest_message)
    if newest is None or newest <= clock() + CLOCKS_DIFFER:
        return None
    return bad(
        f"The newest message in the database is {count(_seconds(newest - clock()), 'second')} ahead of the clock of "
        "this machine: that is behind, or another machine's was ahead. Set all by NTP."
    )


def _beside(difference: timedelta) -> str:
    return f"{count(_seconds(difference), 'second')} {'ahead of' if difference > timedelta(0) else 'behind'}"


def _seconds(difference: timedelta) -> int:
    return round(abs(difference).total_seconds())
