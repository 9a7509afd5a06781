"""The entries of a sieved feed, made into announcements."""

import calendar
import io
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote, urljoin

import feedparser

from adapters.feeds.plain_text import plain_text
from adapters.feeds.refusals import FeedRefused
from bot.interface.announcements import Announcement, LinkRefused, normalised_link

Entry = Mapping[str, Any]

_EARLIEST = 1900
_UNSAFE = re.compile(r"[\s\"<>\\^`{|}]")
_HTML = {"text/html", "application/xhtml+xml"}
_TEXT = _HTML | {"text/plain"}


def announcements(feed: bytes, address: str | None, now: datetime) -> list[Announcement]:
    """Give the announcements of a sieved feed in its own order, each page once, in its newest wording.

    `address` is where the feed was fetched, for links that are relative; without one, the feed's own
    word for where it stands. A day later than tomorrow, as seen from `now`, is not believed. Raises
    FeedRefused at the first entry that has no title or no usable link.
    """
    parsed = _parsed(feed)
    base = address or _own_address(parsed["feed"])
    newest: dict[str, tuple[int, Announcement]] = {}
    for number, entry in enumerate(map(dict, parsed["entries"]), start=1):
        identity, announcement = _announcement(number, entry, base, now)
        changed = _changed(entry)
        if identity not in newest or changed > newest[identity][0]:
            newest[identity] = (changed, announcement)
    return [announcement for _, announcement in newest.values()]


def _parsed(feed: bytes) -> Any:
    # A stream, because a string could be taken for an address or a path and opened.
    parsed = feedparser.parse(io.BytesIO(feed), resolve_relative_uris=False, sanitize_html=False)
    if parsed["bozo"]:
        raise FeedRefused("The feed cannot be read as Atom or RSS.")
    return parsed


def _announcement(number: int, entry: dict[str, Any], base: str, now: datetime) -> tuple[str, Announcement]:
    title = _shown(entry.get("title", ""), entry.get("title_detail"))
    if not title:
        raise FeedRefused(f"Entry {number} of the feed has no title, so nothing was taken from it.")
    identity, link = _identity_and_link(number, entry, base)
    return identity, Announcement(title, _summary(entry), link, _day(entry, now))


def _shown(text: str, detail: Entry | None) -> str:
    return plain_text(text, html=(detail or {}).get("type") in _HTML)


def _summary(entry: Entry) -> str:
    # Where only the content is given, the parser copies it into the summary and forgets what type it has.
    summary = _shown(entry.get("summary", ""), entry["summary_detail"]) if "summary_detail" in entry else ""
    written = (_shown(part["value"], part) for part in entry.get("content", []) if part.get("type") in _TEXT)
    return summary or next(filter(None, written), "")


def _identity_and_link(number: int, entry: Entry, base: str) -> tuple[str, str]:
    link = _named_link(entry)
    if not link:
        raise FeedRefused(f"Entry {number} of the feed has no link, so nothing was taken from it.")
    try:
        whole = _UNSAFE.sub(lambda found: quote(found[0]), urljoin(base, link))
        return normalised_link(whole), whole
    except LinkRefused as refused:
        raise FeedRefused(f"Entry {number} of the feed has a link that cannot be used. {refused}") from None
    except ValueError:
        raise FeedRefused(f"Entry {number} of the feed has a link that cannot be used.") from None


def _named_link(entry: Entry) -> str:
    if "links" not in entry:
        # Then it is the guid of RSS, which is only a link where it is a whole one.
        permanent = str(entry.get("link", ""))
        return permanent if permanent.lower().startswith(("http://", "https://")) else ""
    others = (link.get("href", "") for link in entry["links"] if link.get("rel") == "alternate")
    return str(entry.get("link") or next(others, "")).strip()


def _own_address(feed: Entry) -> str:
    places = [link.get("href", "") for link in feed.get("links", []) if link.get("rel") == "self"]
    return str(next(iter(places), "") or feed.get("link", ""))


def _changed(entry: Entry) -> int:
    instant = entry.get("updated_parsed") or entry.get("published_parsed")
    return calendar.timegm(instant) if instant else 0


def _day(entry: Entry, now: datetime) -> date | None:
    day = _written_day(entry, "published") or _written_day(entry, "updated")
    latest = now.astimezone(UTC).date() + timedelta(days=1)
    return day if day and day.year >= _EARLIEST and day <= latest else None


def _written_day(entry: Entry, name: str) -> date | None:
    # The day on the publisher's own clock: just after midnight in summer it is not yet that day in UTC.
    text = str(entry.get(name, ""))
    for reads in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            return reads(text).date()
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    instant = entry.get(f"{name}_parsed")
    return date(*instant[:3]) if instant else None
