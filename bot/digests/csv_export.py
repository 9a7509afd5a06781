"""Downloads: the flags of a digest's policies as a file, for whoever works in a spreadsheet.

The file is CSV as RFC 4180 has it, in UTF-8 with a byte order mark, without which spreadsheets take it for another
encoding. It holds what its reader may see on screens anyway, and no id that would link one flag to another.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import StringIO

from bot.calendar.dates import local_day
from bot.flags import flags
from bot.people.people import Visitor
from bot.screens.digest.csv_file import HEADER, Row, left_out, row
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Digest
from storage import digests as stored_digests
from storage import policies as stored_policies

MOST_FLAGS = 10_000
"""Flags in one file, at most: what a spreadsheet still opens, and a few seconds' work here."""

_BYTE_ORDER_MARK = "\ufeff"
# A cell that begins so is run as a formula by one spreadsheet or another. The wide signs are East Asian ones.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@dataclass(frozen=True)
class Download:
    """A file for one person's eyes. `media_type` is as HTTP has it."""

    name: str
    media_type: str
    content: bytes = field(repr=False)


def of_digest(uow: UnitOfWork, visitor: Visitor, digest: Digest) -> Download:
    """The flags that are shown now on the policies of the visitor's own digest, as they may see them."""
    day = local_day(digest.made_at, digest.zone)
    return Download(
        name=f"flags-{day.isoformat()}.csv",
        media_type="text/csv; charset=utf-8",
        content=_written([HEADER, *_rows(uow, visitor, digest)]),
    )


def _rows(uow: UnitOfWork, visitor: Visitor, digest: Digest) -> Iterator[Row]:
    left = MOST_FLAGS
    for part in stored_digests.parts(uow.session, digest.id):
        policy = stored_policies.policy(uow.session, part.policy_id)
        if policy is None or policy.sealed_on is not None:
            continue
        shown = flags.shown(uow, visitor, policy)
        yield from (row(each) for each in shown[:left])
        if len(shown) > left:
            yield left_out(policy.title, len(shown) - left)
        left = max(left - len(shown), 0)


def _written(rows: Iterable[Row]) -> bytes:
    text = StringIO()
    # Every cell in quotes, so that a line break in what was typed ends no row in any reader.
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerows([_harmless(each) for each in line] for line in rows)
    return (_BYTE_ORDER_MARK + text.getvalue()).encode("utf-8", "replace")


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
