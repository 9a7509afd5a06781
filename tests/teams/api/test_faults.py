"""Error answers: their code, in every shape it comes in, and `Retry-After`."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from adapters.teams.api.faults import LONGEST_WAIT, code_in, refused
from tests.teams.provider import BLOCKED, refusal


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (json.dumps(refusal("ConversationBlockedByUser")), "ConversationBlockedByUser"),
        (json.dumps(refusal("Bad Argument")), "Bad Argument"),
        (json.dumps(BLOCKED), "MessageWritesBlocked"),
        (json.dumps({"error": {"code": "Forbidden", "subCode": "MessageWritesBlocked"}}), "MessageWritesBlocked"),
        (json.dumps({"error": "BotNotInConversationRoster"}), "BotNotInConversationRoster"),
        (json.dumps({"error": "invalid_client", "error_description": "Zebulon"}), "invalid_client"),
        (json.dumps({"errorCode": 209, "message": "no JSON"}), ""),
        (json.dumps({"errorCode": 209, "message": "[" * 50_000}), ""),
        (json.dumps({"error": {"code": 7}}), ""),
        (json.dumps(refusal("A sentence that somebody typed, with Zebulon!")), ""),
        (json.dumps(refusal("x" * 65)), ""),
        (json.dumps(["error"]), ""),
        ("[" * 50_000, ""),
        ("<html>", ""),
        ("", ""),
    ],
)
def test_the_code_of_an_answer(body: str, code: str) -> None:
    assert code_in(body) == code
    assert "Zebulon" not in str(refused(400, body, None))


@pytest.mark.parametrize(
    ("retry_after", "seconds"),
    [
        ("0", 0),
        ("7", 7),
        ("1.5", 1.5),
        ("-3", 0),
        ("86400", 3600),
        ("1e999", 3600),
        ("-1e999", 0),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0),
    ],
)
def test_retry_after_in_seconds(retry_after: str, seconds: float) -> None:
    assert refused(429, "", retry_after).wait == timedelta(seconds=seconds)


def test_retry_after_as_a_date() -> None:
    wait = refused(429, "", format_datetime(datetime.now(UTC) + timedelta(minutes=30), usegmt=True)).wait
    assert wait is not None
    assert timedelta(minutes=20) < wait <= timedelta(minutes=30) < LONGEST_WAIT


@pytest.mark.parametrize("retry_after", [None, "", "soon", "nan", "Wed, 99 Oct"])
def test_an_unusable_retry_after(retry_after: str | None) -> None:
    assert refused(429, "", retry_after).wait is None
