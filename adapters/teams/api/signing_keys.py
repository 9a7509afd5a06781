"""Microsoft's public signing keys: fetched, cached, and fetched again when a token names an unknown key.

Microsoft asks to keep keys for a day at most, and may roll them at any time. So an unknown key is a reason to fetch
again, but not more often than `BETWEEN_FETCHES`, because anyone can send a token with an invented key id.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import jwt

from adapters.teams.api.faults import TeamsApiError, TeamsUnanswered, refused
from adapters.teams.api.session import Session
from adapters.teams.api.single_flight import SingleFlight

log = logging.getLogger(__name__)

KEPT_SECONDS = 24 * 3600.0
BETWEEN_FETCHES = 30.0
AFTER_FAILURE = 2.0
CALL_SECONDS = 5.0


class NoKeys(Exception):
    """No keys could be fetched yet, so no token can be checked."""


@dataclass(frozen=True)
class Key:
    """A public key, and the channels that it is endorsed for; None if it lists none."""

    public: Any
    endorsed: frozenset[str] | None


class SigningKeys:
    """The keys of an OpenID configuration. Old keys stay in use while new ones cannot be fetched."""

    def __init__(self, session: Session, openid_url: str, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._session = session
        self._openid_url = openid_url
        self._monotonic = monotonic
        self._keys: dict[str, Key] = {}
        self._fetched_at = float("-inf")
        self._tried_at = float("-inf")
        self._flight = SingleFlight(self._fetch)

    @property
    def known(self) -> bool:
        """Whether any keys have been fetched."""
        return bool(self._keys)

    async def key(self, kid: str) -> Key | None:
        """Return the key with the id `kid`, or None. Raises `NoKeys`."""
        if kid in self._keys:
            if self._monotonic() - self._fetched_at > KEPT_SECONDS and self._may_fetch():
                self._flight.begin()
            return self._keys[kid]
        if self._may_fetch() or self._flight.busy:
            await self._fetch_now()
        if not self._keys:
            raise NoKeys
        return self._keys.get(kid)

    async def warm(self) -> None:
        """Fetch the keys in advance. `known` tells whether it worked."""
        await self._fetch_now()

    async def fetch(self) -> None:
        """Fetch the keys. Raises `TeamsApiError`."""
        await self._flight.result()

    async def close(self) -> None:
        """Cancel a fetch in progress."""
        await self._flight.close()

    def _may_fetch(self) -> bool:
        return self._monotonic() - self._tried_at > (BETWEEN_FETCHES if self._keys else AFTER_FAILURE)

    async def _fetch_now(self) -> None:
        try:
            await self._flight.result()
        except TeamsApiError as fault:
            log.warning("Microsoft's signing keys could not be fetched: %s", fault)

    async def _fetch(self) -> None:
        self._tried_at = self._monotonic()
        found = _keys_in(await self._object(await self._address()))
        if not found:
            raise TeamsUnanswered("no keys in the answer")
        self._keys, self._fetched_at = found, self._monotonic()

    async def _address(self) -> str:
        address = (await self._object(self._openid_url)).get("jwks_uri")
        if not isinstance(address, str):
            raise TeamsUnanswered("no jwks_uri in the answer")
        # A configuration fetched over TLS must not point to keys that anyone on the network could replace.
        if urlsplit(self._openid_url).scheme == "https" and urlsplit(address).scheme != "https":
            raise TeamsUnanswered("the keys are not behind TLS")
        return address

    async def _object(self, address: str) -> Mapping[str, Any]:
        answer = await self._session.ask("GET", address, seconds=CALL_SECONDS)
        if answer.status != 200:
            raise refused(answer.status, "", None)
        try:
            found = json.loads(answer.body)
        except (ValueError, RecursionError):
            raise TeamsUnanswered("an answer that is not JSON") from None
        if not isinstance(found, dict):
            raise TeamsUnanswered("an answer that is not a JSON object")
        return found


def _keys_in(found: Mapping[str, Any]) -> dict[str, Key]:
    keys: dict[str, Key] = {}
    for each in found.get("keys") or ():
        try:
            if each.get("kty") == "RSA" and isinstance(each.get("kid"), str):
                keys[each["kid"]] = Key(jwt.PyJWK(each, algorithm="RS256").key, _endorsed(each))
        except (jwt.PyJWTError, AttributeError, ValueError, TypeError):
            continue  # an unusable key must not stop the others
    return keys


def _endorsed(entry: Mapping[str, Any]) -> frozenset[str] | None:
    endorsements = entry.get("endorsements")
    if not isinstance(endorsements, list) or not endorsements:
        return None
    return frozenset(each for each in endorsements if isinstance(each, str))
