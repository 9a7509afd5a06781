"""Slack's Web API over one shared session: no retries of its own, a time-out of its own, and nothing in a log.

The SDK's retries would post a message twice whose answer was lost, and a session that is given to it ignores its
time-out. What went wrong is raised as one of three, by what is known of the call.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.slack.draw.encoding import encode
from bot.interface.json_object import Json
from bot.sending import send_deadline

SECONDS = 10.0
"""How long a call may take in all. What looks for a lost message waits longer than this."""
CONNECT_SECONDS = 5.0
DEFAULT_WAIT = timedelta(seconds=30)
"""How long to wait where Slack says "too fast" and not until when."""
UNSURE = frozenset({"fatal_error", "internal_error", "service_unavailable"})
"""Slack says of these that part of the call may have been done."""


class SlackCallError(Exception):
    """A call that did not succeed. `reason` is Slack's code or a word of ours, never anything of the call."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class SlackDeclined(SlackCallError):
    """Slack did not do it, and said so. `wait` is how long it wants to be left alone, for a call that came too fast."""

    def __init__(self, reason: str, wait: timedelta | None = None) -> None:
        super().__init__(reason)
        self.wait = wait


class SlackUnreachable(SlackCallError):
    """Slack never got the call."""


class SlackUnanswered(SlackCallError):
    """Nobody can say whether Slack did it."""


class WebApi:
    """The Web API at `address`, which ends in `/api/`. Made anywhere; used, and closed, within one event loop."""

    def __init__(self, address: str, *, seconds: float = SECONDS) -> None:
        self._address = address
        self._timeout = aiohttp.ClientTimeout(total=seconds, sock_connect=min(seconds, CONNECT_SECONDS))
        self._session: aiohttp.ClientSession | None = None

    @property
    def session(self) -> aiohttp.ClientSession:
        """The session of all calls, made when it is first asked for."""
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                timeout=self._timeout, trace_configs=[_in_time()], json_serialize=encode
            )
        return self._session

    def client(self, token: str | None = None) -> AsyncWebClient:
        """The SDK's own client over the session, for Bolt and for what the SDK does beyond single calls."""
        client = AsyncWebClient(
            token=token, base_url=self._address, session=self.session, retry_handlers=[], logger=_SILENT
        )
        # It looks for one in the environment, which is read elsewhere.
        client.proxy = None
        return client

    async def write(self, token: str | None, method: str, **arguments: Any) -> Json:
        """Call a method that changes something, with JSON. Gives the answer. Raises `SlackCallError`."""
        return await self._call(self.client(token), method, json=_given(arguments))

    async def read(self, token: str | None, method: str, **arguments: Any) -> Json:
        """Call a method that takes no JSON, with the fields of a form. Gives the answer. Raises `SlackCallError`."""
        fields = {name: _field(value) for name, value in _given(arguments).items()}
        return await self._call(self.client(token), method, data=fields)

    async def upload(self, address: str, content: bytes) -> None:
        """Send the bytes of a file to the address that Slack gave for it. Raises `SlackCallError`."""
        try:
            async with self.session.post(address, data=content) as response:
                if response.status != 200:
                    raise SlackDeclined(f"http_{response.status}")
        except (aiohttp.ClientError, TimeoutError) as error:
            raise _unreached(error) from None

    async def close(self) -> None:
        """Close the session."""
        if self._session is not None:
            await self._session.close()

    async def _call(self, client: AsyncWebClient, method: str, **how: Json) -> Json:
        try:
            answer = await client.api_call(method, **how)  # type: ignore[arg-type]
        except SlackApiError as error:
            raise _said(error.response) from None
        except (aiohttp.ClientError, TimeoutError) as error:
            raise _unreached(error) from None
        except AttributeError:
            # The SDK expects of every answer that it is an object; something on the way gave another.
            raise SlackUnanswered("malformed_answer") from None
        if not isinstance(answer.data, dict):
            raise SlackUnanswered("malformed_answer")
        return answer.data


def _in_time() -> aiohttp.TraceConfig:
    """Looks at the deadline when a connection is there, and nothing was written to it."""
    trace = aiohttp.TraceConfig()

    async def check(*_: object) -> None:
        send_deadline.check()

    trace.on_request_headers_sent.append(check)
    return trace


def _given(arguments: Json) -> Json:
    return {name: value for name, value in arguments.items() if value is not None}


def _field(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _said(response: AsyncSlackResponse | aiohttp.ClientResponse) -> SlackCallError:
    """What an answer means that is not a success."""
    status = response.status if isinstance(response, aiohttp.ClientResponse) else response.status_code
    data = getattr(response, "data", None)
    code = str(data.get("error", "")) if isinstance(data, dict) else ""
    if status == 429 or code in ("ratelimited", "rate_limited"):
        return SlackDeclined("ratelimited", _wait(response.headers.get("Retry-After", "")))
    if status >= 500 or code in UNSURE:
        return SlackUnanswered(code or f"http_{status}")
    if not code:
        # An answer that is not Slack's, from something on the way.
        return SlackUnanswered("malformed_answer") if status == 200 else SlackDeclined(f"http_{status}")
    return SlackDeclined(code)


def _wait(seconds: str) -> timedelta:
    return timedelta(seconds=int(seconds)) if seconds.isascii() and seconds.isdigit() else DEFAULT_WAIT


def _unreached(error: Exception) -> SlackCallError:
    # A connection that was not made carried nothing; one that broke may have carried all.
    if isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError | aiohttp.InvalidURL):
        return SlackUnreachable(type(error).__name__)
    return SlackUnanswered(type(error).__name__)


def _silent() -> logging.Logger:
    """A logger that says nothing at any level: the SDK's lines hold what is sent."""
    silent = logging.getLogger(f"{__name__}.silent")
    silent.addHandler(logging.NullHandler())
    silent.propagate = False
    silent.disabled = True
    silent.setLevel(logging.CRITICAL)
    return silent


_SILENT = _silent()
