"""A feed from a file."""

import stat
from pathlib import Path

from adapters.feeds.documents import Document, Progress
from adapters.feeds.limits import Limits
from adapters.feeds.refusals import FeedRefused, too_large

_PIECE = 64 * 1024


def read_file(path: Path, limits: Limits, progress: Progress | None) -> Document:
    """Read the feed in `path`, never more of it than `limits` allow. Raises FeedRefused."""
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
        # Opening a pipe could wait for ever, and a device may never end.
        raise FeedRefused("The feed path does not name a plain file.")
    if found.st_size > limits.bytes:
        raise too_large(limits.bytes)
    content = bytearray()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            content += piece
            if len(content) > limits.bytes:
                raise too_large(limits.bytes)
            if progress is not None:
                progress(len(content), found.st_size)
    return Document(bytes(content))
