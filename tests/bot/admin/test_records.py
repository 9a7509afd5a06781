"""Requests: what a person sees of their own, what leaves as a record, and an account that is forgotten."""

import json
from uuid import UUID

from bot.admin import accounts, records
from bot.interface import intents
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import people as stored_people
from tests.bot.conftest import FULL_NAMES, WORKSPACE, Office, buttons, said, user_of

OWN = "Quillwort beds are out of reach."


async def test_a_person_sees_all_that_they_sent_and_nobody_else_does(office: Office, policy: UUID) -> None:
    await office.file(policy, "asha", OWN)
    await office.file(policy, "ben", "Somebody else wrote this.")
    mine = await office.form(intents.MyFlags(), "asha")
    (whole,) = buttons(mine, "See all that I sent")
    read = said(await office.open(whole, "asha"))
    assert OWN in read
    assert "Not shown yet." in read
    assert "Somebody else" not in read
    assert OWN not in said(await office.open(whole, "ben"))
    assert not office.sent_to("asha"), "it went into a chat, where it can be searched"


async def test_long_texts_are_all_there_over_several_parts(office: Office, policy: UUID) -> None:
    for n in range(5):
        await office.file(policy, "asha", f"{n} " + "beds " * 590 + f"end{n}")
    screen, found = await office.form(intents.SeeOwnRecord(), "asha"), ""
    for _ in range(10):
        found += said(screen)
        further = buttons(screen, "Read on")
        if not further:
            break
        screen = await office.form(further[0], "asha")
    assert all(f"end{n}" in found for n in range(5))


async def test_an_export_has_months_and_no_ids_names_or_unshown_flags(office: Office, policy: UUID) -> None:
    named = await office.file(policy, "asha", OWN, promise="named")
    for person in ("ben", "cai", "dina"):
        await office.file(policy, person, f"Flag of one of three: {person == 'ben'}")
    await office.until(25, 12)
    await office.answer((named,), text="We begin with forty.")
    await office.file(policy, "eve", "This one waits.")
    rows = office.change(
        lambda uow: [
            row for each in records.policies(uow) for row in records.of_policy(uow, each, "2026-11", "2026-11")
        ]
    )
    text = json.dumps(rows)
    assert len(rows) == 4
    assert OWN in text
    assert "We begin with forty." in text
    assert "policy owner: We will change it" in text
    assert "This one waits." not in text
    assert "2026-11" in text
    assert "2026-11-" not in text
    assert not [name for name in FULL_NAMES.values() if name in text]
    flags = [UUID(str(each["id"])) for each in office.rows("flags")]
    ids = {form for each in flags for form in (str(each), each.hex)}
    assert not [each for each in ids if each in text]
    assert office.change(lambda uow: records.of_policy(uow, policy, "2026-12", "2027-01")) == []


async def test_what_a_forgotten_account_wrote_is_found_by_nobody(office: Office, policy: UUID) -> None:
    await office.file(policy, "asha", OWN)
    await office.file(policy, "ben", "Ben wrote this.")
    assert OWN in said(await office.open(intents.MyFlags(), "asha"))
    before = office.person("asha")

    def forget(uow: UnitOfWork) -> bool:
        account = stored_people.identity(uow.session, "chat", WORKSPACE, user_of("asha"))
        assert account is not None
        return accounts.forget(uow, account)

    assert office.change(forget)
    for person in FULL_NAMES:
        mine = said(await office.open(intents.MyFlags(), person))
        assert OWN not in mine
    assert "Ben wrote this." in said(await office.open(intents.MyFlags(), "ben"))
    assert office.person("asha") == before, "roles went too"
    await office.enrol()
    assert OWN not in said(await office.open(intents.MyFlags(), "asha"))
    await office.file(policy, "asha", "Asha writes again.")
    assert "Asha writes again." in said(await office.open(intents.MyFlags(), "asha"))
