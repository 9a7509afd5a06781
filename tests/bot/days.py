"""The days on which an unanswered flag is told of, computed from the calendar and the constants of the rules.

One test pins the whole chain to dates (`test_the_whole_line_is_told_each_on_their_day_and_once`), and one the chain of
the guide. The others compute, so that a constant that changes breaks those two and no more.
"""

from datetime import UTC, date, datetime

from bot.calendar.working_days import WorkingCalendar
from bot.escalation.steps import REMINDER_DAYS

ENGLAND = WorkingCalendar()
ENOUGH_DAYS = REMINDER_DAYS + 1
"""The fewest working days to answer in which there is a reminder: later than the first digest."""


def working_days_after(day: date, number: int) -> date:
    """The working day that is so many after `day`, in England; before it where the number is negative."""
    return ENGLAND.add(day, number)


def reminded_on(answer_by: date, calendar: WorkingCalendar = ENGLAND) -> date:
    """The day of the reminder of a flag whose answer is due on that day."""
    return calendar.add(answer_by, -REMINDER_DAYS)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """An hour of that day, aware UTC."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)
