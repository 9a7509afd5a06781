"""The errors of calls to Microsoft, by what is known about the call. They contain codes, and no text of an answer."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

LONGEST_WAIT = timedelta(hours=1)
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_ -]{0,63}")


class TeamsApiError(Exception):
    """A call failed. The message is a code or our own words."""


class TeamsUnreachable(TeamsApiError):
    """The call was certainly not carried out: there was no connection, or no token."""


class TeamsUnanswered(TeamsApiError):
    """It is unknown whether the call was carried out: a time-out, a broken connection, or a malformed answer."""


class TeamsRefused(TeamsApiError):
    """The server answered with an error status. `code` is its error code, or empty. `wait` is from `Retry-After`."""

    def __init__(self, status: int, code: str = "", wait: timedelta | None = None) -> None:
        super().__init__(f"HTTP {status} {code}".strip())
        self.status = status
        self.code = code
        self.wait = wait


def refused(status: int, body: str, retry_after: str | None) -> TeamsRefused:
    """Create a `TeamsRefused` from a server's answer."""
    return TeamsRefused(status, code_in(body), _wait(retry_after))


def code_in(body: str) -> str:
    """Return the error code in a body, in any of the shapes that servers use; empty if there is none.

    If a user has blocked the bot, the code is in JSON inside a JSON string.
    """
    found = _parsed(body)
    if "subCode" not in found and isinstance(found.get("message"), str):
        found = {**found, **_parsed(str(found["message"]))}
    error = found.get("error")
    inner = error if isinstance(error, dict) else {}
    for each in (found.get("subCode"), inner.get("subCode"), inner.get("code"), error, found.get("code")):
        if isinstance(each, str) and _CODE.fullmatch(each):
            return each
    return ""


def _parsed(text: str) -> dict[str, object]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _wait(retry_after: str | None) -> timedelta | None:
    """Parse `Retry-After`, in seconds or as a date, limited to between zero and an hour; None if it is unusable."""
    if not retry_after:
        return None
    try:
        wait = timedelta(seconds=min(max(float(retry_after), 0), LONGEST_WAIT.total_seconds()))
    except ValueError:
        try:
            wait = parsedate_to_datetime(retry_after).astimezone(UTC) - datetime.now(UTC)
        except (ValueError, OverflowError):
            return None
    return min(max(wait, timedelta(0)), LONGEST_WAIT)
