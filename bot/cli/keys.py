"""`deliverable keys`: the master keys and the end-months file."""

from __future__ import annotations

import argparse
import asyncio
from datetime import date
from pathlib import Path

from bot.calendar.dates import count
from bot.dispatcher import Dispatcher
from bot.policies.ends import MONTHS_AHEAD
from bot.runtime.clock import now
from bot.runtime.settings import Settings
from bot.runtime.startup import NO_END_KEYS, Stop, configure, key_ring, made_ready, opened
from storage.end_months import BadEndMonths, EndMonths, locked, read, write
from storage.keys import new_master_key


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what can be typed after `keys`."""
    what = parser.add_subparsers(dest="keys", required=True)
    what.add_parser("new", help="make a new master key and print it")
    what.add_parser("rewrap", help="wrap every policy's keys by the first of several master keys")
    months = what.add_parser("months", help="make the end-months file, or add the months that it lacks")
    months.add_argument("path", nargs="?", type=Path, help="the file, if DELIVERABLE_END_KEYS is not set yet")
    prove = what.add_parser("prove", help="check that a copy of the end-months file is a good one")
    prove.add_argument("path", type=Path, help="the copy")


def run(given: argparse.Namespace) -> int:
    """Make a key, wrap again, or look after the end-months file. Raises `Stop`."""
    if given.keys == "new":
        print(new_master_key(f"k{now():%Y%m%d%H%M%S}"))
    elif given.keys == "months":
        print(add_months(given.path or _own_path(configure()), now().date()))
    elif given.keys == "prove":
        asyncio.run(prove(configure(), given.path))
    else:
        asyncio.run(rewrap(configure()))
    return 0


async def rewrap(settings: Settings) -> None:
    """Wrap every policy's key with the first master key that is set. Raises `Stop`."""
    ring = key_ring(settings)
    with opened(settings.database_url.get_secret_value()) as database:
        made_ready(database, now(), ring)
        changed = await Dispatcher(database, ring, now).rewrap()
    print(f"{count(changed, 'key')} wrapped again. All are now wrapped by {ring.names[0]}.")


def add_months(path: Path, today: date) -> str:
    """Make the file, or add to it the months that it lacks; a sentence that says what it has. Raises `Stop`."""
    try:
        with locked(path):
            before = read(path) if path.exists() else None
            after = before.with_months(today, MONTHS_AHEAD) if before else EndMonths.new(today, MONTHS_AHEAD)
            if before is None or before.months != after.months:
                write(path, after)
    except BadEndMonths as bad:
        raise Stop(str(bad)) from None
    if before is None:
        span = f"It has the months from {after.months[0]} to {after.months[-1]}."
        return f"Made the end-months file {path}. {span} Now copy it to a safe place, and prove the copy."
    added = len(after.months) - len(before.months)
    copied = " Copy it again, and prove the copy." if added else ""
    return f"{count(added, 'month')} added: {path} has the months up to {after.months[-1]}.{copied}"


async def prove(settings: Settings, copy: Path) -> None:
    """Check a copy of the file, note the day, and print what was found. Raises `Stop` for one that is not good."""
    ours, over = check_copy(_own_path(settings), copy)
    ring = key_ring(settings)
    with opened(settings.database_url.get_secret_value()) as database:
        made_ready(database, now(), ring)
        await Dispatcher(database, ring, now).proved()
    print(f"{copy} is a good copy: it has every month up to {ours.months[-1]}.")
    if over:
        print(f"It still has {_span(over)}, whose line has been removed. Destroy this copy, and make a new one.")


def check_copy(live: Path, copy: Path) -> tuple[EndMonths, list[str]]:
    """What the file says, and the months that only its copy still has. Raises `Stop` for a copy that is not good."""
    try:
        ours, theirs = read(live), read(copy)
    except BadEndMonths as bad:
        raise Stop(str(bad)) from None
    if live.samefile(copy):
        raise Stop("That is the end-months file itself. Name a copy of it, on another machine or medium.")
    if theirs.fingerprint != ours.fingerprint:
        raise Stop(f"{copy} is the end-months file of another deployment.")
    if not ours.agrees(theirs):
        raise Stop(f"{copy} differs from the end-months file in the line of a month. Copy the file again.")
    if lacking := [each for each in ours.months if each not in theirs.months]:
        raise Stop(f"{copy} lacks {_span(lacking)}. Copy the file again.")
    return ours, [each for each in theirs.months if each not in ours.months]


def _span(months: list[str]) -> str:
    return months[0] if len(months) == 1 else f"{months[0]} to {months[-1]}"


def _own_path(settings: Settings) -> Path:
    if not settings.end_keys:
        raise Stop(NO_END_KEYS)
    return Path(settings.end_keys)
