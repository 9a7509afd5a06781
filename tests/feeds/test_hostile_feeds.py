"""Hostile and damaged feeds: each is refused in one sentence, or read without harm."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.feeds import FeedRefused
from adapters.feeds.documents import Document
from adapters.feeds.elements import Element, Feed
from adapters.feeds.limits import Limits
from adapters.feeds.sanitizer import sanitized
from bot.interface.announcements import Announcement
from bot.interface.recognition import identity_of
from tests.feeds.feeds import ATOM, RDF, RSS, atom, entry, read


def declared(encoding: str, title: str, really: str) -> bytes:
    """An Atom feed that declares one encoding and is written in another."""
    return (f'<?xml version="1.0" encoding="{encoding}"?>' + atom(entry(title))).encode(really)


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol"}">' for n in range(10))
HOSTILE: dict[str, tuple[str | bytes, str]] = {
    "empty": ("", "is empty"),
    "blank": (" \n\t ", "is empty"),
    "zeros": (b"\0" * 100, "not well-formed"),
    "noise": (bytes(range(256)) * 4, "not UTF-8"),
    "text": ("Not found", "not well-formed"),
    "json": ('{"version": "https://jsonfeed.org/version/1.1"}', "JSON"),
    "json list": ("[1]", "JSON"),
    "html": ("<!DOCTYPE html><html><title>Sign in</title>", "web page"),
    "html, sound": ("<html><body/></html>", "web page"),
    "xhtml": ('<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>', "web page"),
    "svg": ('<svg xmlns="http://www.w3.org/2000/svg"/>', "not an Atom or RSS"),
    "atom without a namespace": ("<feed><entry/></feed>", "not an Atom or RSS"),
    "a list of feeds": ('<opml version="2.0"><body/></opml>', "not an Atom or RSS"),
    "truncated": (atom(entry())[:-20], "cut short"),
    "two roots": (atom() + atom(), "more after its end"),
    "bad nesting": (atom("<title>T</summary>"), "ends that was not open"),
    "bare ampersand": (atom(entry("Fish & chips")), "not well-formed"),
    "unknown entity": (atom(entry("Caf&eacute;")), "entity that XML does not know"),
    "control character": (atom(entry("bell \x07")), "line has a control character"),
    "named control character": (atom(entry("bell &#8;")), "reference to a control character"),
    "undeclared prefix": (atom("<x:title>T</x:title>"), "prefix"),
    "wrong encoding": (atom(entry("Café")).encode("latin-1"), "not UTF-8, and declares nothing else: see its line 1"),
    "no such encoding": (declared("x-none", "Café", "latin-1"), "encoding that is not known"),
    "no encoding of text": (declared("rot13", "Café", "latin-1"), "encoding that is not known"),
    "another encoding": (declared("shift_jis", "Café", "latin-1"), "not written in the encoding that it declares"),
    "unread entries": ('<rss><x:channel xmlns:x="urn:x"><x:item/></x:channel></rss>', "a form that is not read"),
    "doctype": ("<!DOCTYPE feed>" + atom(), "document type"),
    "entity": ('<!DOCTYPE feed [<!ENTITY a "b">]>' + atom(entry("&a;")), "document type"),
    "laughs": (f"<!DOCTYPE feed [{LAUGHS}]>" + atom(entry("&l9;")), "document type"),
    "external entity": (
        '<!DOCTYPE feed [<!ENTITY a SYSTEM "file:///etc/hostname">]>' + atom(entry("&a;")),
        "document type",
    ),
    "external declaration": ('<!DOCTYPE feed SYSTEM "http://127.0.0.1:9/x.dtd">' + atom(), "document type"),
    "parameter entity": ('<!DOCTYPE feed [<!ENTITY % a SYSTEM "file:///x"> %a;]>' + atom(), "document type"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_document_is_refused_in_one_sentence(name: str) -> None:
    content, words = HOSTILE[name]
    with pytest.raises(FeedRefused) as caught:
        read(content)
    sentence = caught.value.sentence
    assert words in sentence
    assert re.fullmatch(r"[A-Z][^\n]{10,200}\.", sentence)
    assert str(caught.value) == sentence
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_elements_of_another_namespace_are_not_markup() -> None:
    assert read(atom(entry(rest="<summary>One <b>two</b> three</summary>")))[0].summary == "One three"


def test_only_what_an_announcement_is_made_of_is_kept() -> None:
    rest = "<author><name>Someone</name></author><x:y xmlns:x='urn:x'><title>Z</title></x:y><!-- note --><?do it?>"
    feed = sanitized(document(atom("<title x:y='z' xmlns:x='urn:x'>T<!-- note --></title>" + rest)), 10)
    title = Element("title", "T", "text/plain", {}, "")
    assert feed == Feed(elements=[], entries=[[title]])


def test_long_texts_are_cut_and_further_elements_skipped() -> None:
    text, tag = "a" * 500_000, "<b xmlns=''>c</b>" * 30_000
    feed = sanitized(document(atom(f"<title>{text}</title><summary>{tag}</summary>" + "<link href='x'/>" * 60)), 10)
    title, summary, *links = feed.entries[0]
    assert title.text == "a" * 4_000
    assert 0.9 * 20_000 < len(summary.text.replace("</b>", "")) <= 20_000
    assert len(links) == 48


def test_long_attributes_are_cut() -> None:
    long, link = "a/" * 100_000, f"<link href='{'b' * 100_000}' title='c' xml:base='{'d' * 100_000}'/>"
    (element,) = sanitized(document(atom(link, attributes=f"xml:base='/{long}'")), 10).entries[0]
    assert element.attributes == {"href": "b" * 4_000}
    assert len(element.base) <= 8_000


@pytest.mark.parametrize(
    "rest",
    [
        f"<author><name>{'a' * 500_000}</name></author>",
        f"<updated>{'1' * 500_000}</updated>",
        f"<summary type='html'>{'&lt;a ' * 80_000}</summary>",
        f"<summary type='html'>{'&lt;!--' * 80_000}</summary>",
        "<summary/>" * 50_000,
        "<link/>" * 70_000,
        f"<link rel='{'a' * 500_000}'/>",
        "<summary>" + "<b xmlns=''/>" * 40_000 + "</summary>",
        "<z>" * 50_000 + "</z>" * 50_000,
        f"<summary><x xmlns='http://www.w3.org/1999/xhtml'>{'<b>' * 50_000}{'</b>' * 50_000}</x></summary>",
        f"<summary type='xhtml'>{'&lt;' * 80_000}</summary>",
    ],
)
def test_a_text_made_to_keep_a_parser_busy_is_read_in_time(rest: str) -> None:
    (found,) = read(atom(entry(rest=rest)))  # in seconds at most: the time limit of tests checks it
    assert found.title == "Single parking permit"


# Damaged and random feeds

FEEDS = [path.read_bytes() for path in (ATOM, RSS, RDF)]


def document(feed: str) -> Document:
    """A feed as if it came from a file."""
    return Document(feed.encode())


def _outcome(content: bytes) -> list[Announcement] | FeedRefused:
    try:
        return read(content, "https://announcements.example/feed", Limits())
    except FeedRefused as refused:
        return refused


def _check_list_or_sentence(content: bytes) -> None:
    found = _outcome(content)
    if isinstance(found, FeedRefused):
        assert re.fullmatch(r"[A-Z][^\n]{10,300}\.", found.sentence)
        return
    assert all(each.title for each in found)
    assert len({identity_of(each) for each in found}) == len(found)


@settings(deadline=None)
@given(feed=st.sampled_from(FEEDS), share=st.floats(0, 1, exclude_max=True))
def test_a_truncated_feed_is_refused(feed: bytes, share: float) -> None:
    whole = feed.rstrip()
    with pytest.raises(FeedRefused):
        read(whole[: int(len(whole) * share)])


@settings(deadline=None)
@given(
    feed=st.sampled_from(FEEDS),
    flips=st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=6),
)
def test_flipped_bytes_give_a_list_or_a_sentence(feed: bytes, flips: list[tuple[int, int]]) -> None:
    damaged = bytearray(feed)
    for place, byte in flips:
        damaged[place % len(damaged)] = byte
    _check_list_or_sentence(bytes(damaged))


@settings(deadline=None)
@given(
    feed=st.sampled_from(FEEDS),
    place=st.integers(0, 10**6),
    length=st.integers(0, 200),
    put=st.one_of(
        st.binary(max_size=40), st.sampled_from([b"<b>", b"</title>", b"]]>", b"&lt;", b"\xff\xfe", b"<!--"])
    ),
)
def test_a_replaced_part_gives_a_list_or_a_sentence(feed: bytes, place: int, length: int, put: bytes) -> None:
    start = place % len(feed)
    _check_list_or_sentence(feed[:start] + put + feed[start + length :])


@settings(deadline=None)
@given(
    st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="<&\ufffe\uffff"), max_size=80)
)
def test_any_title_gives_a_list_or_a_sentence(title: str) -> None:
    _check_list_or_sentence(atom(entry(title, rest=f"<updated>{title}</updated><summary>{title}</summary>")).encode())


@settings(deadline=None)
@given(
    st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"], exclude_characters='<&"\ufffe\uffff'), max_size=60)
)
def test_any_link_gives_a_list_or_a_sentence(link: str) -> None:
    _check_list_or_sentence(atom(entry(link=link), attributes=f'xml:base="{link[::-1]}"').encode())
    _check_list_or_sentence(atom(entry(link="https://" + link)).encode())


@settings(deadline=None)
@given(
    st.sampled_from(
        ["text", "html", "xhtml", "text/html", "application/xml", "image/svg+xml", "x", "", "base64", "a/b"]
    ),
    st.text(alphabet="aZ09+/=<>;# \n", max_size=40),
)
def test_any_type_gives_a_list_or_a_sentence(kind: str, text: str) -> None:
    inside = text.replace("<", "&lt;")
    for part in ("title", "summary", "content"):
        _check_list_or_sentence(atom(entry(rest=f'<{part} type="{kind}" mode="base64">{inside}</{part}>')).encode())
