"""Error answers: their code, in every shape it comes in, and `Retry-After`."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from adapters.teams.api.faults import code_in, refused
from bot.interface.retry_after import LONGEST_WAIT
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
    ("header", "wait", "asked"),
    [
        ("7", timedelta(seconds=7), None),
        ("2592000", LONGEST_WAIT, timedelta(days=30)),
        ("Wed, 21 Oct 2015 07:28:00 GMT", timedelta(0), None),
        (None, None, None),
        ("soon", None, None),
    ],
)
def test_retry_after_is_bounded(header: str | None, wait: timedelta | None, asked: timedelta | None) -> None:
    fault = refused(429, "", header)
    assert (fault.wait, fault.asked) == (wait, asked)


def test_retry_after_as_a_date() -> None:
    wait = refused(429, "", format_datetime(datetime.now(UTC) + timedelta(minutes=30), usegmt=True)).wait
    assert wait is not None
    assert timedelta(minutes=20) < wait <= timedelta(minutes=30) < LONGEST_WAIT
