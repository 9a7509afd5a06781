"""Feeds for the tests: invented ones from files, and ones written by a test."""

from datetime import UTC, datetime
from pathlib import Path

from adapters.feeds.documents import Document
from adapters.feeds.limits import Limits
from adapters.feeds.reading import announcements_in
from bot.interface.announcements import Announcement

HERE = Path(__file__).parent
ATOM, RSS, RDF = HERE / "invented.atom", HERE / "invented.rss", HERE / "invented.rdf"
REAL = Path(__file__).parents[2].parent / "shared" / "announcements" / "govuk-policy-papers.atom"
NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)


def read(
    content: bytes | str,
    address: str | None = None,
    limits: Limits | None = None,
    *,
    charset: str = "",
    left_out: list[str] | None = None,
) -> list[Announcement]:
    """Read the content of a feed as if it came from `address`, or from a file if that is None.

    `charset` is what its server calls its encoding. `left_out` takes a sentence for each entry that is left out.
    """
    content = content.encode() if isinstance(content, str) else content
    skip = left_out.append if left_out is not None else None
    return announcements_in(Document(content, address, charset), NOW, limits or Limits(), skip)


def atom(*entries: str, attributes: str = "") -> str:
    """Give an Atom feed. Each of `entries` is the content of one entry."""
    inside = "".join(f"<entry>{entry}</entry>" for entry in entries)
    return f'<feed xmlns="http://www.w3.org/2005/Atom" {attributes}>{inside}</feed>'


def rss(*items: str) -> str:
    """Give an RSS 2.0 feed. Each of `items` is the content of one item."""
    inside = "".join(f"<item>{item}</item>" for item in items)
    return f'<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>{inside}</channel></rss>'


def entry(title: str = "Single parking permit", link: str = "https://a.example/permit", rest: str = "") -> str:
    """Give the content of an Atom entry."""
    return f'<title>{title}</title><link href="{link}"/>{rest}'


def item(title: str = "Single parking permit", link: str = "https://a.example/permit", rest: str = "") -> str:
    """Give the content of an RSS item."""
    return f"<title>{title}</title><link>{link}</link>{rest}"
