"""A feed from a web address."""

import asyncio
from collections.abc import Callable
from http import HTTPStatus
from importlib.metadata import PackageNotFoundError, version

import aiohttp
from yarl import URL

from adapters.feeds.documents import Document, Progress
from adapters.feeds.doorway import Doorway, is_public
from adapters.feeds.limits import Limits
from adapters.feeds.refusals import FeedRefused, too_large

REDIRECTS = 5
_PIECE = 64 * 1024
_HANDED_ON = {301, 302, 303, 307, 308}
_WANTED = "application/atom+xml, application/rss+xml, application/rdf+xml, application/xml;q=0.9, */*;q=0.1"


async def fetch(
    address: str,
    limits: Limits,
    progress: Progress | None,
    *,
    public: Callable[[str], bool] = is_public,
) -> Document:
    """Fetch the feed at `address`, following at most five redirects, within `limits`. Raises FeedRefused.

    `public` says of a numeric IP address whether it belongs to the public internet.
    """
    doorway = Doorway(public)
    try:
        async with asyncio.timeout(limits.seconds), _session(doorway) as session:
            return await _follow(session, _web_address(address), limits, progress)
    except TimeoutError:
        raise FeedRefused(f"The feed did not arrive within {limits.seconds:g} seconds.") from None
    except (aiohttp.ClientError, OSError, ValueError) as error:
        raise FeedRefused(_what_went_wrong(error, doorway)) from None


def _session(doorway: Doorway) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(socket_factory=doorway.open),
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=None),
        headers={"User-Agent": _name_and_version(), "Accept": _WANTED},
    )


def _name_and_version() -> str:
    try:
        return f"Deliverable/{version('deliverable')}"
    except PackageNotFoundError:
        return "Deliverable/0"


async def _follow(session: aiohttp.ClientSession, address: URL, limits: Limits, progress: Progress | None) -> Document:
    for _ in range(REDIRECTS + 1):
        async with session.get(address, allow_redirects=False) as response:
            if response.status not in _HANDED_ON:
                return Document(await _body(response, limits, progress), str(response.url))
            address = _next_address(response)
    raise FeedRefused(f"The feed's address leads on to others more than {REDIRECTS} times.")


def _web_address(text: str) -> URL:
    if any(character.isspace() for character in text):
        raise ValueError("white space in an address")
    return URL(text)


def _next_address(response: aiohttp.ClientResponse) -> URL:
    address = response.url.join(_web_address(response.headers.get("Location", "")))
    if address.scheme not in ("http", "https"):
        raise FeedRefused("The feed's address leads on to something that is no web address.")
    return address


async def _body(response: aiohttp.ClientResponse, limits: Limits, progress: Progress | None) -> bytes:
    if response.status != HTTPStatus.OK:
        raise FeedRefused(f"The feed's server answered {_status(response.status)} instead of a feed.")
    packed = "Content-Encoding" in response.headers
    total = None if packed else response.content_length
    if total is not None and total > limits.bytes:
        raise too_large(limits.bytes)
    content = bytearray()
    async for piece in response.content.iter_chunked(_PIECE):
        content += piece
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


def _what_went_wrong(error: Exception, doorway: Doorway) -> str:
    if doorway.refused:
        return "The feed's public address leads on to one inside this network, which was not followed."
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return "The feed's server could not prove by its certificate that it is the one asked for."
    if isinstance(error, aiohttp.ClientSSLError):
        return "The feed's server does not speak https at that address."
    if isinstance(error, aiohttp.ClientConnectorError):
        return "The feed's server cannot be reached."
    if isinstance(error, aiohttp.ClientPayloadError):
        return "The connection broke off, or the packing was damaged, before the whole feed had arrived."
    if isinstance(error, aiohttp.ClientResponseError):
        return "The feed's server answered in a way that is not HTTP."
    if isinstance(error, ValueError):
        return "That is not a web address."
    return "The connection to the feed's server broke off."
