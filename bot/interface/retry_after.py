"""Retry-After: how long a platform asks us to wait, read and bounded in one way for all platforms.

Source: RFC 9110, section 10.2.3. Nobody else bounds it: waits of a month have been seen.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from bot.calendar.dates import count

LONGEST_WAIT = timedelta(hours=1)
"""The longest that we wait before we ask again, whatever a platform says."""
_MOST_SAID = timedelta(days=366)


@dataclass(frozen=True)
class RetryAfter:
    """How long to wait, up to `LONGEST_WAIT`. `asked` is what the platform asks for, if that is longer."""

    wait: timedelta
    asked: timedelta | None = None


def read(header: str | None, now: datetime) -> RetryAfter | None:
    """Read a header, in seconds or as a date, at an aware instant; None if there is none, or it cannot be read."""
    seconds = _seconds(header.strip(), now) if header and header.isascii() else None
    if seconds is None:
        return None
    longest = LONGEST_WAIT.total_seconds()
    asked = timedelta(seconds=min(seconds, 2 * _MOST_SAID.total_seconds())) if seconds > longest else None
    return RetryAfter(timedelta(seconds=min(max(seconds, 0.0), longest)), asked)


def _seconds(header: str, now: datetime) -> float | None:
    try:
        seconds = float(header)
    except ValueError:
        return _until(header, now)
    return None if math.isnan(seconds) else seconds


def _until(header: str, now: datetime) -> float | None:
    try:
        at = parsedate_to_datetime(header)
        return ((at if at.tzinfo else at.replace(tzinfo=UTC)) - now).total_seconds()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def in_words(asked: timedelta) -> str:
    """A long wait, such as "30 days"."""
    if asked > _MOST_SAID:
        return "more than a year"
    hours = math.ceil(asked.total_seconds() / 3600)
    return count(hours, "hour") if hours < 48 else count(math.ceil(hours / 24), "day")
