"""Strict reading of a feed's XML: only well-formed feeds pass, and only what announcements are made of is kept."""

import io
import re
from collections.abc import Mapping
from urllib.parse import urljoin, urlsplit
from xml.parsers.expat import errors
from xml.sax import InputSource, SAXException, SAXParseException
from xml.sax.handler import ContentHandler, feature_namespaces
from xml.sax.saxutils import escape
from xml.sax.xmlreader import AttributesNSImpl

from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import create_parser

from adapters.feeds.documents import Document
from adapters.feeds.elements import ENTRIES, FORMATS, NAMES_OF_ENTRIES, XHTML, Element, Feed, Field, Layout, Name
from adapters.feeds.encodings import decoded, repaired
from adapters.feeds.refusals import FeedRefused

_XHTML_NAMESPACE = "http://www.w3.org/1999/xhtml"
_BASE = ("http://www.w3.org/XML/1998/namespace", "base")
_TYPES = {"text": "text/plain", "plain": "text/plain", "html": "text/html", "xhtml": XHTML}
_MARKED_UP = {"title", "summary", "content"}
_ATTRIBUTES = ("href", "isPermaLink", "rel", "type")
_ELEMENTS_PER_ENTRY = 50
_NOT_ALLOWED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_CUT_SHORT = "it seems to be cut short"
_CODES = errors.codes
_WHY = {
    _CODES[errors.XML_ERROR_NO_ELEMENTS]: _CUT_SHORT,
    _CODES[errors.XML_ERROR_UNCLOSED_TOKEN]: _CUT_SHORT,
    _CODES[errors.XML_ERROR_UNCLOSED_CDATA_SECTION]: _CUT_SHORT,
    _CODES[errors.XML_ERROR_TAG_MISMATCH]: "an element ends that was not open",
    _CODES[errors.XML_ERROR_UNDEFINED_ENTITY]: "it has an entity that XML does not know, such as &nbsp;",
    _CODES[errors.XML_ERROR_BAD_CHAR_REF]: "that line has a reference to a control character, which XML does not allow",
    _CODES[errors.XML_ERROR_UNBOUND_PREFIX]: "an element has a prefix that the feed does not declare",
    _CODES[errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT]: "there is more after its end",
}
"""What each error of the parser means, where more than its line can be said."""
_ATTRIBUTE_LIMIT = 4_000


def sanitized(document: Document, entries: int) -> Feed:
    """Give the elements of a feed that announcements are made from, none of them longer than its limit.

    Raises FeedRefused if the document is not well-formed, declares a document type or an entity, is not
    Atom or RSS, has more than `entries` entries, or only entries that are not read.
    """
    text = decoded(document)
    _check_kind(text)
    sanitizer = _Sanitizer(entries)
    parser = create_parser(forbid_dtd=True, forbid_entities=True, forbid_external=True)
    parser.setFeature(feature_namespaces, True)
    parser.setContentHandler(sanitizer)
    source = InputSource()
    source.setByteStream(io.BytesIO(text.encode("utf-8", "surrogatepass")))
    source.setEncoding("utf-8")
    try:
        parser.parse(source)
    except DefusedXmlException:
        raise FeedRefused("The feed declares a document type or entities, which are not accepted.") from None
    except SAXParseException as error:
        raise FeedRefused(_where_it_broke(error, text)) from None
    except (SAXException, LookupError, ValueError):
        raise FeedRefused("The feed is not XML that can be read.") from None
    if sanitizer.unread and not sanitizer.feed.entries:
        raise FeedRefused("The feed has entries, but in a form that is not read here. It must be Atom or RSS.")
    return sanitizer.feed


class _Sanitizer(ContentHandler):
    """Collects the elements that the formats list, and skips all others with everything inside them."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self.feed = Feed()
        self.unread = 0
        self._limit = limit
        self._open: list[tuple[Layout, str]] = [(FORMATS, "")]
        self._collected = self.feed.elements
        self._text: _Text | None = None
        self._skipped = 0

    def startElementNS(self, name: Name, qname: str | None, attrs: AttributesNSImpl) -> None:  # noqa: N802
        if self._skipped or not self._keeps(name, dict(attrs.items())):
            self._skipped += 1
            self.unread += name[1] in NAMES_OF_ENTRIES

    def endElementNS(self, name: Name, qname: str | None) -> None:  # noqa: N802
        if self._skipped:
            self._skipped -= 1
        elif self._text is None:
            self._open.pop()
        elif self._text.end(name):
            self._collected.append(self._text.element())
            self._text = None

    def characters(self, content: str) -> None:
        if self._text is not None and not self._skipped:
            self._text.add(content)

    def _keeps(self, name: Name, attributes: dict[Name, str]) -> bool:
        if self._text is not None:
            return self._text.start(name)
        layout, base = self._open[-1]
        if layout is FORMATS:
            _check_root(name)
        found = layout.get(name)
        base = _joined(base, attributes.get(_BASE, "")[:_ATTRIBUTE_LIMIT])
        if isinstance(found, Field):
            return self._starts_text(found, attributes, base)
        if found is not None:
            self._start_layout(name, found, base)
        return found is not None

    def _starts_text(self, field: Field, attributes: dict[Name, str], base: str) -> bool:
        if len(self._collected) >= _ELEMENTS_PER_ENTRY:
            return False
        self._text = _Text(field, _wanted(attributes), base)
        return True

    def _start_layout(self, name: Name, layout: Layout, base: str) -> None:
        self._open.append((layout, base))
        if name in ENTRIES:
            if len(self.feed.entries) == self._limit:
                raise FeedRefused(f"The feed has more than {self._limit:,} entries.")
            self._collected = []
            self.feed.entries.append(self._collected)


class _Text:
    """One element while it is being read, with its text cut at the limit of its field."""

    def __init__(self, field: Field, attributes: Mapping[str, str], base: str) -> None:
        declared = attributes.get("type", "").lower()
        self._declared = declared in _TYPES or "/" in declared
        self._field, self._attributes, self._base = field, attributes, base
        self._media_type = _TYPES.get(declared, declared if "/" in declared else field.media_type)
        self._pieces: list[str] = []
        self._left = field.limit
        self._depth = 0

    def add(self, text: str) -> None:
        kept = text[: self._left]
        self._left -= len(kept)
        self._pieces.append(escape(kept) if self._media_type == XHTML else kept)

    def start(self, name: Name) -> bool:
        """Say whether an element inside this one is kept, as a tag in the text."""
        # Publishers of RSS put bare HTML into descriptions, where it has no namespace.
        is_markup = self._field.meaning in _MARKED_UP and name[0] in (_XHTML_NAMESPACE, None)
        tag = f"<{name[1]}>"
        if not is_markup or len(tag) > self._left:
            return False
        # Some publishers put escaped HTML into a bare div, which does not make it XHTML.
        if name[1] != "div" and not self._media_type.endswith("xml"):
            self._media_type = XHTML
        self._pieces.append(tag)
        self._left -= len(tag)
        self._depth += 1
        return True

    def end(self, name: Name) -> bool:
        """Say whether this was the end of the element itself, not of one inside it."""
        if not self._depth:
            return True
        self._pieces.append(f"</{name[1]}>")
        self._depth -= 1
        return False

    def element(self) -> Element:
        text = repaired("".join(self._pieces).strip())
        return Element(self._field.meaning, text, self._media_type, self._attributes, self._base, self._declared)


def _joined(base: str, relative: str) -> str:
    try:
        urlsplit(relative)
        return urljoin(base, relative)
    except ValueError:
        return base


def _wanted(attributes: dict[Name, str]) -> dict[str, str]:
    return {name: attributes[None, name][:_ATTRIBUTE_LIMIT] for name in _ATTRIBUTES if (None, name) in attributes}


def _check_kind(text: str) -> None:
    start = text[:1024].lstrip().lower()
    if not start:
        raise FeedRefused("The feed is empty.")
    if start.startswith(("<!doctype html", "<html")):
        raise _web_page()
    if start.startswith(("{", "[")):
        raise FeedRefused("That is JSON, not an Atom or RSS feed.")


def _check_root(name: Name) -> None:
    if name == (_XHTML_NAMESPACE, "html"):
        raise _web_page()
    if name not in FORMATS:
        raise FeedRefused("That is XML, but not an Atom or RSS feed.")


def _web_page() -> FeedRefused:
    return FeedRefused("That is a web page, not an Atom or RSS feed.")


def _where_it_broke(error: SAXParseException, text: str) -> str:
    line = error.getLineNumber() or 1
    said = f"The feed is not well-formed XML from line {line} on"
    found = _NOT_ALLOWED.search(text)
    if found is not None and text.count("\n", 0, found.start()) + 1 == line:
        return f"{said}: that line has a control character, which XML does not allow."
    why = _WHY.get(_code(error))
    return f"{said}: {why}." if why else f"{said}."


def _code(error: SAXParseException) -> int:
    return int(getattr(error.getException(), "code", 0))
