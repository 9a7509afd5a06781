"""Prefilling an announcement from a message: how HTML is read, also if it is malformed."""

from __future__ import annotations

import pytest

from adapters.teams.handle.quoting import MOST_READ, announcement, plain
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
