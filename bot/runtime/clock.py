"""The machine's clock. Everything else is given the time, so that tests and the sandbox can move it."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """The machine's time, aware UTC."""
    return datetime.now(UTC)
