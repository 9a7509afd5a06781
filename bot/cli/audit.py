"""`deliverable audit`: list what admins and operators did, or check that nothing in that log was changed."""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Iterator

from bot.admin import audit
from bot.admin.audit import Head, Tampered
from bot.calendar.dates import count
from bot.runtime.clock import now
from bot.runtime.settings import Settings
from bot.runtime.startup import Stop, configure, key_ring, made_ready, opened
from bot.unit_of_work.runner import UnitOfWorkRunner
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import AuditEntry


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what can be typed after `audit`."""
    what = parser.add_subparsers(dest="audit", required=True)
    what.add_parser("list", help="print every entry, oldest first")
    verify = what.add_parser("verify", help="check that no entry was changed or taken away")
    verify.add_argument(
        "--expect", type=_head, metavar="NUMBER:MAC", help="an end of the log that was noted earlier: it must be there"
    )


def _head(text: str) -> Head:
    found = audit.head_in(text)
    if found is None:
        raise argparse.ArgumentTypeError("Write it as `audit verify` prints it: a number, a colon and 64 digits.")
    return found


def run(given: argparse.Namespace) -> int:
    """List or check. Raises `Stop`, also if the log was changed."""
    asyncio.run(_audit(configure(), given))
    return 0


async def _audit(settings: Settings, given: argparse.Namespace) -> None:
    ring = key_ring(settings)
    with opened(settings.database_url.get_secret_value()) as database:
        made_ready(database, now(), ring)
        runner = UnitOfWorkRunner(database, ring, now)
        if given.audit == "list":
            for line in await runner.read(lambda uow: list(_lines(uow))):
                print(line)
        else:
            head = await runner.read(lambda uow: _verified(uow, given.expect))
            print(f"{count(head.number, 'entry')}. None was changed or taken away.")
            if head.number:
                print(f"The end of the log, to note somewhere else: {head}")


def _lines(uow: UnitOfWork) -> Iterator[str]:
    for each in audit.entries(uow):
        yield f"{each.number}  {each.at:%Y-%m-%d %H:%M:%S}Z  {each.who}  {each.act} {each.subject}".rstrip()
        yield from _changes(uow, each)


def _changes(uow: UnitOfWork, entry: AuditEntry) -> Iterator[str]:
    for name, (before, after) in audit.changes_of(uow, entry).items():
        yield f"      {name}: {json.dumps(before, ensure_ascii=False)} -> {json.dumps(after, ensure_ascii=False)}"


def _verified(uow: UnitOfWork, expected: Head | None) -> Head:
    try:
        return audit.verify(uow, expected)
    except Tampered as found:
        raise Stop(
            f"The audit log was changed: entry {found.number} is missing, or is not as it was written. "
            "Compare the database with a backup."
        ) from None
