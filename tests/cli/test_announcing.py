"""Announcing from a feed and by hand."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path

import pytest

from bot.dispatcher import Dispatcher
from bot.people.people import Member, Roster
from bot.runtime.clock import now
from storage import Database
from tests.cli.conftest import Done, Run
from tests.cli.register import FILE, counted, rows
from tests.feeds.feeds import ATOM, REAL, RSS, item, rss
from tests.feeds.test_hostile_feeds import HOSTILE
from tests.rings import ring_of

OWNER = ("--owner", "priya.nair@example.org")
NOT_SEEN = "priya.nair@example.org has not been here yet. They are told once they are in a connected channel."
pytestmark = pytest.mark.usefixtures("key")


@pytest.fixture
def real() -> Path:
    """The real feed, if it is on this machine."""
    if not REAL.exists():
        # It is never copied into the project, so other clones do not have it, even under CI.
        pytest.skip(f"there is no {REAL.name} beside the project")
    return REAL


@pytest.fixture
def connected(run: Run, key: str) -> None:
    """A database with one connected channel, delivery-community."""
    assert run("migrate").code == 0
    members = (Member("u1", "Priya Nair", "priya.nair@example.org", "Europe/London"),)
    roster = Roster("slack", "t1", "c1", "delivery-community", members)
    with Database(f"sqlite:///{FILE}") as database:
        asyncio.run(Dispatcher(database, ring_of(key), now).enrol(roster))


def announce(run: Run, feed: Path, *more: str) -> Done:
    """Announce a feed."""
    return run("announce", "--feed", str(feed), *OWNER, *more)


def test_the_real_feed_opens_nineteen_policies_and_then_none(run: Run, real: Path) -> None:
    first = announce(run, real)
    assert (first.code, first.out) == (0, f"Policies: 19 opened, 0 reworded, 0 unchanged.\n{NOT_SEEN}\n")
    before = counted()
    assert before["policies"] == before["wordings"] == before["policy_keys"] == 19
    assert before["postings"] == before["deliveries"] == 0
    second = announce(run, real)
    assert (second.code, second.out) == (0, "Policies: 0 opened, 0 reworded, 19 unchanged.\n")
    assert counted() == before


def test_a_changed_title_rewords_one_policy_by_its_link(run: Run, real: Path, folder: Path) -> None:
    announce(run, real)
    text = real.read_text(encoding="utf-8")
    changed = folder / "changed.atom"
    changed.write_text(text.replace("<title>Youth Vaping</title>", "<title>Vaping among the young</title>"))
    done = announce(run, changed)
    assert (done.code, done.out) == (0, "Policies: 0 opened, 1 reworded, 18 unchanged.\n")
    assert ("Vaping among the young", 2) in rows("policies", "title, wording")
    assert len(rows("wordings")) == 20


def test_a_date_of_change_in_an_entrys_id_does_not_make_it_new(run: Run, real: Path, folder: Path) -> None:
    announce(run, real)
    touched = folder / "touched.atom"
    touched.write_text(real.read_text(encoding="utf-8").replace("#2023-05-15T", "#2024-01-01T"))
    assert announce(run, touched).out == "Policies: 0 opened, 0 reworded, 19 unchanged.\n"


@pytest.mark.usefixtures("connected")
@pytest.mark.parametrize("feed", [ATOM, RSS], ids=["atom", "rss"])
def test_with_a_channel_every_policy_gets_a_card_there(run: Run, feed: Path) -> None:
    done = announce(run, feed, "--channel", "delivery-community")
    assert done.code == 0
    opened = len(rows("policies"))
    assert done.out.startswith(f"Policies: {opened} opened, 0 reworded, 0 unchanged.\n")
    assert opened > 1
    assert len(rows("postings")) == opened
    assert Counter(screen for (screen,) in rows("deliveries", "screen")) == {"policy-card": opened, "owner-named": 1}


@pytest.mark.parametrize("name", ["empty", "html", "truncated", "laughs", "external entity", "json"])
def test_an_invalid_feed_leaves_nothing(run: Run, folder: Path, name: str) -> None:
    run("migrate")
    before = counted()
    content = HOSTILE[name][0]
    feed = folder / "feed.atom"
    feed.write_bytes(content.encode() if isinstance(content, str) else content)
    said = announce(run, feed).sentence
    assert said.endswith(".")
    assert said.count(". ") == 0
    assert counted() == before
    assert not any(before[each] for each in ("policies", "organisation"))


def test_a_real_feed_cut_short_leaves_nothing(run: Run, real: Path, folder: Path) -> None:
    short = folder / "short.atom"
    short.write_bytes(real.read_bytes()[:-40])
    assert "not well-formed" in announce(run, short).sentence
    assert counted() == {}


def test_an_entry_that_cannot_be_used_is_named_and_left_out_on_demand(run: Run, folder: Path) -> None:
    feed = folder / "feed.rss"
    feed.write_text(rss(item("First", "https://a.example/1"), "<title>A note</title>", item("Third")), encoding="utf-8")
    run("migrate")
    assert announce(run, feed).sentence == "Entry 2 of the feed has no link, so nothing was imported."
    assert not counted()["policies"]
    done = announce(run, feed, "--leave-out")
    assert (done.code, done.out.splitlines()[:2]) == (
        0,
        ["Left out: Entry 2 of the feed has no link.", "Policies: 2 opened, 0 reworded, 0 unchanged."],
    )


def test_what_may_be_another_announcement_is_refused_counted_and_left_out_on_demand(run: Run, folder: Path) -> None:
    feed = folder / "feed.rss"
    feed.write_text(rss(item("Week 1", rest="<description>One.</description>")), encoding="utf-8")
    announce(run, feed)
    feed.write_text(rss(item("Week 2", rest="<description>Two.</description>")), encoding="utf-8")
    before = counted()
    assert announce(run, feed).sentence == (
        "1 of 1 announcement cannot be told from a policy on the same page whose words are different, so nothing was "
        "opened or changed. Add --reword if they are its new wording, or --leave-out to go on without them: Week 2"
    )
    left_out = announce(run, feed, "--leave-out").out.splitlines()
    assert left_out[:2] == [
        "Policies: 0 opened, 0 reworded, 0 unchanged, 1 left out.",
        "Left out, because it may be new or a new wording: Week 2",
    ]
    assert counted() == before
    assert announce(run, feed, "--reword").out.startswith("Policies: 0 opened, 1 reworded, 0 unchanged.\n")


def test_all_that_may_be_other_announcements_are_named(run: Run, folder: Path) -> None:
    feed, names = folder / "feed.rss", ("First", "Second", "Third", "Fourth", "Fifth")
    pages = {name: f"https://a.example/{name}" for name in names}
    feed.write_text(rss(*(item(name, pages[name], "<description>One.</description>") for name in names)), "utf-8")
    announce(run, feed)
    new = (item(f"{name} week", pages[name], "<description>Two.</description>") for name in names)
    feed.write_text(rss(*new), "utf-8")
    titles = "; ".join(f"{name} week" for name in names)
    assert announce(run, feed).sentence.endswith(f"--leave-out to go on without them: {titles}")


def test_a_missing_feed_is_refused(run: Run, folder: Path) -> None:
    assert announce(run, folder / "none.atom").sentence.endswith(".")
    assert counted() == {}


def test_a_policy_can_be_announced_by_hand(run: Run) -> None:
    typed = ("--title", " Single parking permit ", "--summary", "One permit.", "--link", "https://example.org/permit")
    done = run("announce", *typed, "--announced-on", "2026-11-20", *OWNER)
    assert (done.code, done.out.splitlines()) == (0, ["Policies: 1 opened, 0 reworded, 0 unchanged.", NOT_SEEN])
    ((title, on, waits_for),) = rows("policies", "title, announced_on, owner_email")
    assert (title, str(on), waits_for) == ("Single parking permit", "2026-11-20", "priya.nair@example.org")
    assert run("announce", *typed, *OWNER).out == "Policies: 0 opened, 0 reworded, 1 unchanged.\n"


@pytest.mark.parametrize(
    "typed",
    [
        ("--title", "x" * 301, "--summary", "One permit."),
        ("--title", " ", "--summary", "One permit."),
        ("--title", "Single parking permit"),
        ("--title", "Single parking permit", "--summary", "One.", "--link", "ftp://example.org/permit"),
        ("--title", "Single parking permit", "--summary", "One.", "--owner", "priya"),
        ("--title", "Single parking permit", "--summary", "One.", "--owner", "priya @example.org"),
        ("--title", "Single parking permit", "--summary", "One.", "--channel", "no-such-channel"),
    ],
    ids=["long title", "blank title", "no summary", "link", "no address", "gap in address", "channel"],
)
def test_an_invalid_announcement_is_refused_in_a_sentence(run: Run, typed: tuple[str, ...]) -> None:
    run("migrate")
    unheld = {"organisation": 0, "end_months_file": 0}  # any command that writes makes these
    before = {**counted(), **unheld}
    assert run("announce", *OWNER, *typed).sentence.endswith((".", "name@example.org"))
    assert {**counted(), **unheld} == before


def test_missing_or_conflicting_arguments_show_the_usage(run: Run, folder: Path) -> None:
    for typed in (OWNER, ("--title", "Single parking permit"), ("--feed", "a", "--title", "b", *OWNER)):
        assert "usage: deliverable announce" in run("announce", *typed).sentence
    assert [each.name for each in folder.iterdir()] == ["end-months"]


@pytest.mark.parametrize("option", ["--title", "--summary", "--link", "--owner", "--channel"])
def test_bytes_that_are_no_text_are_refused_in_a_sentence(run: Run, option: str) -> None:
    given = {"--title": "T", "--summary": "S", "--owner": "a@example.org", option: "Caf\udce9"}
    said = run("announce", *(piece for pair in given.items() for piece in pair)).sentence
    assert f"argument {option}: This has bytes that are not text in UTF-8." in said
    assert counted() == {}


@pytest.mark.parametrize("typed", ["31 March 2026", "31/03/2026", "2026-03-31T00:00:00Z"])
def test_a_day_is_taken_as_people_write_it(run: Run, typed: str) -> None:
    run("announce", "--title", "T", "--summary", "S", "--announced-on", typed, *OWNER)
    assert [str(on) for (on,) in rows("policies", "announced_on")] == ["2026-03-31"]


@pytest.mark.parametrize("field", ["--title", "--summary"])
def test_text_that_looks_empty_is_refused(run: Run, field: str) -> None:
    given = {"--title": "T", "--summary": "S", field: "\u3164\u2800"}
    assert "1 to" in run("announce", *(piece for pair in given.items() for piece in pair), *OWNER).sentence
