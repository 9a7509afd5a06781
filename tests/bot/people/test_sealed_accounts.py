"""Accounts that the database cannot lend: what a writer to it changes in an account's columns is in nobody's favour."""

from __future__ import annotations

import logging
import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from bot.interface import intents
from bot.people import accounts
from bot.runtime.key_check import must_open
from bot.unit_of_work import sealed_text
from storage.accounts_key import AccountName
from storage.encryption import CannotOpen, Damaged
from storage.keys import KeyRing
from tests.bot.conftest import FLAG, Office, email_of, said, user_of
from tests.rings import MONTHS

WHOSE = "We cannot tell whose account this is"
NOTHING = "You have no flags here"
PEOPLE = ("asha", "ben", "cai", "dina")


def account(office: Office, person: str) -> dict[str, Any]:
    (row,) = (each for each in office.rows("identities") if each["user"] == user_of(person))
    return row


@pytest.mark.parametrize(
    "columns",
    [
        ("person_id",),
        ("author_id",),
        ("person_id", "author_id"),
        ("sealed",),
        ("person_id", "sealed"),
        ("person_id", "author_id", "email", "guest", "sealed"),
    ],
    ids=str,
)
async def test_pointing_ones_own_account_at_others_shows_nothing_of_theirs(
    office: Office, policy: UUID, columns: tuple[str, ...]
) -> None:
    for person in PEOPLE:
        await office.file(policy, person, f"Written by {person}.")
        await office.file(policy, person, f"Signed by {person}.", promise="named")
    own = account(office, "eve")
    assert NOTHING in said(await office.open(intents.MyFlags(), "eve"))
    for person in PEOPLE:
        theirs = account(office, person)
        office.update("identities", own["id"], **{name: theirs[name] for name in columns})
        shown = said(await office.open(intents.MyFlags(), "eve"))
        assert WHOSE in shown
        assert "Written by" not in shown
        assert "Signed by" not in shown
    office.update("identities", own["id"], **{name: own[name] for name in columns})
    assert NOTHING in said(await office.open(intents.MyFlags(), "eve"))


@pytest.mark.parametrize(("person", "column", "value"), [("eve", "email", email_of("ada")), ("eve", "guest", True)])
async def test_a_changed_row_is_nobodys_and_breaks_nothing_else(
    office: Office,
    policy: UUID,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    person: str,
    column: str,
    value: object,
) -> None:
    monkeypatch.setattr(sealed_text, "_told", {})
    own = account(office, person)
    office.update("identities", own["id"], **{column: value})
    caplog.clear()
    for _ in range(2):
        assert WHOSE in said(await office.dispatcher.home(office.actor(person)))
        assert WHOSE in said(await office.open(intents.SeeSettings(), person))
        assert WHOSE in said(await office.send(await office.form(intents.GiveView(policy), "ben"), person, **FLAG))
    assert not office.rows("flags")
    warned = [each.getMessage() for each in caplog.records if each.levelno >= logging.WARNING]
    assert warned == [f"identities: the row {own['id']} does not open, and counts as no account"]
    await office.file(policy, "asha")
    office.clock.move_to(office.clock.now + timedelta(days=1))
    assert WHOSE in said(await office.dispatcher.home(office.actor(person)))
    assert len([each for each in caplog.records if "counts as no account" in each.getMessage()]) == 2


@pytest.mark.parametrize("column", ["person_id", "author_id", "email", "guest"])
async def test_the_next_roster_repairs_a_row_whose_columns_were_changed_and_nothing_is_lost(
    office: Office, policy: UUID, column: str
) -> None:
    await office.file(policy, "eve", "Confidential, by Eve.")
    await office.file(policy, "eve", "Signed by Eve.", promise="named")
    before, others = account(office, "eve"), account(office, "asha")
    office.update("identities", before["id"], **{column: True if column == "guest" else others[column]})
    assert WHOSE in said(await office.open(intents.MyFlags(), "eve"))
    await office.enrol()
    after = account(office, "eve")
    assert {name: after[name] for name in after if name != "sealed"} == {
        name: before[name] for name in before if name != "sealed"
    }
    mine = said(await office.open(intents.MyFlags(), "eve"))
    assert "Confidential, by Eve." in mine
    assert "Signed by Eve." in mine
    assert NOTHING in said(await office.open(intents.MyFlags(), "asha"))


@pytest.mark.parametrize("pointed", [False, True])
async def test_the_next_roster_begins_an_account_anew_whose_sealed_copy_was_damaged_and_lends_it_nothing(
    office: Office, policy: UUID, caplog: pytest.LogCaptureFixture, pointed: bool
) -> None:
    for person in ("eve", "asha", "priya"):
        await office.file(policy, person, f"Written by {person}.")
        await office.file(policy, person, f"Signed by {person}.", promise="named")
    row, people = account(office, "eve"), len(office.rows("people"))
    theirs = account(office, "priya")
    changed = {name: theirs[name] for name in ("person_id", "author_id")} if pointed else {}
    office.update("identities", row["id"], sealed=bytes(row["sealed"])[:-1] + b"\0", **changed)
    assert WHOSE in said(await office.open(intents.MyFlags(), "eve"))
    await office.enrol()
    assert f"the row {row['id']} did not open. Its account begins anew" in caplog.text
    assert "Eve" not in caplog.text
    after = account(office, "eve")
    assert after["id"] == row["id"]
    assert after["person_id"] not in {theirs["person_id"], row["person_id"]}
    assert len(office.rows("people")) == people + 1
    assert NOTHING in said(await office.open(intents.MyFlags(), "eve"))
    assert "Written by priya." in said(await office.open(intents.MyFlags(), "priya"))
    assert "Nothing needs an answer" not in said(await office.open(intents.MyPolicies(), "eve"))
    # It can write again, and be named by its address.
    await office.file(policy, "eve", "Written again.")
    assert "Written again." in said(await office.open(intents.MyFlags(), "eve"))
    named = await office.announce(owner=email_of("eve"))
    assert office.row("policies", named)["owner_id"] == after["person_id"]
    await office.enrol()
    assert account(office, "eve")["sealed"] == after["sealed"], "repaired once"


async def test_what_an_account_wrote_is_still_found_by_one_that_it_was_joined_with(
    office: Office, policy: UUID
) -> None:
    await office.file(policy, "asha", "Written by Asha.")
    (code,) = re.findall(r"\b[A-Z2-9]{5}-[A-Z2-9]{5}\b", said(await office.press(intents.GetJoiningCode(), "asha")))
    await office.fill(intents.EnterJoiningCode(), "eve", code=code)
    row = account(office, "asha")
    office.update("identities", row["id"], sealed=b"damaged")
    await office.enrol()
    assert NOTHING in said(await office.open(intents.MyFlags(), "asha"))
    assert "Written by Asha." in said(await office.open(intents.MyFlags(), "eve"))


async def test_what_is_for_an_owner_goes_to_no_account_that_was_pointed_at_them(office: Office) -> None:
    office.update("identities", account(office, "eve")["id"], person_id=office.person("priya"), rank=0)
    await office.announce()
    await office.worker.tick()
    assert office.sent_to("priya")
    assert not office.sent_to("eve")


async def test_nobody_is_named_by_an_address_that_was_written_into_their_row(office: Office) -> None:
    office.update("identities", account(office, "eve")["id"], email="minister@example.org")
    policy = await office.announce(owner="minister@example.org")
    (row,) = (each for each in office.rows("policies") if each["id"] == policy)
    assert (row["owner_id"], row["owner_email"]) == (None, "minister@example.org")


async def test_all_sealed_accounts_have_one_size_and_each_opens_for_its_own_account_only(office: Office) -> None:
    rows = office.rows("identities")
    assert len({len(each["sealed"]) for each in rows}) == 1
    secrets = [office.secrets(person) for person in PEOPLE]
    assert len({each for some in secrets for each in some}) == len(PEOPLE)
    name = AccountName(rows[0]["platform"], rows[0]["workspace"], rows[0]["user"])
    for other in (name._replace(user="x"), name._replace(workspace="x"), name._replace(platform="x")):
        with pytest.raises(Damaged):
            office.ring.accounts.open(other, rows[0]["sealed"])


def test_accounts_are_sealed_again_under_a_new_master_key(office: Office) -> None:
    before, rows = office.secrets("asha"), len(office.rows("identities"))
    both = KeyRing({"k9": b"9" * 32}, MONTHS)
    both.accounts._ciphers._ciphers.update(office.ring.accounts._ciphers._ciphers)
    office.ring = both
    assert (office.change(accounts.rewrap), office.change(accounts.rewrap)) == (rows + 1, 0), "and the newcomers' key"
    office.ring = KeyRing({"k9": b"9" * 32}, MONTHS)
    assert office.secrets("asha") == before


def test_a_process_whose_key_opens_no_account_does_not_start(office: Office) -> None:
    rows = office.rows("identities")
    for each in rows[1:]:
        office.update("identities", each["id"], sealed=b"changed")
    with office.database.reading() as session:
        must_open(session, office.ring)
        other = KeyRing({"k9": b"9" * 32}, MONTHS)
        other._ciphers = office.ring._ciphers
        with pytest.raises(CannotOpen, match="No account opens"):
            must_open(session, other)
