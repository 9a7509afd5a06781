"""Who may speak to us: the token of a request, and what the activity in it must agree with.

From Microsoft's Bot Connector authentication: RS256, the issuer of the cloud, the app as audience, five minutes of
tolerance, a key that is endorsed for the channel, a service address that is the token's own.
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

CHANNEL = "msteams"
EMULATOR = "emulator"
LEEWAY_SECONDS = 300
LONGEST_TOKEN = 6000
MOST_KNOWN = 256

Claims = Mapping[str, Any]


class NoToken(Exception):
    """The request does not prove that Microsoft sent it: 401."""


class NotAdmitted(Exception):
    """Microsoft sent it, and it is not for us or not from where we listen to: 403."""


@dataclass(frozen=True)
class CheckedToken:
    """A token that was checked, by what it was checked with; good `until` then, in seconds since 1970."""

    kid: str
    key: Key
    claims: Claims = field(repr=False)
    until: float


class TokenValidator:
    """Checks tokens and activities for one app.

    Microsoft sends the same token for an hour. It is checked once, as long as its key is in use: checking takes longer
    than the rest of a click.
    """

    def __init__(self, options: TeamsOptions, keys: SigningKeys) -> None:
        self._options = options
        self._keys = keys
        self._known: OrderedDict[bytes, CheckedToken] = OrderedDict()

    async def claims(self, header: str | None, remote: str | None = None) -> Claims:
        """What the token in an `Authorization` header says. Raises `NoToken`, and `NoKeys` when none can be checked.

        Without token checks (development), only this machine may ask.
        """
        if self._options.insecure_local:
            if remote not in LOOPBACK:
                raise NoToken
            return {}
        scheme, _, token = (header or "").partition(" ")
        if scheme.casefold() != "bearer" or not token or len(token) > LONGEST_TOKEN:
            raise NoToken
        try:
            return await self._checked(token.strip())
        except jwt.PyJWTError:
            raise NoToken from None

    async def _checked(self, token: str) -> Claims:
        digest = hashlib.sha256(token.encode("utf-8", "surrogateescape")).digest()
        known = self._known.get(digest)
        if known is not None and await self._keys.key(known.kid) is known.key and time.time() < known.until:
            return known.claims
        self._known[digest] = known = await self._verified(token)
        while len(self._known) > MOST_KNOWN:
            self._known.popitem(last=False)
        return known.claims

    async def _verified(self, token: str) -> CheckedToken:
        head = jwt.get_unverified_header(token)
        kid = head.get("kid")
        if head.get("alg") != "RS256" or not isinstance(kid, str):
            raise NoToken
        key = await self._keys.key(kid)
        if key is None or (key.endorsed is not None and CHANNEL not in key.endorsed):
            raise NoToken
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
        """Whether an activity agrees with its token and with where we listen to. Raises `NotAdmitted`."""
        if self._options.insecure_local:
            if channel not in (CHANNEL, EMULATOR) or not self._options.serves(service):
                raise NotAdmitted
            return
        if channel != CHANNEL or not service or claims.get("serviceurl") != service:
            raise NotAdmitted
        if not self._options.serves(service):
            raise NotAdmitted
        if tenant != self._options.tenant:
            raise NotAdmitted
