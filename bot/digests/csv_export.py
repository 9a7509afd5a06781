"""CSV export: the flags of a digest's policies as a file, for work in a spreadsheet.

The file is CSV by RFC 4180, in UTF-8 with a byte order mark, without which spreadsheets assume another encoding. It
holds what its reader may see on screens anyway, and no id that would link one flag to another.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import StringIO

from bot.calendar.dates import local_day
from bot.flags import flag_views
from bot.people.people import Visitor
from bot.policies import audience
from bot.screens.digest.csv_file import HEADER, Row, left_out, row
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Digest
from storage import digests as stored_digests
from storage import policies as stored_policies

MOST_FLAGS = 10_000
"""Flags in one file, at most: a spreadsheet still opens that many, and writing them takes a few seconds."""

_BYTE_ORDER_MARK = "\ufeff"
# Some spreadsheet runs a cell that begins with one of these as a formula. The wide signs are East Asian. A spreadsheet
# that takes a semicolon or a tab for the end of a cell reads on after it, and so does one that takes a line break in a
# cell for the end of a row. It may leave out quotation marks and blanks that come first.
_FORMULA = re.compile(r"(^[\t\r\n]|(?:^|[;\t\r\n|])[\"'\s\u200b\u2060\ufeff]*(?=[=+\-@＝＋－＠]))")


@dataclass(frozen=True)
class Download:
    """A file that only one person may see. `media_type` is an HTTP media type."""

    name: str
    media_type: str
    content: bytes = field(repr=False)


def of_digest(uow: UnitOfWork, visitor: Visitor, digest: Digest) -> Download:
    """The flags that are released now on the policies of the visitor's own digest, as they may see them."""
    day = local_day(digest.made_at, uow.zone_or_own(digest.zone))
    return Download(
        name=f"flags-{day.isoformat()}.csv",
        media_type="text/csv; charset=utf-8",
        content=encoded([HEADER, *_rows(uow, visitor, digest)]),
    )


def _rows(uow: UnitOfWork, visitor: Visitor, digest: Digest) -> Iterator[Row]:
    left = MOST_FLAGS
    for part in stored_digests.parts(uow.session, digest.id):
        policy = stored_policies.policy(uow.session, part.policy_id)
        if policy is None or policy.sealed_on is not None or not audience.is_on(uow, visitor, policy):
            continue
        shown = flag_views.shown(uow, visitor, policy)
        yield from (row(each) for each in shown[:left])
        if len(shown) > left:
            yield left_out(policy.title, len(shown) - left)
        left = max(left - len(shown), 0)


def encoded(rows: Iterable[Row]) -> bytes:
    """Rows as a CSV file that no spreadsheet takes for formulas."""
    text = StringIO()
    # Every cell is quoted, so that no reader takes a typed line break for the end of a row.
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerows([_without_formula(each) for each in cells] for cells in rows)
    return (_BYTE_ORDER_MARK + text.getvalue()).encode("utf-8", "replace")


def _without_formula(cell: str) -> str:
    return _FORMULA.sub(_apostrophe, cell)


def _apostrophe(found: re.Match[str]) -> str:
    # At the very beginning it hides even what a spreadsheet trims; elsewhere it follows what separates.
    return f"'{found[0]}" if not found.start() else f"{found[0]}'"
