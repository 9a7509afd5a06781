"""The entries of a feed, made into announcements."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from adapters.feeds.dates import read_date
from adapters.feeds.elements import MARKUP, PLAIN, UNKNOWN, Element, Feed, Meaning, with_meaning
from adapters.feeds.links import own_address, page_link, resolved, says_no_link
from adapters.feeds.plain_text import plain_text
from adapters.feeds.refusals import FeedRefused
from bot.interface.announcements import Announcement, LinkRefused, normalised_link
from bot.interface.recognition import AnnouncementIdentity, Known, Match, identity_of, match

Entry = Sequence[Element]

LeftOut = Callable[[str], None]
"""Called with a sentence for each entry that is left out."""

_EARLIEST_YEAR = 1900
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_READABLE = {PLAIN, UNKNOWN, *MARKUP}
_MOST_NAMED = 4
# A title in RSS may be text or HTML, and nothing says which. A closing tag does, if it is one that titles have.
_CLOSING_TAG = re.compile(
    r"</(?:acronym|cite|code|del|dfn|font|ins|kbd|mark|pre|q|s|samp|small|strike|tt|var)>", re.IGNORECASE
)


class _Unusable(Exception):
    """No announcement can be made of an entry. The text goes on from "Entry 3 of the feed", without a full stop."""


@dataclass(frozen=True)
class _Usable:
    number: int
    changed: datetime
    announcement: Announcement
    identity: AnnouncementIdentity


def announcements(
    feed: Feed, address: str | None, now: datetime, left_out: LeftOut | None = None
) -> list[Announcement]:
    """Give the announcements in `feed`, in its order, each one once, in its newest wording.

    Relative links are resolved against `address`, where the feed was fetched, or without one against the feed's own
    link. A date later than tomorrow, seen from `now` (aware), is left out. Entries without a title or a usable link,
    and those of which nobody can say if they are the same announcement as another, are left out where `left_out` is
    given; otherwise FeedRefused names them.
    """
    own = own_address(feed.elements)
    base, scope = address or own, _scope(own or address or "")
    problems: dict[int, str] = {}
    usable: list[_Usable] = []
    for number, entry in enumerate(feed.entries, start=1):
        try:
            usable.append(_usable(number, entry, base, scope, now))
        except _Unusable as unusable:
            problems[number] = str(unusable)
    newest = _each_once(_without_shared_ids(usable), problems)
    if left_out is not None:
        for number, problem in sorted(problems.items()):
            left_out(f"Entry {number} of the feed {problem}.")
    elif problems:
        raise FeedRefused(_refusal(problems))
    return [each.announcement for each in newest]


def _usable(number: int, entry: Entry, base: str, scope: str, now: datetime) -> _Usable:
    title = next(_texts(entry, "title"), "")
    if not title:
        raise _Unusable("has no title")
    link = _link(entry, base)
    summary = next(_texts(entry, "summary"), "") or next(_texts(entry, "content"), "")
    published = _plausible(_date(entry, "published"), now)
    announced_on = published or _plausible(_date(entry, "updated"), now)
    feed = None if link else scope
    announcement = Announcement(title, summary, link, announced_on, published, _id(entry), feed)
    changed = _date(entry, "updated") or _date(entry, "published") or _LONG_AGO
    return _Usable(number, changed, announcement, _identity(announcement))


def _identity(announcement: Announcement) -> AnnouncementIdentity:
    return identity_of(announcement) or AnnouncementIdentity(page="")


def _texts(entry: Entry, meaning: Meaning) -> Iterator[str]:
    readable = (each for each in with_meaning(entry, meaning) if each.media_type in _READABLE)
    return filter(None, (plain_text(each.text, html=_is_html(each)) for each in readable))


def _is_html(element: Element) -> bool | None:
    if element.media_type in MARKUP or (element.media_type == UNKNOWN and _CLOSING_TAG.search(element.text)):
        return True
    return False if element.declared else None


def _link(entry: Entry, base: str) -> str:
    link = page_link(entry)
    if link is None and says_no_link(entry):
        return ""
    if link is None:
        raise _Unusable("has no link")
    try:
        address = resolved(link, base)
        normalised_link(address)
    except LinkRefused as refused:
        raise _Unusable(f"has a link that cannot be used. {str(refused).removesuffix('.')}") from None
    except ValueError:
        raise _Unusable("has a link that cannot be used") from None
    return address


def _id(entry: Entry) -> str:
    return next((each.text for each in (*with_meaning(entry, "id"), *with_meaning(entry, "guid")) if each.text), "")


def _scope(base: str) -> str:
    """The address that tells this feed's entries without links from those of other feeds."""
    with suppress(LinkRefused):
        return normalised_link(base)
    return ""


def _without_shared_ids(entries: Sequence[_Usable]) -> list[_Usable]:
    """Drop the ids that several entries with different titles have: they name none of them."""
    titles = defaultdict(set)
    for each in entries:
        titles[each.announcement.entry_id].add(each.announcement.title)
    return [each if len(titles[each.announcement.entry_id]) == 1 else _without_id(each) for each in entries]


def _without_id(entry: _Usable) -> _Usable:
    announcement = replace(entry.announcement, entry_id="")
    return replace(entry, announcement=announcement, identity=_identity(announcement))


def _each_once(entries: Iterable[_Usable], problems: dict[int, str]) -> list[_Usable]:
    """Give each announcement in its newest wording. Adds to `problems` those that may be the same as another."""
    on_page: dict[str, list[_Usable]] = defaultdict(list)
    for new in entries:
        kept = on_page[new.identity.page]
        place, unclear = _place(kept, new)
        if unclear:
            problems[new.number] = "has the page of another entry, in other words, and may be the same announcement"
        elif place is None:
            kept.append(new)
        elif new.changed > kept[place].changed:
            # It keeps its place in the feed's order.
            kept[place] = replace(new, number=kept[place].number)
    return sorted((each for kept in on_page.values() for each in kept), key=lambda each: each.number)


def _place(kept: Sequence[_Usable], new: _Usable) -> tuple[int | None, bool]:
    """The place of the entry that `new` is another wording of, if any, and whether that cannot be said."""
    for place, each in enumerate(kept):
        known = Known(each.identity, each.announcement.title, each.announcement.summary, each.announcement.announced_on)
        found = match(known, new.announcement, new.identity)
        same_id = bool(new.identity.entry) and new.identity.entry == each.identity.entry
        if found is Match.SAME or (found is Match.REWORDED and same_id):
            return place, False
        if found is not Match.OTHER:
            return None, True
    return None, False


def _refusal(problems: dict[int, str]) -> str:
    numbers = sorted(problems)
    if len(numbers) == 1:
        # A sentence that goes on with why the link cannot be used says enough.
        problem = problems[numbers[0]]
        return f"Entry {numbers[0]} of the feed {problem}{'' if '. ' in problem else ', so nothing was imported'}."
    named = "; ".join(f"entry {each} {problems[each].partition('. ')[0]}" for each in numbers[:_MOST_NAMED])
    more = f"; and {len(numbers) - _MOST_NAMED} more" if len(numbers) > _MOST_NAMED else ""
    return f"{len(numbers)} entries of the feed cannot be used, so nothing was imported: {named}{more}."


def _date(entry: Entry, meaning: Meaning) -> datetime | None:
    elements = with_meaning(entry, meaning)
    return read_date(elements[-1].text) if elements else None


def _plausible(written: datetime | None, now: datetime) -> date | None:
    latest = now.astimezone(UTC).date() + timedelta(days=1)
    # The date on the publisher's own clock: just after midnight in summer, it is still the day before in UTC.
    return written.date() if written and written.year >= _EARLIEST_YEAR and written.date() <= latest else None
