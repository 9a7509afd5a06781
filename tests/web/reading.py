"""Reads a page without a browser."""

from __future__ import annotations

from aiohttp import ClientResponse
from bs4 import BeautifulSoup, Tag


async def read(response: ClientResponse) -> BeautifulSoup:
    """The page of a response."""
    return BeautifulSoup(await response.text(), "html.parser")


def one(page: BeautifulSoup | Tag, selector: str) -> Tag:
    """The first element that `selector` finds; fails if there is none."""
    found = page.select_one(selector)
    assert found is not None, f"no {selector} on the page"
    return found


def text(page: BeautifulSoup | Tag, selector: str) -> str:
    """The text of that element, unchanged."""
    return one(page, selector).get_text()


def said(page: BeautifulSoup | Tag, selector: str) -> str:
    """The value of a field as a browser takes it: without the line feed right after a textarea's tag."""
    found = one(page, selector)
    return found.get_text().removeprefix("\n") if found.name == "textarea" else str(found["value"])
