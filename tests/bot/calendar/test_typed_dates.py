"""Dates as people type them: read, or not guessed."""

from datetime import date

import pytest

from bot.calendar.typed_dates import day_as_typed


@pytest.mark.parametrize(
    "typed",
    [
        "2027-03-31",
        " 2027-03-31\n",
        "2027/03/31",
        "2027.3.31",
        "31/03/2027",
        "31.03.2027",
        "31. 3. 2027",
        "31-3-2027",
        "03/31/2027",
        "31 March 2027",
        "31 march 2027",
        "31st March, 2027",
        "31st of March 2027",
        "31 Mar 2027",
        "31-Mar-2027",
        "Wednesday 31 March 2027",
        "Wed, 31 Mar 2027",
        "March 31, 2027",
        "Mar. 31st 2027",
        "2027-03-31T00:00:00Z",
        "2027-03-31T00:00:00.000+02:00",
        "2027-03-31T09:30",
        "2027-03-31 00:00:00",
        "\u200e31/\u200e03/\u200e2027",
        "31\u00a0March\u00a02027",
    ],
)
def test_a_day_is_read_as_people_write_it(typed: str) -> None:
    assert day_as_typed(typed) == date(2027, 3, 31)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("03/03/2027", date(2027, 3, 3)),
        ("1 Sept 2027", date(2027, 9, 1)),
        ("29 February 2028", date(2028, 2, 29)),
        ("12 May 2027", date(2027, 5, 12)),
    ],
)
def test_other_days(typed: str, day: date) -> None:
    assert day_as_typed(typed) == day


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "soon",
        "tomorrow",
        "next Friday",
        "03/04/2027",
        "3.4.2027",
        "12-11-2027",
        "31/03/27",
        "31/03",
        "March 2027",
        "2027",
        "31/02/2027",
        "29 February 2027",
        "32 March 2027",
        "13/13/2027",
        "2027-13-01",
        "00/00/0000",
        "31 Ma 2027",
        "31 Foo 2027",
        "31/03-2027",
        "2027-03-30T22:00:00Z",
        "2027-03-31T25:00:00Z",
        "31 March 2027 and 1 April 2027",
        "20270331",
        "1743379200",
        "9" * 5000,
    ],
)
def test_what_names_no_day_or_may_name_two_is_not_guessed(typed: str) -> None:
    assert day_as_typed(typed) is None
