"""A policy's public page."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from adapters.web import connect_public
from bot.interface.parts import Card, Heading, Link, Paragraph
from bot.screens import invented
from bot.screens.policy.public_policy import public_policy_card
from tests.web.fakes import TYPED, FakeDispatcher
from tests.web.reading import one, read

POLICY = UUID(int=77)
PAGE = f"/policies/{POLICY}"
Client = TestClient[web.Request, web.Application]


@pytest.fixture
def dispatcher() -> FakeDispatcher:
    """A dispatcher that knows one policy."""
    return FakeDispatcher(public_cards={POLICY: public_policy_card(invented.PERMIT)})


@pytest.fixture
async def client(dispatcher: FakeDispatcher) -> AsyncIterator[Client]:
    """The page, asked over loopback."""
    application = web.Application()
    connect_public(application, dispatcher, "https://deliverable.example.org")
    server = TestServer(application)
    await server.start_server(access_log=None)
    async with TestClient(server) as client:
        yield client


async def test_it_shows_the_card_and_nothing_to_press_or_fill_in(client: Client) -> None:
    response = await client.get(PAGE)
    page = await read(response)
    assert response.status == 200
    text = page.get_text()
    assert "Single parking permit" in text
    assert "3 deliverable if…" in text
    assert "To give your view or to read the flags, go to this policy's card in Slack or Teams." in text
    assert page.select("form, button, input, script, style, [style]") == []
    assert [each["href"] for each in page.select("main a")] == [invented.PERMIT.link]
    assert one(page, "main h1").get_text() == "Single parking permit"


async def test_it_is_found_by_no_search_engine_and_lets_nothing_in(client: Client) -> None:
    for path in (PAGE, f"/policies/{uuid4()}", "/policies/nonsense"):
        response = await client.get(path)
        assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert response.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'")
        assert "script" not in response.headers["Content-Security-Policy"]
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Cache-Control"] == "no-store"
        assert "Mounted-Cookie" not in response.headers
        assert one(await read(response), "meta[name=robots]")["content"] == "noindex, nofollow"


async def test_pages_about_the_deployment_are_there_for_anyone(client: Client, dispatcher: FakeDispatcher) -> None:
    for path, title, said in (
        ("/", "Deliverable", "Run by"),
        ("/privacy", "Privacy", "We show your name to nobody"),
        ("/terms", "Terms of use", "could be released under freedom of information law"),
    ):
        response = await client.get(path)
        assert response.status == 200, path
        page = await read(response)
        assert one(page, "main h1").get_text() == title
        assert said in page.get_text()
        assert page.select("form, button, input, script") == []
        assert one(page, "link[rel=canonical]")["href"] == f"https://deliverable.example.org{path}"
    home = await read(await client.get("/"))
    assert [each["href"] for each in home.select("main a")] == [
        "https://deliverable.example.org/privacy",
        "https://deliverable.example.org/terms",
    ]
    dispatcher.down = True
    assert (await client.get("/privacy")).status == 503


async def test_its_files_and_its_own_address_are_where_people_reach_it(client: Client) -> None:
    page = await read(await client.get(PAGE))
    assert one(page, "link[rel=canonical]")["href"] == f"https://deliverable.example.org{PAGE}"
    assert one(page, "meta[property='og:title']")["content"] == "Single parking permit"
    for each in page.select("link[rel=stylesheet], link[rel=icon]"):
        assert (await client.get(str(each["href"]))).status == 200


UNKNOWN = "/policies/6b1f3c52-5d0e-4f0a-9a53-2f1f7c1f8a11"


@pytest.mark.parametrize("path", [UNKNOWN, "/policies/x", "/policies/%00", f"{PAGE}0", "/static/web/x"])
async def test_what_is_not_there_is_a_page_that_says_so(client: Client, path: str) -> None:
    response = await client.get(path)
    assert response.status == 404
    assert "There is nothing at this address" in await response.text()


async def test_typed_text_comes_out_as_it_was_typed_and_runs_nothing(
    dispatcher: FakeDispatcher, client: Client
) -> None:
    nasty = '<script>alert(1)</script>"><b>&amp; \u202eתקליט {{ 7 * 7 }}'
    link = Link("Read the announcement", "javascript:alert(1)")
    dispatcher.public_cards[POLICY] = Card((Heading(nasty, 1), Paragraph(nasty), link), f"{nasty}.")
    page = await read(await client.get(PAGE))
    assert one(page, "h1").get_text() == nasty
    assert one(page, "main p.said").get_text() == nasty
    assert page.select("script, b, a[href^='javascript']") == []


async def test_it_says_when_it_cannot_be_shown_and_logs_nothing_of_it(
    dispatcher: FakeDispatcher, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    dispatcher.down = True
    response = await client.get(PAGE)
    assert (response.status, response.headers["Retry-After"]) == (503, "60")
    dispatcher.down, dispatcher.broken = False, True
    response = await client.get(PAGE)
    assert response.status == 500
    assert TYPED not in await response.text() + caplog.text


async def test_only_reading_is_possible(client: Client) -> None:
    assert (await client.head(PAGE)).status == 200
    for ask in (client.post, client.put, client.delete):
        assert (await ask(PAGE)).status == 405
