"""Reading a feed from a file."""

import stat
from pathlib import Path

from adapters.feeds.documents import Document, Progress
from adapters.feeds.limits import Limits
from adapters.feeds.refusals import FeedRefused, too_large

_CHUNK = 64 * 1024


def read_file(path: Path, limits: Limits, progress: Progress | None) -> Document:
    """Read the feed at `path`, and stop at the limit of bytes. Raises FeedRefused."""
    try:
        return _read(path, limits, progress)
    except FileNotFoundError:
        raise FeedRefused(
            "There is no feed file at that path. A web address starts with https:// or http://."
        ) from None
    except (OSError, ValueError):
        raise FeedRefused("The feed file cannot be read.") from None


def _read(path: Path, limits: Limits, progress: Progress | None) -> Document:
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):
        # Opening a pipe could block for ever, and a device may never end.
        raise FeedRefused("The feed path is not a regular file.")
    if found.st_size > limits.bytes:
        raise too_large(limits.bytes)
    content = bytearray()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            content += chunk
            if len(content) > limits.bytes:
                raise too_large(limits.bytes)
            if progress is not None:
                progress(len(content), found.st_size)
    return Document(bytes(content))
