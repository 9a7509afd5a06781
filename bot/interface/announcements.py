"""Announcements as they come from outside, and the normalised link of the page that each one is on."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar
from urllib.parse import unquote, urlsplit, urlunsplit

from url_normalize import url_normalize

from bot.interface.visible_text import speakable

TITLE_LIMIT = 300
SUMMARY_LIMIT = 3_000
LINK_LIMIT = 2_000
OPEN_DAYS = 90
"""For how many days a policy takes flags where nobody says until when."""

_Found = TypeVar("_Found")

_WHOLE_ADDRESS = re.compile(r"https?://[^/?#]", re.IGNORECASE)
_HOST = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*|[0-9a-f:.]*:[0-9a-f:.]*")
_UNPRINTABLE = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}
# Names of query parameters that say where a reader came from. Names that may choose what a page shows, such as
# "source", "ref" or "campaign", are not among them.
_TRACKING = re.compile(
    r"utm_.*|mtm_.*|pk_(?:campaign|keyword|kwd|source|medium|content|cid)|piwik_(?:campaign|keyword|kwd)|matomo_.*"
    r"|at_(?:medium|campaign|campaign_type|custom\d*|link_.*|format|ptr_name|bbc_team|creation|send_date|recipient_.*)"
    r"|fbclid|fb_(?:action_ids|action_types|source|ref)|gclid|gclsrc|gbraid|wbraid|gad_source|gad_campaignid|dclid"
    r"|srsltid|msclkid|twclid|ttclid|yclid|_openstat|igshid|igsh|li_fat_id|epik|rdt_cid|scid|wickedid|__s|_branch_match_id"
    r"|mc_cid|mc_eid|mkt_tok|_ga|_gl|_ke|_hsenc|_hsmi|__hs[a-z]{2,3}|hsa_.*|hsctatracking|vero_id|vero_conv|oly_anon_id"
    r"|oly_enc_id|sfmc_.*|s_cid|ns_(?:campaign|mchannel|source|linkname|fee)|xtor|wt\.(?:mc_id|tsrc|z_.*)|elqtrack.*"
    r"|cmpid|icid|ocid|ncid|trk_(?:contact|msg|module|sid)|trkcampaign|ml_subscriber(?:_hash)?|rb_clickid|zanpid",
    re.IGNORECASE,
)
# Places on a page that are not about what the page says.
_NO_PLACE = {"", "top", "content", "main", "main-content", "maincontent"}
_DATE_ANCHOR = re.compile(r"\d{4}-\d{2}-\d{2}(?:[Tt ][\d:.,+Zz%-]*)?|\d{8}(?:[Tt]?\d{4,6})?[Zz]?|\d{10}|\d{13}")


class LinkRefused(ValueError):
    """The link cannot be the address of an announcement. The text is a sentence to show to the user."""


@dataclass(frozen=True)
class Announcement:
    """One announcement: plain text, and the address where it can be read in full.

    `title` is cut to 300 characters and `summary` to 3,000, at a word and with "…", because a publisher's feed may
    hold more. `link` is an absolute http or https address as the publisher wrote it, or empty. `announced_on` is a day
    without a time zone, or None where no plausible day was given, and `published_on` the same where it is said to be
    the day of publication. `entry_id` is the publisher's id. `feed` is the feed of an entry that has no link.
    """

    title: str
    summary: str
    link: str
    announced_on: date | None
    published_on: date | None = None
    entry_id: str = ""
    feed: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "title", cut_at_word(speakable(self.title), TITLE_LIMIT))
        object.__setattr__(self, "summary", cut_at_word(speakable(self.summary), SUMMARY_LIMIT))


def cut_at_word(text: str, limit: int) -> str:
    """Return `text` in at most `limit` characters: whole, or its first words and "…"."""
    if len(text) <= limit:
        return text
    kept = text[: limit - 1]
    if not text[limit - 1].isspace():
        kept = _without_last_word(kept)
    return kept.rstrip() + "…"


def date_in_anchor(link: str) -> str:
    """Return the date that stands in place of an anchor, if one does: publishers put that of the last change there."""
    anchor = unquote(link.strip().partition("#")[2])
    return anchor if _DATE_ANCHOR.fullmatch(anchor) else ""


def anchor_of(link: str) -> str:
    """Return the place on its page that a link leads to, or nothing if it leads to the page itself.

    A date is no place, because publishers put the date of the last change there; nor are marked words (`:~:text=`).
    """
    anchor = unquote(link.strip().partition("#")[2].partition(":~:")[0])
    return "" if anchor.lower() in _NO_PLACE or _DATE_ANCHOR.fullmatch(anchor) else anchor


def normalised_link(link: str) -> str:
    """Return the text that identifies a page: two links to the same page give the same one.

    The scheme is https unless there is a port, the host in lower case; no default port, fragment, trailing slash or
    tracking parameters; the query sorted. Use it to compare links, not to follow them: a server may treat the two
    spellings differently. Raises LinkRefused for anything but a complete http or https address.
    """
    link = link.strip()
    _check_characters(link)
    _check_address(link)
    whole = _or_refuse(lambda: url_normalize(link.partition("#")[0])) or ""
    parts = _or_refuse(lambda: urlsplit(whole))
    if not _HOST.fullmatch(parts.hostname or ""):
        raise LinkRefused("The link does not name a site that could exist.")
    path = parts.path.rstrip("/") or "/"
    # A page is the same one before and after its site moved to https. With a port of its own it is another server.
    scheme = "https" if parts.port is None else parts.scheme
    return urlunsplit((scheme, parts.netloc, path, _sorted_query(parts.query), ""))


def _without_last_word(text: str) -> str:
    found = re.search(r"\s\S*$", text)
    return text[: found.start()] if found and found.start() else text


def _check_characters(link: str) -> None:
    if len(link) > LINK_LIMIT:
        raise LinkRefused(f"The link is longer than {LINK_LIMIT:,} characters.")
    if any(character == "\ufffd" or unicodedata.category(character) in _UNPRINTABLE for character in link):
        raise LinkRefused("The link contains characters that cannot be printed.")


def _check_address(link: str) -> None:
    if not _WHOLE_ADDRESS.match(link):
        raise LinkRefused("The link must start with https:// and name a site.")
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
