"""Newcomers: members of a channel whom no roster lists yet flag at once, and nothing is written because they did."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from bot.interface import intents
from bot.interface.intents import Intent
from bot.interface.parts import Form
from bot.people.people import Member, Roster, UnknownPerson
from bot.screens import refusals as says
from storage.accounts_key import AccountName, newcomer_secret
from storage.encryption import CannotOpen
from tests.bot.conftest import FLAG, WORKSPACE, Office, address_of, answers_of, email_of, member, said

NIA = Member("U-nia-7741", "Nia Price", "nia.7741@example.org", "Europe/London")
NAME = AccountName("chat", WORKSPACE, NIA.user)


async def opens(office: Office, intent: Intent, who: Member = NIA) -> str:
    actor = replace(office.actor("asha"), user=who.user)
    return said(await office.dispatcher.open(intent, actor, newcomer=who))


async def sends(office: Office, intent: Intent, **typed: str) -> Form:
    actor = replace(office.actor("asha"), user=NIA.user)
    form = await office.dispatcher.open(intent, actor, newcomer=NIA)
    assert isinstance(form, Form)
    found = await office.dispatcher.submit(form.intent or intent, answers_of(typed), actor, newcomer=NIA)
    assert isinstance(found, Form)
    return found


def of_people(office: Office) -> dict[str, list[str]]:
    """Every row but those that are said by nobody: flags, seconds, and audit."""
    return {name: rows for name, rows in office.everything().items() if name not in ("boxes", "flags", "seconds")}


def keys(office: Office) -> tuple[bytes, ...]:
    (row,) = office.rows("newcomers_keys")
    return office.ring.accounts.open_newcomers("chat", row["sealed"])


async def daily_round(office: Office, *others: Member, whole: bool = True) -> None:
    """A round of rosters, as an adapter reads them."""
    everyone = [member(each) for each in ("asha", "ben", "cai", "dina", "eve", "finn", "priya", "omar", "sal", "ada")]
    await office.dispatcher.begin_round("chat")
    await office.dispatcher.enrol(Roster("chat", WORKSPACE, address_of("c1"), "", (*everyone, *others)))
    if whole:
        await office.dispatcher.end_round("chat")


async def test_a_newcomer_flags_finds_it_again_and_nothing_else_is_written(office: Office, policy: UUID) -> None:
    of_others = await office.file(policy, "asha", "Said by Asha.", promise="named")
    before = of_people(office)
    assert "Is this deliverable?" in await opens(office, intents.GiveView(policy))
    assert (await sends(office, intents.GiveView(policy), **FLAG, similar="none")).title == "Flag saved"
    assert (await sends(office, intents.SecondFlag(of_others))).title == "Saved"
    assert FLAG["because"] in await opens(office, intents.MyFlags())
    assert of_people(office) == before


async def test_the_round_that_adds_the_account_gives_it_the_secret_that_it_wrote_with(
    office: Office, policy: UUID
) -> None:
    await sends(office, intents.GiveView(policy), **FLAG, similar="none")
    (key,) = keys(office)
    await daily_round(office, NIA)
    assert newcomer_secret(key, NAME) in office.secrets(NIA.user)
    assert key not in keys(office)
    assert len(keys(office)) == 1
    assert FLAG["because"] in said(await office.open(intents.MyFlags(), NIA.user))
    with pytest.raises(UnknownPerson):
        await office.open(intents.MyFlags(), "somebody else")


async def test_who_wrote_while_a_round_was_read_and_was_not_listed_finds_it_after_the_next(
    office: Office, policy: UUID
) -> None:
    await office.dispatcher.begin_round("chat")
    await sends(office, intents.GiveView(policy), **FLAG, similar="none")
    await office.enrol()
    await office.dispatcher.end_round("chat")
    assert FLAG["because"] in await opens(office, intents.MyFlags())
    await daily_round(office, NIA)
    assert FLAG["because"] in said(await office.open(intents.MyFlags(), NIA.user))


async def test_a_round_that_was_not_whole_loses_nobodys_flags(office: Office, policy: UUID) -> None:
    await sends(office, intents.GiveView(policy), **FLAG, similar="none")
    for _ in range(3):
        await daily_round(office, whole=False)
    assert len(keys(office)) == 2
    assert FLAG["because"] in await opens(office, intents.MyFlags())
    await daily_round(office, NIA)
    assert FLAG["because"] in said(await office.open(intents.MyFlags(), NIA.user))


@pytest.mark.parametrize("in_a_round", [False, True])
async def test_a_named_flag_of_a_newcomer_has_their_name_and_stays_theirs(
    office: Office, policy: UUID, in_a_round: bool
) -> None:
    await sends(office, intents.GiveView(policy), **{**FLAG, "promise": "named"}, similar="none")
    if in_a_round:
        await office.dispatcher.begin_round("chat")
    assert NIA.name in said(await office.open(intents.SeeFlags(policy), "priya"))
    people, accounts = len(office.rows("people")), len(office.rows("identities"))
    await daily_round(office, replace(NIA, name="Nia Price-Jones"))
    assert (len(office.rows("people")), len(office.rows("identities"))) == (people, accounts + 1)
    assert "Nia Price-Jones" in said(await office.open(intents.SeeFlags(policy), "priya"))
    assert FLAG["because"] in said(await office.open(intents.MyFlags(), NIA.user))


async def test_roles_of_newcomers_work_at_once(office: Office, policy: UUID) -> None:
    office.organise(domains="example.org")
    elsewhere = replace(office.actor("asha"), workspace="W-other", user="U-other")
    priya = Member("U-other", "Priya Owneray", email_of("priya"))
    await office.dispatcher.enrol(Roster("chat", "W-other", "C-other", "other", (Member("x", "X"),)))
    shown = said(await office.dispatcher.home(elsewhere, priya))
    assert "My policies" in shown
    guest = replace(priya, guest=True)
    assert "My policies" not in said(await office.dispatcher.home(elsewhere, guest))
    assert "My policies" not in said(await office.dispatcher.home(elsewhere, replace(priya, email="p@example.com")))
    ada = replace(priya, email=email_of("ada"))
    assert "Set up Deliverable" in said(await office.dispatcher.home(elsewhere, ada))


async def test_what_needs_a_row_waits_until_they_have_one(office: Office, policy: UUID) -> None:
    before = office.everything()
    assert says.NEW_HERE in said(await sends(office, intents.TestMyself()))
    assert office.everything() == before


async def test_nobody_is_a_newcomer_where_no_roster_was_read_or_under_another_id(office: Office) -> None:
    elsewhere = replace(office.actor("asha"), platform="other", user=NIA.user)
    with pytest.raises(UnknownPerson):
        await office.dispatcher.home(elsewhere, NIA)
    with pytest.raises(UnknownPerson):
        await office.dispatcher.home(replace(office.actor("asha"), user="U-new"), NIA)
    with pytest.raises(UnknownPerson):
        await opens(office, intents.MyFlags(), replace(NIA, active=False))


def test_newcomers_keys_open_for_their_own_platform_only(office: Office) -> None:
    (row,) = office.rows("newcomers_keys")
    with pytest.raises(CannotOpen):
        office.ring.accounts.open_newcomers("other", row["sealed"])
