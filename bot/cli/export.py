"""`deliverable export`: a records export, in two steps with a person between them who reads it.

The first step writes a draft from the database: what everyone on the policies can read, with months in place of days
and without ids or names of people who sent flags. A reviewer marks rows to leave out, or changes what must not leave.
The second step makes the CSV and the HTML file from the draft, and touches no database.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import html
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from pathlib import Path

from bot.admin import audit, records
from bot.calendar.dates import count
from bot.cli.argument_types import sqlite_file
from bot.digests.csv_export import encoded
from bot.runtime.clock import now
from bot.runtime.settings import Settings
from bot.runtime.startup import Stop, configure, key_ring, made_ready, opened
from bot.unit_of_work.runner import UnitOfWorkRunner

_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])", re.ASCII)
_LEFT_OUT, _WHO = "Leave out", "Reviewed by"
_HEADER = (_LEFT_OUT, *records.HEADER)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what can be typed after `export`."""
    what = parser.add_subparsers(dest="export", required=True)
    draft = what.add_parser("draft", help="write what was shown in some months to a CSV file, for a reviewer")
    draft.add_argument("file", type=sqlite_file, help="the new file; one that is there is left as it is")
    for name, help_ in (("--first", "the first month, as 2026-01"), ("--last", "the last month")):
        draft.add_argument(name, type=_month, required=True, metavar="MONTH", help=help_)
    final = what.add_parser("final", help="make the CSV and the HTML file from a draft that was reviewed")
    final.add_argument("file", type=sqlite_file, help="the draft, as the reviewer saved it")
    final.add_argument("--reviewer", required=True, help="who has read it: a role or a name, which stands in the files")
    final.add_argument("--to", type=sqlite_file, required=True, metavar="NAME", help="NAME.csv and NAME.html are made")


def _month(text: str) -> str:
    if not _MONTH.fullmatch(text):
        raise argparse.ArgumentTypeError("Write a month as 2026-01.")
    return text


def run(given: argparse.Namespace) -> int:
    """Write the draft, or the files made of one. Raises `Stop`."""
    if given.export == "draft":
        if given.first > given.last:
            raise Stop("The first month is after the last one.")
        asyncio.run(_draft(configure(), given.file, given.first, given.last))
    else:
        _final(given.file, given.reviewer, given.to)
    return 0


async def _draft(settings: Settings, file: Path, first: str, last: str) -> None:
    from rich.console import Console

    from adapters.terminal.progress import counting

    ring = key_ring(settings)
    with opened(settings.database_url.get_secret_value()) as database:
        made_ready(database, now(), ring)
        runner = UnitOfWorkRunner(database, ring, now)
        policies = await runner.read(records.policies)
        rows: list[tuple[str, ...]] = []
        with counting(Console(stderr=True), "policies", len(policies)) as step:
            for each in policies:
                rows += await runner.read(lambda uow, one=each: records.of_policy(uow, one, first, last))  # type: ignore[misc]
                step()
        _write(file, encoded([_HEADER, *(("", *each) for each in rows)]))
        await runner.write(lambda uow: audit.record(uow, audit.OPERATOR, "export", f"{first} {last} rows:{len(rows)}"))
    print(f"{count(len(rows), 'row')} in {file}. A reviewer reads each, and writes x beside those to leave out.")


def _write(file: Path, content: bytes) -> None:
    """Write a new file that only its owner may read. Raises `Stop`."""
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as made:
            made.write(content)
    except FileExistsError:
        raise Stop(f"{file} is there already. Name a new file.") from None
    except OSError as error:
        raise Stop(f"{file} cannot be written: {error.strerror}.") from None


def _final(file: Path, reviewer: str, to: Path) -> None:
    if not reviewer.strip():
        raise Stop("Say who has read the draft.")
    kept = list(_reviewed(file))
    said = f"{_WHO} {reviewer.strip()}"
    _write(to.with_suffix(".csv"), encoded([records.HEADER, *kept, ("", said)]))
    _write(to.with_suffix(".html"), _page(kept, said).encode("utf-8", "replace"))
    print(f"{count(len(kept), 'row')} in {to.with_suffix('.csv')} and {to.with_suffix('.html')}.")


def _reviewed(file: Path) -> Iterator[tuple[str, ...]]:
    """The rows of a draft that were not left out. Raises `Stop` for a file that is none."""
    try:
        rows = list(csv.reader(StringIO(file.read_text(encoding="utf-8-sig"), newline="")))
    except (OSError, UnicodeError, csv.Error):
        raise Stop(f"{file} cannot be read as CSV in UTF-8.") from None
    if not rows or tuple(rows[0]) != _HEADER:
        raise Stop(f"{file} is not a draft: its first row is not the one that `export draft` writes.")
    for number, row in enumerate(rows[1:], 2):
        if len(row) != len(_HEADER):
            raise Stop(f"Row {number} of {file} has {count(len(row), 'cell')}, and {len(_HEADER)} are wanted.")
        if row[0].strip().lower() not in ("", "x"):
            raise Stop(f"Row {number} of {file} has something else than x under {_LEFT_OUT}.")
        if not row[0].strip():
            yield tuple(row[1:])


def _page(rows: Iterable[Sequence[str]], said: str) -> str:
    head = "".join(f"<th scope='col'>{html.escape(each)}</th>" for each in records.HEADER)
    body = "\n".join(_html_row(each) for each in rows)
    return (
        "<!doctype html>\n<html lang='en'><head><meta charset='utf-8'><title>Records of Deliverable</title></head>\n"
        f"<body><h1>Records of Deliverable</h1><p>{html.escape(records.WHAT)}</p><p>{html.escape(said)}</p>\n"
        f"<table><thead><tr>{head}</tr></thead><tbody>\n{body}\n</tbody></table></body></html>\n"
    )


def _html_row(row: Sequence[str]) -> str:
    cells = "".join(f"<td>{html.escape(each).replace(chr(10), '<br>')}</td>" for each in row)
    return f"<tr>{cells}</tr>"
