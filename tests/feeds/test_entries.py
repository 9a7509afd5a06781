"""The announcements in well-formed feeds."""

from datetime import date

import pytest

from adapters.feeds import FeedRefused, Limits
from bot.interface.announcements import normalised_link
from tests.feeds.feeds import ATOM, RDF, REAL, RSS, atom, entry, item, read, rss

SITE = "https://announcements.example/policies"


def test_atom() -> None:
    permit, address, paper = read(ATOM.read_bytes())
    assert permit.title == "Single parking permit"
    assert permit.summary == "One permit for every council car park in the country, from next April."
    assert permit.link == f"{SITE}/single-parking-permit"
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
    assert address.link == f"{SITE}/same-day-address-change"
    assert address.summary == "Tell us once. Every register knows."
    assert address.announced_on == date(2026, 5, 28)


def test_rss_1() -> None:
    (permit,) = read(RDF.read_bytes())
    assert permit.link == f"{SITE}/single-parking-permit"
    assert permit.announced_on == date(2026, 5, 20)


def test_a_policy_has_the_same_identity_in_every_format() -> None:
    feeds = [read(path.read_bytes())[0] for path in (ATOM, RSS, RDF)]
    assert len({normalised_link(each.link) for each in feeds}) == 1


@pytest.mark.skipif(not REAL.exists(), reason="the real announcements are not in ../shared")
def test_real_announcements() -> None:
    found = read(REAL.read_bytes())
    assert len(found) == 19
    assert len({normalised_link(each.link) for each in found}) == 19
    assert all(each.title and each.summary and each.announced_on for each in found)
    assert all(each.link.startswith("https://www.gov.uk/government/") for each in found)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1", "windows-1252"])
def test_declared_encodings_are_decoded(encoding: str) -> None:
    declared = "utf-8" if encoding == "utf-8-sig" else encoding
    text = f'<?xml version="1.0" encoding="{declared}"?>' + atom(entry("Café permit £5"))
    assert read(text.encode(encoding))[0].title == "Café permit £5"


@pytest.mark.parametrize("really", ["utf-8", "windows-1252"])
@pytest.mark.parametrize("title", ["Café permit £5", "Café “permit”"])
def test_a_wrong_declaration_of_iso_8859_1_is_repaired(title: str, really: str) -> None:
    text = '<?xml version="1.0" encoding="iso-8859-1"?>' + atom(entry(title))
    assert read(text.encode(really))[0].title == title


CYRILLIC = "Постановление о лицензиях"


@pytest.mark.parametrize(
    ("declared", "charset", "really", "title"),
    [
        ("windows-1251", "", "utf-8", CYRILLIC),
        ("windows-1251", "", "windows-1251", CYRILLIC),
        ("koi8-r", "", "koi8-r", CYRILLIC),
        ("", "windows-1251", "windows-1251", CYRILLIC),
        ("utf-8", "windows-1251", "windows-1251", CYRILLIC),
        ("windows-1251", "iso-8859-1", "windows-1251", CYRILLIC),
        ("", "iso-8859-1", "iso-8859-1", "Café à Genève"),
        ("utf-8", "no-such", "utf-8", "Café"),
        ("utf-16", "", "utf-8", "Café"),
        ("big5", "", "big5", "許可證一覽"),
        ("", "big5", "big5", "許可證一覽"),
        ("gb2312", "", "gbk", "许可证一览"),
        ("shift_jis", "", "cp932", "許可証について"),
        ("iso-2022-jp", "", "iso2022_jp", "許可証について"),
        ("big5", "", "utf-8", "許可證一覽表"),
        ("us-ascii", "", "utf-8", "Café"),
    ],
)
def test_the_encoding_that_the_text_is_in_is_found(declared: str, charset: str, really: str, title: str) -> None:
    head = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    assert read((head + atom(entry(title))).encode(really), charset=charset)[0].title == title


@pytest.mark.parametrize(
    ("declared", "charset", "really", "title"),
    [
        ("windows-1252", "", "windows-1251", CYRILLIC),
        ("iso-8859-1", "", "koi8-r", CYRILLIC),
        ("", "iso-8859-1", "windows-1251", CYRILLIC),
        ("windows-1251", "", "windows-1252", "Décret relatif à l’accès"),
        ("iso-8859-7", "", "windows-1252", "Décret relatif à l’accès"),
        ("windows-1252", "", "gbk", "许可证一览表"),
        ("windows-1252", "", "shift_jis", "許可証について"),
        ("utf-8", "", "windows-1251", CYRILLIC),
        ("", "utf-8", "windows-1251", CYRILLIC),
        ("us-ascii", "", "windows-1252", "Café"),
        ("iso-8859-2", "iso-8859-1", "iso-8859-2", "Zażółć"),
        ("gbk", "", "utf-8", "éàé"),
    ],
)
def test_text_in_another_encoding_than_declared_is_refused(
    declared: str, charset: str, really: str, title: str
) -> None:
    head = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    with pytest.raises(FeedRefused, match=r"encoding|UTF-8"):
        read((head + atom(entry(title))).encode(really), charset=charset)


def test_a_title_that_is_declared_as_text_keeps_its_tags() -> None:
    titles = ("Replace <table> with <div> in all letters", "Income below <b and above a> threshold", "<b>Bold</b> & so")
    written = (each.replace("&", "&amp;").replace("<", "&lt;") for each in titles)
    entries = (
        f'<title type="text">{each}</title><link href="https://a.example/{n}"/>' for n, each in enumerate(written)
    )
    assert tuple(each.title for each in read(atom(*entries))) == titles


@pytest.mark.parametrize("title", ["Replace &lt;table&gt; with &lt;div&gt; in letters", "Below &lt;b and above a&gt;"])
def test_a_title_keeps_tags_that_it_only_names(title: str) -> None:
    plain = title.replace("&lt;", "<").replace("&gt;", ">")
    assert read(atom(entry(title)))[0].title == read(rss(item(title)))[0].title == plain


def test_an_unusual_prefix_makes_no_difference() -> None:
    feed = '<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:entry><a:title>T</a:title>'
    feed += '<a:link href="https://a.example/"/></a:entry></a:feed>'
    assert read(feed)[0].title == "T"


@pytest.mark.parametrize("feed", [atom(), rss(), '<feed xmlns="http://www.w3.org/2005/Atom"/>', "<rss/>"])
def test_a_feed_without_entries_gives_none(feed: str) -> None:
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
        ('xml:base="https://[::1/x"', "permit", "https://feed.example/news/permit"),
        ("", "https://a.example/a b|c", "https://a.example/a%20b%7Cc"),
    ],
)
def test_relative_links_are_resolved(attributes: str, link: str, whole: str) -> None:
    feed = atom(entry(link=link), attributes=attributes)
    assert read(feed, "https://feed.example/news/feed.atom")[0].link == whole


def test_a_base_holds_for_what_is_inside_it_only() -> None:
    feed = atom(entry("Other", "other"), entry(link="permit"), attributes='xml:base="/news/"')
    feed = feed.replace("<entry>", '<entry xml:base="policies/">', 1)
    other, permit = read(feed, "https://feed.example/feed.atom")
    assert other.link == "https://feed.example/news/policies/other"
    assert permit.link == "https://feed.example/news/permit"


def test_the_base_of_an_entry_does_not_change_the_next_one() -> None:
    feed = atom(entry("Other", "other"), entry(link="permit")).replace("<entry>", '<entry xml:base="/x/">', 1)
    assert [each.link for each in read(feed, "https://a.example/")] == [
        "https://a.example/x/other",
        "https://a.example/permit",
    ]


def test_relative_links_in_a_file_are_resolved_against_the_feed_s_self_link() -> None:
    feed = atom(entry(link="/permit"))
    feed = feed.replace("<entry>", '<link rel="self" href="https://feed.example/all.atom"/><entry>', 1)
    assert read(feed)[0].link == "https://feed.example/permit"


def test_a_self_link_that_is_no_address_is_passed_over() -> None:
    links = '<link rel="self" href="https://[::1/x" xml:base="/x/"/><link href="https://feed.example/news"/>'
    feed = atom(entry(link="/permit")).replace("<entry>", links + "<entry>", 1)
    assert read(feed)[0].link == "https://feed.example/permit"


def test_relative_links_in_a_file_without_a_self_link_are_resolved_against_the_site() -> None:
    feed = rss(item(link="/permit")).replace("<item>", "<link>https://feed.example/news</link><item>", 1)
    assert read(feed)[0].link == "https://feed.example/permit"


@pytest.mark.parametrize(
    ("links", "chosen"),
    [
        ('<link href="/1"/><link href="/2"/>', "/2"),
        ('<link href="/1"/><link href="/2" type="application/pdf"/>', "/1"),
        ('<link href="/1" type="application/pdf"/><link href="/2" type="text/csv"/>', "/1"),
        ('<link href="/1" rel="Alternate" type="TEXT/HTML"/><link href="/2" rel="enclosure"/>', "/1"),
    ],
)
def test_the_last_link_to_a_web_page_else_the_first_to_another_format(links: str, chosen: str) -> None:
    assert read(atom(f"<title>T</title>{links}"), "https://a.example/")[0].link == "https://a.example" + chosen


@pytest.mark.parametrize(
    "links",
    [
        "<guid>https://a.example/guid</guid>",
        "<guid isPermaLink='true'> https://a.example/guid\n</guid>",
        "<link/><guid>https://a.example/guid</guid>",
        "<guid>https://a.example/guid</guid><atom:link rel='enclosure' href='https://a.example/x.pdf'/>",
        "<atom:link href='https://a.example/x.pdf' type='application/pdf'/><guid>https://a.example/guid</guid>",
    ],
)
def test_a_guid_that_is_a_link_stands_in_for_a_missing_link(links: str) -> None:
    assert read(rss("<title>T</title>" + links))[0].link == "https://a.example/guid"


def test_a_link_whose_ampersands_are_escaped_twice_is_repaired() -> None:
    assert read(rss(item(link="https://a.example/?a=1&amp;amp;b=2")))[0].link == "https://a.example/?a=1&b=2"


def test_an_entry_links_to_its_page_not_to_its_attachments() -> None:
    links = '<link rel="enclosure" href="https://a.example/x.pdf"/><link rel="related" href="https://a.example/r"/>'
    assert read(atom("<title>T</title>" + links + '<link href="https://a.example/page"/>'))[0].link.endswith("/page")


def version(summary: str, day: str, suffix: str, entry_id: str, title: str = "Permit") -> str:
    """The content of an entry that was changed in June 2026."""
    rest = f"<updated>2026-06-{day}T09:00:00Z</updated><summary>{summary}</summary><id>{entry_id}</id>"
    return entry(title, f"https://a.example/permit{suffix}", rest)


def test_several_versions_of_one_entry_become_one_announcement_in_the_newest_wording() -> None:
    other = entry("Other", "https://a.example/other")
    versions = (version("Old", "01", "", "p"), version("New", "03", "/", "p"), version("Mid", "02", "?utm_id=x", "p"))
    feed = atom(versions[0], other, *versions[1:])
    assert [each.summary for each in read(feed)] == ["New", ""]


def test_the_same_words_twice_are_one_announcement() -> None:
    feed = atom(version("Same", "01", "", "a"), version("Same", "02", "#2026-06-02", "b"))
    assert [each.entry_id for each in read(feed)] == ["b"]


def test_entries_on_one_page_that_may_be_one_announcement_are_refused_and_counted() -> None:
    feed = atom(*(version(f"Week {n}.", f"0{n}", "", "", f"Circular {n}") for n in (1, 2, 3)))
    with pytest.raises(FeedRefused, match=r"^2 entries of the feed cannot be used, so nothing was imported: entry 2"):
        read(feed)
    left_out: list[str] = []
    assert [each.title for each in read(feed, left_out=left_out)] == ["Circular 1"]
    assert [each.partition(" has")[0] for each in left_out] == ["Entry 2 of the feed", "Entry 3 of the feed"]


def test_one_entry_that_cannot_be_used_is_named_and_left_out_on_demand() -> None:
    good = [item(f"Policy {n}", f"https://a.example/{n}") for n in (1, 2, 4)]
    feed = rss(*good[:2], "<title>A note</title>", good[2], "<link>https://a.example/5</link>")
    with pytest.raises(FeedRefused) as caught:
        read(feed)
    assert caught.value.sentence == (
        "2 entries of the feed cannot be used, so nothing was imported: entry 3 has no link; entry 5 has no title."
    )
    left_out: list[str] = []
    assert [each.title for each in read(feed, left_out=left_out)] == ["Policy 1", "Policy 2", "Policy 4"]
    assert left_out == ["Entry 3 of the feed has no link.", "Entry 5 of the feed has no title."]


@pytest.mark.parametrize("nothing", ["N/A", "n/a", "-", "none", "#", "TBC"])
def test_entries_that_say_there_is_no_link_have_none(nothing: str) -> None:
    feed = rss(*(item(f"Standard {n}", nothing, f"<guid isPermaLink='false'>{nothing}</guid>") for n in (7, 8)))
    found = read(feed, "https://standards.example/feeds/all.xml")
    assert [(each.title, each.link) for each in found] == [("Standard 7", ""), ("Standard 8", "")]


def test_words_in_place_of_a_link_are_no_link() -> None:
    with pytest.raises(FeedRefused, match="link that cannot be used"):
        read(rss(item(link="see our website")), "https://a.example/")


def test_rss_0_90_is_read() -> None:
    namespaces = (
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://my.netscape.com/rdf/simple/0.9/"'
    )
    feed = f"<rdf:RDF {namespaces}><channel><link>https://a.example/</link></channel><item>{item()}</item></rdf:RDF>"
    assert [each.title for each in read(feed)] == ["Single parking permit"]


def test_items_beside_the_channel_are_read() -> None:
    assert len(read(f'<rss version="0.91"><channel/><item>{item()}</item></rss>')) == 1


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
def test_an_unusable_link_refuses_the_feed_and_its_entry_is_named(link: str) -> None:
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
        rss(
            "<title>T</title><link>https://a.example/</link>",
            "<title>T</title><guid>N/A</guid><atom:link rel='replies' href='https://a.example/x'/>",
        ),
    ],
)
def test_an_entry_without_a_link_refuses_the_feed(feed: str) -> None:
    with pytest.raises(FeedRefused, match="Entry 2 of the feed has no link"):
        read(feed, "https://feed.example/feed")


@pytest.mark.parametrize(
    "title",
    [
        "",
        "<title/>",
        "<title> </title>",
        "<title>\u3164\u2800\u200b</title>",
        '<title type="html">&lt;b>&lt;/b></title>',
    ],
)
def test_an_entry_without_a_title_refuses_the_feed(title: str) -> None:
    with pytest.raises(FeedRefused, match="Entry 1 of the feed has no title"):
        read(atom(title + '<link href="https://a.example/"/>', entry()))


# Titles and summaries


def test_the_first_title_that_has_words_counts() -> None:
    assert read(atom("<title/><title> </title>" + entry("First") + "<title>Second</title>"))[0].title == "First"


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("The &lt;code&gt;form&lt;/code&gt;", "The form"),
        ("The &lt;em&gt;form&lt;/em&gt;", "The form"),
        ("Fish &amp;amp; chips", "Fish & chips"),
        ("List&lt;Permit&gt; for A &lt; B", "List<Permit> for A < B"),
    ],
)
def test_a_title_in_rss_is_html_where_it_looks_like_it(written: str, title: str) -> None:
    assert read(rss(item(written)))[0].title == title


def test_long_texts_are_cut_at_a_word() -> None:
    (found,) = read(atom(entry("permit " * 5000, rest=f"<summary>{'parking ' * 9000}</summary>")))
    assert found.title.endswith("permit…")
    assert found.summary.endswith("parking…")
    assert (len(found.title) <= 300, len(found.summary) <= 3000) == (True, True)


def test_html_and_its_entities_become_text() -> None:
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
        ('<content type="application/xml"><record xmlns="">1</record></content>', ""),
        ('<content type="html" src="https://a.example/x"/>', ""),
        ('<summary type="xhtml"><p xmlns="http://www.w3.org/1999/xhtml">1 &lt;b&gt; 2</p></summary>', "1 <b> 2"),
        (
            '<summary type="html"><div xmlns="http://www.w3.org/1999/xhtml">&lt;b&gt;Said&lt;/b&gt;</div></summary>',
            "Said",
        ),
        ("<summary/><summary>Second</summary>", "Second"),
        ('<summary type="string">Said</summary>', "Said"),
        ('<summary type="application/octet-stream">U2FpZA==</summary>', ""),
        ("", ""),
    ],
)
def test_the_summary_or_else_the_content_if_it_is_text(parts: str, summary: str) -> None:
    assert read(atom(entry(rest=parts)))[0].summary == summary


def test_the_title_of_the_source_feed_is_not_that_of_the_entry() -> None:
    source = "<source><title>Elsewhere</title><link href='https://b.example/'/></source>"
    assert read(atom(source + entry("Here")))[0].title == "Here"


def test_bare_html_in_rss_keeps_its_text() -> None:
    description = "<description>A &amp;amp; B <p>two &lt; three</p> four</description>"
    assert read(rss(item(rest=description)))[0].summary == "A & B two < three four"


# Dates


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("<published>2026-06-01T00:01:00+01:00</published>", date(2026, 6, 1)),
        ("<published>2026-06-01</published>", date(2026, 6, 1)),
        ("<updated>2026-06-03T10:00:00Z</updated><published>2026-06-01T10:00:00Z</published>", date(2026, 6, 1)),
        ("<updated>2026-06-03T10:00:00Z</updated>", date(2026, 6, 3)),
        ("<updated>2026-06-01T10:00:00Z</updated><updated>2026-06-03T10:00:00Z</updated>", date(2026, 6, 3)),
        ("<published>soon</published><updated>2026-06-03T10:00:00Z</updated>", date(2026, 6, 3)),
        ("<updated>1899-12-31T00:00:00Z</updated>", None),
        ("<updated>2026-07-02T01:00:00+14:00</updated>", date(2026, 7, 2)),
        ("<updated>2026-07-03T00:00:00Z</updated>", None),
        ("<updated>9999-12-31T23:59:59Z</updated>", None),
        ("<updated>0001-01-01T00:00:00Z</updated>", None),
        ("<updated>2026-13-45T99:00:00Z</updated>", None),
        ("<updated>last week</updated>", None),
        ("", None),
    ],
)
def test_the_date_is_that_of_the_publisher_s_clock_and_must_be_plausible(written: str, day: date | None) -> None:
    assert read(atom(entry(rest=written)))[0].announced_on == day


# Sizes


def test_elements_that_nothing_is_made_of_do_not_count() -> None:
    assert read(atom("<category term='c'/>" * 500 + entry("Here")))[0].title == "Here"


def test_the_limit_of_entries() -> None:
    feed = atom(*(entry(link=f"https://a.example/{number}") for number in range(3)))
    assert len(read(feed, limits=Limits(entries=3))) == 3
    with pytest.raises(FeedRefused, match="more than 2 entries"):
        read(feed, limits=Limits(entries=2))
