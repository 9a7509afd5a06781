"""What was announced, as it comes from outside, and the address by which it is known again."""

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
    """A link that cannot be the address of an announcement; its text is a sentence for a person."""


@dataclass(frozen=True)
class Announcement:
    """One announcement: plain text and the address where it can be read.

    `title` is cut to 300 characters and `summary` to 3,000, at a word and with "…": they come from a
    publisher's feed and are read in full at `link`, an absolute http or https address as the publisher
    wrote it. `announced_on` is a day, without a zone, or None where no believable day was given.
    """

    title: str
    summary: str
    link: str
    announced_on: date | None

    def __post_init__(self) -> None:
        object.__setattr__(self, "title", cut_at_word(self.title, TITLE_LIMIT))
        object.__setattr__(self, "summary", cut_at_word(self.summary, SUMMARY_LIMIT))


def cut_at_word(text: str, limit: int) -> str:
    """Give `text`, or its first words and "…", in at most `limit` characters."""
    if len(text) <= limit:
        return text
    room = text[: limit - 1]
    if not text[limit - 1].isspace():
        room = _without_last_word(room)
    return room.rstrip() + "…"


def normalised_link(link: str) -> str:
    """Give the identity of an announcement: two links to the same page give the same text.

    Scheme and host in lower case, no default port, no fragment, no slash at the end, no tracking
    parameters, the query in order. It is for comparing, not for following: a server may tell the
    spellings apart. Raises LinkRefused for what is not a whole http or https address.
    """
    link = link.strip()
    _check_characters(link)
    _check_address(link)
    whole = _carefully(lambda: url_normalize(link.partition("#")[0])) or ""
    parts = _carefully(lambda: urlsplit(whole))
    if not _HOST.fullmatch(parts.hostname or ""):
        raise LinkRefused("The link names no host that could be found.")
    path = parts.path.rstrip("/") or "/"
    return urlunsplit((parts.scheme, parts.netloc, path, _told_apart(parts.query), ""))


def _without_last_word(text: str) -> str:
    found = re.search(r"\s\S*$", text)
    return text[: found.start()] if found and found.start() else text


def _check_characters(link: str) -> None:
    if len(link) > LINK_LIMIT:
        raise LinkRefused(f"The link is longer than {LINK_LIMIT:,} characters.")
    if any(unicodedata.category(character) in _UNPRINTABLE for character in link):
        raise LinkRefused("The link has characters in it that cannot be printed.")


def _check_address(link: str) -> None:
    if not _WHOLE_ADDRESS.match(link):
        raise LinkRefused("The link does not start with http:// or https:// and a host.")
    parts = _carefully(lambda: urlsplit(link))
    _carefully(lambda: parts.port)
    if "@" in parts.netloc:
        # "https://www.gov.uk@elsewhere.example" reads like one host and leads to another.
        raise LinkRefused("The link has a user name in it.")


def _carefully(step: Callable[[], _Found]) -> _Found:
    try:
        return step()
    except (ValueError, IndexError):
        raise LinkRefused("The link is not a web address.") from None


def _told_apart(query: str) -> str:
    wanted = (part for part in query.split("&") if part and not _TRACKING.fullmatch(part.partition("=")[0]))
    return "&".join(sorted(wanted))
