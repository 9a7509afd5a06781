"""The app's access token: fetched once, cached, and renewed before it expires."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from adapters.teams.api.credentials import Credentials
from adapters.teams.api.faults import TeamsApiError, TeamsUnreachable, code_in
from adapters.teams.api.session import Session
from adapters.teams.api.single_flight import SingleFlight

log = logging.getLogger(__name__)

CALL_SECONDS = 5.0
RENEWED_BEFORE = 600.0
"""This many seconds before it expires, a new token is fetched while the old one stays in use."""
UNUSED_BEFORE = 30.0
AFTER_FAILURE = 5.0
"""Seconds to wait after a failed fetch, so as not to flood a server that is down."""


@dataclass(frozen=True)
class Token:
    """A bearer token, and when it expires, on the monotonic clock."""

    text: str = field(repr=False)
    expires: float


class TeamsTokens:
    """The current token of one app. Callers during a fetch wait for the same answer."""

    def __init__(
        self, session: Session, credentials: Credentials | None, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._session = session
        self._credentials = credentials
        self._monotonic = monotonic
        self._token: Token | None = None
        self._failed_at = float("-inf")
        self._reason = ""
        self._flight = SingleFlight(self._fetch)

    @property
    def ready(self) -> bool:
        """Whether there is a usable token."""
        return self._credentials is None or self._seconds_left() > UNUSED_BEFORE

    async def current(self) -> str:
        """Return the token; empty if no credentials are set. Raises `TeamsUnreachable` if none can be fetched."""
        if self._credentials is None:
            return ""
        left = self._seconds_left()
        if left < UNUSED_BEFORE:
            await self._wait_for_token()
        elif left < RENEWED_BEFORE and self._may_fetch():
            self._flight.begin()
        if self._token is None:
            raise TeamsUnreachable("no token")
        return self._token.text

    def refused(self, text: str) -> None:
        """Drop a token that a server has refused, if it is still the current one."""
        if self._token is not None and self._token.text == text:
            self._token = None

    async def warm(self) -> None:
        """Fetch a token in advance. `ready` tells whether it worked."""
        try:
            await self.current()
        except TeamsApiError as fault:
            log.warning("no token could be fetched for Teams: %s", fault)

    async def close(self) -> None:
        """Cancel a fetch in progress."""
        await self._flight.close()

    def _seconds_left(self) -> float:
        return self._token.expires - self._monotonic() if self._token else 0.0

    def _may_fetch(self) -> bool:
        return self._monotonic() - self._failed_at > AFTER_FAILURE

    async def _wait_for_token(self) -> None:
        if not self._may_fetch() and not self._flight.busy:
            raise TeamsUnreachable(self._reason)
        try:
            await self._flight.result()
        except TeamsApiError as fault:
            # However the fetch failed, nothing was sent: that needs a token.
            raise TeamsUnreachable(f"no token: {fault}") from None

    async def _fetch(self) -> None:
        try:
            self._token = await self._request_token()
        except TeamsApiError as fault:
            self._failed_at, self._reason = self._monotonic(), f"no token: {fault}"
            raise

    async def _request_token(self) -> Token:
        if self._credentials is None:
            raise TeamsUnreachable("no credentials")
        request = self._credentials.request()
        began = self._monotonic()
        answer = await self._session.ask(
            request.method, request.address, seconds=CALL_SECONDS, headers=request.headers, data=request.form
        )
        if answer.status != 200:
            code = code_in(answer.body.decode("utf-8", "replace"))
            raise TeamsUnreachable(f"HTTP {answer.status} {code}".strip())
        return _parse_token(answer.body, began)


def _parse_token(body: bytes, began: float) -> Token:
    try:
        found = json.loads(body)
        text, seconds = found["access_token"], float(found["expires_in"])
    except (ValueError, KeyError, TypeError, RecursionError):
        raise TeamsUnreachable("an answer without a token") from None
    if not isinstance(text, str) or not text or not text.isascii() or not text.isprintable():
        raise TeamsUnreachable("an answer without a token")
    return Token(text, began + seconds)
