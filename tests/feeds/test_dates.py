"""Which dates are read, and which are not."""

from datetime import UTC, datetime

import pytest

from adapters.feeds.dates import read_date


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2026-05-20T00:01:00+01:00", "2026-05-20T00:01:00+01:00"),
        ("2026-05-20T10:00:00.1234567Z", "2026-05-20T10:00:00.123456+00:00"),
        ("2026-05-20t10:00:00z", "2026-05-20T10:00:00+00:00"),
        ("2026-05-20T10:00Z", "2026-05-20T10:00:00+00:00"),
        ("2026-05-20 10:00:00", "2026-05-20T10:00:00+00:00"),
        ("2026-05-20", "2026-05-20T00:00:00+00:00"),
        ("2026-05", "2026-05-01T00:00:00+00:00"),
        ("2026", "2026-01-01T00:00:00+00:00"),
        ("2026-5-2", "2026-05-02T00:00:00+00:00"),
        ("2026-12-31T23:59:60Z", "2026-12-31T00:00:00+00:00"),
        ("Wed, 20 May 2026 00:01:00 +0100", "2026-05-20T00:01:00+01:00"),
        ("Wed, 20 May 2026 00:01 GMT", "2026-05-20T00:01:00+00:00"),
        ("20 May 26 00:01:00 EST", "2026-05-20T00:01:00-05:00"),
        ("Wed, 20 May 2026 00:01:00 BST", "2026-05-20T00:01:00+00:00"),
        ("Wed, 20 May 2026", "2026-05-20T00:00:00+00:00"),
        ("20 May 2026", "2026-05-20T00:00:00+00:00"),
        ("Wed May 20 00:01:00 2026", "2026-05-20T00:01:00+00:00"),
    ],
)
def test_dates_of_the_three_formats_are_read(text: str, iso: str) -> None:
    found = read_date(text)
    assert found is not None
    assert found.isoformat() == iso


@pytest.mark.parametrize(
    "text",
    ["", " ", "last week", "2026-13-45T99:00:00Z", "2026-02-29", "2026/05/20", "20/05/2026", "2026-140", "0000", "12"],
)
def test_other_dates_are_not_guessed(text: str) -> None:
    assert read_date(text) is None


def test_the_earliest_and_the_latest_date_can_be_compared() -> None:
    earliest, latest = read_date("0001-01-01T00:00:00+14:00"), read_date("9999-12-31T23:59:59-14:00")
    assert earliest is not None
    assert latest is not None
    assert earliest < datetime(2026, 7, 1, tzinfo=UTC) < latest
