"""The endpoint for activities: authentication, parsing, and the answers when something goes wrong."""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import jwt
import pytest

from adapters.teams.activity import InvokeAnswer
from adapters.teams.api.faults import TeamsRefused
from adapters.teams.receive import endpoint
from adapters.teams.receive.endpoint import TeamsEndpoint
from bot.interface.ports import Health
from bot.interface.unavailable import Unavailable
from bot.screens.refusals import DOWN
from tests.teams.acting import said
from tests.teams.activities import activity, installed, invoke, typed
from tests.teams.client import dialog_in
from tests.teams.mounted import Mounted, mounted
from tests.teams.provider import APP, ISSUER, TENANT, Provider, Trouble, private_key

TYPED = "The boiler of flat 7 is haunted by Zebulon"


def forged(provider: Provider, algorithm: str = "HS256", **header: Any) -> str:
    """A token that Microsoft did not sign."""
    claims = {"serviceurl": provider.service, "exp": time.time() + 600, "iss": ISSUER, "aud": APP}
    key = "a secret that is long enough for anybody" if algorithm == "HS256" else ""
    return f"Bearer {jwt.encode(claims, key, algorithm=algorithm, headers={'kid': 'key-1', **header})}"


def tampered(provider: Provider) -> str:
    """A token whose claims were changed after it was signed."""
    head, claims, signature = provider.bearer().split(".")
    read = json.loads(base64.urlsafe_b64decode(claims + "=="))
    read["exp"] += 9_000_000
    written = base64.urlsafe_b64encode(json.dumps(read).encode()).rstrip(b"=").decode()
    return f"{head}.{written}.{signature}"


def bad_tokens(provider: Provider) -> dict[str, str]:
    """Every way in which a token can be wrong."""
    now = int(time.time())
    return {
        "none": "",
        "no scheme": provider.bearer().removeprefix("Bearer "),
        "another scheme": provider.bearer().replace("Bearer", "Basic"),
        "garbage": "Bearer garbage",
        "garbage in three": "Bearer a.b.c",
        "empty": "Bearer ",
        "too long": f"Bearer {'a' * 7000}",
        "bytes that are no text": "Bearer \xff\xfe.\xff.\xff",
        "expired": provider.bearer(exp=now - 400),
        "not yet": provider.bearer(nbf=now + 4000),
        "no expiry": provider.bearer(exp=None),
        "wrong audience": provider.bearer(aud="another app"),
        "no audience": provider.bearer(aud=None),
        "wrong issuer": provider.bearer(iss="https://sts.example"),
        "no issuer": provider.bearer(iss=None),
        "unknown key": provider.bearer(key=77),
        "tampered": tampered(provider),
        "our own signature": forged(provider),
        "no signature": forged(provider, "none"),
        "no key id": forged(provider, kid=""),
    }


REASONS = {
    "no token": 4,
    "malformed token": 10,
    "unknown key": 1,
    "wrong signature": 1,
    "expired": 1,
    "not yet valid": 1,
    "another app": 1,
    "another issuer": 1,
}
"""How often each reason is counted for all of `bad_tokens`."""


async def test_whoever_microsoft_does_not_vouch_for_is_not_heard(teams: Mounted) -> None:
    ada = teams.provider.account("Ada Adminson")
    for name, token in bad_tokens(teams.provider).items():
        answer = await teams.post(typed(teams.provider, ada, TYPED), bearer=token)
        assert (name, answer.status) == (name, 401)
        assert await answer.read() == b""
    assert teams.handler.heard == []
    assert teams.platform.refusals() == REASONS


async def test_refusals_are_counted_by_reason_and_what_is_taken_is_not(teams: Mounted) -> None:
    ada = teams.provider.account("Ada Adminson")
    good = typed(teams.provider, ada, TYPED)
    assert (await teams.post(good)).status == 200
    assert teams.platform.refusals() == {}
    await teams.post(good, bearer="")
    await teams.post({**good, "channelData": {"tenant": {"id": "another"}}})
    await teams.post({**good, "channelId": "webchat"})
    await teams.post({**good, "serviceUrl": "https://example.org/teams/"})
    elsewhere = "https://evil.example/teams/"
    await teams.post({**good, "serviceUrl": elsewhere}, bearer=teams.provider.bearer(serviceurl=elsewhere))
    await teams.post(b"{")
    await teams.post({**good, "text": "a" * endpoint.MOST_BYTES})
    assert teams.platform.refusals() == {
        "no token": 1,
        "another tenant": 1,
        "another channel": 1,
        "another service address": 1,
        "service host not allowed": 1,
        "malformed": 1,
        "too large": 1,
    }


async def test_an_app_id_that_is_not_the_bots_shows_in_health(teams: Mounted) -> None:
    ada = teams.provider.account("Ada Adminson")
    others = teams.provider.bearer(aud="another app")
    for _ in range(3):
        assert teams.platform.health().ok
        assert (await teams.post(typed(teams.provider, ada, TYPED), bearer=others)).status == 401
    assert teams.platform.health() == Health(ok=False, text="requests are refused: another app")
    assert (await teams.post(typed(teams.provider, ada, TYPED))).status == 200
    assert teams.platform.health().ok


async def test_strangers_cannot_make_a_working_bot_look_broken(teams: Mounted) -> None:
    ada = teams.provider.account("Ada Adminson")
    good = typed(teams.provider, ada, TYPED)
    for token in 5 * ("", tampered(teams.provider), forged(teams.provider)):
        await teams.post(good, bearer=token)
    assert teams.platform.health().ok, "Microsoft signed none of these, so they say nothing of our settings"
    assert (await teams.post(good)).status == 200
    for _ in range(5):
        await teams.post(good, bearer=teams.provider.bearer(aud="another app"))
    assert teams.platform.health().ok, "a request was taken just now"
    teams.clock.now += timedelta(hours=2)
    assert not teams.platform.health().ok


async def test_an_activity_of_another_channel_tenant_or_service_is_refused(teams: Mounted) -> None:
    ada = teams.provider.account("Ada Adminson")
    good = typed(teams.provider, ada, TYPED)
    wrong = {
        "another tenant": {**good, "channelData": {"tenant": {"id": "another"}}},
        "no tenant": {**good, "channelData": {}, "conversation": {"id": "a:1", "conversationType": "personal"}},
        "another channel": {**good, "channelId": "webchat"},
        "no channel": {**good, "channelId": None},
        "another service address": {**good, "serviceUrl": "https://example.org/teams/"},
        "no service address": {name: value for name, value in good.items() if name != "serviceUrl"},
    }
    for name, body in wrong.items():
        assert (name, (await teams.post(body)).status) == (name, 403)
    elsewhere = "https://evil.example/teams/"
    token = teams.provider.bearer(serviceurl=elsewhere)
    assert (await teams.post({**good, "serviceUrl": elsewhere}, bearer=token)).status == 403
    assert (await teams.post(good, bearer=teams.provider.bearer(serviceurl=None))).status == 403
    assert teams.handler.heard == []
    assert await teams.connections.all_installed("teams") == ()


async def test_a_body_that_is_not_an_activity_is_a_400(teams: Mounted) -> None:
    bodies = {
        "nothing": b"",
        "no JSON": b"{",
        "no text": b"\xff\xfe\xfa",
        "a list": b"[]",
        "deeper than anybody reads": b"[" * 100_000,
        "no type": json.dumps({"conversation": {"id": "a:1"}}).encode(),
        "no conversation": json.dumps({"type": "message"}).encode(),
        "all of the wrong kind": json.dumps({"type": 7, "conversation": "x", "from": [], "value": 1}).encode(),
    }
    for name, body in bodies.items():
        assert (name, (await teams.post(body)).status) == (name, 400)
    assert (await teams.post(b"no gzip", headers={"Content-Encoding": "gzip"})).status == 400
    assert teams.handler.heard == []


async def test_a_body_that_is_too_long_is_a_413(teams: Mounted) -> None:
    ada = teams.provider.account("Ada Adminson")
    assert (await teams.post(typed(teams.provider, ada, "a" * endpoint.MOST_BYTES))).status == 413

    async def pieces() -> Any:
        for _ in range(5):
            yield b"a" * (endpoint.MOST_BYTES // 4)

    headers = {"Authorization": teams.provider.bearer()}
    answer = await teams.client.post("/api/messages", data=pieces(), headers=headers)
    assert answer.status == 413
    assert teams.handler.heard == []


async def test_typed_text_arrives_as_it_was_typed(teams: Mounted) -> None:
    ada = teams.provider.account("Ada Adminson")
    design = teams.provider.channel([ada])
    assert (await teams.post(typed(teams.provider, ada, "help *me*", design, under="17"))).status == 200
    (heard,) = teams.handler.heard
    assert (heard.type, heard.text, heard.person) == ("message", "help *me*", ada.aad)
    assert (heard.tenant, heard.channel, heard.personal) == (TENANT, design, False)
    assert (heard.team, heard.service) == (teams.provider.team_of(design).id, teams.provider.service)
    assert "help" not in repr(heard)


async def test_an_invoke_is_answered_with_what_the_handler_says(teams: Mounted) -> None:
    ada = teams.provider.account("Ada Adminson")
    teams.handler.reply = InvokeAnswer({"task": {"type": "continue", "value": {"title": "Give your view \ud83d"}}})
    answer = await teams.post(invoke(teams.provider, ada, "task/fetch", {"data": {"i": "help"}}))
    assert (answer.status, answer.content_type) == (200, "application/json")
    assert await answer.json() == teams.handler.reply.body
    (heard,) = teams.handler.heard
    assert (heard.name, heard.value, heard.personal, heard.channel) == ("task/fetch", {"data": {"i": "help"}}, True, "")


async def test_an_invoke_without_an_answer_is_answered_with_an_empty_body(teams: Mounted) -> None:
    ada = teams.provider.account("Ada Adminson")
    for reply in (None, InvokeAnswer()):
        teams.handler.reply = reply
        for name in ("of/tomorrow", "task/submit"):
            answer = await teams.post(invoke(teams.provider, ada, name, {}))
            assert (answer.status, await answer.read()) == (200, b"")


async def test_the_ref_of_a_clicked_card_is_the_ref_of_its_send(teams: Mounted) -> None:
    ada = teams.provider.account("Ada Adminson")
    design = teams.provider.channel([ada])
    for conversation, under, reply_to in ((design, "17", "17"), (design, "17", "18"), ("", "", "19"), (design, "", "")):
        await teams.post(invoke(teams.provider, ada, "adaptiveCard/action", {}, conversation, under, reply_to))
    assert [each.card for each in teams.handler.heard] == ["17", "17/18", "19", ""]


@pytest.mark.parametrize(
    "error",
    [ValueError(TYPED), Unavailable(), TimeoutError(), TeamsRefused(403, "X")],
    ids=lambda each: type(each).__name__,
)
async def test_an_error_is_answered_in_a_form_that_the_client_can_show(teams: Mounted, error: Exception) -> None:
    ada = teams.provider.account("Ada Adminson")
    teams.handler.error = error
    for name in ("task/fetch", "task/submit", "composeExtension/fetchTask", "composeExtension/submitAction"):
        answer = await teams.post(invoke(teams.provider, ada, name, {}))
        assert answer.status == 200
        assert DOWN in said(dialog_in(await answer.json())["card"]["content"])
    answer = await teams.post(invoke(teams.provider, ada, "adaptiveCard/action", {}))
    assert (answer.status, (await answer.json())["value"]) == (200, DOWN)
    answer = await teams.post(invoke(teams.provider, ada, "composeExtension/query", {}))
    assert (answer.status, (await answer.json())["composeExtension"]["text"]) == (200, DOWN)
    answer = await teams.post(invoke(teams.provider, ada, "of/tomorrow", {}))
    assert (answer.status, await answer.read()) == (200, b"")
    assert (await teams.post(typed(teams.provider, ada, "help"))).status == 200


async def test_a_handler_that_hangs_times_out(teams: Mounted, monkeypatch: pytest.MonkeyPatch) -> None:
    async def hang(activity: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(endpoint, "ACT_SECONDS", 0.01)
    monkeypatch.setattr(teams.handler, "handle", hang)
    ada = teams.provider.account("Ada Adminson")
    answer = await teams.post(invoke(teams.provider, ada, "task/fetch", {}))
    assert answer.status == 200
    assert DOWN in said(dialog_in(await answer.json())["card"]["content"])


async def test_what_was_typed_and_who_typed_it_is_in_no_log(teams: Mounted, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    ada = teams.provider.account("Ada Adminson")
    design = teams.provider.channel([ada])
    token = teams.provider.bearer()
    click = invoke(teams.provider, ada, "task/submit", {"data": {"because": TYPED}}, design)
    for error in (None, ValueError(TYPED), KeyError(ada.aad)):
        teams.handler.error = error
        await teams.post(typed(teams.provider, ada, TYPED, design), bearer=token)
        await teams.post(click, bearer=token)
        await teams.post({**click, "channelData": {}}, bearer=token)
        await teams.post(json.dumps(click).encode()[:-1], bearer=token)
        await teams.post(click, bearer=tampered(teams.provider))
        assert (await teams.post(click, bearer=f"{token}{'a' * 9000}")).status == 400
    said = "\n".join(
        [*(each.getMessage() for each in caplog.records), caplog.text, *(str(each.exc_info) for each in caplog.records)]
    )
    assert "ValueError" in said
    for secret in (TYPED, "Zebulon", ada.name, ada.aad, ada.mri, design, token.split()[1][:60], "Authorization"):
        assert secret not in said, secret


async def test_a_service_address_that_changed_is_renewed_but_never_by_a_click(teams: Mounted) -> None:
    ada = teams.provider.account("Ada Adminson")
    await teams.post(installed(teams.provider, ada))
    before = await teams.connections.all_installed("teams")
    assert [each.secrets for each in before] == [{"service": teams.provider.service}]
    moved = f"{teams.provider.address}/elsewhere/"
    token = teams.provider.bearer(serviceurl=moved)
    click = {**invoke(teams.provider, ada, "task/submit", {}), "serviceUrl": moved}
    assert (await teams.post(click, bearer=token)).status == 200
    assert await teams.connections.all_installed("teams") == before
    await teams.post({**installed(teams.provider, ada), "serviceUrl": moved}, bearer=token)
    assert [each.secrets for each in await teams.connections.all_installed("teams")] == [{"service": moved}]


class TestKeys:
    async def test_a_key_that_was_rolled_is_fetched_at_once(self, teams: Mounted) -> None:
        ada = teams.provider.account("Ada Adminson")
        for _ in range(2):
            assert (await teams.post(typed(teams.provider, ada, "help"))).status == 200
        assert teams.provider.seen["keys"] == 1
        teams.platform._client.keys._tried_at -= 31  # half a minute passes
        teams.provider.roll()
        assert (await teams.post(typed(teams.provider, ada, "help"))).status == 200
        assert teams.provider.seen["keys"] == 2
        assert (await teams.post(typed(teams.provider, ada, "help"), bearer=teams.provider.bearer(key=1))).status == 401

    async def test_invented_keys_do_not_flood_the_server(self, teams: Mounted, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("adapters.teams.api.signing_keys.BETWEEN_FETCHES", 1000)
        ada = teams.provider.account("Ada Adminson")
        for number in range(50, 60):
            bearer = forged(teams.provider, kid=f"key-{number}")
            assert (await teams.post(typed(teams.provider, ada, "help"), bearer=bearer)).status == 401
        assert teams.provider.seen["keys"] == 1

    async def test_known_keys_stay_in_use_while_new_ones_cannot_be_fetched(self, teams: Mounted) -> None:
        ada = teams.provider.account("Ada Adminson")
        teams.provider.trouble("keys", *[Trouble(500)] * 3)
        keys = teams.platform._client.keys
        keys._fetched_at -= 25 * 3600
        keys._tried_at -= 25 * 3600
        assert (await teams.post(typed(teams.provider, ada, "help"))).status == 200
        unknown = teams.provider.bearer(key=77)
        assert (await teams.post(typed(teams.provider, ada, "help"), bearer=unknown)).status == 401
        assert (await teams.post(typed(teams.provider, ada, "help"))).status == 200

    async def test_concurrent_requests_wait_for_one_fetch(
        self, provider: Provider, migrated_sqlite_url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("adapters.teams.api.signing_keys.AFTER_FAILURE", 1000)
        provider.trouble("openid", Trouble(500))
        async with mounted(provider, migrated_sqlite_url) as teams:
            ada = provider.account("Ada Adminson")
            assert teams.platform.health() == Health(ok=False, text="no keys")
            assert (await teams.post(typed(provider, ada, "help"))).status == 503
            teams.platform._client.keys._tried_at -= 1001
            answers = await asyncio.gather(*(teams.post(typed(provider, ada, "help")) for _ in range(20)))
            assert {each.status for each in answers} == {200}
            assert (provider.seen["openid"], provider.seen["keys"]) == (2, 1)
            assert teams.platform.health() == Health(ok=True, text="connected")

    async def test_a_cached_token_expires(self, teams: Mounted, monkeypatch: pytest.MonkeyPatch) -> None:
        ada = teams.provider.account("Ada Adminson")
        bearer = teams.provider.bearer()
        for _ in range(2):
            assert (await teams.post(typed(teams.provider, ada, "help"), bearer=bearer)).status == 200
        later = datetime.now(UTC) + timedelta(hours=1, minutes=6)
        with (
            patch("adapters.teams.receive.token_validation.time.time", later.timestamp),
            patch("jwt.api_jwt.datetime") as clock,
        ):
            clock.now.return_value = later
            assert (await teams.post(typed(teams.provider, ada, "help"), bearer=bearer)).status == 401

    async def test_a_cached_token_is_invalid_once_its_key_is_gone(self, teams: Mounted) -> None:
        ada = teams.provider.account("Ada Adminson")
        bearer = teams.provider.bearer()
        assert (await teams.post(typed(teams.provider, ada, "help"), bearer=bearer)).status == 200
        teams.provider.roll()
        await teams.platform._client.keys.warm()
        assert (await teams.post(typed(teams.provider, ada, "help"), bearer=bearer)).status == 401
        assert (await teams.post(typed(teams.provider, ada, "help"))).status == 200

    async def test_the_cache_of_tokens_is_limited(self, teams: Mounted, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("adapters.teams.receive.token_validation.MOST_CACHED", 3)
        ada = teams.provider.account("Ada Adminson")
        for number in range(10):
            bearer = teams.provider.bearer(jti=str(number))
            assert (await teams.post(typed(teams.provider, ada, "help"), bearer=bearer)).status == 200
        (endpoint,) = {getattr(route.handler, "__self__", None) for route in teams.client.app.router.routes()}
        assert isinstance(endpoint, TeamsEndpoint)
        assert len(endpoint._token_validator._cache) == 3

    async def test_a_key_for_another_channel_is_not_enough(self, teams: Mounted) -> None:
        ada = teams.provider.account("Ada Adminson")
        keys = teams.platform._client.keys
        (kid,) = keys._keys
        keys._keys[kid] = type(keys._keys[kid])(private_key(1).public_key(), frozenset({"webchat"}))
        assert (await teams.post(typed(teams.provider, ada, "help"))).status == 401


async def test_without_token_checks_only_loopback_is_accepted(provider: Provider, migrated_sqlite_url: str) -> None:
    async with mounted(provider, migrated_sqlite_url, insecure_local=True, password="") as teams:
        ada = provider.account("Ada Adminson")
        assert (await teams.post(activity(provider, ada, text="hello"), bearer="")).status == 200
        outside = {**activity(provider, ada, text="hello"), "serviceUrl": "https://smba.trafficmanager.net/teams/"}
        assert (await teams.post(outside, bearer="")).status == 403
        with patch("aiohttp.web_request.BaseRequest.remote", "203.0.113.9"):
            assert (await teams.post(activity(provider, ada, text="hello"), bearer="")).status == 401
        assert len(teams.handler.heard) == 1
