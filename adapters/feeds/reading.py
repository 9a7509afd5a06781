"""Reading a feed from a path or an address."""

import asyncio
import re
from datetime import datetime
from pathlib import Path

from adapters.feeds.documents import Document, Progress
from adapters.feeds.entries import LeftOut, announcements
from adapters.feeds.fetching import fetch
from adapters.feeds.files import read_file
from adapters.feeds.limits import Limits
from adapters.feeds.refusals import FeedRefused
from adapters.feeds.sanitizer import sanitized
from bot.interface.announcements import Announcement

# At least two letters, so that a drive letter is not taken for a scheme.
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]+):", re.IGNORECASE)


async def read_feed(
    source: str | Path,
    *,
    now: datetime,
    limits: Limits | None = None,
    progress: Progress | None = None,
    left_out: LeftOut | None = None,
) -> list[Announcement]:
    """Read all announcements of the feed in a file or at an http or https address.

    `now` is aware, in UTC. `progress` is called after each chunk with the bytes read so far and the bytes
    expected. Gives the announcements in the feed's order, each one once, and an empty list for a feed without
    entries. Raises FeedRefused for anything else: one entry that cannot be used refuses the whole feed, unless
    `left_out` is there to be told of it.
    """
    limits = limits or Limits()
    document = await _document(source, limits, progress)
    return await asyncio.to_thread(announcements_in, document, now, limits, left_out)


def announcements_in(
    document: Document, now: datetime, limits: Limits, left_out: LeftOut | None = None
) -> list[Announcement]:
    """Give the announcements in a feed that has already been read from its file or server. Raises FeedRefused."""
    return announcements(sanitized(document, limits.entries), document.address, now, left_out)


async def _document(source: str | Path, limits: Limits, progress: Progress | None) -> Document:
    scheme = _SCHEME.match(source) if isinstance(source, str) else None
    if scheme is None:
        return read_file(Path(source), limits, progress)
    if scheme[1].lower() not in ("http", "https"):
        raise FeedRefused("Name a feed by the path of a file or by an address that starts with https:// or http://.")
    return await fetch(str(source), limits, progress)
