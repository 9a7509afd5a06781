"""Announcement feeds: a file or a web address in, announcements out, or one sentence that says why not."""

from adapters.feeds.limits import Limits
from adapters.feeds.reading import read_feed
from adapters.feeds.refusals import FeedRefused

__all__ = ["FeedRefused", "Limits", "read_feed"]
