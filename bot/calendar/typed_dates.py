"""Dates as people type them."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime

from bot.calendar.dates import MONTHS

_ISO = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})")
_NUMBERS = re.compile(r"(\d{1,2})([-/.])\s?(\d{1,2})\2\s?(\d{4})")
_DAY_FIRST = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?(?:\s+of)?[\s-]+([a-z]{3,9})\.?,?[\s-]+(\d{4})")
_MONTH_FIRST = re.compile(r"([a-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})")
_WEEKDAY = re.compile(r"(?:mon|tue|tues|wed|wednes|thu|thur|thurs|fri|sat|satur|sun)(?:day)?\.?,?\s+")
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[t ]\d{2}:\d{2}.*")
_FIRST_EVENING_HOUR = 10  # In UTC+14, the day begins at ten o'clock of the day before in UTC.


def day_as_typed(text: str) -> date | None:
    """The day that a text names, or None if it names none or could name two.

    Read are `2027-03-31`, an instant such as `2027-03-31T00:00:00Z`, `31/03/2027` also with dots or dashes, and
    `31 March 2027` in the orders and abbreviations of English. `03/04/2027` is the third of April to some and the
    fourth of March to others, so it is not read.
    """
    text = " ".join("".join(filter(_is_shown, text)).lower().split())
    text = _WEEKDAY.sub("", text, count=1) if _WEEKDAY.match(text) else text
    for read in (_year_first, _instant, _numbers, _with_month_name):
        try:
            found = read(text)
        except (ValueError, OverflowError):
            return None
        if found is not None:
            return found
    return None


def _is_shown(character: str) -> bool:
    # Dates that are copied from some programs carry marks of direction.
    return unicodedata.category(character) != "Cf"


def _year_first(text: str) -> date | None:
    found = _ISO.fullmatch(text)
    return date(int(found[1]), int(found[3]), int(found[4])) if found else None


def _instant(text: str) -> date | None:
    if _INSTANT.fullmatch(text) is None:
        return None
    at = datetime.fromisoformat(text.upper())
    if at.tzinfo is not None and not at.utcoffset() and at.hour >= _FIRST_EVENING_HOUR:
        # Midnight somewhere in the east is written as an instant of the day before, and nothing says where.
        return None
    return at.date()


def _numbers(text: str) -> date | None:
    found = _NUMBERS.fullmatch(text)
    if found is None:
        return None
    first, second, year = int(found[1]), int(found[3]), int(found[4])
    if first != second and max(first, second) <= len(MONTHS):
        return None
    return date(year, second, first) if second <= len(MONTHS) else date(year, first, second)


def _with_month_name(text: str) -> date | None:
    if found := _DAY_FIRST.fullmatch(text):
        day, month, year = found.groups()
    elif found := _MONTH_FIRST.fullmatch(text):
        month, day, year = found.groups()
    else:
        return None
    return date(int(year), _month(month), int(day))


def _month(name: str) -> int:
    """The number of a month by its name or the beginning of it. Raises ValueError."""
    name = "sep" if name == "sept" else name
    (number,) = (place for place, each in enumerate(MONTHS, 1) if each.lower() == name or each[:3].lower() == name)
    return number
