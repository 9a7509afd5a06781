"""Validate the token of a request, and check that the activity matches it.

Source: Microsoft's Bot Connector authentication. RS256, the cloud's issuer, the app as audience, five minutes of
tolerance, a key that is endorsed for the channel, and the token's own service address.
"""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import jwt

from adapters.teams.api.signing_keys import Key, SigningKeys
from adapters.teams.options import LOOPBACK, TeamsOptions
from adapters.teams.receive import refusals as why

CHANNEL = "msteams"
EMULATOR = "emulator"
LEEWAY_SECONDS = 300
LONGEST_TOKEN = 6000
MOST_CACHED = 256

Claims = Mapping[str, Any]


class NoToken(Exception):
    """The request has no valid token of Microsoft's: 401. Its text is one of our reasons, in `refusals`."""


class NotAdmitted(Exception):
    """The token is valid, but the activity is from another channel, service address or tenant: 403. Its text is why."""


_REASONS: tuple[tuple[type[jwt.PyJWTError], str], ...] = (
    (jwt.InvalidSignatureError, why.WRONG_SIGNATURE),
    (jwt.ExpiredSignatureError, why.EXPIRED),
    (jwt.ImmatureSignatureError, why.NOT_YET_VALID),
    (jwt.InvalidAudienceError, why.ANOTHER_APP),
    (jwt.InvalidIssuerError, why.ANOTHER_ISSUER),
)
"""What each error of PyJWT's means. Any other is a token that is not one of Microsoft's in its form."""


@dataclass(frozen=True)
class CheckedToken:
    """A validated token, with the key that it was checked with. Valid `until`, in seconds since 1970."""

    kid: str
    key: Key
    claims: Claims = field(repr=False)
    until: float


class TokenValidator:
    """Validates tokens and activities for one app.

    Microsoft uses the same token for an hour, and checking a signature takes longer than the rest of a click. So
    validated tokens are cached as long as their key is in use.
    """

    def __init__(self, options: TeamsOptions, keys: SigningKeys) -> None:
        self._options = options
        self._keys = keys
        self._cache: OrderedDict[bytes, CheckedToken] = OrderedDict()

    async def claims(self, header: str | None, remote: str | None = None) -> Claims:
        """Return the claims of the token in an `Authorization` header. Raises `NoToken`, and `NoKeys`.

        If token checks are off, for development, `remote` must be loopback.
        """
        if self._options.insecure_local:
            if remote not in LOOPBACK:
                raise NoToken(why.NOT_LOCAL)
            return {}
        scheme, _, token = (header or "").partition(" ")
        if scheme.casefold() != "bearer" or not token:
            raise NoToken(why.NO_TOKEN)
        # Bytes that are no ASCII arrive as text that cannot be encoded, which PyJWT does not expect.
        if len(token) > LONGEST_TOKEN or not token.isascii():
            raise NoToken(why.MALFORMED_TOKEN)
        try:
            return await self._cached_claims(token.strip())
        except jwt.PyJWTError as error:
            raise NoToken(_reason(error)) from None

    async def _cached_claims(self, token: str) -> Claims:
        digest = hashlib.sha256(token.encode()).digest()
        cached = self._cache.get(digest)
        if cached is not None and await self._keys.key(cached.kid) is cached.key and time.time() < cached.until:
            return cached.claims
        self._cache[digest] = cached = await self._verified(token)
        while len(self._cache) > MOST_CACHED:
            self._cache.popitem(last=False)
        return cached.claims

    async def _verified(self, token: str) -> CheckedToken:
        head = jwt.get_unverified_header(token)
        kid = head.get("kid")
        if head.get("alg") != "RS256" or not isinstance(kid, str):
            raise NoToken(why.MALFORMED_TOKEN)
        key = await self._keys.key(kid)
        if key is None or (key.endorsed is not None and CHANNEL not in key.endorsed):
            raise NoToken(why.UNKNOWN_KEY)
        claims: dict[str, Any] = jwt.decode(
            token,
            key.public,
            algorithms=["RS256"],
            audience=self._options.app_id,
            issuer=self._options.issuer,
            leeway=LEEWAY_SECONDS,
            options={"require": ["exp", "iss", "aud"]},
        )
        return CheckedToken(kid, key, claims, until=float(claims["exp"]) + LEEWAY_SECONDS)

    def admit(self, claims: Claims, channel: str, service: str, tenant: str) -> None:
        """Check that an activity matches its token and our settings. Raises `NotAdmitted`."""
        if channel != CHANNEL and not (self._options.insecure_local and channel == EMULATOR):
            raise NotAdmitted(why.ANOTHER_CHANNEL)
        if not self._options.insecure_local and (not service or claims.get("serviceurl") != service):
            raise NotAdmitted(why.ANOTHER_ADDRESS)
        if not self._options.serves(service):
            raise NotAdmitted(why.HOST_NOT_ALLOWED)
        if not self._options.insecure_local and tenant != self._options.tenant:
            raise NotAdmitted(why.ANOTHER_TENANT)


def _reason(error: jwt.PyJWTError) -> str:
    return next((reason for kind, reason in _REASONS if isinstance(error, kind)), why.MALFORMED_TOKEN)
