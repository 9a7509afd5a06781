"""HTML as plain text."""

import pytest

from adapters.feeds.plain_text import plain_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One.</p><p>Two.</p>", "One. Two."),
        ("One<br>two<br/>three", "One two three"),
        ("a <b>bold</b>er step", "a bolder step"),
        ("Fish &amp; chips&nbsp;&pound;5 &#8211; &#x2013;", "Fish & chips £5 – –"),
        ("&lt;b&gt; is a tag", "<b> is a tag"),
        ('<img alt="a > b" src="x">After', "After"),
        ("<a href=x title=it's>here</a>", "here"),
        ("a<!-- hidden <b> -->b", "a b"),
        ("a<!-- never closed", "a"),
        ("a<script>if (a<b) track('</p>')</script>b", "a b"),
        ("a<style>never closed", "a"),
        ("a<SCRIPT src=x>one</sCript >b", "a b"),
        ("<![CDATA[x]]>One<?php echo 1 ?>", "One"),
        ("cut short <a href='https://a.exam", "cut short"),
        ("3 < 5 and 7 > 6", "3 < 5 and 7 > 6"),
        ("  white \n\t space\u00a0\u2003folds ", "white space folds"),
        ("be\x07ll, nul\x00l, es\x1b[31mcape, c1\x85", "bell, null, es[31mcape, c1"),
        ("turned \u202eround\u202c and \u2066back\u2069", "turned round and back"),
        ("&#7;&#0;&#x202e;end", "\ufffdend"),
        ("", ""),
    ],
)
def test_html_becomes_one_line_of_text(html: str, text: str) -> None:
    assert plain_text(html, html=True) == text


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("AT&T < everyone > you", "AT&T < everyone > you"),
        ("List<Permit> and <placeholder>", "List<Permit> and <placeholder>"),
        ("<p>Forgotten to say.</p>", "Forgotten to say."),
        ("Fish &amp; chips", "Fish & chips"),
        ("a?x=1&copy=2", "a?x=1&copy=2"),
    ],
)
def test_undeclared_html_is_recognised_and_other_text_kept(typed: str, text: str) -> None:
    assert plain_text(typed, html=None) == text


@pytest.mark.parametrize(
    "piece", ["<a ", "<!--", "<![if ", '<a a="', "<script>", "</scrip", "<a '\"", "&amp", "<a" + " " * 50]
)
def test_hostile_html_is_read_in_time(piece: str) -> None:
    hostile = piece * (400_000 // len(piece))
    assert len(plain_text(hostile, html=True)) <= len(hostile)  # in seconds at most: the time limit of tests checks it
