"""The strict reading that comes before any other: what is not a sound feed gets no further."""

import io
from xml.sax import InputSource, SAXException, SAXParseException
from xml.sax.handler import ContentHandler, feature_namespaces
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesNSImpl

from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import create_parser

from adapters.feeds.refusals import FeedRefused

Name = tuple[str | None, str]

ATOM = "http://www.w3.org/2005/Atom"
RSS_1 = "http://purl.org/rss/1.0/"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"
CONTENT = "http://purl.org/rss/1.0/modules/content/"
XHTML = "http://www.w3.org/1999/xhtml"
XML = "http://www.w3.org/XML/1998/namespace"

_PREFIXES = {ATOM: "atom", RSS_1: "rss", RDF: "rdf", DUBLIN_CORE: "dc", CONTENT: "content", XHTML: "xhtml"}
_LONG, _SHORT, _DATE = 20_000, 4_000, 100
_MARKED_UP = {"title", "summary", "content", "description", "encoded"}
_ATTRIBUTES = {(None, name) for name in ("type", "href", "rel", "isPermaLink", "version")} | {(XML, "base")}
_DEPTH, _PARTS, _TAG_COST = 100, 50, 40


def _names(namespace: str | None, *local: str) -> dict[Name, int]:
    sizes = {"title": _SHORT, "link": _SHORT, "guid": _SHORT, "pubDate": _DATE, "date": _DATE}
    sizes |= {"published": _DATE, "updated": _DATE, "summary": _LONG, "content": _LONG}
    sizes |= {"description": _LONG, "encoded": _LONG}
    return {(namespace, name): sizes.get(name, 0) for name in local}


_SHARED = _names(DUBLIN_CORE, "date") | _names(CONTENT, "encoded") | _names(ATOM, "link")
_ATOM_ENTRY = _names(ATOM, "title", "link", "summary", "content", "published", "updated")
_RSS_ITEM = _names(None, "title", "link", "guid", "description", "pubDate") | _SHARED
_RSS_1_ITEM = _names(RSS_1, "title", "link", "description") | _SHARED

_ROOTS = {(ATOM, "feed"), (None, "rss"), (RDF, "RDF")}
_INSIDE: dict[Name, dict[Name, int]] = {
    (ATOM, "feed"): _names(ATOM, "entry", "link"),
    (ATOM, "entry"): _ATOM_ENTRY,
    (None, "rss"): _names(None, "channel"),
    (None, "channel"): _names(None, "item", "link") | _names(ATOM, "link"),
    (None, "item"): _RSS_ITEM,
    (RDF, "RDF"): _names(RSS_1, "channel", "item"),
    (RSS_1, "channel"): _names(RSS_1, "link") | _names(ATOM, "link"),
    (RSS_1, "item"): _RSS_1_ITEM,
}
"""What is kept inside what, and how many characters of it. All the rest of a feed is left out."""

_ENTRIES = {(ATOM, "entry"), (None, "item"), (RSS_1, "item")}


class _Sieve(ContentHandler):
    def __init__(self, entries: int) -> None:
        super().__init__()
        self._out = io.BytesIO()
        self._writer = XMLGenerator(self._out, "utf-8", short_empty_elements=True)
        self._open: list[Name] = []
        self._left_out = 0
        self._room = 0
        self._parts = 0
        self._entries_left = entries
        self._entries = entries

    def startDocument(self) -> None:  # noqa: N802
        self._writer.startDocument()

    def endDocument(self) -> None:  # noqa: N802
        self._writer.endDocument()

    def content(self) -> bytes:
        return self._out.getvalue()

    def startElementNS(self, name: Name, qname: str | None, attrs: AttributesNSImpl) -> None:  # noqa: N802
        taken = None if self._left_out else self._taken(name)
        if taken is None:
            self._left_out += 1
            return
        if len(self._open) > _DEPTH:
            raise FeedRefused("The feed is nested too deeply to be read.")
        self._count(taken)
        self._mapping(taken, start=True)
        self._open.append(taken)
        self._writer.startElementNS(taken, "", _wanted(attrs))

    def endElementNS(self, name: Name, qname: str | None) -> None:  # noqa: N802
        if self._left_out:
            self._left_out -= 1
            return
        taken = self._open.pop()
        self._writer.endElementNS(taken, "")
        self._mapping(taken, start=False)
        if taken[0] != XHTML:
            self._room = 0

    def characters(self, content: str) -> None:
        if self._room and not self._left_out:
            self._writer.characters(content[: self._room])
            self._room = max(0, self._room - len(content))

    def _taken(self, name: Name) -> Name | None:
        if not self._open:
            return _root(name)
        parent = self._open[-1]
        if parent[0] == XHTML or parent[1] in _MARKED_UP:
            return self._markup(name)
        kept = _INSIDE.get(parent, {})
        self._parts = 0 if name in _INSIDE else self._parts + 1
        self._room = kept.get(name, 0)
        return name if name in kept and self._parts <= _PARTS else None

    def _markup(self, name: Name) -> Name | None:
        # Publishers of RSS put bare HTML into descriptions, where it has no namespace.
        if name[0] not in (XHTML, None) or self._room <= _TAG_COST:
            return None
        self._room -= _TAG_COST
        return XHTML, name[1]

    def _count(self, name: Name) -> None:
        if name in _ENTRIES:
            if not self._entries_left:
                raise FeedRefused(f"The feed has more than {self._entries:,} entries.")
            self._entries_left -= 1

    def _mapping(self, name: Name, *, start: bool) -> None:
        namespace = name[0]
        if namespace is None or (self._open and self._open[-1][0] == namespace):
            return
        if start:
            self._writer.startPrefixMapping(_PREFIXES[namespace], namespace)
        else:
            self._writer.endPrefixMapping(_PREFIXES[namespace])


def sieved(document: bytes, entries: int) -> bytes:
    """Give the part of a feed that announcements are made from, as small, sound XML in UTF-8.

    Kept are the entries' titles, texts, links and days, so that the parser of feeds after this one meets
    no other element, no second guess at the encoding, no declaration and no text without an end. Raises
    FeedRefused for whatever is not well-formed, declares a document type or an entity, is no Atom, RSS 2.0
    or RSS 1.0, or holds more than `entries` entries.
    """
    _check_kind(document)
    sieve = _Sieve(entries)
    parser = create_parser(forbid_dtd=True, forbid_entities=True, forbid_external=True)
    parser.setFeature(feature_namespaces, True)
    parser.setContentHandler(sieve)
    source = InputSource()
    source.setByteStream(io.BytesIO(document))
    try:
        parser.parse(source)
    except DefusedXmlException:
        raise FeedRefused("The feed declares a document type or entities, which is not accepted.") from None
    except SAXParseException as error:
        raise FeedRefused(_where_it_broke(error)) from None
    except (SAXException, LookupError, ValueError):
        raise FeedRefused("The feed is not written in the encoding that it declares.") from None
    return sieve.content()


def _check_kind(document: bytes) -> None:
    start = document[:1024].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if not start:
        raise FeedRefused("The feed is empty.")
    if start.startswith((b"<!doctype html", b"<html")):
        raise _a_web_page()
    if start.startswith((b"{", b"[")):
        raise FeedRefused("That is JSON, not an Atom or RSS feed.")


def _a_web_page() -> FeedRefused:
    return FeedRefused("That is a web page, not an Atom or RSS feed.")


def _root(name: Name) -> Name:
    if name == (XHTML, "html"):
        raise _a_web_page()
    if name not in _ROOTS:
        raise FeedRefused("That is XML, but not an Atom or RSS feed.")
    return name


def _wanted(attrs: AttributesNSImpl) -> AttributesNSImpl:
    kept: dict[Name, str] = {name: value[:_SHORT] for name, value in attrs.items() if name in _ATTRIBUTES}
    return AttributesNSImpl(kept, {name: name[1] for name in kept})


def _where_it_broke(error: SAXParseException) -> str:
    line = error.getLineNumber()
    return f"The feed is not well-formed XML from line {line} on: it may be cut short or damaged."
