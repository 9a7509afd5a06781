"""The public keys that Microsoft signs what it sends with: fetched, kept, and fetched anew when one is not known.

A day is how long Microsoft asks for keys to be kept at most; it may roll them at any moment, so an unknown key is a
reason to look again, though not more often than `BETWEEN_LOOKS`: anybody can send a token with an invented key.
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
BETWEEN_LOOKS = 30.0
AFTER_FAILURE = 2.0
CALL_SECONDS = 5.0


class NoKeys(Exception):
    """No keys could be fetched so far, so nothing can be checked."""


@dataclass(frozen=True)
class Key:
    """One public key, and the channels that it may sign for; None where it says nothing about that."""

    public: Any
    endorsed: frozenset[str] | None


class SigningKeys:
    """The keys that an OpenID configuration names. Old ones stay in use while new ones cannot be fetched."""

    def __init__(self, session: Session, openid_url: str, tick: Callable[[], float] = time.monotonic) -> None:
        self._session = session
        self._openid_url = openid_url
        self._tick = tick
        self._keys: dict[str, Key] = {}
        self._fetched = float("-inf")
        self._tried = float("-inf")
        self._looking = SingleFlight(self._look)

    @property
    def known(self) -> bool:
        """Whether there are any."""
        return bool(self._keys)

    async def key(self, kid: str) -> Key | None:
        """The key of that id; None when there is none of it. Raises `NoKeys`."""
        if kid in self._keys:
            if self._tick() - self._fetched > KEPT_SECONDS and self._may_look():
                self._looking.begin()
            return self._keys[kid]
        if self._may_look() or self._looking.busy:
            await self._look_now()
        if not self._keys:
            raise NoKeys
        return self._keys.get(kid)

    async def warm(self) -> None:
        """Fetch them before anybody asks. Whether it works shows in `known`."""
        await self._look_now()

    async def close(self) -> None:
        """Give up a fetch that is under way."""
        await self._looking.close()

    def _may_look(self) -> bool:
        return self._tick() - self._tried > (BETWEEN_LOOKS if self._keys else AFTER_FAILURE)

    async def _look_now(self) -> None:
        try:
            await self._looking.result()
        except TeamsApiError as fault:
            log.warning("the keys of Teams could not be fetched: %s", fault)

    async def _look(self) -> None:
        self._tried = self._tick()
        found = _keys_in(await self._object(await self._address()))
        if not found:
            raise TeamsUnanswered("no keys in the answer")
        self._keys, self._fetched = found, self._tick()

    async def _address(self) -> str:
        address = (await self._object(self._openid_url)).get("jwks_uri")
        if not isinstance(address, str):
            raise TeamsUnanswered("no address of keys in the answer")
        # Whoever is asked over TLS must not point to where anybody could answer.
        if urlsplit(self._openid_url).scheme == "https" and urlsplit(address).scheme != "https":
            raise TeamsUnanswered("the keys are not behind TLS")
        return address

    async def _object(self, address: str) -> Mapping[str, Any]:
        answered = await self._session.ask("GET", address, seconds=CALL_SECONDS)
        if answered.status != 200:
            raise refused(answered.status, "", None)
        try:
            found = json.loads(answered.body)
        except (ValueError, RecursionError):
            raise TeamsUnanswered("an answer that is no JSON") from None
        if not isinstance(found, dict):
            raise TeamsUnanswered("an answer that is no object")
        return found


def _keys_in(found: Mapping[str, Any]) -> dict[str, Key]:
    keys: dict[str, Key] = {}
    for each in found.get("keys") or ():
        try:
            if each.get("kty") == "RSA" and isinstance(each.get("kid"), str):
                keys[each["kid"]] = Key(jwt.PyJWK(each, algorithm="RS256").key, _endorsed(each))
        except (jwt.PyJWTError, AttributeError, ValueError, TypeError):
            continue  # one key that cannot be read must not cost the others
    return keys


def _endorsed(entry: Mapping[str, Any]) -> frozenset[str] | None:
    endorsements = entry.get("endorsements")
    if not isinstance(endorsements, list) or not endorsements:
        return None
    return frozenset(each for each in endorsements if isinstance(each, str))
