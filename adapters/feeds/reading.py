"""From a path or an address to announcements."""

import asyncio
import re
from datetime import datetime
from pathlib import Path

from adapters.feeds.documents import Document, Progress
from adapters.feeds.entries import announcements
from adapters.feeds.fetching import fetch
from adapters.feeds.files import read_file
from adapters.feeds.limits import Limits
from adapters.feeds.refusals import FeedRefused
from adapters.feeds.sieve import sieved
from bot.interface.announcements import Announcement

# Two letters at least, so that a drive letter is not taken for a scheme.
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]+):", re.IGNORECASE)


async def read_feed(
    source: str | Path,
    *,
    now: datetime,
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> list[Announcement]:
    """Read the feed in a file, or at an http or https address, whole or not at all.

    `now` is aware UTC. `progress` is told the bytes read and, where it is known, how many there are.
    Gives the announcements in the feed's order, none twice; a sound feed without entries gives none.
    Raises FeedRefused, with one sentence, for everything else.
    """
    limits = limits or Limits()
    document = await _document(source, limits, progress)
    return await asyncio.to_thread(announcements_in, document, now, limits)


def announcements_in(document: Document, now: datetime, limits: Limits) -> list[Announcement]:
    """Give the announcements in a feed that has been read. Raises FeedRefused."""
    return announcements(sieved(document.content, limits.entries), document.address, now)


async def _document(source: str | Path, limits: Limits, progress: Progress | None) -> Document:
    scheme = _SCHEME.match(source) if isinstance(source, str) else None
    if scheme is None:
        return read_file(Path(source), limits, progress)
    if scheme[1].lower() not in ("http", "https"):
        raise FeedRefused("A feed is read from a file's path or from an address with https:// or http://.")
    return await fetch(str(source), limits, progress)
