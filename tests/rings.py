"""Key rings of test worlds. All share one set of end months, which is the same in every process."""

import atexit
import hashlib
import shutil
import tempfile
from datetime import date
from functools import cache
from pathlib import Path

from storage.end_months import EndMonths
from storage.keys import KeyRing, new_master_key
from storage.policy_keys import Terms

_YEARS = range(2020, 2100)
MONTHS = EndMonths(
    hashlib.sha256(b"the file of all tests").digest(),
    {
        f"{year}-{month:02}": hashlib.sha256(f"{year}-{month}".encode()).digest()
        for year in _YEARS
        for month in range(1, 13)
    },
)

TERMS = Terms("2029-12", "2028-06", date(2028, 7, 15))
"""When the keys end of policies that a test writes by itself."""
TERMS_COLUMNS = "text_month authors_month authors_day generation"
TERMS_ROW = (TERMS.text_month, TERMS.authors_month, TERMS.authors_day.isoformat(), 1)
"""The same as a row of the database."""
TERMS_COLUMNS = "text_month authors_month authors_day generation"
TERMS_ROW = (TERMS.text_month, TERMS.authors_month, TERMS.authors_day.isoformat(), 1)
"""The same as a row of the database."""


def ring_of(text: str) -> KeyRing:
    """The ring of some master keys."""
    return KeyRing.from_text(text, MONTHS)


def new_ring(name: str = "k1") -> KeyRing:
    """A ring of one new master key."""
    return ring_of(new_master_key(name))


@cache
def shared_end_keys() -> str:
    """The path of one end-months file for all processes that the tests of this process start."""
    folder = Path(tempfile.mkdtemp(prefix="deliverable-months-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return end_keys(folder)


def end_keys(folder: Path, since: str = "2026-01", until: str = "3000") -> str:
    """The path of a new end-months file in a folder, with those of the months that are in that span.

    It begins where the range of the clocks of tests does. A process that serves it ends the months that are over.
    """
    path, months = folder / "end-months", MONTHS
    for each in months.months:
        months = months if since <= each <= until else months.without(each)
    path.write_text(months.to_text(), encoding="utf-8")
    return str(path)
