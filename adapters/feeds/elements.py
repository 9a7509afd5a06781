"""The elements that announcements are made of, and where they stand in Atom, RSS 2.0, RSS 1.0 and RSS 0.90."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

Name = tuple[str | None, str]
"""An element's namespace and its name in it."""

ATOM = "http://www.w3.org/2005/Atom"
RSS_1 = "http://purl.org/rss/1.0/"
RSS_090 = "http://my.netscape.com/rdf/simple/0.9/"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"
CONTENT = "http://purl.org/rss/1.0/modules/content/"

PLAIN, HTML, XHTML = "text/plain", "text/html", "application/xhtml+xml"
MARKUP = {HTML, XHTML}
UNKNOWN = ""
"""The media type of a title in RSS: the specification does not say whether it is text or HTML."""

Meaning = Literal["title", "link", "guid", "id", "summary", "content", "published", "updated"]


@dataclass(frozen=True)
class Field:
    """What an element means, how many characters of it are kept, and its media type unless it declares another."""

    meaning: Meaning
    limit: int
    media_type: str = PLAIN


@dataclass(frozen=True)
class Element:
    """One element of a feed or an entry.

    `media_type` is in lower case, and is `XHTML` wherever `text` has tags that were elements of the feed.
    `attributes` are its href, isPermaLink, rel and type. `base` is the xml:base in force, empty if there is none.
    `declared` is whether the feed says itself what media type it has.
    """

    meaning: Meaning
    text: str
    media_type: str
    attributes: Mapping[str, str]
    base: str
    declared: bool = False


@dataclass(frozen=True)
class Feed:
    """The elements of the feed itself (its links), and those of each of its entries, in the feed's order."""

    elements: list[Element] = field(default_factory=list)
    entries: list[list[Element]] = field(default_factory=list)


Layout = Mapping[Name, "Layout | Field"]
"""What is kept inside an element that holds others."""

# A link leads to a web page unless it declares another type.
_LINK = Field("link", 4_000, HTML)
_PUBLISHED, _UPDATED = Field("published", 100), Field("updated", 100)
_FEED_LINK: Layout = {(ATOM, "link"): _LINK}
_ATOM_ENTRY: Layout = {
    (ATOM, "id"): Field("id", 4_000),
    (ATOM, "title"): Field("title", 4_000),
    (ATOM, "link"): _LINK,
    (ATOM, "summary"): Field("summary", 20_000),
    (ATOM, "content"): Field("content", 20_000),
    (ATOM, "published"): _PUBLISHED,
    (ATOM, "updated"): _UPDATED,
}


def _rss_item(namespace: str | None) -> Layout:
    return {
        (namespace, "title"): Field("title", 4_000, UNKNOWN),
        (namespace, "link"): _LINK,
        (namespace, "description"): Field("summary", 20_000, HTML),
        (ATOM, "link"): _LINK,
        (CONTENT, "encoded"): Field("content", 20_000, HTML),
        (DUBLIN_CORE, "date"): _UPDATED,
    }


_RSS_2_ITEM: Layout = {**_rss_item(None), (None, "guid"): Field("guid", 4_000), (None, "pubDate"): _PUBLISHED}


def _rdf(namespace: str) -> Layout:
    channel: Layout = {(namespace, "link"): _LINK, **_FEED_LINK}
    return {(namespace, "channel"): channel, (namespace, "item"): _rss_item(namespace)}


FORMATS: Layout = {
    (ATOM, "feed"): {(ATOM, "entry"): _ATOM_ENTRY, **_FEED_LINK},
    # Some early RSS has its items beside the channel, as RDF does.
    (None, "rss"): {
        (None, "channel"): {(None, "item"): _RSS_2_ITEM, (None, "link"): _LINK, **_FEED_LINK},
        (None, "item"): _RSS_2_ITEM,
    },
    (RDF, "RDF"): {**_rdf(RSS_1), **_rdf(RSS_090)},
}
"""The formats. Everything that is not listed here is left out."""

ENTRIES = {(ATOM, "entry"), (None, "item"), (RSS_1, "item"), (RSS_090, "item")}
NAMES_OF_ENTRIES = {name for _, name in ENTRIES}


def with_meaning(elements: Sequence[Element], meaning: Meaning) -> list[Element]:
    """Give those of `elements` that have this meaning, in their order."""
    return [element for element in elements if element.meaning == meaning]
