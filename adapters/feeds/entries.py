"""The entries of a feed, made into announcements."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

from adapters.feeds.dates import read_date
from adapters.feeds.elements import MARKUP, PLAIN, UNKNOWN, Element, Feed, Meaning, with_meaning
from adapters.feeds.links import own_address, page_link, resolved
from adapters.feeds.plain_text import plain_text
from adapters.feeds.refusals import FeedRefused
from bot.interface.announcements import Announcement, LinkRefused, normalised_link

Entry = Sequence[Element]

_EARLIEST_YEAR = 1900
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_READABLE = {PLAIN, UNKNOWN, *MARKUP}
# A title in RSS may be text or HTML, and nothing says which. A closing tag does, if it is one that titles have.
_CLOSING_TAG = re.compile(
    r"</(?:acronym|cite|code|del|dfn|font|ins|kbd|mark|pre|q|s|samp|small|strike|tt|var)>", re.IGNORECASE
)


def announcements(feed: Feed, address: str | None, now: datetime) -> list[Announcement]:
    """Give the announcements in `feed`, in its order, each page once, in its newest wording.

    Relative links are resolved against `address`, where the feed was fetched, or without one against the
    feed's own link. A date later than tomorrow, seen from `now` (aware), is left out. Raises FeedRefused at
    the first entry that has no title or no usable link.
    """
    base = address or own_address(feed.elements)
    newest: dict[str, tuple[datetime, Announcement]] = {}
    for number, entry in enumerate(feed.entries, start=1):
        identity, announcement = _announcement(number, entry, base, now)
        changed = _date(entry, "updated") or _date(entry, "published") or _LONG_AGO
        if identity not in newest or changed > newest[identity][0]:
            newest[identity] = (changed, announcement)
    return [announcement for _, announcement in newest.values()]


def _announcement(number: int, entry: Entry, base: str, now: datetime) -> tuple[str, Announcement]:
    title = next(_texts(entry, "title"), "")
    if not title:
        raise FeedRefused(f"Entry {number} of the feed has no title, so nothing was imported.")
    identity, link = _identity_and_link(number, entry, base)
    summary = next(_texts(entry, "summary"), "") or next(_texts(entry, "content"), "")
    return identity, Announcement(title, summary, link, _announced_on(entry, now))


def _texts(entry: Entry, meaning: Meaning) -> Iterator[str]:
    readable = (each for each in with_meaning(entry, meaning) if each.media_type in _READABLE)
    return filter(None, (plain_text(each.text, html=_is_html(each)) for each in readable))


def _is_html(element: Element) -> bool:
    if element.media_type == UNKNOWN:
        return _CLOSING_TAG.search(element.text) is not None
    return element.media_type in MARKUP


def _identity_and_link(number: int, entry: Entry, base: str) -> tuple[str, str]:
    link = page_link(entry)
    if link is None:
        raise FeedRefused(f"Entry {number} of the feed has no link, so nothing was imported.")
    try:
        address = resolved(link, base)
        return normalised_link(address), address
    except LinkRefused as refused:
        raise FeedRefused(f"Entry {number} of the feed has a link that cannot be used. {refused}") from None
    except ValueError:
        raise FeedRefused(f"Entry {number} of the feed has a link that cannot be used.") from None


def _date(entry: Entry, meaning: Meaning) -> datetime | None:
    elements = with_meaning(entry, meaning)
    return read_date(elements[-1].text) if elements else None


def _announced_on(entry: Entry, now: datetime) -> date | None:
    written = _date(entry, "published") or _date(entry, "updated")
    latest = now.astimezone(UTC).date() + timedelta(days=1)
    # The date on the publisher's own clock: just after midnight in summer, it is still the day before in UTC.
    return written.date() if written and written.year >= _EARLIEST_YEAR and written.date() <= latest else None
