"""What is no sound feed gets one sentence, and no parser of feeds sees it."""

import re

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.feeds import FeedRefused
from adapters.feeds.limits import Limits
from adapters.feeds.sieve import sieved
from bot.interface.announcements import Announcement, normalised_link
from tests.feeds.feeds import ATOM, RDF, RSS, atom, entry, read

LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol"}">' for n in range(10))
HOSTILE: dict[str, tuple[str | bytes, str | None]] = {
    "empty": ("", "is empty"),
    "blank": (" \n\t ", "is empty"),
    "zeros": (b"\0" * 100, "not well-formed"),
    "noise": (bytes(range(256)) * 4, "not well-formed"),
    "text": ("Not found", "not well-formed"),
    "json": ('{"version": "https://jsonfeed.org/version/1.1"}', "JSON"),
    "json list": ("[1]", "JSON"),
    "html": ("<!DOCTYPE html><html><title>Sign in</title>", "web page"),
    "html, sound": ("<html><body/></html>", "web page"),
    "xhtml": ('<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>', "web page"),
    "svg": ('<svg xmlns="http://www.w3.org/2000/svg"/>', "not an Atom or RSS"),
    "atom without a namespace": ("<feed><entry/></feed>", "not an Atom or RSS"),
    "a list of feeds": ('<opml version="2.0"><body/></opml>', "not an Atom or RSS"),
    "truncated": (atom(entry())[:-20], "not well-formed"),
    "two roots": (atom() + atom(), "not well-formed"),
    "bad nesting": (atom("<title>T</summary>"), "not well-formed"),
    "bare ampersand": (atom(entry("Fish & chips")), "not well-formed"),
    "unknown entity": (atom(entry("Caf&eacute;")), "not well-formed"),
    "control character": (atom(entry("bell \x07")), "not well-formed"),
    "wrong encoding": (atom(entry("Café")).encode("latin-1"), "not well-formed"),
    "no such encoding": ('<?xml version="1.0" encoding="x-none"?>' + atom(), "encoding"),
    "many-byte encoding": ('<?xml version="1.0" encoding="shift_jis"?>' + atom(), "encoding"),
    "no encoding at all": ('<?xml version="1.0" encoding="rot13"?>' + atom(), "encoding"),
    "doctype": ("<!DOCTYPE feed>" + atom(), "document type"),
    "entity": ('<!DOCTYPE feed [<!ENTITY a "b">]>' + atom(entry("&a;")), "document type"),
    "laughs": (f"<!DOCTYPE feed [{LAUGHS}]>" + atom(entry("&l9;")), "document type"),
    "external entity": (
        '<!DOCTYPE feed [<!ENTITY a SYSTEM "file:///etc/hostname">]>' + atom(entry("&a;")),
        "document type",
    ),
    "external declaration": ('<!DOCTYPE feed SYSTEM "http://127.0.0.1:9/x.dtd">' + atom(), "document type"),
    "parameter entity": ('<!DOCTYPE feed [<!ENTITY % a SYSTEM "file:///x"> %a;]>' + atom(), "document type"),
    "deep": (atom(entry(rest="<summary type='xhtml'>" + "<b>" * 200 + "</b>" * 200 + "</summary>")), None),
    "deep xhtml": (
        atom(entry(rest=f"<summary><x xmlns='http://www.w3.org/1999/xhtml'>{'<b>' * 200}{'</b>' * 200}</x></summary>")),
        "nested too deeply",
    ),
}


@pytest.mark.parametrize("name", [name for name, (_, words) in HOSTILE.items() if words])
def test_one_sentence(name: str) -> None:
    content, words = HOSTILE[name]
    with pytest.raises(FeedRefused) as caught:
        read(content)
    sentence = caught.value.sentence
    assert words is not None
    assert words in sentence
    assert re.fullmatch(r"[A-Z][^\n]{10,200}\.", sentence)
    assert str(caught.value) == sentence
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_a_foreign_namespace_is_no_markup() -> None:
    content, _ = HOSTILE["deep"]
    (found,) = read(content)
    assert found.summary == ""


def test_no_other_parser_meets_what_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    met: list[object] = []
    monkeypatch.setattr(feedparser, "parse", met.append)
    for content, words in HOSTILE.values():
        if words:
            with pytest.raises(FeedRefused):
                read(content)
    assert met == []


def test_only_what_an_announcement_is_made_of_is_handed_on() -> None:
    rest = "<author><name>Someone</name></author><x:y xmlns:x='urn:x'><title>Z</title></x:y><!-- note --><?do it?>"
    kept = sieved(atom(entry("T", rest=rest)).encode(), 10)
    assert b"T" in kept
    for gone in (b"Someone", b"urn:x", b"Z<", b"note", b"do it"):
        assert gone not in kept


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
    ],
)
def test_a_text_made_to_keep_a_parser_busy_does_not(rest: str) -> None:
    (found,) = read(atom(entry(rest=rest)))  # seconds at most; the test's time limit tells
    assert found.title == "Single parking permit"


# Damage

FEEDS = [path.read_bytes() for path in (ATOM, RSS, RDF)]


def _taken(content: bytes) -> list[Announcement] | FeedRefused:
    try:
        return read(content, "https://announcements.example/feed", Limits())
    except FeedRefused as refused:
        return refused


def _list_or_sentence(content: bytes) -> None:
    found = _taken(content)
    if isinstance(found, FeedRefused):
        assert re.fullmatch(r"[A-Z][^\n]{10,300}\.", found.sentence)
        return
    assert all(each.title for each in found)
    assert len({normalised_link(each.link) for each in found}) == len(found)


@settings(deadline=None)
@given(feed=st.sampled_from(FEEDS), share=st.floats(0, 1, exclude_max=True))
def test_a_truncated_feed_is_refused_whole(feed: bytes, share: float) -> None:
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
    _list_or_sentence(bytes(damaged))


@settings(deadline=None)
@given(
    feed=st.sampled_from(FEEDS),
    place=st.integers(0, 10**6),
    length=st.integers(0, 200),
    put=st.one_of(
        st.binary(max_size=40), st.sampled_from([b"<b>", b"</title>", b"]]>", b"&lt;", b"\xff\xfe", b"<!--"])
    ),
)
def test_a_piece_put_in_place_of_another_gives_a_list_or_a_sentence(
    feed: bytes, place: int, length: int, put: bytes
) -> None:
    start = place % len(feed)
    _list_or_sentence(feed[:start] + put + feed[start + length :])


@settings(deadline=None)
@given(
    st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="<&\ufffe\uffff"), max_size=80)
)
def test_any_title_gives_a_list_or_a_sentence(title: str) -> None:
    _list_or_sentence(atom(entry(title, rest=f"<updated>{title}</updated><summary>{title}</summary>")).encode())


@settings(deadline=None)
@given(
    st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"], exclude_characters='<&"\ufffe\uffff'), max_size=60)
)
def test_any_link_gives_a_list_or_a_sentence(link: str) -> None:
    _list_or_sentence(atom(entry(link=link), attributes=f'xml:base="{link[::-1]}"').encode())
    _list_or_sentence(atom(entry(link="https://" + link)).encode())


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
        _list_or_sentence(atom(entry(rest=f'<{part} type="{kind}" mode="base64">{inside}</{part}>')).encode())
