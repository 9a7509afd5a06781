import random
from datetime import date, timedelta

import pytest

from bot.calendar.working_days import UnknownCalendarError, WorkingCalendar, choices

ENGLAND = WorkingCalendar()
SCOTLAND = WorkingCalendar("GB", "SCT")
NORTHERN_IRELAND = WorkingCalendar("GB", "NIR")


def holidays_in(calendar: WorkingCalendar, year: int) -> set[date]:
    """Days from Monday to Friday that are not working days."""
    days = [date(year, 1, 1) + timedelta(days=day) for day in range(365)]
    return {day for day in days if day.weekday() < 5 and not calendar.is_working(day)}


def test_the_bank_holidays_of_2026_are_those_published() -> None:
    everywhere = {date(2026, 1, 1), date(2026, 4, 3), date(2026, 5, 4), date(2026, 5, 25), date(2026, 12, 25)}
    boxing_day = date(2026, 12, 28)
    assert holidays_in(ENGLAND, 2026) == everywhere | {boxing_day, date(2026, 4, 6), date(2026, 8, 31)}
    assert holidays_in(NORTHERN_IRELAND, 2026) == everywhere | {
        boxing_day,
        date(2026, 3, 17),
        date(2026, 4, 6),
        date(2026, 7, 13),
        date(2026, 8, 31),
    }
    assert holidays_in(SCOTLAND, 2026) >= everywhere | {
        boxing_day,
        date(2026, 1, 2),
        date(2026, 8, 3),
        date(2026, 11, 30),
    }
    assert SCOTLAND.is_working(date(2026, 8, 31))


def test_weekends_follow_the_country() -> None:
    friday, saturday, sunday = date(2026, 3, 6), date(2026, 3, 7), date(2026, 3, 8)
    assert [ENGLAND.is_working(day) for day in (friday, saturday, sunday)] == [True, False, False]
    egypt = WorkingCalendar.parse("EG")
    assert [egypt.is_working(day) for day in (friday, saturday, sunday)] == [False, False, True]


def test_a_weekend_day_that_makes_up_for_a_holiday_is_a_working_day() -> None:
    assert WorkingCalendar.parse("CN").is_working(date(2026, 2, 14))


def test_the_organisations_own_days_are_off() -> None:
    own = WorkingCalendar(own_days=frozenset({date(2026, 12, 29), date(2026, 12, 30)}))
    assert not own.is_working(date(2026, 12, 29))
    assert own.next_working(date(2026, 12, 25)) == date(2026, 12, 31)
    assert ENGLAND.next_working(date(2026, 12, 25)) == date(2026, 12, 29)


def test_a_working_day_is_its_own_next() -> None:
    assert ENGLAND.next_working(date(2026, 12, 16)) == date(2026, 12, 16)


def test_working_days_are_counted_as_screens_show_them() -> None:
    sent = date(2026, 12, 2)
    assert ENGLAND.add(sent, 10) == date(2026, 12, 16)
    assert ENGLAND.add(ENGLAND.add(sent, 10), -2) == date(2026, 12, 14)
    assert ENGLAND.add(ENGLAND.add(sent, 10), 1) == date(2026, 12, 17)
    assert ENGLAND.add(ENGLAND.add(sent, 15), 1) == date(2026, 12, 24)
    assert ENGLAND.add(date(2026, 11, 25), 10) == date(2026, 12, 9)
    assert ENGLAND.add(date(2026, 12, 9), 10) == date(2026, 12, 23)


def test_counting_skips_holidays_and_starts_on_the_next_day() -> None:
    assert ENGLAND.add(date(2026, 4, 2), 1) == date(2026, 4, 7)
    assert SCOTLAND.add(date(2026, 4, 2), 1) == date(2026, 4, 6)
    assert ENGLAND.add(date(2026, 12, 26), 1) == date(2026, 12, 29)
    assert ENGLAND.add(date(2026, 12, 26), -1) == date(2026, 12, 24)
    assert ENGLAND.add(date(2026, 12, 26), 0) == date(2026, 12, 26)
    assert ENGLAND.between(date(2026, 4, 2), date(2026, 4, 7)) == 1
    assert ENGLAND.between(date(2026, 4, 3), date(2026, 4, 6)) == 0
    assert ENGLAND.between(date(2026, 12, 26), date(2026, 12, 29)) == 1
    assert ENGLAND.between(date(2026, 12, 24), date(2026, 12, 26)) == 0
    assert ENGLAND.between(date(2026, 12, 29), date(2026, 12, 24)) == -1


def test_between_undoes_add() -> None:
    for _ in range(200):
        start = ENGLAND.next_working(date(2000, 1, 1) + timedelta(days=random.randrange(15_000)))
        n = random.randrange(-60, 60)
        assert ENGLAND.between(start, ENGLAND.add(start, n)) == n, (start, n)


def test_the_united_kingdom_is_offered_first_then_every_country_by_name() -> None:
    names = list(choices().values())
    assert names[:4] == ["England and Wales", "Scotland", "Northern Ireland", "Afghanistan"]
    assert names[-1] == "Zimbabwe"
    assert {"Germany", "Isle of Man", "Trinidad and Tobago", "Hong Kong"} < set(names)
    assert len(set(names)) == len(names) > 240
    assert "GB" not in choices()


def test_every_choice_can_be_parsed() -> None:
    for code, name in choices().items():
        calendar = WorkingCalendar.parse(code)
        assert (calendar.code, calendar.name) == (code, name)
        assert calendar.next_working(date(2026, 12, 24)) < date(2027, 1, 31)


@pytest.mark.parametrize(
    ("code", "same", "name"),
    [
        (" gb-eng ", "GB-ENG", "England and Wales"),
        ("GB-WLS", "GB-WLS", "England and Wales"),
        ("de-by", "DE-BY", "Germany (BY)"),
        ("FR-zone a", "FR-Zone A", "France (Zone A)"),
    ],
)
def test_codes_are_read_in_any_case(code: str, same: str, name: str) -> None:
    calendar = WorkingCalendar.parse(code)
    assert (calendar.code, calendar.name) == (same, name)
    assert WorkingCalendar.parse(calendar.code) == calendar


@pytest.mark.parametrize(
    "code", ["", "QQ", "GB-XX", "GB-", "ENG", "GB-ENG-1", "England", "GB ENG", "-", "FR-" + "x" * 99]
)
def test_an_unknown_code_is_refused_with_a_sentence(code: str) -> None:
    with pytest.raises(UnknownCalendarError) as refused:
        WorkingCalendar.parse(code)
    assert str(refused.value) == "Choose a working calendar from the list, for example GB-ENG"


def test_the_united_kingdom_as_a_whole_is_refused() -> None:
    with pytest.raises(UnknownCalendarError, match="Choose England and Wales, Scotland or Northern Ireland"):
        WorkingCalendar.parse("GB")


def test_a_calendar_cannot_be_made_of_an_unknown_place() -> None:
    with pytest.raises(UnknownCalendarError):
        WorkingCalendar("QQ", "")
    with pytest.raises(UnknownCalendarError):
        WorkingCalendar("GB", "eng")
