"""Release days: every working day or fixed ones, and what takes the place of a fixed day that is a day off."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.calendar.release_days import is_release_day, next_release_day
from bot.calendar.working_days import WorkingCalendar

ENGLAND = WorkingCalendar.parse("GB-ENG")
DAYS = st.dates(date(2026, 1, 1), date(2030, 12, 31))


@given(DAYS)
def test_without_fixed_days_it_is_every_working_day(day: date) -> None:
    assert is_release_day(ENGLAND, (), day) == ENGLAND.is_working(day)


@given(DAYS, st.sets(st.integers(0, 6), min_size=1))
def test_a_fixed_day_or_the_working_day_that_takes_its_place(day: date, weekdays: set[int]) -> None:
    """From a fixed day on, the first working day is one; and each such day takes the place of a fixed day."""
    if day.weekday() in weekdays:
        assert is_release_day(ENGLAND, weekdays, ENGLAND.next_working(day))
    shown = next_release_day(ENGLAND, weekdays, day)
    stands_for = [shown - timedelta(days=n) for n in range(15)]
    assert any(each.weekday() in weekdays and ENGLAND.next_working(each) == shown for each in stands_for)


def test_a_fixed_day_that_is_a_day_off_is_made_up_for_on_the_next_working_day() -> None:
    good_friday, easter_monday, tuesday = date(2027, 3, 26), date(2027, 3, 29), date(2027, 3, 30)
    assert next_release_day(ENGLAND, {4}, good_friday) == next_release_day(ENGLAND, {0}, easter_monday) == tuesday
    assert is_release_day(ENGLAND, {5}, date(2026, 11, 23))
    assert not is_release_day(ENGLAND, {5}, date(2026, 11, 24))
