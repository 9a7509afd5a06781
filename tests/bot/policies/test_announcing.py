"""Announcing by hand: what is asked, what is refused, and what is stored."""

import asyncio
import re
from datetime import date

import pytest

from bot.dispatcher import NoSuchChannel, NotAnAddress
from bot.interface import intents
from bot.interface.announcements import Announcement
from bot.people.people import Member
from bot.screens import refusals as says
from storage.end_months import EndMonths
from tests.bot.conftest import WORKSPACE, Office, address_of, email_of, said

pytestmark = pytest.mark.rules

TYPED = {
    "title": "Same-day address change",
    "summary": "Change an address once,\nand it is changed everywhere that day.",
    "link": "https://example.org/address",
    "owner": email_of("priya"),
    "delegate": email_of("omar"),
    "senior": "",
    "closes_on": "2027-01-29",
}
BAD_LINKS = ("http://example.org/a", "example.org", "https://", "https://a@example.org/")
PAST_DAYS = ("2026-11-23", "2026-11-22")
NO_DAYS = ("soon", "2026-13-01", "03/04/2027", "31/02/2027")
REFUSED = {
    "title": [
        ("", says.NO_TITLE),
        (" \n ", says.NO_TITLE),
        ("t" * 301, "Title must be 300 characters or fewer. You have 301"),
    ],
    "summary": [
        ("", says.NO_SUMMARY),
        ("s" * 3001, "Summary must be 3,000 characters or fewer. You have 3,001"),
    ],
    "link": [(each, says.BAD_LINK) for each in BAD_LINKS],
    "owner": [("", says.NO_OWNER), ("Priya", says.NO_SUCH_PERSON)],
    "delegate": [("Omar", says.NO_SUCH_PERSON)],
    "senior": [("nobody@", says.NO_SUCH_PERSON)],
    "closes_on": [
        *((each, says.NO_DATE_AHEAD) for each in PAST_DAYS),
        *((each, says.NO_DATE) for each in NO_DAYS),
    ],
}


def channel(office: Office, name: str = "c1") -> str:
    """The id of a channel."""
    (found,) = (str(each["id"]) for each in office.rows("channels") if each["address"] == address_of(name))
    return found


async def test_a_refusal_is_shown_beside_its_field_and_the_input_kept(office: Office) -> None:
    before = office.everything()
    form = await office.form(intents.Announce(), "asha")
    for field, cases in REFUSED.items():
        for value, sentence in cases:
            typed = {**TYPED, field: value}
            again = await office.send(form, "asha", **typed, channels=(channel(office),))
            assert dict(again.problems) == {field: sentence}, (field, value)
            kept = {each.name: getattr(each, "value", "") for each in again.questions}
            assert {name: kept[name] for name in typed} == typed
            assert kept["channels"] == ""
            chosen = {each.name: getattr(each, "values", ()) for each in again.questions}
            assert chosen["channels"] == (channel(office),)
            assert (again.nonce, again.intent, again.title) == (form.nonce, form.intent, form.title)
    assert office.everything() == before


async def test_a_policy_is_stored_with_its_people_its_key_and_its_card(office: Office) -> None:
    await office.enrol(channel="c2")
    ids = (channel(office), channel(office, "c2"))
    done = await office.fill(intents.Announce(), "asha", **TYPED, channels=ids)
    assert "Same-day address change is announced." in said(done)
    assert "Its card goes to channel c1 and channel c2." in said(done)
    (row,) = office.rows("policies")
    assert row["title"] == "Same-day address change"
    assert (row["owner_id"], row["delegate_id"], row["senior_id"]) == (
        office.person("priya"), office.person("omar"), None
    )  # fmt: skip
    assert (row["announced_on"], row["closes_on"]) == (date(2026, 11, 23), date(2027, 1, 29))
    assert row["announced_by"] == office.person("asha")
    assert len(office.rows("policy_keys")) == len(office.rows("wordings")) == 1
    await office.worker.tick()
    for name in ("c1", "c2"):
        (card,) = office.posted(name)
        assert "Is this deliverable? If not, what would make it so?" in said(card.card)


async def test_the_current_channel_is_preselected(office: Office) -> None:
    await office.enrol(channel="c2")
    form = await office.form(intents.Announce(), "asha", channel="c2")
    chosen = {each.name: getattr(each, "values", ()) for each in form.questions}
    assert chosen["channels"] == (channel(office, "c2"),)
    elsewhere = await office.form(intents.Announce(), "asha", channel="")
    assert {each.name: getattr(each, "values", ()) for each in elsewhere.questions}["channels"] == ()


async def test_without_a_day_it_stays_open_for_ninety_days(office: Office) -> None:
    await office.fill(intents.Announce(), "asha", **{**TYPED, "closes_on": ""})
    assert office.rows("policies")[0]["closes_on"] == date(2027, 2, 21)


@pytest.mark.both_databases
async def test_a_form_sent_twice_is_one_policy(office: Office) -> None:
    form = await office.form(intents.Announce(), "asha")
    typed = {**TYPED, "link": ""}
    sent = await asyncio.gather(*(office.send(form, "asha", **typed, channels=(channel(office),)) for _ in range(3)))
    assert sent[0] == sent[1] == sent[2]
    assert len(office.rows("policies")) == len(office.rows("policy_keys")) == len(office.rows("postings")) == 1
    await office.worker.tick()
    assert len(office.sent_to("priya")) == 1


async def test_a_link_is_announced_once(office: Office) -> None:
    await office.fill(intents.Announce(), "asha", **TYPED)
    before = office.everything()
    same = "https://EXAMPLE.org/address/?utm_source=mail#top"
    again = await office.fill(intents.Announce(), "ben", **{**TYPED, "title": "Another", "link": same})
    assert again.problems == {"link": says.ANNOUNCED_ALREADY}
    assert office.everything() == before


async def test_hostile_text_is_stored_exactly(office: Office) -> None:
    hostile = "<script>alert(1)</script> *bold* & <!channel> @here | [a](b) '; DROP TABLE flags; -- ‮"
    await office.fill(intents.Announce(), "asha", **{**TYPED, "title": hostile, "summary": hostile})
    (row,) = office.rows("policies")
    assert row["title"] == row["summary"] == hostile


async def test_an_unknown_channel_gets_no_card(office: Office) -> None:
    await office.fill(intents.Announce(), "asha", **TYPED, channels=("00000000-0000-0000-0000-000000000001", "x"))
    assert office.rows("postings") == []


async def test_from_the_command_line_a_name_must_fit_one_channel_and_one_address(office: Office) -> None:
    await office.enrol(Member("x", "A stranger"), workspace="W2")
    two = f"channel c1 (chat, {WORKSPACE}); channel c1 (chat, W2)"
    before = office.everything()
    listed = [Announcement("Title", "Summary.", "https://example.org/a", None)]
    for owner, name, error, sentence in (
        (email_of("priya"), "channel c1", NoSuchChannel, f"Several channels have that name. Enter one of these: {two}"),
        (email_of("priya"), "nowhere", NoSuchChannel, "There is no connected channel of that name."),
        ("Priya", None, NotAnAddress, says.NO_SUCH_PERSON),
        ("", None, NotAnAddress, says.NO_SUCH_PERSON),
    ):
        with pytest.raises(error, match=re.escape(sentence)):
            await office.dispatcher.announce(listed, owner=owner, channel=name)
    assert office.everything() == before
    await office.dispatcher.announce(listed, owner=email_of("priya"))
    assert len(office.rows("policies")) == 1


async def test_a_last_day_beyond_the_end_months_file_is_refused_beside_it(office: Office) -> None:
    before = office.ring.months
    office.ring.months = EndMonths.new(date(2026, 11, 1), 12)
    try:
        form = await office.form(intents.Announce(), "ada")
        refused = await office.send(form, "ada", **TYPED)
    finally:
        office.ring.months = before
    assert "has no line for January 2029" in refused.problems["closes_on"]
    assert office.rows("policies") == []
