"""The alert that many flags say *Not deliverable*: if an admin wants it, once, and only from what a batch has shown."""

from __future__ import annotations

from uuid import UUID

import pytest

from bot.interface import intents
from tests.bot.conftest import Office, buttons, email_of

pytestmark = pytest.mark.rules

NOTICE = "flags say that Single parking permit is not deliverable as announced."


def notices(office: Office, person: str = "priya") -> list[str]:
    """The alerts that a person was sent."""
    return [each for each in office.sent_to(person) if NOTICE in each]


@pytest.fixture
async def three(office: Office, policy: UUID) -> UUID:
    """A policy with an alert at three, which three people have called not deliverable today."""
    office.organise(notice_at=3)
    for person in ("asha", "ben", "cai"):
        await office.file(policy, person, f"By {person}.")
    return policy


@pytest.mark.both_databases
async def test_it_comes_with_the_batch_that_shows_them_and_before_the_digest(office: Office, three: UUID) -> None:
    await office.until(24, 7, 59)
    assert notices(office) == []
    await office.until(24, 8)
    assert notices(office) == [notices(office)[0]]
    assert f"3 {NOTICE}" in notices(office)[0]
    assert office.digests_to() == []
    (message,) = (each for each in office.chat.to("U-priya-7741") if NOTICE in each.card.fallback)
    (door,) = buttons(message.card, "Answer flags")
    assert (await office.form(door, "priya")).title == "Answer 3 flags"


async def test_it_comes_once_per_policy(office: Office, three: UUID) -> None:
    await office.until(24, 12)
    for person in ("dina", "eve", "finn"):
        await office.file(three, person, f"By {person}.")
    await office.until(30, 12)
    await office.fill(intents.NameOwner(three), "priya", owner=email_of("omar"))
    for person in ("asha", "ben", "cai"):
        await office.file(three, person, f"Again by {person}.")
    await office.until(4, 12, month=12)
    assert len(notices(office)) == 1
    assert notices(office, "omar") == []


async def test_there_is_no_alert_unless_it_was_turned_on(office: Office, policy: UUID) -> None:
    for person in ("asha", "ben", "cai"):
        await office.file(policy, person, f"By {person}.")
    await office.until(24, 12)
    assert notices(office) == []


async def test_other_verdicts_do_not_count(office: Office, policy: UUID) -> None:
    office.organise(notice_at=3)
    for person, verdict in (("asha", "not"), ("ben", "not"), ("cai", "if"), ("dina", "cannot-tell")):
        await office.file(policy, person, f"By {person}.", verdict=verdict)
    await office.until(30, 12)
    assert notices(office) == []


async def test_what_is_written_moves_nothing_before_a_batch(office: Office, policy: UUID) -> None:
    """Three *Named* flags are shown at once, yet no alert reveals the hour of the third."""
    office.organise(notice_at=2)
    await office.until(24, 8)
    for person in ("asha", "ben"):
        await office.file(policy, person, f"By {person}.", promise="named")
    await office.file(policy, "cai", "By cai.")
    before = len(office.sent_to("priya"))
    await office.worker.tick()
    assert len(office.sent_to("priya")) == before
    assert notices(office) == []


@pytest.mark.both_databases
async def test_flags_of_other_days_do_not_count(office: Office, policy: UUID) -> None:
    office.organise(notice_at=2, batch_least=1)
    await office.file(policy, "asha", "By asha.")
    await office.until(24, 12)
    await office.file(policy, "ben", "By ben.")
    await office.until(25, 12)
    assert notices(office) == []
