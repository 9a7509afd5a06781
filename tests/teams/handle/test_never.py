"""Messages that can never arrive in Teams: one attempt, and one message to an admin."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.interface.ports import BLOCKED
from tests.teams.acting import said
from tests.teams.activities import installed
from tests.teams.provider import Trouble, refusal
from tests.teams.tenant import Tenant


def told(office: Tenant, words: str) -> list[str]:
    """The admin's messages that contain these words."""
    return [text for text in (said(each.card) for each in office.chat("priya")) if words in text]


def tries(office: Tenant) -> int:
    """How often something was posted."""
    return office.provider.seen["post"] + office.provider.seen["create"] + office.provider.seen["put"]


async def rests(office: Tenant) -> None:
    """Hours pass without an attempt."""
    before = tries(office)
    office.clock.now += timedelta(hours=6)
    await office.settle()
    assert tries(office) == before


@pytest.fixture
async def office(office: Tenant) -> Tenant:
    """With the app installed for the admin, who has a chat with it."""
    await office.post(installed(office.provider, office.people["priya"]))
    return office


async def test_a_person_who_has_blocked_the_bot(office: Tenant) -> None:
    office.provider.blocking.add(office.people["ben"].aad)
    await office.publish("Single parking permit", owner="ben@example.org")
    await office.time_passes(20)
    assert office.chat("ben") == []
    (message,) = told(office, "could not be sent")
    assert f"for Ben Osei on Teams. Tried for the last time on Monday 23 November 2026. Reason: {BLOCKED}." in message
    await rests(office)


async def test_a_card_that_teams_refuses(office: Tenant) -> None:
    office.provider.trouble("create", Trouble(413, refusal("MessageSizeTooBig"), about="give-view:"))
    await office.publish("Single parking permit")
    await office.time_passes(20)
    assert office.cards() == []
    (message,) = told(office, "could not be sent")
    assert "Reason: MessageSizeTooBig." in message
    await rests(office)


async def test_a_team_that_was_removed_unnoticed(office: Tenant) -> None:
    await office.announce()
    del office.provider.channels[office.channel]
    await office.publish("Single parking permit", summary="One permit, reworded.")
    await office.time_passes(20)
    assert [each["connected"] for each in office.rows("channels")] == [False]
    assert len(told(office, "Housing, Design on Teams no longer takes messages.")) == 1
    await rests(office)
