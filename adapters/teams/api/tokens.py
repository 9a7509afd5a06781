"""The token that the app speaks with: asked for once, kept, and renewed before it ends."""

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
"""Seconds before a token's end from which a new one is asked for, while the old one is still in use."""
UNUSED_BEFORE = 30.0
AFTER_FAILURE = 5.0
"""Seconds before the token is asked for again after that failed, so that a server that is down is not beleaguered."""


@dataclass(frozen=True)
class Token:
    """A bearer token, and the instant of the process's own clock at which it ends."""

    text: str = field(repr=False)
    ends: float


class TeamsTokens:
    """The current token of one app. Whoever asks while it is being fetched waits for the same answer."""

    def __init__(
        self, session: Session, credentials: Credentials | None, tick: Callable[[], float] = time.monotonic
    ) -> None:
        self._session = session
        self._credentials = credentials
        self._tick = tick
        self._token: Token | None = None
        self._failed = float("-inf")
        self._reason = ""
        self._asking = SingleFlight(self._ask)

    @property
    def ready(self) -> bool:
        """Whether there is one that can be used."""
        return self._credentials is None or self._left() > UNUSED_BEFORE

    async def current(self) -> str:
        """The token; empty where no credentials are set. Raises `TeamsUnreachable` when none can be had."""
        if self._credentials is None:
            return ""
        left = self._left()
        if left < UNUSED_BEFORE:
            await self._asked()
        elif left < RENEWED_BEFORE and self._may_ask():
            self._asking.begin()
        if self._token is None:
            raise TeamsUnreachable("no token")
        return self._token.text

    def refused(self, text: str) -> None:
        """Forget a token that a server would not take, if it is still the current one."""
        if self._token is not None and self._token.text == text:
            self._token = None

    async def warm(self) -> None:
        """Ask for one before anybody needs it. Whether it works shows in `ready`."""
        try:
            await self.current()
        except TeamsApiError as fault:
            log.warning("no token for Teams: %s", fault)

    async def close(self) -> None:
        """Give up a request that is under way."""
        await self._asking.close()

    def _left(self) -> float:
        return self._token.ends - self._tick() if self._token else 0.0

    def _may_ask(self) -> bool:
        return self._tick() - self._failed > AFTER_FAILURE

    async def _asked(self) -> None:
        if not self._may_ask() and not self._asking.busy:
            raise TeamsUnreachable(self._reason)
        try:
            await self._asking.result()
        except TeamsApiError as fault:
            # However it failed: without a token nothing was sent with it.
            raise TeamsUnreachable(f"no token: {fault}") from None

    async def _ask(self) -> None:
        try:
            self._token = await self._fetched()
        except TeamsApiError as fault:
            self._failed, self._reason = self._tick(), f"no token: {fault}"
            raise

    async def _fetched(self) -> Token:
        if self._credentials is None:
            raise TeamsUnreachable("no credentials")
        asking = self._credentials.ask()
        began = self._tick()
        answered = await self._session.ask(
            asking.method, asking.address, seconds=CALL_SECONDS, headers=asking.headers, data=asking.form
        )
        if answered.status != 200:
            code = code_in(answered.body.decode("utf-8", "replace"))
            raise TeamsUnreachable(f"HTTP {answered.status} {code}".strip())
        return _token(answered.body, began)


def _token(body: bytes, began: float) -> Token:
    try:
        found = json.loads(body)
        text, seconds = found["access_token"], float(found["expires_in"])
    except (ValueError, KeyError, TypeError, RecursionError):
        raise TeamsUnreachable("an answer without a token") from None
    if not isinstance(text, str) or not text or not text.isascii() or not text.isprintable():
        raise TeamsUnreachable("an answer without a token")
    return Token(text, began + seconds)
