"""A policy: who answers for it, what its card says, and what a new owner is told."""

import asyncio
from uuid import UUID

import pytest

from bot.interface import intents
from bot.interface.announcements import Announcement
from bot.people.people import Member
from bot.screens import refusals as says
from tests.bot.conftest import FLAG, FULL_NAMES, Office, email_of, member, said

pytestmark = pytest.mark.rules

NEWCOMER = Member("newcomer", "Nora Newcomer", "nora@example.org")


async def with_newcomer(office: Office) -> None:
    """Enrol a person who was not seen before."""
    await office.enrol(*(member(each) for each in FULL_NAMES), NEWCOMER)
    await office.worker.tick()


def welcomes(office: Office, person: str) -> list[str]:
    """The messages that tell people that they own a policy."""
    return [each for each in office.sent_to(person) if "You are the policy owner of" in each]


async def test_an_owner_is_told_at_once_and_once(office: Office, policy: UUID) -> None:
    (message,) = welcomes(office, "priya")
    assert "You are the policy owner of Single parking permit." in message
    assert "Ada Adminson named you." in message
    await office.until(30, 12)
    assert len(welcomes(office, "priya")) == 1
    assert office.sent_to("omar") == office.sent_to("sal") == []


async def test_an_owner_named_by_address_waits_until_they_are_seen(office: Office) -> None:
    policy = await office.announce(owner="Nora@Example.org", delegate="", senior="")
    await office.file(policy, "asha", promise="named")
    await office.until(25, 12)
    assert "Policy owner: nora@example.org, who has not been here yet." in await office.card_text()
    assert office.rows("digests") == []

    await with_newcomer(office)
    assert "Policy owner: Nora Newcomer." in await office.card_text()
    assert len(welcomes(office, "newcomer")) == 1
    await with_newcomer(office)
    await office.until(26, 12)
    assert len(welcomes(office, "newcomer")) == 1
    assert FLAG["because"] in office.sent_to("newcomer")[-1]
    row = office.row("policies", policy)
    assert (row["owner_email"], row["owner_id"] is not None) == (None, True)


async def test_the_owner_of_several_policies_gets_one_message(office: Office) -> None:
    announcements = [Announcement(f"Policy number {n}", "Summary.", f"https://example.org/{n}", None) for n in range(4)]
    await office.dispatcher.announce(announcements, owner="nora@example.org", channel="channel c1")
    await office.dispatcher.announce(
        [Announcement("Priya's own", "Summary.", "https://example.org/own", None)], owner=email_of("priya")
    )
    await with_newcomer(office)
    (message,) = welcomes(office, "newcomer")
    assert "You are the policy owner of 4 policies." in message
    assert len(welcomes(office, "priya")) == 1


@pytest.mark.both_databases
async def test_delegate_and_senior_owner_named_by_address_are_met_too(office: Office) -> None:
    policy = await office.announce(delegate="nora@example.org", senior="nora@example.org")
    await with_newcomer(office)
    row = office.row("policies", policy)
    assert row["delegate_id"] == row["senior_id"] is not None
    assert (row["delegate_email"], row["senior_email"]) == (None, None)
    assert welcomes(office, "newcomer") == []


@pytest.mark.parametrize("seen", ["guest", "two accounts"])
async def test_no_guest_or_ambiguous_person_becomes_an_owner(office: Office, seen: str) -> None:
    policy = await office.announce(owner="nora@example.org")
    nora = Member("newcomer", "Nora", "nora@example.org", guest=seen == "guest")
    two = (Member("another", "Nora too", "nora@example.org"),) if seen == "two accounts" else ()
    await office.enrol(*(member(each) for each in FULL_NAMES), nora, *two)
    assert office.row("policies", policy)["owner_id"] is None
    assert office.row("policies", policy)["owner_email"] == "nora@example.org"


@pytest.mark.both_databases
async def test_concurrent_rosters_tell_an_owner_once(office: Office) -> None:
    await office.enrol(NEWCOMER, channel="c2")
    for n in range(3):
        policy = await office.announce(f"Policy {n}", owner=email_of("dina"))
        office.update("policies", policy, owner_id=None, owner_email="nora@example.org")
    await asyncio.gather(*(office.enrol(NEWCOMER, channel=f"d{n}") for n in range(4)))
    await office.worker.tick()
    assert len(welcomes(office, "newcomer")) == 1


async def test_naming_another_owner(office: Office, policy: UUID) -> None:
    named = await office.fill(intents.NameOwner(policy), "priya", owner=email_of("dina"))
    assert "Dina Oxenhopper is now the policy owner of Single parking permit." in said(named)
    await office.worker.tick()
    assert "Priya Owneray named you." in welcomes(office, "dina")[0]
    assert "Dina Oxenhopper" in await office.card_text()
    refused = await office.form(intents.NameOwner(policy), "priya")
    assert "Dina Oxenhopper is the policy owner." in said(refused)
    await office.fill(intents.NameOwner(policy), "dina", owner=email_of("priya"))
    await office.worker.tick()
    assert len(welcomes(office, "priya")) == 2


@pytest.mark.both_databases
async def test_a_form_sent_twice_at_once_tells_the_owner_once(office: Office, policy: UUID) -> None:
    form = await office.form(intents.NameOwner(policy), "priya")
    await asyncio.gather(*(office.send(form, "ada", owner=email_of("dina")) for _ in range(4)))
    await office.worker.tick()
    assert len(welcomes(office, "dina")) == 1


async def test_a_person_who_may_not_name_an_owner_is_told_who_may(office: Office, policy: UUID) -> None:
    form = await office.form(intents.NameOwner(policy), "priya")
    before = office.everything()
    for person in ("asha", "omar", "sal"):
        opened = await office.form(intents.NameOwner(policy), person)
        for refused in (opened, await office.send(form, person, owner=email_of("dina"))):
            assert "Only the policy owner can do this. Priya Owneray is the policy owner." in said(refused)
    assert office.everything() == before


async def test_an_impossible_owner_is_explained_beside_the_field(office: Office, policy: UUID) -> None:
    before = office.everything()
    for typed, sentence in (
        ("", says.NO_OWNER),
        ("  ", says.NO_OWNER),
        ("Dina", says.NO_SUCH_PERSON),
        ("dina@", says.NO_SUCH_PERSON),
        ("@example.org", says.NO_SUCH_PERSON),
        ("a@b@example.org", says.NO_SUCH_PERSON),
        ("dina ox@example.org", says.NO_SUCH_PERSON),
        ("di\0na@example.org", says.NO_SUCH_PERSON),
        ("chat/W-work-3301/nobody", says.NO_SUCH_PERSON),
        ("chat/W-work-3301/U-di\0na-7741", says.NO_SUCH_PERSON),
        ("a/b", says.NO_SUCH_PERSON),
    ):
        again = await office.fill(intents.NameOwner(policy), "priya", owner=typed)
        assert again.problems == {"owner": sentence}, typed
        assert [getattr(each, "value", None) for each in again.questions] == [typed]
    assert office.everything() == before


async def test_a_person_picked_on_their_platform_is_named(office: Office, policy: UUID) -> None:
    await office.fill(intents.NameOwner(policy), "priya", owner="chat/W-work-3301/U-dina-7741")
    assert office.row("policies", policy)["owner_id"] == office.person("dina")


async def test_a_changed_wording_is_shown_on_the_card_of_the_same_policy(office: Office) -> None:
    first = Announcement("Parking permit", "For residents.", "https://example.org/permit?utm_source=x", None)
    again = Announcement("Parking permit", "For residents.", "https://EXAMPLE.org/permit/#top", None)
    other = Announcement("Parking permit", "For businesses.", "https://example.org/permit", None)
    opened = await office.dispatcher.announce([first], owner=email_of("priya"), channel="channel c1")
    assert len(opened.opened) == 1
    await office.worker.tick()
    before = office.everything()
    same = await office.dispatcher.announce([again], owner=email_of("dina"))
    assert (len(same.opened), len(same.reworded), len(same.unchanged)) == (0, 0, 1)
    assert office.everything() == before
    changed = await office.dispatcher.announce([other], owner=email_of("dina"))
    assert (len(changed.opened), len(changed.reworded), len(changed.unchanged)) == (0, 1, 0)
    await office.worker.tick()
    card = await office.card_text()
    assert "For businesses." in card
    assert "The wording changed on Monday 23 November 2026." in card
    assert "Policy owner: Priya Owneray." in card
    assert len(office.rows("policies")) == 1
    assert len(office.rows("wordings")) == 2
    assert welcomes(office, "dina") == []


@pytest.mark.both_databases
async def test_a_feed_announced_twice_at_once_opens_each_policy_once(office: Office) -> None:
    listed = [Announcement(f"Policy {n}", "Summary.", f"https://example.org/{n}", None) for n in range(5)]
    done = await asyncio.gather(*(office.dispatcher.announce(listed, owner=email_of("priya")) for _ in range(3)))
    assert sum(len(each.opened) for each in done) == 5
    assert len(office.rows("policies")) == 5
    await office.worker.tick()
    assert len(welcomes(office, "priya")) == 1


async def test_the_card_counts_what_is_shown_and_what_is_answered(office: Office, policy: UUID) -> None:
    assert "So far: no flags." in await office.card_text()
    for person, verdict in (("asha", "as-announced"), ("ben", "if"), ("cai", "not"), ("dina", "not")):
        await office.file(policy, person, f"By {person}.", verdict=verdict, promise="named")
    await office.until(24, 12)
    card = await office.card_text()
    assert "So far: 4 flags." in card
    assert "1 deliverable as announced" in card
    assert "1 deliverable if…" in card
    assert "2 not deliverable as announced" in card
    assert "3 flags ask for an answer: 3 waiting. Next answer due by Tuesday 8 December 2026." in card
    waiting = [UUID(str(each["id"])) for each in office.rows("flags") if each["verdict"] == "not"]
    await office.answer(tuple(waiting))
    await office.worker.tick()
    assert "3 flags ask for an answer: 2 answered, 1 waiting." in await office.card_text()
    await office.until(9, 12, month=12)
    assert "1 answer is late." in await office.card_text()
