"""Feeds for the tests to read: the project's own invented ones, and hostile ones."""

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


def read(content: bytes | str, address: str | None = None, limits: Limits | None = None) -> list[Announcement]:
    """Read a feed's content as if it came from `address`, or from a file."""
    content = content.encode() if isinstance(content, str) else content
    return announcements_in(Document(content, address), NOW, limits or Limits())


def atom(*entries: str, attributes: str = "") -> str:
    """Give an Atom feed of these entries, each the inside of one."""
    inside = "".join(f"<entry>{entry}</entry>" for entry in entries)
    return f'<feed xmlns="http://www.w3.org/2005/Atom" {attributes}>{inside}</feed>'


def rss(*items: str) -> str:
    """Give an RSS 2.0 feed of these items, each the inside of one."""
    inside = "".join(f"<item>{item}</item>" for item in items)
    return f'<rss version="2.0"><channel>{inside}</channel></rss>'


def entry(title: str = "Single parking permit", link: str = "https://a.example/permit", rest: str = "") -> str:
    """Give the inside of an Atom entry."""
    return f'<title>{title}</title><link href="{link}"/>{rest}'
