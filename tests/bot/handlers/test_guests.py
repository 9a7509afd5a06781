"""Guests: they may do what is listed and nothing else, however they come."""

from dataclasses import fields
from typing import get_type_hints
from uuid import UUID

import pytest

from bot.handlers import OPENS, SUBMITS, guests
from bot.interface import intents
from bot.interface.actor import Actor
from bot.interface.announcements import Announcement
from bot.interface.intent_text import UUIDs
from bot.interface.intents import Intent
from bot.people.people import Member, UnknownPerson
from tests.bot.conftest import CHANNEL_SETTINGS, FULL_NAMES, Office, member, said

pytestmark = pytest.mark.rules

TURNED_AWAY = "Only members of this organisation can send flags here."
OF_THEIR_OWN = {intents.GetJoiningCode: {"joining_codes"}, intents.SeparateAccounts: {"identities", "accounts_version"}}
"""What changes for a guest who sends what needs nothing typed: their own accounts, and nothing else."""
EVERY_KIND = sorted({*OPENS, *SUBMITS}, key=lambda each: each.__name__)


@pytest.fixture
async def gus(office: Office, policy: UUID) -> Actor:
    """A guest in the channel, into which no guests are let."""
    await office.enrol(*(member(each) for each in FULL_NAMES), Member("gus", "Gus Guestly", guest=True))
    return office.actor("gus")


async def let_in(office: Office) -> None:
    """Let guests into the channel."""
    channel = intents.ChannelSettings(UUID(str(office.rows("channels")[0]["id"])))
    await office.fill(channel, "ada", **{**CHANNEL_SETTINGS, "guests": "yes"})  # type: ignore[arg-type]


def intent_of(kind: type[Intent], policy: UUID) -> Intent:
    """An intent of that kind, about that policy wherever it needs an id."""
    hints = get_type_hints(kind)
    given = {UUID: policy, str: "", UUIDs: (policy,)}
    return kind(**{each.name: given[hints[each.name]] for each in fields(kind) if hints[each.name] is not int})


@pytest.mark.parametrize("kind", EVERY_KIND, ids=lambda kind: kind.__name__)
async def test_whatever_is_not_listed_is_for_members(
    office: Office, policy: UUID, gus: Actor, kind: type[Intent]
) -> None:
    intent, before = intent_of(kind, policy), office.everything()
    opened = await office.dispatcher.open(intent, gus)
    assert office.everything() == before
    sent = await office.dispatcher.submit(intent, {}, gus)
    for each in (opened, sent):
        assert (TURNED_AWAY in said(each)) == (kind not in guests.EVERYWHERE or kind is intents.Home)
    after = office.everything()
    assert {table for table in before if after[table] != before[table]} == OF_THEIR_OWN.get(kind, set())


@pytest.mark.both_databases
async def test_a_guest_is_shown_no_policy(office: Office, policy: UUID, gus: Actor) -> None:
    for each in (await office.dispatcher.home(gus), await office.dispatcher.typed(gus)):
        assert TURNED_AWAY in said(each)
        assert "Single parking permit" not in said(each)
        assert str(policy) not in said(each)
    for row in office.rows("channels"):
        office.update("channels", row["id"], reactions=True)
    posted = office.posted()[0]
    assert await office.dispatcher.reacted(office.actor("asha"), f"ref-{posted.delivery.hex}") is not None
    assert await office.dispatcher.reacted(gus, f"ref-{posted.delivery.hex}") is None


async def test_a_link_becomes_a_card_only_for_someone_who_may_read_it(office: Office, policy: UUID, gus: Actor) -> None:
    assert await office.dispatcher.card(policy, office.actor("asha")) is not None
    assert await office.dispatcher.card(policy, office.actor("asha", guest=True)) is None
    assert await office.dispatcher.card(policy, gus) is None
    assert await office.dispatcher.card(policy, office.actor("nobody we know")) is None
    await let_in(office)
    assert await office.dispatcher.card(policy, gus) is not None


async def test_guests_who_are_let_in_flag_and_read_but_never_announce(office: Office, policy: UUID, gus: Actor) -> None:
    await let_in(office)
    assert "Single parking permit" in said(await office.open(intents.OpenPolicies(), "gus"))
    assert (await office.flag(policy, "gus", "From a guest.", promise="named")).title == "Flag saved"
    assert TURNED_AWAY in said(await office.open(intents.Announce(), "gus"))
    form = await office.form(intents.Announce(), "asha")
    assert TURNED_AWAY in said(
        await office.send(form, "gus", title="A title", summary="A summary", owner="a@b.example")
    )
    with pytest.raises(UnknownPerson):
        await office.dispatcher.announce([Announcement("A title", "A summary", "", None)], owner="a@b.example", by=gus)
    assert len(office.rows("policies")) == 1


async def test_an_admin_seen_as_a_guest_is_no_admin(office: Office) -> None:
    for intent in (intents.SayWhoRunsIt(), intents.Practise(), intents.SeeNotSent()):
        assert TURNED_AWAY in said(await office.open(intent, "ada", guest=True))
