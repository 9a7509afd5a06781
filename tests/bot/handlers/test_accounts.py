"""An admin sees whose accounts are joined, whose are not clear and who cannot be reached, and can repair it."""

from __future__ import annotations

from uuid import UUID

import pytest

from bot.admin import accounts
from bot.dispatcher import Dispatcher
from bot.interface import intents
from bot.interface.ports import NOT_INSTALLED
from bot.people.people import Member
from bot.screens.admin.people import people_lines
from storage import Database
from storage import unreached as stored_unreached
from storage.keys import KeyRing
from tests.bot.conftest import WORKSPACE, Clock, Office, buttons, email_of, said, user_of
from tests.bot.elsewhere import Both


@pytest.fixture
def dispatcher(database: Database, ring: KeyRing, clock: Clock) -> Dispatcher:
    """A dispatcher that knows who is an admin: Ada."""
    return Dispatcher(database, ring, clock, admins=[email_of("ada")])


@pytest.fixture
async def both(office: Office, policy: UUID) -> Both:
    """Priya and Asha are on both platforms; the domain of all addresses is trusted, but for that of Omar's second."""
    office.organise(domains="example.org")
    made = Both(office)
    await made.enrol("priya", "asha")
    return made


async def seen(office: Office) -> str:
    """What the admin sees."""
    return said(await office.form(intents.SeePeople(), "ada"))


async def test_there_is_a_way_to_it_for_admins_alone(both: Both) -> None:
    (way,) = buttons(await both.office.open(intents.SeeSettings(), "ada"), "See people's accounts")
    assert "People and accounts" in said(await both.office.open(way, "ada"))
    account = UUID(str(both.office.rows("identities")[0]["id"]))
    before = both.office.everything()
    for intent in (intents.SeePeople(), intents.KeepApart(account), intents.JoinAgain(account)):
        assert "Only an admin can do this." in said(await both.office.open(intent, "ben"))
        assert "Only an admin can do this." in said(await both.office.press(intent, "ben"))
    assert both.office.everything() == before


async def test_joined_people_with_a_role_are_listed_and_all_on_the_command_line(both: Both) -> None:
    text = await seen(both.office)
    assert f"Priya Owneray\n3\nOne person, by the address {email_of('priya')}: chat and other." in text
    assert "Asha Quillfeather" not in text, "she has no role"
    lines = people_lines(both.office.change(lambda uow: accounts.listed(uow, everyone=True)))
    assert any(each.startswith("Asha Quillfeather: One person") for each in lines)
    assert any("(--keep-apart other/T1/o-priya)" in each for each in lines)


async def test_addresses_that_are_several_peoples_are_listed_with_the_reason(both: Both) -> None:
    office = both.office
    await both.enrol("priya", "asha", Member("x", "Xia", "x@example.net"), Member("y", "Y", email_of("ben")))
    await both.enrol("priya", "asha", Member("z", "Zoe", email_of("ben")))
    await office.enrol(Member("x-here", "Xia", "x@example.net"), channel="c2")
    text = await seen(office)
    assert "Several accounts have this address, and its domain is not trusted: Xia (chat) and Xia (other)." in text
    assert "One workspace has this address twice, so nobody can tell who is meant" in text
    assert "Change trusted domains" in text


async def test_people_with_a_role_who_cannot_be_reached_are_listed(both: Both) -> None:
    office = both.office
    office.change(lambda uow: stored_unreached.refuse(uow.session, "chat", WORKSPACE, user_of("omar"), NOT_INSTALLED))
    text = await seen(office)
    assert "I cannot message Omar Delegato yet: the app is not installed for them. They have a role here." in text
    assert "Show me how" in text


async def test_a_joined_account_is_kept_apart_and_joined_again(both: Both) -> None:
    office = both.office
    (apart,) = buttons(await office.form(intents.SeePeople(), "ada"), "Keep apart")
    asked = await office.form(apart, "ada")
    assert "Priya Owneray, other, becomes a person of its own" in said(asked)
    assert "The roles of Priya Owneray stay with the account on chat." in said(asked)
    (confirm,) = buttons(asked, "Keep it apart")
    assert "kept apart now" in said(await office.press(confirm, "ada"))
    assert not both.one_person("priya")
    await both.enrol("priya", "asha")
    assert not both.one_person("priya"), "a roster does not join them again"
    assert "Single parking permit" not in await both.open(intents.MyPolicies(), "priya")
    assert "Single parking permit" in said(await office.open(intents.MyPolicies(), "priya"))
    (again,) = buttons(await office.form(intents.SeePeople(), "ada"), "Join again")
    await office.press(again, "ada")
    assert both.one_person("priya")
    assert "Single parking permit" in await both.open(intents.MyPolicies(), "priya")


async def test_whichever_is_kept_apart_the_other_keeps_the_roles(both: Both) -> None:
    office = both.office
    here = UUID(str(next(each["id"] for each in office.rows("identities") if each["user"] == user_of("priya"))))
    await office.press(intents.KeepApart(here), "ada")
    assert "Single parking permit" in await both.open(intents.MyPolicies(), "priya")
    assert "Single parking permit" not in said(await office.open(intents.MyPolicies(), "priya"))


async def test_where_there_is_nothing_to_look_after_it_says_so(office: Office) -> None:
    assert "Every address is one person's, everyone with a role can be reached" in await seen(office)
