"""Announcements as they come from outside, and the normalised link that identifies each one."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar
from urllib.parse import urlsplit, urlunsplit

from url_normalize import url_normalize

TITLE_LIMIT = 300
SUMMARY_LIMIT = 3_000
LINK_LIMIT = 2_000
OPEN_DAYS = 90
"""For how many days a policy takes flags where nobody says until when."""

_Found = TypeVar("_Found")

_WHOLE_ADDRESS = re.compile(r"https?://[^/?#]", re.IGNORECASE)
_HOST = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*|[0-9a-f:.]*:[0-9a-f:.]*")
_UNPRINTABLE = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}
_TRACKING = re.compile(
    r"utm_.*|fbclid|gclid|gclsrc|gbraid|wbraid|dclid|msclkid|twclid|ttclid|yclid|igshid"
    r"|mc_cid|mc_eid|mkt_tok|_ga|_gl|_hsenc|_hsmi|li_fat_id|vero_id",
    re.IGNORECASE,
)


class LinkRefused(ValueError):
    """The link cannot be the address of an announcement. The text is a sentence to show to the user."""


@dataclass(frozen=True)
class Announcement:
    """One announcement: plain text, and the address where it can be read in full.

    `title` is cut to 300 characters and `summary` to 3,000, at a word and with "…", because a publisher's feed may
    hold more. `link` is an absolute http or https address as the publisher wrote it. `announced_on` is a day without
    a time zone, or None where no plausible day was given.
    """

    title: str
    summary: str
    link: str
    announced_on: date | None

    def __post_init__(self) -> None:
        object.__setattr__(self, "title", cut_at_word(self.title, TITLE_LIMIT))
        object.__setattr__(self, "summary", cut_at_word(self.summary, SUMMARY_LIMIT))


def cut_at_word(text: str, limit: int) -> str:
    """Return `text` in at most `limit` characters: whole, or its first words and "…"."""
    if len(text) <= limit:
        return text
    kept = text[: limit - 1]
    if not text[limit - 1].isspace():
        kept = _without_last_word(kept)
    return kept.rstrip() + "…"


def normalised_link(link: str) -> str:
    """Return the text that identifies an announcement: two links to the same page give the same one.

    Scheme and host in lower case; no default port, fragment, trailing slash or tracking parameters; the query sorted.
    Use it to compare links, not to follow them: a server may treat the two spellings differently. Raises LinkRefused
    for anything but a complete http or https address.
    """
    link = link.strip()
    _check_characters(link)
    _check_address(link)
    whole = _or_refuse(lambda: url_normalize(link.partition("#")[0])) or ""
    parts = _or_refuse(lambda: urlsplit(whole))
    if not _HOST.fullmatch(parts.hostname or ""):
        raise LinkRefused("The link does not name a site that could exist.")
    path = parts.path.rstrip("/") or "/"
    return urlunsplit((parts.scheme, parts.netloc, path, _sorted_query(parts.query), ""))


def _without_last_word(text: str) -> str:
    found = re.search(r"\s\S*$", text)
    return text[: found.start()] if found and found.start() else text


def _check_characters(link: str) -> None:
    if len(link) > LINK_LIMIT:
        raise LinkRefused(f"The link is longer than {LINK_LIMIT:,} characters.")
    if any(unicodedata.category(character) in _UNPRINTABLE for character in link):
        raise LinkRefused("The link contains characters that cannot be printed.")


def _check_address(link: str) -> None:
    if not _WHOLE_ADDRESS.match(link):
        raise LinkRefused("The link must start with http:// or https:// and name a site.")
    parts = _or_refuse(lambda: urlsplit(link))
    _or_refuse(lambda: parts.port)
    if "@" in parts.netloc:
        # "https://www.gov.uk@elsewhere.example" reads like one host and leads to another.
        raise LinkRefused("The link contains a user name.")


def _or_refuse(step: Callable[[], _Found]) -> _Found:
    try:
        return step()
    except (ValueError, IndexError):
        raise LinkRefused("The link is not a web address.") from None


def _sorted_query(query: str) -> str:
    kept = (part for part in query.split("&") if part and not _TRACKING.fullmatch(part.partition("=")[0]))
    return "&".join(sorted(kept))
