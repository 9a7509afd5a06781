"""The one pool of connections to Microsoft's servers, and what goes wrong on it in our own terms."""

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
class Answered:
    """What a server answered, whatever its status."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


class Session:
    """A pool that is opened in the event loop and closed at the end; every call has a time of its own."""

    def __init__(self) -> None:
        self._pool: aiohttp.ClientSession | None = None

    def open(self) -> None:
        """Make the pool; nothing is connected yet."""
        if self._pool is None:
            # No limit of its own: a server that hangs must not use up what others need; each caller has its limit.
            self._pool = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0),
                cookie_jar=aiohttp.DummyCookieJar(),
                trace_configs=[_in_time()],
            )

    async def close(self) -> None:
        """Close every connection."""
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
    ) -> Answered:
        """Ask, without following where it points to. Raises `TeamsUnreachable` and `TeamsUnanswered`.

        Once: only what can be done twice without harm (a PUT, a DELETE, a GET) is repeated by aiohttp where a kept
        connection turns out to be closed.
        """
        if self._pool is None:
            raise TeamsUnreachable("not started")
        timeout = aiohttp.ClientTimeout(total=seconds, sock_connect=CONNECT_SECONDS)
        with _in_our_terms():
            async with self._pool.request(
                method,
                URL(address, encoded=True),
                headers=headers,
                data=data,
                timeout=timeout,
                allow_redirects=False,
            ) as response:
                return Answered(response.status, response.headers, await _whole(response))


def _in_time() -> aiohttp.TraceConfig:
    """A look at the deadline, just before anything of a call is written."""
    trace = aiohttp.TraceConfig()

    async def look(*_: object) -> None:
        send_deadline.check()

    trace.on_request_headers_sent.append(look)
    return trace


async def _whole(response: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_chunked(64 * 1024):
        body += chunk
        if len(body) > LONGEST_ANSWER:
            raise TeamsUnanswered("the answer is too long")
    return bytes(body)


@contextlib.contextmanager
def _in_our_terms() -> Iterator[None]:
    """Say what broke, in words without addresses or content."""
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
