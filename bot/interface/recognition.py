"""Recognising an announcement that was made before, so that flags never end up under the words of another one.

Two announcements can share a page: decisions that are listed on one page, or a bulletin whose address stays while its
text changes each week. And one announcement can change its words, its link or its date. What tells them apart is the
anchor of the link, and the id that a publisher gives an entry. Where neither says enough, the match is `UNCLEAR`, and
nobody guesses.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum, auto
from hashlib import sha256

from bot.interface.announcements import Announcement, LinkRefused, anchor_of, date_in_anchor, normalised_link

# PostgreSQL's indexes take no keys above some 2,700 bytes, and percent-encoding makes a link longer than it was.
_LONGEST_PAGE = 1_000
_NO_PAGE = "feed:"
_HIDDEN = "hidden:"
_SAYS_NOTHING = re.compile(r"[^\w/]*|n/?a|none|null|nil|undefined|0+|tb[acd]|about:blank", re.IGNORECASE)


class Match(Enum):
    """How a new announcement compares with a known one."""

    SAME = auto()  # The same words: nothing to do.
    REWORDED = auto()  # The same announcement in other words.
    OTHER = auto()
    UNCLEAR = auto()  # It may be either.


@dataclass(frozen=True)
class AnnouncementIdentity:
    """What an announcement is recognised by.

    `page` is its normalised link, or its feed if it has none. `anchor` stands for the place on that page and `entry`
    for the publisher's id, both as short hashes, empty where there is none. An id that is only the page's address with
    the date of its last change begins with `@`, and so does a date in place of an anchor: another date does not make
    another announcement, nor the same one.
    """

    page: str
    anchor: str = ""
    entry: str = ""

    @property
    def key(self) -> str:
        """The identity as one text, which `from_key` reads."""
        return f"{self.page}#{self.anchor}.{self.entry}" if self.anchor or self.entry else self.page

    @property
    def hidden(self) -> AnnouncementIdentity:
        """The same with a hash in place of the address, by which it is still recognised. Hidden again, it is itself."""
        if self.page.startswith(_HIDDEN):
            return self
        return replace(self, page=_HIDDEN + sha256(self.page.encode()).hexdigest())

    @classmethod
    def from_key(cls, key: str) -> AnnouncementIdentity:
        """The identity that has this key."""
        page, _, rest = key.partition("#")
        anchor, _, entry = rest.partition(".")
        return cls(page, anchor, entry)


@dataclass(frozen=True)
class Known:
    """An announcement that was made before: its identity, its words, and the day on which it was announced."""

    identity: AnnouncementIdentity
    title: str
    summary: str
    announced_on: date | None


def identity_of(announcement: Announcement) -> AnnouncementIdentity | None:
    """What an announcement is recognised by; None if it has neither a link nor a feed. Raises LinkRefused."""
    if announcement.link:
        page = normalised_link(announcement.link)
        anchor = _hash(anchor_of(announcement.link)) or _marked(date_in_anchor(announcement.link))
        return AnnouncementIdentity(_short(page), anchor, _entry(announcement.entry_id, page))
    if announcement.feed is None:
        return None
    return AnnouncementIdentity(
        _NO_PAGE + _short(announcement.feed), _hash(announcement.title), _entry(announcement.entry_id, "")
    )


def match(known: Known, new: Announcement, identity: AnnouncementIdentity) -> Match:
    """Compare a new announcement with a known one on the same page. `identity` is that of the new one."""
    old = known.identity
    same_id = bool(identity.entry) and identity.entry == old.entry
    same_title, same_summary = known.title == new.title, known.summary == new.summary
    other_anchor = bool(identity.anchor and old.anchor) and identity.anchor != old.anchor
    later = bool(new.published_on and known.announced_on) and new.published_on > known.announced_on  # type: ignore[operator]
    other_date = other_anchor and "@" in (identity.anchor[0], old.anchor[0])
    if other_anchor and not same_id and not other_date:
        return Match.OTHER
    if same_title and same_summary:
        return Match.SAME
    if same_id:
        return Match.UNCLEAR if not same_title and (later or (other_anchor and new.link)) else Match.REWORDED
    if _is_own(old.entry) and _is_own(identity.entry):
        return Match.OTHER if not same_title and not (same_summary and new.summary) else Match.UNCLEAR
    one_has_an_anchor = bool(old.anchor) != bool(identity.anchor)
    return Match.REWORDED if same_title and not (later or other_date or one_has_an_anchor) else Match.UNCLEAR


def best_match(known: Iterable[Known], new: Announcement, identity: AnnouncementIdentity) -> tuple[Match, Known | None]:
    """Compare a new announcement with all known ones on its page, and give the one that it is or may be."""
    found = [(match(each, new, identity), each) for each in known]
    with_its_id = [each for each in found if identity.entry and each[1].identity.entry == identity.entry]
    for wanted in (Match.SAME, Match.UNCLEAR, Match.REWORDED):
        fitting = [each for each in with_its_id or found if each[0] is wanted]
        if fitting:
            return (Match.UNCLEAR if wanted is Match.REWORDED and len(fitting) > 1 else wanted), fitting[0][1]
    return Match.OTHER, None


def says_nothing(text: str) -> bool:
    """Whether a text only says that there is none, such as `N/A` or `-`."""
    return _SAYS_NOTHING.fullmatch(text.strip()) is not None


def _is_own(entry: str) -> bool:
    return bool(entry) and not entry.startswith("@")


def _entry(entry_id: str, page: str) -> str:
    """What an entry's id says beyond the address of its page."""
    if says_nothing(entry_id):
        return ""
    address, _, fragment = entry_id.partition("#")
    with suppress(LinkRefused):
        if page and normalised_link(address) == page and not anchor_of(entry_id):
            return _marked(entry_id) if fragment else ""
    return _hash(entry_id)


def _marked(text: str) -> str:
    return "@" + _hash(text) if text else ""


def _short(page: str) -> str:
    return page if len(page) <= _LONGEST_PAGE else "long:" + sha256(page.encode()).hexdigest()


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:16] if text else ""
