"""Fetching a feed from a web address."""

import asyncio
from collections.abc import Callable
from http import HTTPStatus
from importlib.metadata import PackageNotFoundError, version

import aiohttp
from yarl import URL

from adapters.feeds.address_policy import AddressPolicy, is_public
from adapters.feeds.documents import Document, Progress
from adapters.feeds.limits import Limits
from adapters.feeds.refusals import FeedRefused, too_large

MOST_REDIRECTS = 5
_CHUNK = 64 * 1024
_REDIRECTS = {301, 302, 303, 307, 308}
_ACCEPTED = "application/atom+xml, application/rss+xml, application/rdf+xml, application/xml;q=0.9, */*;q=0.1"


async def fetch(
    address: str,
    limits: Limits,
    progress: Progress | None,
    *,
    public: Callable[[str], bool] = is_public,
) -> Document:
    """Fetch the feed at `address` within `limits`, following at most five redirects. Raises FeedRefused.

    `public` says whether a numeric IP address belongs to the public internet.
    """
    address_policy = AddressPolicy(public)
    try:
        async with asyncio.timeout(limits.seconds), _session(address_policy) as session:
            return await _follow(session, _web_address(address), limits, progress)
    except TimeoutError:
        raise FeedRefused(f"The feed did not arrive within {limits.seconds:g} seconds.") from None
    except (aiohttp.ClientError, OSError, ValueError) as error:
        raise FeedRefused(_sentence_about(error, address_policy)) from None


def _session(address_policy: AddressPolicy) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(socket_factory=address_policy.open_socket),
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=None),
        headers={"User-Agent": _user_agent(), "Accept": _ACCEPTED},
    )


def _user_agent() -> str:
    try:
        return f"Deliverable/{version('deliverable')}"
    except PackageNotFoundError:
        return "Deliverable/0"


async def _follow(session: aiohttp.ClientSession, address: URL, limits: Limits, progress: Progress | None) -> Document:
    for _ in range(MOST_REDIRECTS + 1):
        async with session.get(address, allow_redirects=False) as response:
            if response.status not in _REDIRECTS:
                return Document(await _body(response, limits, progress), str(response.url), response.charset or "")
            address = _redirect_target(response)
    raise FeedRefused(f"The feed's address redirects more than {MOST_REDIRECTS} times.")


def _web_address(text: str) -> URL:
    if any(character.isspace() for character in text):
        raise ValueError("white space in an address")
    return URL(text)


def _redirect_target(response: aiohttp.ClientResponse) -> URL:
    address = response.url.join(_web_address(response.headers.get("Location", "")))
    if address.scheme not in ("http", "https"):
        raise FeedRefused("The feed's address redirects to something that is not a web address.")
    return address


async def _body(response: aiohttp.ClientResponse, limits: Limits, progress: Progress | None) -> bytes:
    if response.status != HTTPStatus.OK:
        raise FeedRefused(f"The feed's server answered {_status(response.status)} instead of a feed.")
    compressed = "Content-Encoding" in response.headers
    total = None if compressed else response.content_length
    if total is not None and total > limits.bytes:
        raise too_large(limits.bytes)
    content = bytearray()
    async for chunk in response.content.iter_chunked(_CHUNK):
        content += chunk
        if len(content) > limits.bytes:
            raise too_large(limits.bytes)
        if progress is not None:
            progress(len(content), total)
    return bytes(content)


def _status(number: int) -> str:
    try:
        return f"{number} ({HTTPStatus(number).phrase})"
    except ValueError:
        return str(number)


def _sentence_about(error: Exception, address_policy: AddressPolicy) -> str:
    if address_policy.refused:
        return "The feed's public address redirects to a private address in this network, so it was not followed."
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return "The feed's server has a certificate that is not trusted: it may be expired or made for another name."
    if isinstance(error, aiohttp.ClientSSLError):
        return "The feed's server does not offer https at that address."
    if isinstance(error, aiohttp.ClientConnectorError):
        return "The feed's server cannot be reached."
    if isinstance(error, aiohttp.ClientPayloadError):
        return "The connection was lost, or the compressed data was damaged, before the whole feed arrived."
    if isinstance(error, aiohttp.ClientResponseError):
        return "The feed's server sent an answer that is not HTTP."
    if isinstance(error, ValueError):
        return "That is not a web address."
    return "The connection to the feed's server was lost."
