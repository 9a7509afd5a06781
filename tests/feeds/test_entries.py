"""Which announcements a sound feed gives."""

from datetime import date

import pytest

from adapters.feeds import FeedRefused, Limits
from bot.interface.announcements import normalised_link
from tests.feeds.feeds import ATOM, RDF, REAL, RSS, atom, entry, read, rss

HOUSE = "https://announcements.example/policies"


def test_atom() -> None:
    permit, address, paper = read(ATOM.read_bytes())
    assert permit.title == "Single parking permit"
    assert permit.summary == "One permit for every council car park in the country, from next April."
    assert permit.link == f"{HOUSE}/single-parking-permit"
    assert address.title == "Same-day address change"
    assert address.summary == "Tell us once. Every register knows by the evening & no letter is sent."
    assert paper.title == "Forms on paper & by telephone"
    assert paper.summary == "A paper form for every service."
    assert [each.announced_on for each in (permit, address, paper)] == [
        date(2026, 5, 20),
        date(2026, 5, 28),
        date(2026, 4, 2),
    ]


def test_rss_2() -> None:
    permit, address = read(RSS.read_bytes())
    assert permit.title == "Single parking permit"
    assert permit.summary == "One permit for every café car park."
    assert permit.announced_on == date(2026, 5, 20)
    assert address.link == f"{HOUSE}/same-day-address-change"
    assert address.summary == "Tell us once. Every register knows."
    assert address.announced_on == date(2026, 5, 28)


def test_rss_1() -> None:
    (permit,) = read(RDF.read_bytes())
    assert permit.link == f"{HOUSE}/single-parking-permit"
    assert permit.announced_on == date(2026, 5, 20)


def test_the_same_policy_is_known_again_in_every_format() -> None:
    feeds = [read(path.read_bytes())[0] for path in (ATOM, RSS, RDF)]
    assert len({normalised_link(each.link) for each in feeds}) == 1


@pytest.mark.skipif(not REAL.exists(), reason="the real announcements are not beside this repository")
def test_real_announcements() -> None:
    found = read(REAL.read_bytes())
    assert len(found) == 19
    assert len({normalised_link(each.link) for each in found}) == 19
    assert all(each.title and each.summary and each.announced_on for each in found)
    assert all(each.link.startswith("https://www.gov.uk/government/") for each in found)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1", "windows-1252"])
def test_encodings(encoding: str) -> None:
    declared = "utf-8" if encoding == "utf-8-sig" else encoding
    text = f'<?xml version="1.0" encoding="{declared}"?>' + atom(entry("Café permit £5"))
    assert read(text.encode(encoding))[0].title == "Café permit £5"


def test_an_unusual_prefix_changes_nothing() -> None:
    feed = '<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:entry><a:title>T</a:title>'
    feed += '<a:link href="https://a.example/"/></a:entry></a:feed>'
    assert read(feed)[0].title == "T"


@pytest.mark.parametrize("feed", [atom(), rss(), '<feed xmlns="http://www.w3.org/2005/Atom"/>', "<rss/>"])
def test_a_sound_feed_without_entries_gives_none(feed: str) -> None:
    assert read(feed) == []


# Links


@pytest.mark.parametrize(
    ("attributes", "link", "whole"),
    [
        ("", "permit", "https://feed.example/news/permit"),
        ("", "/permit", "https://feed.example/permit"),
        ("", "//b.example/permit", "https://b.example/permit"),
        ('xml:base="https://b.example/x/"', "permit", "https://b.example/x/permit"),
        ('xml:base="/x/"', "permit", "https://feed.example/x/permit"),
        ("", "https://a.example/a b|c", "https://a.example/a%20b%7Cc"),
    ],
)
def test_a_relative_link_is_made_whole(attributes: str, link: str, whole: str) -> None:
    feed = atom(entry(link=link), attributes=attributes)
    assert read(feed, "https://feed.example/news/feed.atom")[0].link == whole


def test_a_file_says_itself_where_its_relative_links_stand() -> None:
    feed = atom(entry(link="/permit"))
    feed = feed.replace("<entry>", '<link rel="self" href="https://feed.example/all.atom"/><entry>', 1)
    assert read(feed)[0].link == "https://feed.example/permit"


def test_the_page_is_linked_not_its_attachments() -> None:
    links = '<link rel="enclosure" href="https://a.example/x.pdf"/><link rel="related" href="https://a.example/r"/>'
    assert read(atom("<title>T</title>" + links + '<link href="https://a.example/page"/>'))[0].link.endswith("/page")


def test_an_entry_changed_twice_in_a_feed_is_one_in_its_newest_wording() -> None:
    def version(title: str, day: str, mark: str) -> str:
        return entry(title, f"https://a.example/permit{mark}", f"<updated>2026-06-{day}T09:00:00Z</updated>")

    other = entry("Other", "https://a.example/other")
    feed = atom(version("Old", "01", "#1"), other, version("New", "03", "/"), version("Mid", "02", "?utm_source=x"))
    assert [each.title for each in read(feed)] == ["New", "Other"]


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "ftp://a.example/x",
        "file:///etc/passwd",
        "mailto:a@a.example",
        "permit",
        "https://user@a.example/",
        "https://[::1/x",
        "https://a.example/" + "x" * 3000,
    ],
)
def test_an_unusable_link_refuses_the_feed_and_names_the_entry(link: str) -> None:
    with pytest.raises(FeedRefused, match=r"^Entry 2 of the feed has a link that cannot be used\. .+\.$") as caught:
        read(atom(entry(), entry(link=link)))
    assert link not in caught.value.sentence


@pytest.mark.parametrize(
    "feed",
    [
        atom(entry(), "<title>T</title><id>https://a.example/id-is-no-link</id>"),
        atom(entry(), '<title>T</title><link href=""/>'),
        atom(entry(), '<title>T</title><link rel="self" href="https://a.example/x"/>'),
        rss("<title>T</title><link>https://a.example/</link>", "<title>T</title>"),
        rss("<title>T</title><link>https://a.example/</link>", "<title>T</title><link/>"),
        rss("<title>T</title><link>https://a.example/</link>", "<title>T</title><guid>12345</guid>"),
        rss(
            "<title>T</title><link>https://a.example/</link>",
            '<title>T</title><guid isPermaLink="false">https://a.example/x</guid>',
        ),
    ],
)
def test_an_entry_without_a_link_refuses_the_feed(feed: str) -> None:
    with pytest.raises(FeedRefused, match="Entry 2 of the feed has no link"):
        read(feed, "https://feed.example/feed")


@pytest.mark.parametrize("title", ["", "<title/>", "<title> </title>", '<title type="html">&lt;b>&lt;/b></title>'])
def test_an_entry_without_a_title_refuses_the_feed(title: str) -> None:
    with pytest.raises(FeedRefused, match="Entry 1 of the feed has no title"):
        read(atom(title + '<link href="https://a.example/"/>', entry()))


# Texts


def test_long_texts_are_cut_at_a_word() -> None:
    (found,) = read(atom(entry("permit " * 5000, rest=f"<summary>{'parking ' * 9000}</summary>")))
    assert found.title.endswith("permit…")
    assert found.summary.endswith("parking…")
    assert (len(found.title) <= 300, len(found.summary) <= 3000) == (True, True)


def test_a_publisher_s_escapes_become_text() -> None:
    html = '<summary type="html">&lt;p onclick="x">Tom &amp;amp; &lt;i>Jerry&lt;/i>&lt;/p></summary>'
    (found,) = read(atom(entry("Tom &amp; Jerry", rest=html)))
    assert (found.title, found.summary) == ("Tom & Jerry", "Tom & Jerry")


@pytest.mark.parametrize(
    ("parts", "summary"),
    [
        ('<content type="html">&lt;x-note>Said&lt;/x-note> once</content>', "Said once"),
        ('<content type="text">Costs &lt;half&gt;</content>', "Costs <half>"),
        ("<summary>Short</summary><content>Long</content>", "Short"),
        ("<content>Long</content><summary>Short</summary>", "Short"),
        ("<summary/><content>Long</content>", "Long"),
        ('<content type="image/png">iVBORw0KGgo=</content>', ""),
        ('<content type="text/csv">a,b</content>', ""),
        ('<content type="html" src="https://a.example/x"/>', ""),
        ("", ""),
    ],
)
def test_the_summary_else_the_content_that_is_text(parts: str, summary: str) -> None:
    assert read(atom(entry(rest=parts)))[0].summary == summary


def test_only_the_entry_s_own_title_counts() -> None:
    source = "<source><title>Elsewhere</title><link href='https://b.example/'/></source>"
    assert read(atom(source + entry("Here")))[0].title == "Here"


def test_bare_html_in_rss_keeps_its_text() -> None:
    item = "<title>T</title><link>https://a.example/</link><description>One <p>two</p> three</description>"
    assert read(rss(item))[0].summary == "One two three"


# Days


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("<published>2026-06-01T00:01:00+01:00</published>", date(2026, 6, 1)),
        ("<published>2026-06-01</published>", date(2026, 6, 1)),
        ("<updated>2026-06-03T10:00:00Z</updated><published>2026-06-01T10:00:00Z</published>", date(2026, 6, 1)),
        ("<updated>2026-06-03T10:00:00Z</updated>", date(2026, 6, 3)),
        ("<updated>2026-07-02T01:00:00+14:00</updated>", date(2026, 7, 2)),
        ("<updated>2026-07-03T00:00:00Z</updated>", None),
        ("<updated>9999-12-31T23:59:59Z</updated>", None),
        ("<updated>0001-01-01T00:00:00Z</updated>", None),
        ("<updated>2026-13-45T99:00:00Z</updated>", None),
        ("<updated>last week</updated>", None),
        ("", None),
    ],
)
def test_the_day_is_the_publisher_s_and_is_believable(written: str, day: date | None) -> None:
    assert read(atom(entry(rest=written)))[0].announced_on == day


# Sizes


def test_as_many_entries_as_allowed() -> None:
    feed = atom(*(entry(link=f"https://a.example/{number}") for number in range(3)))
    assert len(read(feed, limits=Limits(entries=3))) == 3
    with pytest.raises(FeedRefused, match="more than 2 entries"):
        read(feed, limits=Limits(entries=2))
