"""How a call to Microsoft's servers can fail, by what is then known of it. No text of an answer is kept, only codes."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

LONGEST_WAIT = timedelta(hours=1)
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_ -]{0,63}")


class TeamsApiError(Exception):
    """A call that did not end well; its text is a code or words of our own."""


class TeamsUnreachable(TeamsApiError):
    """Nothing was taken: no connection, or no token to speak with."""


class TeamsUnanswered(TeamsApiError):
    """Nobody can say whether it was taken: a time-out, a connection that broke, an answer that cannot be read."""


class TeamsRefused(TeamsApiError):
    """The server answered with a status that is no success. `code` is its own word for why, or empty."""

    def __init__(self, status: int, code: str = "", wait: timedelta | None = None) -> None:
        super().__init__(f"HTTP {status} {code}".strip())
        self.status = status
        self.code = code
        self.wait = wait


def refused(status: int, body: str, retry_after: str | None) -> TeamsRefused:
    """A `TeamsRefused` from what a server answered."""
    return TeamsRefused(status, code_in(body), _wait(retry_after))


def code_in(body: str) -> str:
    """The server's own word for an error, from any of the shapes that it is given in; empty when there is none.

    A user who has blocked the bot is told in a shape of its own: the code stands in JSON within JSON.
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
    """`Retry-After`, in seconds or as a date, between nothing and an hour; None when it says nothing."""
    if not retry_after:
        return None
    try:
        wait = timedelta(seconds=min(float(retry_after), LONGEST_WAIT.total_seconds()))
    except ValueError:
        try:
            wait = parsedate_to_datetime(retry_after).astimezone(UTC) - datetime.now(UTC)
        except (ValueError, OverflowError):
            return None
    return min(max(wait, timedelta(0)), LONGEST_WAIT)
