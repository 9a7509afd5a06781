"""If an owner's account is closed, the delegate gets the digests, admins are told once, and nothing is lost."""

from __future__ import annotations

from uuid import UUID

import pytest

from bot.interface import intents
from bot.worker.worker import Worker
from tests.bot.conftest import FLAG, FULL_NAMES, Office, buttons, email_of, member, said

pytestmark = pytest.mark.rules

LEFT = "Priya Owneray's account is closed. Flags on Single parking permit now come to you."
NO_OWNER = "Single parking permit has no policy owner"


@pytest.fixture
def worker(office: Office) -> Worker:
    """A worker that knows the admins."""
    made = Worker(office.database, office.ring, office.clock, [email_of("ada")])
    made.add(office.chat)
    office.worker = made
    return made


async def close(office: Office, *people: str) -> None:
    """Close the accounts of these people, and open all others."""
    await office.enrol(*(member(each, active=each not in people) for each in FULL_NAMES))


def messages_saying(office: Office, person: str, sentence: str) -> int:
    """How many messages to a person contain that sentence."""
    return sum(sentence in each for each in office.sent_to(person))


@pytest.mark.usefixtures("worker")
async def test_the_delegate_is_told_once_and_gets_the_digests_from_then_on(office: Office, policy: UUID) -> None:
    waits = await office.file(policy, "asha", promise="named")
    await office.until(24, 12)
    assert len(office.digests_to("priya")) == 1
    await close(office, "priya")
    await office.file(policy, "ben", "Since then.", promise="named")
    await office.until(27, 12)
    assert messages_saying(office, "omar", LEFT) == 1
    assert messages_saying(office, "ada", NO_OWNER) == 1
    assert messages_saying(office, "ada", "Omar Delegato gets its digests until you name one.") == 1
    (first,) = office.digests_to("omar")
    assert FLAG["because"] in said(first)
    assert "Since then." in said(first)
    assert "First sent to you" not in said(first)
    assert len(office.digests_to("priya")) == 1
    await office.answer((waits,), "omar")
    assert policy in [each.policy for each in _waiting(await office.form(intents.MyPolicies(), "omar"))]


def _waiting(form: object) -> list[intents.AnswerPolicy]:
    body = getattr(form, "body", ())
    return [each.intent for each in body if isinstance(getattr(each, "intent", None), intents.AnswerPolicy)]


@pytest.mark.usefixtures("worker")
async def test_without_a_delegate_admins_are_told_and_flags_stay_news(office: Office) -> None:
    policy = await office.announce(delegate="")
    await office.file(policy, "asha", promise="named")
    await close(office, "priya")
    await office.until(27, 12)
    assert messages_saying(office, "ada", NO_OWNER) == 1
    assert messages_saying(office, "ada", "nobody gets its digests until you name one. Nothing is lost.") == 1
    assert office.rows("digests") == []
    (name_owner,) = {each for card in office.chat.to("U-ada-7741") for each in buttons(card.card, "Name an owner")}
    await office.fill(name_owner, "ada", owner=email_of("dina"))
    await office.until(30, 12)
    assert [FLAG["because"] in said(each) for each in office.digests_to("dina")] == [True]


@pytest.mark.usefixtures("worker")
async def test_an_owner_who_is_back_gets_the_digests_again(office: Office, policy: UUID) -> None:
    await office.file(policy, "asha", promise="named")
    await close(office, "priya")
    await office.until(26, 12)
    assert len(office.digests_to("omar")) == 1
    await close(office)
    await office.until(30, 12)
    assert [FLAG["because"] in said(each) for each in office.digests_to("priya")] == [True]
    await office.file(policy, "ben", "Since then.", promise="named")
    await office.until(1, 12, month=12)
    assert "Since then." in said(office.digests_to("priya")[-1])
    assert len(office.digests_to("omar")) == 1


@pytest.mark.usefixtures("worker")
@pytest.mark.both_databases
async def test_if_the_delegate_leaves_too_flags_wait_for_an_owner(office: Office, policy: UUID) -> None:
    await close(office, "priya")
    await office.until(25, 12)
    await close(office, "priya", "omar")
    await office.file(policy, "asha", promise="named")
    await office.until(30, 12)
    assert office.rows("digests") == []
    assert office.row("policies", policy)["read_by"] is None
    await office.fill(intents.NameOwner(policy), "ada", owner=email_of("dina"))
    await office.until(1, 12, month=12)
    assert len(office.digests_to("dina")) == 1


@pytest.mark.usefixtures("worker")
async def test_a_new_owner_gets_the_digests(office: Office, policy: UUID) -> None:
    await close(office, "priya")
    await office.until(25, 12)
    await office.fill(intents.NameOwner(policy), "ada", owner=email_of("dina"))
    assert office.row("policies", policy)["read_by"] is None
    await office.file(policy, "asha", promise="named")
    await office.until(27, 12)
    assert len(office.digests_to("dina")) == 1
    assert office.digests_to("omar") == []


@pytest.mark.usefixtures("worker")
async def test_the_clock_goes_on_past_an_owner_who_has_left(office: Office, policy: UUID) -> None:
    await office.file(policy, "asha", promise="named")
    await office.until(24, 12)
    await close(office, "priya")
    await office.until(4, 12, month=12)
    (reminder,) = (each for each in office.sent_to("omar") if "If there is none" in each)
    assert "This comes to you in place of Priya Owneray." in reminder
    assert "we tell the senior owner, Sal Seniorman" in reminder
    await office.until(9, 12, month=12)
    assert messages_saying(office, "sal", "You are the senior owner.") == 1
    assert messages_saying(office, "omar", "You are the delegate for") == 0
