"""Retry-After: read as seconds or as a date, and bounded."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from bot.interface.retry_after import LONGEST_WAIT, RetryAfter, in_words, read

NOW = datetime(2026, 12, 9, 9, 0, tzinfo=UTC)
HOUR, YEARS = timedelta(hours=1), timedelta(days=732)


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("0", RetryAfter(timedelta(0))),
        (" 7 ", RetryAfter(timedelta(seconds=7))),
        ("1.5", RetryAfter(timedelta(seconds=1.5))),
        ("-3", RetryAfter(timedelta(0))),
        ("3600", RetryAfter(HOUR)),
        ("3601", RetryAfter(HOUR, timedelta(seconds=3601))),
        ("2592000", RetryAfter(HOUR, timedelta(days=30))),
        ("99999999999999", RetryAfter(HOUR, YEARS)),
        ("9" * 400, RetryAfter(HOUR, YEARS)),
        ("inf", RetryAfter(HOUR, YEARS)),
        ("-inf", RetryAfter(timedelta(0))),
        ("1e999", RetryAfter(HOUR, YEARS)),
        ("Wed, 21 Oct 2015 07:28:00 GMT", RetryAfter(timedelta(0))),
        ("Wed, 09 Dec 2026 09:10:00 GMT", RetryAfter(timedelta(minutes=10))),
        ("Wed, 09 Dec 2026 09:10:00 -0000", RetryAfter(timedelta(minutes=10))),
        ("Wed, 09 Dec 2026 11:10:00 +0200", RetryAfter(timedelta(minutes=10))),
        (format_datetime(NOW + timedelta(days=30), usegmt=True), RetryAfter(HOUR, timedelta(days=30))),
        ("Fri, 31 Dec 9999 23:59:59 GMT", RetryAfter(HOUR, YEARS)),
        *[(each, None) for each in (None, "", " ", "soon", "nan", "Wed, 99 Oct", "٣", "5 minutes", "\x00")],
    ],
)
def test_a_header_is_read_and_bounded(header: str | None, found: RetryAfter | None) -> None:
    assert read(header, NOW) == found
    assert found is None or found.wait <= LONGEST_WAIT


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (timedelta(seconds=3601), "2 hours"),
        (timedelta(hours=47), "47 hours"),
        (timedelta(days=30), "30 days"),
        (YEARS, "more than a year"),
    ],
)
def test_a_long_wait_is_said_in_words(asked: timedelta, words: str) -> None:
    assert in_words(asked) == words
