"""A client for Slack's Web API over one shared session, with its own time-outs, without retries and without logging.

The SDK's retries would post a message twice if the first answer was lost, and it ignores its own time-out when it is
given a session. A failed call raises one of three subclasses of `SlackCallError`, by what is known about the call.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.slack.draw.encoding import encode
from bot.interface import retry_after
from bot.interface.json_object import Json
from bot.sending import send_deadline

SECONDS = 10.0
"""Time-out for a whole call. The search for a message whose answer was lost starts later than this."""
CONNECT_SECONDS = 5.0
DEFAULT_WAIT = timedelta(seconds=30)
"""How long to wait if Slack rate-limits a call without a Retry-After."""
UNSURE = frozenset({"fatal_error", "internal_error", "service_unavailable"})
"""Error codes after which part of the call may have been carried out, as Slack says."""


class SlackCallError(Exception):
    """A call that failed. `reason` is Slack's error code or a word of our own, never content of the call."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class SlackDeclined(SlackCallError):
    """Slack refused the call and did nothing. `wait` is how long to wait after a rate limit, else None.

    `asked` is how long Slack asks us to wait, if that is longer.
    """

    def __init__(self, reason: str, wait: timedelta | None = None, asked: timedelta | None = None) -> None:
        super().__init__(reason)
        self.wait = wait
        self.asked = asked


class SlackUnreachable(SlackCallError):
    """The call never reached Slack."""


class SlackUnanswered(SlackCallError):
    """It is unknown whether Slack carried out the call."""


class WebApi:
    """The Web API at `address`, which ends in `/api/`. `seconds` is the time-out for a whole call.

    It can be created anywhere, but is used and closed in one event loop.
    """

    def __init__(self, address: str, *, seconds: float = SECONDS) -> None:
        self._address = address
        self._timeout = aiohttp.ClientTimeout(total=seconds, sock_connect=min(seconds, CONNECT_SECONDS))
        self._session: aiohttp.ClientSession | None = None

    @property
    def session(self) -> aiohttp.ClientSession:
        """The session for all calls, created on first use."""
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                timeout=self._timeout, trace_configs=[_deadline_check()], json_serialize=encode
            )
        return self._session

    def client(self, token: str | None = None) -> AsyncWebClient:
        """Return the SDK's client over our session, for Bolt and Socket Mode."""
        client = AsyncWebClient(
            token=token, base_url=self._address, session=self.session, retry_handlers=[], logger=_SILENT
        )
        # The SDK takes a proxy from the environment. Our settings are read in one place only.
        client.proxy = None
        return client

    async def write(self, token: str | None, method: str, **arguments: Any) -> Json:
        """Call a method with JSON arguments, for changes. Returns the answer. Raises `SlackCallError`."""
        return await self._call(self.client(token), method, json=_without_none(arguments))

    async def identify(self, token: str) -> tuple[Json, frozenset[str]]:
        """Call `auth.test`. Returns the answer, and the scopes that the token has. Raises `SlackCallError`."""
        answer = await self._answer(self.client(token), "auth.test", json={})
        headers = {name.lower(): str(value) for name, value in answer.headers.items()}
        scopes = headers.get("x-oauth-scopes", "").split(",")
        return _object_of(answer), frozenset(each.strip() for each in scopes if each.strip())

    async def read(self, token: str | None, method: str, **arguments: Any) -> Json:
        """Call a method that does not accept JSON, with form fields. Returns the answer. Raises `SlackCallError`."""
        fields = {name: _form_value(value) for name, value in _without_none(arguments).items()}
        return await self._call(self.client(token), method, data=fields)

    async def upload(self, address: str, content: bytes) -> None:
        """Upload a file to the address that Slack gave for it. Raises `SlackCallError`."""
        try:
            async with self.session.post(address, data=content) as response:
                if response.status != 200:
                    raise SlackDeclined(f"http_{response.status}")
        except (aiohttp.ClientError, TimeoutError) as error:
            raise _connection_error(error) from None

    async def close(self) -> None:
        """Close the session."""
        if self._session is not None:
            await self._session.close()

    async def _call(self, client: AsyncWebClient, method: str, **how: Json) -> Json:
        return _object_of(await self._answer(client, method, **how))

    async def _answer(self, client: AsyncWebClient, method: str, **how: Json) -> AsyncSlackResponse:
        try:
            return await client.api_call(method, **how)  # type: ignore[arg-type]
        except SlackApiError as error:
            raise _error_of(error.response) from None
        except (aiohttp.ClientError, TimeoutError) as error:
            raise _connection_error(error) from None
        except AttributeError:
            # The SDK fails this way on JSON that is not an object, for example from a proxy.
            raise SlackUnanswered("malformed_answer") from None


def _object_of(answer: AsyncSlackResponse) -> Json:
    if not isinstance(answer.data, dict):
        raise SlackUnanswered("malformed_answer")
    return answer.data


def _deadline_check() -> aiohttp.TraceConfig:
    """Check the send deadline once there is a connection, before anything is written to it."""
    trace = aiohttp.TraceConfig()

    async def check(*_: object) -> None:
        send_deadline.check()

    trace.on_request_headers_sent.append(check)
    return trace


def _without_none(arguments: Json) -> Json:
    return {name: value for name, value in arguments.items() if value is not None}


def _form_value(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _error_of(response: AsyncSlackResponse | aiohttp.ClientResponse) -> SlackCallError:
    """The error for an answer that is not a success."""
    status = response.status if isinstance(response, aiohttp.ClientResponse) else response.status_code
    data = getattr(response, "data", None)
    code = str(data.get("error", "")) if isinstance(data, dict) else ""
    if status == 429 or code in ("ratelimited", "rate_limited"):
        found = retry_after.read(response.headers.get("Retry-After"), datetime.now(UTC))
        return SlackDeclined("ratelimited", found.wait if found else DEFAULT_WAIT, found.asked if found else None)
    if status >= 500 or code in UNSURE:
        return SlackUnanswered(code or f"http_{status}")
    if not code:
        # The answer is not Slack's: a proxy or gateway sent it.
        return SlackUnanswered("malformed_answer") if status == 200 else SlackDeclined(f"http_{status}")
    return SlackDeclined(code)


def _connection_error(error: Exception) -> SlackCallError:
    # Without a connection nothing was sent. A connection that broke may have carried the whole call.
    if isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError | aiohttp.InvalidURL):
        return SlackUnreachable(type(error).__name__)
    return SlackUnanswered(type(error).__name__)


def _silent_logger() -> logging.Logger:
    """A logger that never logs. The SDK logs the content of calls."""
    silent = logging.getLogger(f"{__name__}.silent")
    silent.addHandler(logging.NullHandler())
    silent.propagate = False
    silent.disabled = True
    silent.setLevel(logging.CRITICAL)
    return silent


_SILENT = _silent_logger()
