"""The access token, for each kind of credentials, and while none can be fetched."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import cache

import jwt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import NameOID

from adapters.teams.api.credentials import ASSERTION_TYPE, Certificate, ManagedIdentity, credentials
from adapters.teams.api.faults import TeamsUnreachable
from adapters.teams.api.session import Session
from adapters.teams.api.tokens import RENEWED_BEFORE, TeamsTokens
from adapters.teams.options import NotSetUp, TeamsOptions
from bot.interface.ports import Health, NotSent, Sent
from tests.teams.mounted import Mounted, channel, message, mounted
from tests.teams.provider import APP, ISSUER, Provider, Trouble, private_key


class Ticking:
    """A clock in seconds that only moves when told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@cache
def certificate() -> tuple[str, str]:
    """A private key and its certificate in PEM, and the thumbprint that it is registered by."""
    key = private_key(9)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "deliverable")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2036, 1, 1, tzinfo=UTC))
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    public = made.public_bytes(serialization.Encoding.PEM).decode()
    digest = hashlib.sha256(ssl.PEM_cert_to_DER_cert(public)).digest()
    return secret + public, base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


class TestRenewal:
    @pytest.fixture
    def tick(self) -> Ticking:
        """A clock."""
        return Ticking()

    @pytest.fixture
    async def tokens(self, provider: Provider, tick: Ticking) -> AsyncIterator[TeamsTokens]:
        """The tokens of an app with a client secret."""
        session = Session()
        session.open()
        made = TeamsTokens(session, credentials(provider.options()), tick)
        yield made
        await made.close()
        await session.close()

    async def test_many_callers_cause_one_fetch(self, provider: Provider, tokens: TeamsTokens) -> None:
        found = await asyncio.gather(*(tokens.current() for _ in range(20)))
        assert len(set(found)) == 1
        assert await tokens.current() == found[0]
        assert provider.seen["token"] == 1

    async def test_a_token_is_renewed_before_it_expires_and_stays_in_use_meanwhile(
        self, provider: Provider, tokens: TeamsTokens, tick: Ticking
    ) -> None:
        first = await tokens.current()
        tick.now += provider.token_seconds - RENEWED_BEFORE + 1
        assert await tokens.current() == first
        await tokens._flight.result()
        second = await tokens.current()
        assert second != first
        assert provider.seen["token"] == 2

    async def test_a_token_stays_in_use_while_a_new_one_cannot_be_fetched(
        self, provider: Provider, tokens: TeamsTokens, tick: Ticking
    ) -> None:
        first = await tokens.current()
        provider.trouble("token", Trouble(500), Trouble(500))
        tick.now += provider.token_seconds - 60
        assert await tokens.current() == first
        await asyncio.gather(tokens._flight.begin(), return_exceptions=True)
        for _ in range(10):
            assert await tokens.current() == first
        assert not tokens._flight.busy, "the server is not asked again and again"
        assert provider.seen["token"] == 2
        tick.now += 6
        assert await tokens.current() == first
        assert tokens._flight.busy

    async def test_an_expired_token_is_not_used(self, provider: Provider, tokens: TeamsTokens, tick: Ticking) -> None:
        await tokens.current()
        tick.now += provider.token_seconds
        assert not tokens.ready
        provider.trouble("token", Trouble(503))
        with pytest.raises(TeamsUnreachable, match=r"^no token: HTTP 503$"):
            await tokens.current()
        with pytest.raises(TeamsUnreachable, match=r"^no token: HTTP 503$"):
            await tokens.current()
        assert provider.seen["token"] == 2
        tick.now += 6
        assert await tokens.current()
        assert tokens.ready

    @pytest.mark.parametrize("body", ["nothing", "[]", "{}", '{"access_token": "a\\nb", "expires_in": 9}'])
    async def test_an_answer_without_a_token_is_an_error(
        self, provider: Provider, tokens: TeamsTokens, body: str
    ) -> None:
        provider.trouble("token", Trouble(200, body))
        with pytest.raises(TeamsUnreachable, match="an answer without a token"):
            await tokens.current()

    async def test_the_token_is_in_no_repr(self, tokens: TeamsTokens) -> None:
        token = await tokens.current()
        assert token not in repr(tokens._token)


class TestWhileThereIsNone:
    async def test_without_a_token_nothing_is_sent(
        self, provider: Provider, migrated_sqlite_url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("adapters.teams.api.tokens.AFTER_FAILURE", 1000)
        provider.trouble("token", Trouble(500), Trouble(breaks=True))
        async with mounted(provider, migrated_sqlite_url) as teams:
            assert teams.platform.health() == Health(ok=False, text="no token")
            await teams.furnish()
            place = channel(provider.channel())
            for _ in range(2):
                assert isinstance(await teams.platform.send(message(place)), NotSent)
                teams.platform._client._tokens._failed_at -= 1001
            assert provider.seen["create"] == 0
            assert isinstance(await teams.platform.send(message(place)), Sent)
            assert teams.platform.health() == Health(ok=True, text="connected")

    async def test_a_refused_token_is_replaced(self, teams: Mounted) -> None:
        await teams.furnish()
        place = channel(teams.provider.channel())
        assert isinstance(await teams.platform.send(message(place)), Sent)
        teams.provider.forget_tokens()
        assert isinstance(await teams.platform.send(message(place)), NotSent)
        assert isinstance(await teams.platform.send(message(place)), Sent)
        assert teams.provider.seen["token"] == 2

    async def test_a_wrong_secret_is_reported_by_its_code(self, provider: Provider, migrated_sqlite_url: str) -> None:
        async with mounted(provider, migrated_sqlite_url, password="wrong") as teams:
            await teams.furnish()
            outcome = await teams.platform.send(message(channel(provider.channel())))
            assert outcome == NotSent("no token: HTTP 401 invalid_client")


class TestProofs:
    async def test_a_certificate(self, provider: Provider, migrated_sqlite_url: str) -> None:
        pem, thumbprint = certificate()
        async with mounted(provider, migrated_sqlite_url, password="", certificate=pem) as teams:
            assert teams.platform.health() == Health(ok=True, text="connected")
        (proof,) = provider.proofs
        assert proof["client_assertion_type"] == ASSERTION_TYPE
        assert jwt.get_unverified_header(proof["client_assertion"])["x5t#S256"] == thumbprint
        token_address = f"{provider.address}/token"
        claims = jwt.decode(
            proof["client_assertion"], private_key(9).public_key(), algorithms=["PS256"], audience=token_address
        )
        assert (claims["iss"], claims["sub"]) == (APP, APP)
        assert timedelta(seconds=claims["exp"] - claims["nbf"]) == timedelta(minutes=10)

    async def test_a_managed_identity(self, provider: Provider, migrated_sqlite_url: str) -> None:
        changes = {"password": "", "managed_identity": True, "token_url": f"{provider.address}/identity"}
        async with mounted(provider, migrated_sqlite_url, **changes) as teams:
            assert teams.platform.health() == Health(ok=True, text="connected")

    def test_the_metadata_service_is_asked_where_no_address_is_given(self) -> None:
        options = TeamsOptions(app_id=APP, tenant="t0", managed_identity=True)
        found = credentials(options)
        assert isinstance(found, ManagedIdentity)
        assert found.request().address.startswith("http://169.254.169.254/metadata/identity/oauth2/token?")

    @pytest.mark.parametrize("half", ["key", "certificate", "neither"])
    def test_half_a_certificate_is_refused(self, half: str) -> None:
        key, _, public = certificate()[0].partition("-----BEGIN CERTIFICATE-----")
        pem = {"key": key, "certificate": f"-----BEGIN CERTIFICATE-----{public}", "neither": "nothing"}[half]
        with pytest.raises(NotSetUp, match="must hold a private key and a certificate"):
            credentials(TeamsOptions(app_id=APP, tenant="t0", certificate=pem))

    def test_secrets_are_in_no_repr(self) -> None:
        pem, _ = certificate()
        made = [
            TeamsOptions(app_id=APP, tenant="t0", password="the-secret"),
            TeamsOptions(app_id=APP, tenant="t0", certificate=pem),
            credentials(TeamsOptions(app_id=APP, tenant="t0", password="the-secret")),
            Certificate("https://a", APP, ISSUER, pem),
            Certificate("https://a", APP, ISSUER, pem).request(),
            credentials(TeamsOptions(app_id=APP, tenant="t0", password="the-secret")).request(),
        ]
        for each in made:
            assert "the-secret" not in repr(each)
            assert "PRIVATE" not in repr(each)
            assert "client_assertion" not in repr(each)
