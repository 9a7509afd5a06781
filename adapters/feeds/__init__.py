"""Announcement feeds. Takes a file or a web address, and gives its announcements or one sentence that says why not."""

from adapters.feeds.limits import Limits
from adapters.feeds.reading import read_feed
from adapters.feeds.refusals import FeedRefused

__all__ = ["FeedRefused", "Limits", "read_feed"]
