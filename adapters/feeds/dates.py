"""Dates as publishers write them."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_W3C_DATE = re.compile(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?(?=[Tt ]|$)")


def read_date(text: str) -> datetime | None:
    """Give the date and time written in `text`, or None if it cannot be read.

    The formats are RFC 3339 (Atom), RFC 822 (RSS 2.0) and W3C-DTF (RSS 1.0), where the time, the day and the
    month may be missing. The time zone is the publisher's, and UTC if none is written.
    """
    for reader in (_iso, parsedate_to_datetime, _day_and_month_name, _w3c_date):
        try:
            found = reader(text)
            return found if found.tzinfo else found.replace(tzinfo=UTC)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return None


def _iso(text: str) -> datetime:
    return datetime.fromisoformat(text.upper())


def _day_and_month_name(text: str) -> datetime:
    return parsedate_to_datetime(f"{text} 00:00")


def _w3c_date(text: str) -> datetime:
    found = _W3C_DATE.match(text)
    if found is None:
        raise ValueError("not a W3C date")
    year, month, day = (int(part or 1) for part in found.groups())
    return datetime(year, month, day, tzinfo=UTC)
