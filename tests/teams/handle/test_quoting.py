"""Prefilling an announcement from a message: how HTML is read, also if it is malformed."""

from __future__ import annotations

import json

import pytest

from adapters.teams.handle.message_text import MOST_READ, plain, text_of
from adapters.teams.handle.quoting import announcement
from bot.interface.announcements import SUMMARY_LIMIT, TITLE_LIMIT


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One</p><p>Two<br/>Three</p>", "One\n\nTwo\nThree"),
        ("plain\nover two   lines", "plain over two lines"),
        ("<div>a &lt;b&gt; &amp;amp; c&nbsp;d</div>", "a <b> &amp; c d"),
        ('<p>See <a href="https://example.org?a=1&amp;b=2">the page</a>.</p>', "See the page."),
        ('<img alt="A map &amp; a key" src="x"> of it', "A map & a key of it"),
        ("<script>alert(1)</script><STYLE>p{}</STYLE>kept<attachment id='1'>gone</attachment>", "kept"),
        ("<!-- not this --><?xml no?>this", "this"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("<ul><li>one</li><li>two</li></ul>", "one\n\ntwo"),
        ("<at id='0'>Priya</at> asked", "Priya asked"),
        ("<p>unclosed <b>tags <i", "unclosed tags <i"),
        (
            '<p>Permits <emoji id="1f44d_thumbsup" alt="👍" title="Thumbs up"></emoji> from April</p>',
            "Permits 👍 (Thumbs up) from April",
        ),
        ("<emoji alt='' title='Deer'></emoji><emoji alt='x'/>", "Deerx"),
        (
            "<table><tbody><tr><td>Cost</td><td>40</td></tr><tr><td>From</td><td>1 April</td></tr></tbody></table>",
            "Cost | 40\n\nFrom | 1 April",
        ),
        ("<table><tr><th><p>Cost</p></th><td><p>4</p><p>0</p></td><td></td></tr></table>after", "Cost | 4 0\nafter"),
        ("<td>unclosed<tr><p>next</p>", "unclosed\n\nnext"),
        ("one<hr/>two", "one\ntwo"),
        ("", ""),
    ],
)
def test_html_is_converted_to_text(html: str, text: str) -> None:
    assert plain(html) == text


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "piece", ["<!--", "<a ", "<a b='", "<a b=", "</", "<p", "<a", "<", "&", "<script>", "<img alt="]
)
def test_malformed_html_takes_no_longer(piece: str) -> None:
    """The standard library's parser takes between two and forty seconds for many of these."""
    plain(piece * (MOST_READ // len(piece)))
    plain("<" + piece.strip("<") * (MOST_READ // len(piece)))


def test_a_long_message_is_cut_to_what_the_form_takes() -> None:
    payload = {"body": {"contentType": "html", "content": f"<p>{'Every council has a contract. ' * 5_000}</p>"}}
    found = announcement({"messagePayload": payload})
    assert len(found["title"][0]) <= TITLE_LIMIT
    assert len(found["summary"][0]) <= SUMMARY_LIMIT
    assert "link" not in found


def test_only_a_link_to_a_page_is_taken() -> None:
    for link, taken in (("https://teams.example/l/message/1", True), ("javascript:alert(1)", False), (7, False)):
        assert ("link" in announcement({"messagePayload": {"linkToMessage": link}})) is taken


APP = "b0a1c2d3-0000-4000-8000-000000000001"
TABLE = {
    "type": "Table",
    "rows": [{"cells": [{"items": [{"type": "TextBlock", "text": each}]} for each in ("Cost", "40")]}],
}
CARD = {
    "type": "AdaptiveCard",
    "body": [
        {"type": "TextBlock", "text": "Single parking permit"},
        {"type": "TextBlock", "text": "hidden", "isVisible": False},
        {"type": "ColumnSet", "columns": [{"type": "Column", "items": [{"type": "Image", "altText": "A map"}]}]},
        {"type": "RichTextBlock", "inlines": ["From ", {"type": "TextRun", "text": "April"}]},
        {"type": "FactSet", "facts": [{"title": "Owner:", "value": "Helen"}]},
        {"type": "Container", "items": [TABLE]},
    ],
    "actions": [{"type": "Action.OpenUrl", "title": "Open"}],
}
READ = "Single parking permit\nA map\nFrom April\nOwner: Helen\nCost | 40"


def html(content: str, **more: object) -> dict[str, object]:
    """A message whose body is HTML."""
    return {"body": {"contentType": "html", "content": content}, **more}


def attached(kind: str, content: object, **more: object) -> list[dict[str, object]]:
    """The attachments of a message: one, with the id a1."""
    return [{"id": "a1", "contentType": kind, "content": content, **more}]


@pytest.mark.parametrize(
    ("message", "text"),
    [
        (html("", attachments=attached("application/vnd.microsoft.card.adaptive", json.dumps(CARD))), READ),
        (html("", attachments=attached("application/vnd.microsoft.card.adaptive", CARD)), READ),
        (
            html('<p>See</p><attachment id="a1"></attachment><p>now</p>', attachments=attached("x", json.dumps(CARD))),
            f"See\n\n{READ}\n\nnow",
        ),
        (
            html("", attachments=attached("application/vnd.microsoft.card.hero", {"title": "T", "text": "<b>x</b>"})),
            "T\nx",
        ),
        (
            html(
                "<p>Body</p>",
                attachments=attached("application/vnd.microsoft.teams.card.o365connector", {
                    "title": "Build", "sections": [{"activityTitle": "Done", "facts": [{"name": "By", "value": "Ola"}]}]
                }),
            ),
            "Body\nBuild\nDone\nBy: Ola",
        ),
        (
            html("", attachments=attached("forwardedMessageReference", '{"originalMessageContent": "<p>One</p>"}')),
            "One",
        ),
        (html("Yes", attachments=attached("messageReference", '{"messagePreview": "Is it?"}')), "Yes\nIs it?"),
        (html("Here", attachments=attached("reference", None, name="Plan.docx")), "Here\nPlan.docx"),
        ({"body": {"contentType": "text", "content": " a <b> "}, "attachments": attached("x", "{")}, "a <b>"),
        (
            html(
                '<p><at id="0">Deliverable</at>&nbsp;<at id="1">Helen Marsh</at> has announced it</p>',
                mentions=[
                    {"id": 0, "mentioned": {"application": {"id": APP, "displayName": "Deliverable"}}},
                    {"id": 1, "mentioned": {"user": {"id": "u1"}}},
                ],
            ),
            "Helen Marsh has announced it",
        ),
        ({"body": 3, "attachments": "x", "mentions": [3]}, ""),
    ],
)  # fmt: skip
def test_a_message_reads_as_people_see_it(message: dict[str, object], text: str) -> None:
    assert text_of(message, f"28:{APP}") == text


def test_a_card_made_to_be_endless_is_cut() -> None:
    card: dict[str, object] = {"type": "TextBlock", "text": "x" * 100_000}
    assert len(text_of(html("", attachments=attached("x", card)))) <= MOST_READ
    for _ in range(100):
        card = {"type": "Container", "items": [card]}
    assert text_of(html("", attachments=attached("x", card))) == ""
    assert text_of(html("", attachments=attached("x", "[" * 100_000))) == ""
