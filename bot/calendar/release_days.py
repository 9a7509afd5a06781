"""Release days: on which days flags that are not named are shown, every working day or on fixed weekdays only."""

from collections.abc import Collection
from datetime import date, timedelta

from bot.calendar.working_days import WorkingCalendar

_DAY = timedelta(days=1)


def is_release_day(calendar: WorkingCalendar, weekdays: Collection[int], day: date) -> bool:
    """Whether flags are shown on a day: a working day and, where there are `weekdays` (0 is Monday), one of them.

    Where such a weekday is no working day, the next working day takes its place.
    """
    if not calendar.is_working(day):
        return False
    while weekdays and day.weekday() not in weekdays:
        day -= _DAY
        if calendar.is_working(day):
            return False
    return True


def next_release_day(calendar: WorkingCalendar, weekdays: Collection[int], day: date) -> date:
    """The day itself if flags are shown on it, else the first such day after it."""
    while not is_release_day(calendar, weekdays, day):
        day += _DAY
    return day
