"""Dates, times and counts in British English, whatever the machine's locale; time zones by name."""

from calendar import monthrange
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, time
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from zoneinfo import TZPATH, ZoneInfo, available_timezones

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
"""The months' names in their order."""
_IRREGULAR = {"person": "people"}
_MACHINE_DEPENDENT = frozenset({"localtime", "Factory"})


class UnknownZoneError(ValueError):
    """The name is not an IANA time zone. The text is a sentence for a form, and never repeats what was typed."""

    def __init__(self) -> None:
        super().__init__("Enter a time zone by its name, for example Europe/London")


@lru_cache(maxsize=1)
def zone_names() -> frozenset[str]:
    """Every IANA zone name that this machine knows, but for those that mean another zone on each machine."""
    return frozenset(available_timezones()) - _MACHINE_DEPENDENT


@lru_cache(maxsize=1024)
def zone_named(name: str) -> ZoneInfo:
    """The IANA zone with that exact name. Raises UnknownZoneError."""
    # Cached here, because ZoneInfo's own cache keeps only eight zones strongly and reads others from disk again.
    if name not in zone_names():
        raise UnknownZoneError
    return ZoneInfo(name)


@lru_cache(maxsize=1)
def zone_data() -> str:
    """The release of the time zone database on this machine, such as `2026a`; empty where it is not given."""
    for folder in TZPATH:
        with suppress(OSError):
            return (
                (Path(folder) / "tzdata.zi").read_text(encoding="ascii").partition("\n")[0].removeprefix("# version ")
            )
    with suppress(ImportError):
        return str(import_module("tzdata").IANA_VERSION)
    return ""


def weekday_name(weekday: int) -> str:
    """`Wednesday` for 2: Monday is 0, as in `date.weekday`."""
    return _DAYS[weekday]


def long_date(day: date) -> str:
    """`Wednesday 16 December 2026`."""
    return f"{weekday_name(day.weekday())} {short_date(day)}"


def short_date(day: date) -> str:
    """`16 December 2026`."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def months_later(day: date, months: int) -> date:
    """The same day of the month so many months later, or the last of that month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def month_name(month: str) -> str:
    """`December 2026` for `2026-12`."""
    year, _, number = month.partition("-")
    return f"{MONTHS[int(number) - 1]} {year}"


def clock_time(at: time) -> str:
    """`9am`, `9:30am`, `midday`, `midnight`: to the minute, in GOV.UK style."""
    if at.minute == 0 and at.hour in (0, 12):
        return "midday" if at.hour else "midnight"
    minutes = f":{at.minute:02}" if at.minute else ""
    return f"{at.hour % 12 or 12}{minutes}{'am' if at.hour < 12 else 'pm'}"


def moment(at: datetime, zone: str) -> str:
    """An aware datetime in the local time of an IANA zone: `Wednesday 16 December 2026, 9am`.

    Raises UnknownZoneError, and ValueError for a naive datetime.
    """
    local = _local(at, zone)
    return f"{long_date(local)}, {clock_time(local.time())}"


def local_day(now: datetime, zone: str) -> date:
    """The calendar day of an aware datetime in an IANA zone. Raises as `moment` does."""
    return _local(now, zone).date()


def _local(at: datetime, zone: str) -> datetime:
    return utc(at).astimezone(zone_named(zone))


def utc(at: datetime) -> datetime:
    """The same instant in UTC. Raises ValueError for a naive datetime."""
    if at.utcoffset() is None:
        raise ValueError("the datetime has no time zone")
    return at.astimezone(UTC)


def count(n: int, noun: str) -> str:
    """A number with its noun: `1 flag`, `7 people`, `3,000 characters`. The last word is made plural."""
    return f"{n:,} {noun if n == 1 else plural(noun)}"


def plural(noun: str) -> str:
    """The noun for several; the last word is made plural."""
    head, gap, last = noun.rpartition(" ")
    return head + gap + (_IRREGULAR.get(last) or _regular_plural(last))


def _regular_plural(word: str) -> str:
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return word[:-1] + "ies"
    return word + ("es" if word.endswith(("s", "x", "ch", "sh")) else "s")


def listed(words: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`; empty for no words."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"
