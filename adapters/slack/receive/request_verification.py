"""What every request from Slack must pass before anything reads it: size, age, signature, once, and being JSON.

Source of the signature: Slack's page on verifying requests. The signature is taken over the bytes as they came. A
request that is refused is answered with a word; nothing of it is logged.
"""

from __future__ import annotations

import hmac
import json
from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import parse_qsl

from bot.interface.json_object import Json

LARGEST = 256 * 1024
"""Bytes of one request. Slack's largest is a view, of 250 kB at most with all that is typed into it."""
OLDEST = timedelta(minutes=5)
MOST_SEEN = 100_000
FORM = "application/x-www-form-urlencoded"
MOST_FIELDS = 100


class RequestRejected(Exception):
    """A request that goes no further: the HTTP status and a word or two, nothing of the request."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class RequestVerifier:
    """Checks requests against the signing secret of the app."""

    def __init__(self, signing_secret: str) -> None:
        self._secret = signing_secret.encode()
        self._seen: OrderedDict[bytes, datetime] = OrderedDict()

    def check(self, headers: Mapping[str, str], body: bytes, now: datetime) -> bytes:
        """See that Slack sent this, lately, and that it did not come before; give what it is known by.

        `now` is aware UTC. Raises `RequestRejected`.
        """
        if len(body) > LARGEST:
            raise RequestRejected(413, "too large")
        stamp, signature = headers.get("X-Slack-Request-Timestamp", ""), headers.get("X-Slack-Signature", "")
        if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):
            raise RequestRejected(401, "no time")
        if abs(now.timestamp() - int(stamp)) > OLDEST.total_seconds():
            raise RequestRejected(401, "too old")
        expected = hmac.digest(self._secret, b"v0:" + stamp.encode() + b":" + body, "sha256")
        given = signature.encode("utf-8", "surrogateescape")
        if not self._secret or not hmac.compare_digest(f"v0={expected.hex()}".encode(), given):
            raise RequestRejected(401, "not signed")
        self._forget(now)
        if expected in self._seen:
            raise RequestRejected(401, "came before")
        self._seen[expected] = now
        return expected

    def failed(self, known_by: bytes) -> None:
        """The request was not carried out: Slack may send it again as it is."""
        self._seen.pop(known_by, None)

    def _forget(self, now: datetime) -> None:
        # Twice the age, since a clock may be as far ahead as it may be behind.
        while self._seen:
            oldest, at = next(iter(self._seen.items()))
            if now - at <= 2 * OLDEST and len(self._seen) < MOST_SEEN:
                break
            del self._seen[oldest]


def read(body: bytes, content_type: str) -> Json:
    """The payload of a request: JSON, JSON in a form's field, or the fields of a command. Raises `RequestRejected`."""
    try:
        text = body.decode("utf-8")
        found = _read_form(text) if content_type == FORM else json.loads(text)
    except (ValueError, RecursionError):
        raise RequestRejected(400, "malformed") from None
    if not isinstance(found, dict) or not found:
        raise RequestRejected(400, "malformed")
    return found


def _read_form(text: str) -> object:
    fields = dict(parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict"))
    if "payload" in fields:
        return json.loads(fields["payload"])
    return fields if "command" in fields else None
