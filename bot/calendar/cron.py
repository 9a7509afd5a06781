"""Cron schedules: when a person's digests come, as a cron expression in their time zone."""

import re
from dataclasses import dataclass
from datetime import time
from functools import lru_cache
from typing import Literal, NamedTuple

from cron_descriptor import ExpressionDescriptor, Options  # type: ignore[import-untyped]

from bot.calendar.dates import UnknownZoneError, clock_time, listed, weekday_name, zone_named

EVERY_WORKING_DAY = "0 9 * * *"
WEDNESDAYS = "0 9 * * wed"
FIRST_WORKING_DAY_OF_THE_MONTH = "0 9 1 * *"
PRESETS = (EVERY_WORKING_DAY, WEDNESDAYS, FIRST_WORKING_DAY_OF_THE_MONTH)

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKEND = frozenset({5, 6})
_LONGEST_CRON = 120
_BRITISH = (
    (" through ", " to "),
    (", and ", " and "),
    ("only on ", "on "),
    ("only in ", "in "),
    ("at 0 minutes past the hour", "every hour"),
    ("at 1 minutes past", "at 1 minute past"),
)
_ITEM = re.compile(r"(?:\*|(?P<first>[a-z0-9]{1,3})(?:-(?P<last>[a-z0-9]{1,3}))?)(?:/(?P<step>[0-9]{1,2}))?")


class CronError(ValueError):
    """A cron schedule that cannot be used. The text is a sentence for the form field that `field` names.

    It never repeats what was typed.
    """

    def __init__(self, field: Literal["cron", "zone"], sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True, slots=True)
class Weekly:
    """A schedule that people can choose without writing cron: weekdays by their names in cron, and one time of day."""

    weekdays: tuple[str, ...]
    at: time

    @property
    def cron(self) -> str:
        """The same as a cron expression."""
        return f"{self.at.minute} {self.at.hour} * * {','.join(self.weekdays)}"


@dataclass(frozen=True, slots=True)
class CronSchedule:
    """Five cron fields (weekdays by name only), in the local time of an IANA zone.

    `cron` is normalised to lower case and single spaces. Raises CronError when the expression cannot be read, gives
    weekdays as numbers, restricts both days of the month and weekdays, never matches, or matches more than once an
    hour, and when the zone is unknown.
    """

    cron: str
    zone: str

    def __post_init__(self) -> None:
        cron = " ".join(self.cron.lower().split())
        read(cron)
        try:
            zone_named(self.zone)
        except UnknownZoneError as unknown:
            raise CronError("zone", str(unknown)) from None
        object.__setattr__(self, "cron", cron)


class Times(NamedTuple):
    """The values that the five fields of a cron expression allow. Weekdays count from Monday as 0."""

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]

    @property
    def any_day(self) -> bool:
        """Whether every day of the month is allowed."""
        return len(self.days) == 31

    @property
    def any_month(self) -> bool:
        """Whether every month is allowed."""
        return len(self.months) == 12

    @property
    def any_weekday(self) -> bool:
        """Whether every weekday is allowed."""
        return len(self.weekdays) == 7


class _Field(NamedTuple):
    name: str
    first: int
    last: int
    example: str
    words: tuple[str, ...] = ()


_FIELDS = (
    _Field("minute", 0, 59, "0 or 30"),
    _Field("hour", 0, 23, "9, 9,17 or 9-17"),
    _Field("day of the month", 1, 31, "1, 1,15 or *"),
    _Field("month", 1, 12, "4, jan,jul or *", _MONTHS),
    _Field("weekday", 0, 6, "mon, mon-fri or *", WEEKDAYS),
)


@lru_cache(maxsize=1024)
def read(cron: str) -> Times:
    """Parse a cron expression in lower case. Raises CronError as CronSchedule does."""
    texts = cron.split(" ")
    if len(texts) != len(_FIELDS) or len(cron) > _LONGEST_CRON:
        raise CronError("cron", "Enter the time and the days like this, for Mondays at 9am: 0 9 * * mon")
    times = Times(*(_values(text, field) for text, field in zip(texts, _FIELDS, strict=True)))
    _check_schedule(times)
    return times


def is_cron(cron: str) -> bool:
    """Whether a stored cron expression can be read."""
    try:
        read(cron)
    except CronError:
        return False
    return True


def readable(cron: str) -> str:
    """A stored cron expression or, where it cannot be read, `EVERY_WORKING_DAY`."""
    return cron if is_cron(cron) else EVERY_WORKING_DAY


def _check_schedule(times: Times) -> None:
    if len(times.minutes) > 1:
        raise CronError("cron", "A digest comes once an hour at most. Enter a single minute, for example 0")
    if not times.any_day and not times.any_weekday:
        raise CronError(
            "cron",
            "Choose days of the month or weekdays and enter * for the other, "
            "because programs differ about what both together mean",
        )
    if not any(_exists(day, month) for day in times.days for month in times.months):
        raise CronError("cron", "This never happens: no month you chose has a day you chose")


def _exists(day: int, month: int) -> bool:
    if month == 2:
        return day <= 29
    return day <= 30 or month not in {4, 6, 9, 11}


def _values(text: str, field: _Field) -> frozenset[int]:
    if field.words is WEEKDAYS and re.search("[0-9]", text):
        raise CronError(
            "cron",
            "Enter weekdays by name, for example mon or mon-fri, because programs differ about numbers",
        )
    try:
        return frozenset(value for item in text.split(",") for value in _range(item, field))
    except ValueError:
        raise CronError("cron", f"Enter the {field.name} as, for example, {field.example}") from None


def _range(item: str, field: _Field) -> range:
    match = _ITEM.fullmatch(item)
    if match is None:
        raise ValueError
    first = _value(match["first"], field) if match["first"] else field.first
    last = _value(match["last"] or match["first"], field) if match["first"] else field.last
    if first > last or (match["step"] and not 1 <= int(match["step"]) <= last - first):
        raise ValueError
    return range(first, last + 1, int(match["step"] or 1))


def _value(text: str, field: _Field) -> int:
    value = field.words.index(text) + field.first if text in field.words else int(text)
    if not field.first <= value <= field.last:
        raise ValueError
    return value


def weekly(cron: str) -> Weekly | None:
    """The weekdays and the time of a cron expression, if it says no more than that."""
    times = read(cron)
    if not times.any_day or not times.any_month or len(times.hours) > 1:
        return None
    at = time(min(times.hours), min(times.minutes))
    return Weekly(tuple(WEEKDAYS[each] for each in sorted(times.weekdays)), at)


def plain(cron: str) -> str:
    """The same expression without ranges, steps and month names, which programs interpret differently."""
    return " ".join(_plain_field(values, field) for values, field in zip(read(cron), _FIELDS, strict=True))


def _plain_field(values: frozenset[int], field: _Field) -> str:
    if len(values) > field.last - field.first:
        return "*"
    return ",".join(WEEKDAYS[value] if field.words is WEEKDAYS else str(value) for value in sorted(values))


def describe(cron_schedule: CronSchedule) -> str:
    """The schedule in words, to follow "one digest": `every working day at 9am`, `Wednesdays at 9am`,
    `on the first working day of the month at 9am`, `at 4:30pm, Monday to Friday`. The zone is left out.
    """
    return _described(cron_schedule.cron)


@lru_cache(maxsize=1024)
def _described(cron: str) -> str:
    times = read(cron)
    return _with_next_working_day(_described_simply(times) or _described_by_library(cron, times), times)


def _described_simply(times: Times) -> str:
    if len(times.hours) > 3 or not times.any_month:
        return ""
    at = "at " + listed([clock_time(time(hour, min(times.minutes))) for hour in sorted(times.hours)])
    if times.any_day and times.any_weekday:
        return f"every working day {at}"
    if times.any_day and len(times.weekdays) <= 3:
        return f"{listed([weekday_name(day) + 's' for day in sorted(times.weekdays)])} {at}"
    return f"on the first working day of the month {at}" if times.days == {1} else ""


def _with_next_working_day(phrase: str, times: Times) -> str:
    on_a_day_off = times.weekdays & _WEEKEND and not times.any_weekday
    moves = on_a_day_off or not (times.any_day or "first working day" in phrase)
    return f"{phrase}, or the next working day" if moves else phrase


def _described_by_library(cron: str, times: Times) -> str:
    text = ExpressionDescriptor(cron, Options(locale_code="en_US", use_24hour_time_format=True)).get_description()
    ending = ", on working days" if times.any_day and times.any_weekday else ""
    return _in_british_english(text[0].lower() + text[1:], min(times.minutes)) + ending


def _in_british_english(text: str, minute: int) -> str:
    for american, british in _BRITISH:
        text = text.replace(american, british)
    # The library ends a range of hours at its last minute. Our schedules have only one minute in every hour.
    return re.sub(r"([0-9]{2}):[0-9]{2}", lambda hour: clock_time(time(int(hour[1]), minute)), text)
