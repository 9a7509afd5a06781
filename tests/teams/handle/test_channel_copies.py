"""A message in a channel whose first post was accepted and then broke: in the end it stands once, and counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.interface.actor import Actor
from bot.interface.announcements import Announcement
from bot.interface.intents import AnswerFlags
from bot.policies.policies import IfUnclear
from bot.screens import refusals as says
from bot.sending.unconfirmed import WAIT
from storage import metadata
from tests.teams.acting import button, flag, in_dialog, said
from tests.teams.client import Client
from tests.teams.provider import TENANT, THREAD, Posted, Trouble
from tests.teams.tenant import Tenant, policy_of

LOST = Trouble(status=504, takes=True, about="give-view:")
"""The card of a policy is posted, and the answer is lost. Its owner is told at the same time."""


async def later(office: Tenant) -> None:
    office.clock.now += WAIT + timedelta(minutes=1)
    await office.settle()


async def two_cards(office: Tenant) -> tuple[Posted, Posted]:
    """A card whose answer was lost, and which was therefore posted again."""
    office.provider.trouble("create", LOST)
    await office.publish("Single parking permit")
    await later(office)
    older, newer = office.cards()
    return older, newer


async def shows(client: Client, message: Posted) -> None:
    await client.shows(message)


async def presses(client: Client, message: Posted) -> None:
    await client.presses(button(message.card, "See flags"), message)


async def presses_an_old_client(client: Client, message: Posted) -> None:
    """A client that sends a click as a message."""
    await Client(client.provider, client.person, client._post, old=True).presses(
        button(message.card, "See flags"), message
    )


WAYS = pytest.mark.parametrize("comes_upon", [shows, presses], ids=lambda each: each.__name__)


@WAYS
async def test_the_copy_that_does_not_count_is_withdrawn_when_someone_comes_upon_it(
    office: Tenant, comes_upon: object
) -> None:
    older, newer = await two_cards(office)
    asha, ben = office.client("asha"), office.client("ben")
    await comes_upon(asha, newer)  # type: ignore[operator]
    await office.settle()
    assert office.cards() == [older, newer], "this one counts"
    await comes_upon(ben, older)  # type: ignore[operator]
    await office.settle()
    assert office.cards() == [newer]
    # What hangs under the card, and what changes it, goes to the one that is left.
    await flag(asha, newer, promise="named")
    (row,) = office.rows("flags")
    assert policy_of(newer) == row["policy_id"]


async def test_an_answer_that_stands_twice_under_a_card_is_withdrawn_too(office: Tenant) -> None:
    card = await office.announce()
    await flag(office.client("asha"), card, promise="named")
    (row,) = office.rows("flags")
    await office.settle()
    office.clock.now += timedelta(days=1)  # by then it is shown
    await office.settle()
    answer = {"kind": ("handled",), "text": ("The register has it.",)}
    priya = Actor("teams", TENANT, office.people["priya"].aad)
    await office.dispatcher.submit(AnswerFlags((row["id"],)), answer, priya, "a nonce")
    office.provider.trouble("post", replace(LOST, about=THREAD))  # not what its author is told at the same time
    await office.settle()
    await later(office)
    await later(office)
    copies = [each for each in office.provider.visible(office.channel) if each.under == card.id]
    assert len(copies) > 1
    ben = office.client("ben")
    for each in reversed(copies):
        await ben.shows(each)
    assert "This message was sent a second time." in said(ben.card(copies[0]))
    await office.settle()
    assert [each for each in office.provider.visible(office.channel) if each.under == card.id] == copies[-1:]


async def test_a_copy_that_does_not_count_says_so_to_whom_it_is_shown(office: Tenant) -> None:
    older, newer = await two_cards(office)
    asha = office.client("asha")
    await asha.shows(newer)
    assert "Single parking permit" in said(asha.card(newer))
    await asha.shows(older)
    assert "This message was sent a second time." in said(asha.card(older))


@WAYS
async def test_the_first_copy_counts_if_someone_comes_upon_it_before_it_is_posted_again(
    office: Tenant, comes_upon: object
) -> None:
    office.provider.trouble("create", LOST)
    await office.publish("Single parking permit")
    (card,) = office.cards()
    await comes_upon(office.client("asha"), card)  # type: ignore[operator]
    await later(office)
    assert office.cards() == [card]
    assert [each["ref"] for each in office.rows("postings")] == [card.id]


async def test_a_card_that_is_known_to_stand_asks_for_no_refresh_once_it_is_updated(office: Tenant) -> None:
    card = await office.announce()
    assert "refresh" in card.card
    assert "userIds" not in card.card["refresh"]
    again = Announcement("Single parking permit", "One permit for all councils.", "https://example.org/permit", None)
    await office.dispatcher.announce([again], owner="priya@example.org", if_unclear=IfUnclear.REWORD)
    await office.settle()
    assert "One permit for all councils." in said(card.card)
    assert "refresh" not in card.card
    assert '"d"' not in str(card.card)


async def test_clicks_on_a_card_that_counts_write_nothing(office: Tenant) -> None:
    card = await office.announce()
    asha = office.client("asha")
    before = {name: office.rows(name) for name in metadata.tables}
    for _ in range(2):
        await asha.shows(card)
        await asha.presses(button(card.card, "See flags"), card)
        await asha.presses(in_dialog(asha, "Close"))
    assert {name: office.rows(name) for name in metadata.tables} == before


async def test_a_report_from_elsewhere_or_of_nothing_changes_nothing(office: Tenant) -> None:
    older, _ = await two_cards(office)
    refresh = older.card["refresh"]["action"]
    other = office.provider.channel([office.people["asha"]])
    elsewhere = Posted(older.id, other, "", older.activity)
    asha = office.client("asha")
    await asha.presses({**refresh, "title": ""}, elsewhere)
    assert asha.said == says.NOT_FOUND
    forged = {**refresh, "data": {"deliverable": {"k": "seen", "d": "0" * 32, "a": 1}}}
    await asha.presses({**forged, "title": ""}, older)
    assert asha.said in (says.NOT_FOUND, says.CHANGED_SINCE)
    await office.settle()
    assert len(office.cards()) == 2
