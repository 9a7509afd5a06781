"""Verify requests from Slack before anything else reads them: size, age, signature, replay, and shape.

The signature is computed over the raw bytes, as Slack's page on verifying requests describes. A rejected request gets a
short answer, and nothing of it is logged.
"""

from __future__ import annotations

import hmac
import json
import re
from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import parse_qsl

from adapters.slack.receive.refusals import NOT_SIGNED
from bot.interface.json_object import Json

LARGEST = 256 * 1024
"""The largest request body, in bytes. Slack's largest is a view: at most 250 kB with all that is typed into it."""
OLDEST = timedelta(minutes=5)
MOST_SEEN = 100_000
FORM = "application/x-www-form-urlencoded"
MOST_FIELDS = 100
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}", re.ASCII)


class RequestRejected(Exception):
    """A request is rejected with this HTTP status. `reason` is a word or two, and contains nothing of the request."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class RequestVerifier:
    """Verifies requests with the signing secret of the app, and remembers them to reject replays."""

    def __init__(self, signing_secret: str) -> None:
        self._secret = signing_secret.encode()
        self._seen: OrderedDict[bytes, datetime] = OrderedDict()

    def check(self, headers: Mapping[str, str], body: bytes, now: datetime) -> bytes:
        """Check that Slack sent this request in the last five minutes, and that it is not a replay.

        `now` is aware UTC. Returns the request's fingerprint, for `failed`. Raises `RequestRejected`.
        """
        if len(body) > LARGEST:
            raise RequestRejected(413, "too large")
        stamp, signature = headers.get("X-Slack-Request-Timestamp", ""), headers.get("X-Slack-Signature", "")
        if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):
            raise RequestRejected(401, "no time")
        if abs(now.timestamp() - int(stamp)) > OLDEST.total_seconds():
            raise RequestRejected(401, "too old")
        expected = hmac.digest(self._secret, b"v0:" + stamp.encode() + b":" + body, "sha256")
        if not self._secret or not _SIGNATURE.fullmatch(signature):
            raise RequestRejected(401, "no signature")
        if not hmac.compare_digest(f"v0={expected.hex()}", signature):
            raise RequestRejected(401, NOT_SIGNED)
        self._forget(now)
        if expected in self._seen:
            raise RequestRejected(401, "came before")
        self._seen[expected] = now
        return expected

    def failed(self, fingerprint: bytes) -> None:
        """Forget a request that was not carried out, because Slack may send the same bytes again."""
        self._seen.pop(fingerprint, None)

    def _forget(self, now: datetime) -> None:
        # Twice the age, because Slack's clock may be ahead of ours as well as behind.
        while self._seen:
            oldest, at = next(iter(self._seen.items()))
            if now - at <= 2 * OLDEST and len(self._seen) < MOST_SEEN:
                break
            del self._seen[oldest]


def read(body: bytes, content_type: str) -> Json:
    """Parse a request body: JSON, JSON in a form field, or the form of a command. Raises `RequestRejected`."""
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
