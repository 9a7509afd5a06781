"""Requests that are rejected before anything reads them, over TCP. They have no effect and are not logged."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest

from adapters.slack.receive import request_verification
from tests.slack import envelopes
from tests.slack.driver import FORM, SECRET, signed
from tests.slack.serving import AMINA, CHANNEL, Served

MARK = "TYPED-BY-SOMEBODY"
JSON = "application/json"
ACCEPTED = {"Content-Type": FORM}


def body_of(served: Served) -> bytes:
    """A command, as Slack would post it."""
    return urlencode(envelopes.command(served.slack, AMINA, CHANNEL, MARK)).encode()


@pytest.fixture(autouse=True)
def everything_logged(caplog: pytest.LogCaptureFixture) -> None:
    """Log at DEBUG, all of it."""
    caplog.set_level(logging.DEBUG)


async def test_a_signed_request_is_accepted(served: Served) -> None:
    answer = await served.driver.post(body_of(served))
    assert answer.status == 200
    assert "I cannot take flags as messages" in answer.json["text"]


async def test_what_is_not_signed_by_slack_is_turned_away(served: Served, caplog: pytest.LogCaptureFixture) -> None:
    body, now = body_of(served), served.clock()
    good = signed(body, now)
    stamp, signature = good["X-Slack-Request-Timestamp"], good["X-Slack-Signature"]
    turned_away = [
        {},
        {"X-Slack-Signature": signature},
        {"X-Slack-Request-Timestamp": stamp},
        {**good, "X-Slack-Signature": ""},
        {**good, "X-Slack-Signature": signature.removeprefix("v0=")},
        {**good, "X-Slack-Signature": signature[:-1]},
        {**good, "X-Slack-Signature": signature.upper()},
        {**good, "X-Slack-Signature": "v0=é"},
        {**good, "X-Slack-Request-Timestamp": "now"},
        {**good, "X-Slack-Request-Timestamp": "٣"},
        {**good, "X-Slack-Request-Timestamp": "-1"},
        {**good, "X-Slack-Request-Timestamp": "9" * 400},
        {**good, "X-Slack-Request-Timestamp": str(int(stamp) + 1)},
        signed(body, now, secret="another secret"),
        signed(body, now, secret=""),
        signed(body + b" ", now),
        signed(body, now - timedelta(minutes=6)),
        signed(body, now + timedelta(minutes=6)),
    ]
    for headers in turned_away:
        answer = await served.driver.post_raw(body, {**ACCEPTED, **headers})
        assert answer.status == 401, headers
        assert "Traceback" not in answer.text
    assert MARK not in caplog.text


async def test_a_request_is_taken_once(served: Served) -> None:
    body = body_of(served)
    headers = {**ACCEPTED, **signed(body, served.clock())}
    assert (await served.driver.post_raw(body, headers)).status == 200
    assert (await served.driver.post_raw(body, headers)).status == 401


async def test_a_failed_request_may_be_sent_again(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fails(*_: object) -> None:
        raise ValueError

    body = body_of(served)
    headers = {**ACCEPTED, **signed(body, served.clock())}
    with monkeypatch.context() as broken:
        broken.setattr(served.dispatcher, "typed", fails)
        assert (await served.driver.post_raw(body, headers)).status == 500
    assert (await served.driver.post_raw(body, headers)).status == 200
    assert (await served.driver.post_raw(body, headers)).status == 401


async def test_a_malformed_request_gets_400_each_time(served: Served) -> None:
    headers = {"Content-Type": JSON, **signed(b"{", served.clock())}
    assert [(await served.driver.post_raw(b"{", headers)).status for _ in range(2)] == [400, 400]


def test_the_replay_memory_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_verification, "MOST_SEEN", 2)
    now, kept = datetime(2026, 12, 9, 9, tzinfo=UTC), request_verification.RequestVerifier(SECRET)
    bodies = [b"1", b"2", b"3"]
    for body in bodies:
        kept.check(signed(body, now), body, now)
    kept.check(signed(b"1", now), b"1", now)
    with pytest.raises(request_verification.RequestRejected, match="came before"):
        kept.check(signed(b"1", now), b"1", now)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", JSON),
        (b"", FORM),
        (b"{", JSON),
        (b"null", JSON),
        (b"[]", JSON),
        (b'"text"', JSON),
        (b"{}", JSON),
        (b"[" * 100_000, JSON),
        (b'{"a":' * 50_000, JSON),
        (b"\xff\xfe\x00", JSON),
        (b"payload=", FORM),
        (b"payload=null", FORM),
        (b"payload=[]", FORM),
        (b"payload=%7B", FORM),
        (b"payload=" + b"%5B" * 60_000, FORM),
        (b"payload=%ff%fe", FORM),
        (b"=" * 10, FORM),
        (b"ssl_check=1&token=t", FORM),
        (b"command=1&" + b"&".join(b"a%d=1" % n for n in range(500)), FORM),
        (json.dumps({"type": "event_callback", "n": 1}).replace("1", "1" * 5000).encode(), JSON),
    ],
    ids=lambda given: given[:12] if isinstance(given, bytes) else given[-4:],
)
async def test_what_is_malformed_is_400_even_when_it_is_signed(
    served: Served, caplog: pytest.LogCaptureFixture, body: bytes, content_type: str
) -> None:
    answer = await served.driver.post(body, content_type)
    assert answer.status == 400
    assert "Traceback" not in answer.text + caplog.text


@pytest.mark.parametrize(
    "payload",
    [
        {"type": "view_submission"},
        {"type": "view_submission", "view": MARK},
        {"type": "block_actions", "actions": MARK, "user": 7},
        {"type": "block_actions", "team": [MARK], "user": {"id": MARK}},
        {"type": "block_actions", "enterprise": [MARK]},
        {"type": "event_callback", "event": MARK},
        {"type": "event_callback", "event": {"type": MARK}, "authorizations": MARK},
        {"type": {"type": MARK}},
        {"type": MARK},
        {"type": "event_callback"},
        {"type": "event_callback", "event": {"type": "message", "channel": [MARK], "user": AMINA}},
        {"type": "event_callback", "event": {"type": "reaction_added", "item": MARK, "user": AMINA}},
        {"type": "event_callback", "event": {"type": "reaction_added", "item": {"type": "message"}, "user": [MARK]}},
        {"type": "event_callback", "event": {"type": "link_shared", "links": [MARK]}},
        {"type": "event_callback", "event": {"type": "tokens_revoked", "tokens": [MARK]}},
        {"type": "event_callback", "event": {"type": 7}},
        {"type": "block_actions", "user": {"id": AMINA}, "actions": [MARK]},
        {"type": "block_actions", "user": {"id": [MARK]}, "actions": [{}]},
        {"type": "view_submission", "user": {"id": AMINA}, "view": {"id": "V1", "state": {"values": [MARK]}}},
        {"type": "view_submission", "user": {"id": AMINA}, "view": {"id": "V1", "state": {"values": {"b": MARK}}}},
        {"type": "view_submission", "user": {"id": AMINA}, "view": {"id": "V1", "blocks": [MARK]}},
        {"type": "message_action", "callback_id": "ask_if_deliverable", "user": {"id": AMINA}, "message": MARK},
        {"type": "message_action", "callback_id": "ask_if_deliverable", "user": {"id": AMINA}, "message": {"text": 7}},
        {"type": "shortcut", "callback_id": [MARK], "user": {"id": AMINA}},
    ],
    ids=str,
)
async def test_signed_shapes_that_slack_never_sends_do_no_harm(
    served: Served, caplog: pytest.LogCaptureFixture, payload: dict[str, object]
) -> None:
    inside = {"team": {"id": served.workspace.id}, "team_id": served.workspace.id, **payload}
    answers = [await served.driver.post(json.dumps(each).encode(), JSON) for each in (payload, inside)]
    assert {each.status for each in answers} <= {200, 400}, "with 500 Slack would send it again and again"
    said = "".join(each.text for each in answers)
    assert "Traceback" not in said
    assert MARK not in said + caplog.text


async def test_a_request_that_is_too_large_is_rejected(served: Served, caplog: pytest.LogCaptureFixture) -> None:
    body = f"text={MARK}".encode() + b"x" * 300_000
    assert (await served.driver.post(body)).status == 413
    assert MARK not in caplog.text


async def test_slack_may_see_whose_address_this_is(served: Served) -> None:
    body = json.dumps({"token": "t", "challenge": "3eZbrw1aB", "type": "url_verification"}).encode()
    answer = await served.driver.post(body, JSON)
    assert (answer.status, answer.json) == (200, {"challenge": "3eZbrw1aB"})


async def test_what_nobody_listens_for_is_taken_too(served: Served) -> None:
    for kind in ("team_join", "reaction_removed", "app_rate_limited"):
        assert (await served.driver.event({"type": kind, "user": {"id": AMINA}})).status == 200
    assert (await served.driver.interact(_link(served))).status == 200


def _link(served: Served) -> dict[str, object]:
    """A click on a link button: Slack reports it, and there is nothing to do."""
    payload = envelopes.shortcut(served.slack, AMINA, "none")
    action = {"type": "button", "action_id": "Xy1", "block_id": "b", "url": "https://example.org", "action_ts": "1.1"}
    return {**payload, "type": "block_actions", "actions": [{**action, "text": {"type": "plain_text", "text": "Go"}}]}


async def test_another_apps_secret_is_rejected(served: Served) -> None:
    served.driver.secret = SECRET[::-1]
    assert (await served.driver.command(AMINA, CHANNEL)).status == 401


async def test_refusals_are_counted_by_reason_and_what_is_taken_is_not(served: Served) -> None:
    body, now = body_of(served), served.clock()
    assert served.adapter.refusals() == {}
    for headers in ({}, signed(body, now, secret="another secret"), signed(body, now - timedelta(minutes=6))):
        await served.driver.post_raw(body, {**ACCEPTED, **headers})
    await served.driver.post_raw(b"{", {"Content-Type": JSON, **signed(b"{", now)})
    await served.driver.post(body_of(served))
    assert served.adapter.refusals() == {"no time": 1, "not signed": 1, "too old": 1, "malformed": 1}


async def test_a_wrong_signing_secret_shows_in_health(served: Served) -> None:
    right, served.driver.secret = served.driver.secret, "another secret"
    served.clock.move(timedelta(hours=2))
    for number in range(3):
        assert served.adapter.health().ok
        assert (await served.driver.command(AMINA, CHANNEL, "help" * number)).status == 401
    health = served.adapter.health()
    assert (health.ok, health.text) == (False, "requests are refused: the signing secret does not match")
    served.driver.secret = right
    assert (await served.driver.command(AMINA, CHANNEL)).status == 200
    assert served.adapter.health().ok


async def test_strangers_cannot_make_a_working_installation_look_broken(served: Served) -> None:
    await served.driver.command(AMINA, CHANNEL)
    served.driver.secret = "another secret"
    for number in range(20):
        await served.driver.command(AMINA, CHANNEL, f"{number}")
    assert served.adapter.health().ok
    for _ in range(20):
        await served.driver.post_raw(b"{}", {**ACCEPTED, "X-Slack-Signature": "v0=made up"})
    served.clock.move(timedelta(hours=2))
    assert not served.adapter.health().ok, "but two hours without a right one are another matter"
