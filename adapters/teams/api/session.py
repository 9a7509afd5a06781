"""The connection pool for Microsoft's servers, and its errors, converted to ours."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import aiohttp
from yarl import URL

from adapters.teams.api.faults import TeamsUnanswered, TeamsUnreachable
from bot.sending import send_deadline

CONNECT_SECONDS = 5.0
LONGEST_ANSWER = 4 * 1024 * 1024


@dataclass(frozen=True)
class HttpAnswer:
    """An HTTP answer with any status."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


class Session:
    """A connection pool, opened in the event loop. Every call has its own time-out."""

    def __init__(self) -> None:
        self._pool: aiohttp.ClientSession | None = None

    def open(self) -> None:
        """Create the pool. It does not connect yet."""
        if self._pool is None:
            # Without a limit: one hanging server must not use up the connections for others. Callers limit themselves.
            self._pool = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0),
                cookie_jar=aiohttp.DummyCookieJar(),
                trace_configs=[_deadline_check()],
            )

    async def close(self) -> None:
        """Close all connections."""
        if self._pool is not None:
            await self._pool.close()
            self._pool = None

    async def ask(
        self,
        method: str,
        address: str,
        *,
        seconds: float,
        headers: Mapping[str, str] | None = None,
        data: str | bytes | Mapping[str, str] | None = None,
    ) -> HttpAnswer:
        """Make one request, without following redirects. Raises `TeamsUnreachable` and `TeamsUnanswered`.

        `seconds` is the time-out. Only idempotent requests (GET, PUT, DELETE) are repeated, by aiohttp, if a pooled
        connection turns out to be closed.
        """
        if self._pool is None:
            raise TeamsUnreachable("not started")
        timeout = aiohttp.ClientTimeout(total=seconds, sock_connect=CONNECT_SECONDS)
        with _our_errors():
            async with self._pool.request(
                method,
                URL(address, encoded=True),
                headers=headers,
                data=data,
                timeout=timeout,
                allow_redirects=False,
            ) as response:
                return HttpAnswer(response.status, response.headers, await _read_body(response))


def _deadline_check() -> aiohttp.TraceConfig:
    """Check the send deadline just before a request is written."""
    trace = aiohttp.TraceConfig()

    async def check(*_: object) -> None:
        send_deadline.check()

    trace.on_request_headers_sent.append(check)
    return trace


async def _read_body(response: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_chunked(64 * 1024):
        body += chunk
        if len(body) > LONGEST_ANSWER:
            raise TeamsUnanswered("the answer is too long")
    return bytes(body)


@contextlib.contextmanager
def _our_errors() -> Iterator[None]:
    """Convert aiohttp's errors to ours, without addresses or content in their messages."""
    try:
        yield
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
        raise TeamsUnreachable(type(error).__name__) from None
    except TimeoutError:
        raise TeamsUnanswered("no answer in time") from None
    except (aiohttp.ClientPayloadError, aiohttp.ClientResponseError):
        raise TeamsUnanswered("an answer that cannot be read") from None
    except (aiohttp.ClientError, OSError):
        raise TeamsUnanswered("the connection broke") from None
