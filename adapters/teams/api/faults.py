"""The errors of calls to Microsoft, by what is known about the call. They contain codes, and no text of an answer."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

from bot.interface import retry_after
from bot.interface.retry_after import RetryAfter

_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_ -]{0,63}")


class TeamsApiError(Exception):
    """A call failed. The message is a code or our own words."""


class TeamsUnreachable(TeamsApiError):
    """The call was certainly not carried out: there was no connection, or no token."""


class TeamsUnanswered(TeamsApiError):
    """It is unknown whether the call was carried out: a time-out, a broken connection, or a malformed answer."""


class TeamsRefused(TeamsApiError):
    """The server answered with an error status. `code` is its error code, or empty. `wait` is from `Retry-After`.

    `asked` is how long the server asks us to wait, if that is longer.
    """

    def __init__(self, status: int, code: str = "", wait: RetryAfter | None = None) -> None:
        super().__init__(f"HTTP {status} {code}".strip())
        self.status = status
        self.code = code
        self.wait = wait.wait if wait else None
        self.asked = wait.asked if wait else None


def refused(status: int, body: str, header: str | None) -> TeamsRefused:
    """Create a `TeamsRefused` from a server's answer. `header` is its `Retry-After`."""
    return TeamsRefused(status, code_in(body), retry_after.read(header, datetime.now(UTC)))


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
