from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.calendar.dates import (
    UnknownZoneError,
    clock_time,
    count,
    listed,
    local_day,
    long_date,
    moment,
    short_date,
    zone_named,
    zone_names,
)


def test_dates_are_written_with_weekday_and_month_in_words() -> None:
    assert long_date(date(2026, 12, 16)) == "Wednesday 16 December 2026"
    assert short_date(date(2026, 12, 16)) == "16 December 2026"
    assert short_date(date(2027, 2, 1)) == "1 February 2027"


def test_every_weekday_and_month_has_its_name() -> None:
    year = [date(2026, 1, 1) + timedelta(days=day) for day in range(365)]
    assert [long_date(day) for day in year] == [f"{day:%A} {day.day} {day:%B} {day.year}" for day in year]


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (time(9), "9am"),
        (time(9, 30), "9:30am"),
        (time(9, 5), "9:05am"),
        (time(0), "midnight"),
        (time(0, 1), "12:01am"),
        (time(11, 59), "11:59am"),
        (time(12), "midday"),
        (time(12, 30), "12:30pm"),
        (time(13), "1pm"),
        (time(23, 59), "11:59pm"),
        (time(17, 0, 59), "5pm"),
    ],
)
def test_times_are_written_on_the_twelve_hour_clock(at: time, words: str) -> None:
    assert clock_time(at) == words


def test_a_moment_is_written_in_its_zone() -> None:
    at = datetime(2026, 12, 16, 9, tzinfo=UTC)
    assert moment(at, "Europe/London") == "Wednesday 16 December 2026, 9am"
    assert moment(at, "Asia/Kathmandu") == "Wednesday 16 December 2026, 2:45pm"
    assert moment(at, "Pacific/Kiritimati") == "Wednesday 16 December 2026, 11pm"
    assert moment(datetime(2026, 7, 1, 23, 30, tzinfo=UTC), "Europe/London") == "Thursday 2 July 2026, 12:30am"


def test_the_day_is_that_of_the_zone() -> None:
    at = datetime(2026, 12, 31, 11, tzinfo=UTC)
    assert local_day(at, "Pacific/Auckland") == date(2027, 1, 1)
    assert local_day(at, "Pacific/Pago_Pago") == date(2026, 12, 31)


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="has no time zone"):
        moment(datetime(2026, 12, 16, 9), "Europe/London")  # noqa: DTZ001


@pytest.mark.parametrize(
    "name", ["", "London", "europe/london", "localtime", "Factory", "right/Europe/London", "../../etc/passwd", "\0"]
)
def test_only_exact_names_of_zones_are_accepted(name: str) -> None:
    with pytest.raises(UnknownZoneError) as refused:
        zone_named(name)
    assert str(refused.value) == "Enter a time zone by its name, for example Europe/London"


def test_every_known_zone_can_be_loaded() -> None:
    assert len(zone_names()) > 400
    assert {zone_named(name).key for name in zone_names()} == zone_names()


@pytest.mark.parametrize(
    ("n", "noun", "words"),
    [
        (0, "flag", "0 flags"),
        (1, "flag", "1 flag"),
        (3, "flag", "3 flags"),
        (1, "person", "1 person"),
        (7, "person", "7 people"),
        (2, "reply", "2 replies"),
        (2, "day", "2 days"),
        (10, "working day", "10 working days"),
        (2, "match", "2 matches"),
        (2, "address", "2 addresses"),
        (3000, "character", "3,000 characters"),
    ],
)
def test_a_number_is_followed_by_its_noun(n: int, noun: str, words: str) -> None:
    assert count(n, noun) == words


@pytest.mark.parametrize(
    ("words", "sentence"),
    [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")],
)
def test_a_list_ends_in_and(words: list[str], sentence: str) -> None:
    assert listed(words) == sentence
