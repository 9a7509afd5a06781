"""Choosing the link to an entry's page, and resolving relative links."""

import re
from collections.abc import Sequence
from contextlib import suppress
from urllib.parse import quote, urljoin

from adapters.feeds.elements import MARKUP, Element, with_meaning
from bot.interface.recognition import says_nothing

_UNSAFE = re.compile(r"[\s\"<>\\^`{|}]")
_WORDS = re.compile(r"[^/.:?#]+\s[^/:?#]*")


def page_link(entry: Sequence[Element]) -> Element | None:
    """Give the last link to a web page, else an RSS guid that is a link, else the first link to another format."""
    links = [link for link in with_meaning(entry, "link") if _is_alternate(link) and _target(link)]
    web_pages = [link for link in links if link.media_type in MARKUP]
    permalinks = filter(_is_permalink, with_meaning(entry, "guid"))
    return next(iter([*web_pages[-1:], *permalinks, *links]), None)


def says_no_link(entry: Sequence[Element]) -> bool:
    """Say whether the publisher writes that there is no link, such as "N/A" or "-", in place of one."""
    return any(_is_alternate(link) and _written(link) and not _target(link) for link in with_meaning(entry, "link"))


def own_address(elements: Sequence[Element]) -> str:
    """Give the address that a feed names as its own, or else that of its site. Empty if it names neither."""
    links = with_meaning(elements, "link")
    own = [link for link in links if link.attributes.get("rel", "").lower() == "self"]
    web_pages = [link for link in links if _is_alternate(link) and link.media_type in MARKUP]
    for link in filter(_target, [*own, *web_pages[-1:]]):
        with suppress(ValueError):
            return resolved(link, "")
    return ""


def resolved(link: Element, base: str) -> str:
    """Give the address that `link` leads to, seen from `base`. Raises ValueError if it is not an address."""
    if _WORDS.fullmatch(_target(link)):
        raise ValueError("words in place of an address")
    target = urljoin(urljoin(base, link.base), _target(link))
    return _UNSAFE.sub(lambda found: quote(found[0]), target)


def _is_alternate(link: Element) -> bool:
    return link.attributes.get("rel", "alternate").lower() == "alternate"


def _is_permalink(guid: Element) -> bool:
    is_link = guid.attributes.get("isPermaLink", "true") == "true"
    return is_link and guid.text.lower().startswith(("http://", "https://"))


def _target(link: Element) -> str:
    written = _written(link)
    return "" if says_nothing(written) else written


def _written(link: Element) -> str:
    # Some publishers of RSS escape the "&" of a link twice.
    return link.attributes.get("href", "").strip() or link.text.replace("&amp;", "&").strip()
