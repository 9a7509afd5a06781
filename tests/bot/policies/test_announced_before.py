"""Announcements that were made before are recognised, and no flag ends up under the words of another announcement."""

from __future__ import annotations

import pytest

from bot.interface import intents
from bot.interface.announcements import Announcement
from bot.policies.policies import AnnouncementsUnclear, IfUnclear
from bot.screens import refusals as says
from tests.bot.conftest import Office, email_of
from tests.feeds.feeds import atom, entry, item, read, rss

pytestmark = pytest.mark.rules

PAGE = "https://programme.example/decisions"


def decision(number: int, words: str = "", *, at: str = PAGE, anchor: str = "", suffix: str = "") -> str:
    """An entry of a page that lists decisions, each with its own anchor and id."""
    rest = f"<id>tag:programme.example,2026:D-{number}{suffix}</id><summary>{words or f'Decision {number}.'}</summary>"
    return entry(f"D-{number}: what was decided", f"{at}#{anchor or f'D-{number}'}", rest)


def circular(week: int, link: str = "https://circulars.example/current", **parts: str) -> str:
    """An item of a bulletin whose link stays the same each week."""
    title, text = parts.get("title", f"Circular {week}"), parts.get("text", f"What changes in week {week}.")
    guid = parts.get("guid", f'<guid isPermaLink="false">circular-{week}</guid>')
    date = parts.get("date", f"<pubDate>Mon, {week * 7} Jun 2026 09:00:00 GMT</pubDate>")
    return item(title, link, f"{guid}{date}<description>{text}</description>")


async def taken(office: Office, feed: str, if_unclear: IfUnclear = IfUnclear.REFUSE) -> tuple[int, int, int]:
    """How many policies a feed opens, rewords and leaves unchanged. Raises `AnnouncementsUnclear`."""
    done = await office.dispatcher.announce(read(feed), owner=email_of("priya"), if_unclear=if_unclear)
    return len(done.opened), len(done.reworded), len(done.unchanged)


async def words(office: Office) -> set[tuple[str, str, int]]:
    """The title, the link and the number of the wording of each policy."""
    return {(str(each["title"]), str(each["link"]), int(str(each["wording"]))) for each in office.rows("policies")}


async def test_entries_of_one_page_with_their_own_anchors_are_their_own_policies(office: Office) -> None:
    assert await taken(office, atom(*map(decision, (14, 13, 12)))) == (3, 0, 0)
    before = await words(office)
    assert await taken(office, atom(decision(15))) == (1, 0, 0)
    assert before < await words(office)
    assert await taken(office, atom(*map(decision, (15, 14, 13, 12)))) == (0, 0, 4)
    assert await taken(office, atom(decision(14, "Put otherwise."))) == (0, 1, 0)


@pytest.mark.both_databases
async def test_a_reworded_policy_follows_its_entry_to_another_anchor(office: Office) -> None:
    await taken(office, atom(decision(14)))
    assert await taken(office, atom(decision(14, "Put otherwise.", anchor="decision-14"))) == (0, 1, 0)
    assert {link for _, link, _ in await words(office)} == {f"{PAGE}#decision-14"}


async def test_a_bulletin_with_another_id_is_another_policy(office: Office) -> None:
    assert await taken(office, rss(circular(1))) == (1, 0, 0)
    assert await taken(office, rss(circular(2))) == (1, 0, 0)
    assert await taken(office, rss(circular(2), circular(1))) == (0, 0, 2)
    assert {number for _, _, number in await words(office)} == {1}


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "parts",
    [
        {"guid": ""},
        {"guid": "<guid>https://circulars.example/current</guid>"},
        {"guid": "<guid isPermaLink='false'>bulletin</guid>"},
        {"guid": "<guid isPermaLink='false'>N/A</guid>"},
        {"guid": "", "date": ""},
        {"guid": "", "title": "This week"},
        {"title": "This week"},
        {"title": "This week", "date": ""},
        {"guid": "", "text": "What changes this week."},
        {"text": "What changes this week."},
    ],
    ids=lambda parts: " ".join(parts),
)
async def test_what_may_be_another_announcement_is_refused_and_counted(office: Office, parts: dict[str, str]) -> None:
    await taken(office, rss(circular(1, **parts)))
    before = office.everything()
    other = circular(9, "https://circulars.example/other")
    with pytest.raises(AnnouncementsUnclear) as caught:
        await taken(office, rss(circular(2, **parts), other))
    assert len(caught.value.unclear) == 1
    assert office.everything() == before
    assert await taken(office, rss(circular(2, **parts), other), IfUnclear.LEAVE_OUT) == (1, 0, 0)
    assert {number for _, _, number in await words(office)} == {1}
    assert await taken(office, rss(circular(2, **parts)), IfUnclear.REWORD) == (0, 1, 0)


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "parts",
    [
        {"guid": '<guid isPermaLink="false">another</guid>'},
        {"date": "<pubDate>Tue, 30 Jun 2026 09:00:00 GMT</pubDate>"},
        {"guid": "", "date": ""},
        {"text": "Put otherwise."},
        {"guid": "", "text": "Put otherwise.", "date": ""},
        {"title": "Retitled"},
    ],
    ids=lambda parts: " ".join(parts),
)
async def test_the_same_page_with_another_id_date_or_wording_is_one_policy(
    office: Office, parts: dict[str, str]
) -> None:
    await taken(office, rss(circular(1)))
    opened, reworded, unchanged = await taken(office, rss(circular(1, **parts)))
    assert (opened, reworded + unchanged) == (0, 1)
    assert reworded == ("text" in parts or "title" in parts)


@pytest.mark.both_databases
async def test_an_id_that_is_the_page_and_the_day_of_its_last_change_names_the_page(office: Office) -> None:
    def paper(day: str, title: str = "Access to elections", summary: str = "A call for evidence.") -> str:
        link = "https://www.gov.example/access"
        return atom(entry(title, link, f"<id>{link}#2026-05-{day}T16:04:58+00:00</id><summary>{summary}</summary>"))

    assert await taken(office, paper("01")) == (1, 0, 0)
    assert await taken(office, paper("02")) == (0, 0, 1)
    assert await taken(office, paper("03", summary="It has closed.")) == (0, 1, 0)
    assert await taken(office, paper("03", "Access to elections: closed", "It has closed.")) == (0, 1, 0)
    with pytest.raises(AnnouncementsUnclear):
        await taken(office, paper("05", "Another title", "It has closed."))


async def test_a_date_in_the_link_says_neither_that_it_is_the_same_nor_that_it_is_another(office: Office) -> None:
    def listed(day: str, summary: str) -> str:
        return atom(entry("Decision", f"{PAGE}#2026-05-{day}", f"<summary>{summary}</summary>"))

    assert await taken(office, listed("01", "Paper ends.")) == (1, 0, 0)
    assert await taken(office, listed("02", "Paper ends.")) == (0, 0, 1)
    with pytest.raises(AnnouncementsUnclear):
        await taken(office, listed("03", "Fees rise."))
    assert {number for _, _, number in await words(office)} == {1}


@pytest.mark.parametrize(
    ("first", "second", "now"),
    [
        ("http://ministry.example/permit", "https://ministry.example/permit/", "https://ministry.example/permit/"),
        ("https://ministry.example/permit", "http://ministry.example/permit", "https://ministry.example/permit"),
        ("https://m.example/p?mtm_campaign=rss", "https://m.example/p?at_medium=RSS", "https://m.example/p?mtm_campaign=rss"),
    ],
)  # fmt: skip
async def test_another_spelling_of_a_link_is_one_policy(office: Office, first: str, second: str, now: str) -> None:
    assert await taken(office, rss(circular(1, first))) == (1, 0, 0)
    assert await taken(office, rss(circular(1, second))) == (0, 0, 1)
    assert {link for _, link, _ in await words(office)} == {now}


@pytest.mark.both_databases
async def test_a_card_shows_the_link_that_a_policy_has_now(office: Office) -> None:
    feed = rss(circular(1, "http://ministry.example/permit"))
    await office.dispatcher.announce(read(feed), owner=email_of("priya"), channel="channel c1")
    await office.worker.tick()
    await taken(office, feed.replace("http:", "https:"))
    await office.worker.tick()
    card = office.posted("c1")[-1].card
    assert "https://ministry.example/permit" in repr(card)


async def test_entries_without_a_link_are_recognised_by_their_feed_and_title(office: Office) -> None:
    def standards(*numbers: int) -> str:
        return rss(*(circular(each, "N/A", guid="<guid isPermaLink='false'>N/A</guid>") for each in numbers))

    assert await taken(office, standards(1, 2)) == (2, 0, 0)
    assert await taken(office, standards(1, 2, 3)) == (1, 0, 2)


async def test_a_page_of_decisions_is_announced_in_a_form_by_its_anchors(office: Office) -> None:
    await taken(office, atom(decision(14)))
    typed = {"title": "D-15", "summary": "Another.", "owner": email_of("priya")}
    for link in (PAGE, f"{PAGE}#D-14", f"{PAGE}#top"):
        refused = await office.fill(intents.Announce(), "asha", **typed, link=link)
        assert refused.problems == {"link": says.ANNOUNCED_ALREADY}
    await office.fill(intents.Announce(), "asha", **typed, link=f"{PAGE}#D-15")
    assert len(office.rows("policies")) == 2


async def test_a_very_long_link_is_recognised(office: Office) -> None:
    link = "https://www.gov.example/" + "ж" * 1_900
    first = Announcement("Permit", "One.", link, None, entry_id="i" * 4_000)
    done = await office.dispatcher.announce([first], owner=email_of("priya"))
    assert len(str(done.opened[0].link_key)) < 2_000
    again = await office.dispatcher.announce([first], owner=email_of("priya"))
    assert len(again.unchanged) == 1
