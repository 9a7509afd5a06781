"""Count the requests that were refused, by reason, and notice if Slack signs them with another secret than ours.

Requests that were taken are not counted: such a number would change because someone flags.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

NOT_SIGNED = "not signed"
"""The reason if a request has a signature in Slack's form and a recent time, but another secret made the signature."""
WRONG_SECRET = "the signing secret does not match"  # noqa: S105 - not a secret, but what is said of it
MOST_BY_CHANCE = 2
"""Up to so many wrong signatures in a row prove nothing: anyone can send them."""
TAKEN_LATELY = timedelta(hours=1)
"""After a request with a right signature, wrong ones say nothing about our secret for so long."""


class Refusals:
    """The refusals since this process started."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._in_a_row = 0
        self._taken_at: datetime | None = None

    def count(self, reason: str) -> None:
        """Count one request that was refused for this reason: a word or two of our own."""
        self._counts[reason] += 1
        self._in_a_row += reason == NOT_SIGNED

    def taken(self, now: datetime) -> None:
        """Note that a request had the right signature. `now` is aware UTC."""
        self._in_a_row, self._taken_at = 0, now

    def counts(self) -> dict[str, int]:
        """How many were refused, by reason."""
        return dict(self._counts)

    def is_secret_wrong(self, now: datetime) -> bool:
        """Whether it looks as if Slack signs with another secret: several wrong signatures, and lately no right one."""
        lately = self._taken_at is not None and now - self._taken_at < TAKEN_LATELY
        return self._in_a_row > MOST_BY_CHANCE and not lately
