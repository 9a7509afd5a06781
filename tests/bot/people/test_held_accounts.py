"""Accounts in memory: no statement of a confidential click depends on who clicks, and changes are seen at once."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from bot.dispatcher import Dispatcher
from bot.interface import intents
from bot.interface.intents import Intent
from bot.people.people import Member
from bot.unit_of_work.unit_of_work import UnitOfWork
from tests.bot.conftest import FLAG, Office, buttons, email_of, member, said, user_of
from tests.statements import bare, masked, with_parameters

NIA = Member("U-nia-7741", "Nia Price", "nia.7741@example.org")


@pytest.mark.parametrize("of", ["form", "protected", "flags of a policy"])
async def test_what_opens_sends_the_same_statements_whoever_clicks(office: Office, policy: UUID, of: str) -> None:
    await office.file(policy, "asha", promise="named")
    intent: Intent = {
        "form": intents.GiveView(policy),
        "protected": intents.HowProtected(policy),
        "flags of a policy": intents.SeeFlags(policy),
    }[of]
    await office.open(intent, "ben")
    found = []
    for person in ("asha", "ben", "cai"):
        with with_parameters() as seen:
            await office.open(intent, person)
        found.append(seen)
    with with_parameters() as seen:
        await office.dispatcher.open(intent, replace(office.actor("asha"), user=NIA.user), newcomer=NIA)
    found.append(seen)
    assert found[0]
    for others in found[1:]:
        assert others == found[0]
    given = str(found)
    for person in ("asha", "ben", "cai"):
        for each in (user_of(person), email_of(person), str(office.person(person)), office.person(person).hex):
            assert each not in given


async def test_what_is_sent_confidentially_sends_the_same_statements_whoever_sends_it(
    office: Office, policy: UUID
) -> None:
    shown = await office.file(policy, "asha", promise="named")
    known = [known_ids(office, person) for person in ("ben", "cai")]
    found = []
    for person in ("ben", "cai"):
        form = await office.form(intents.GiveView(policy), person)
        second = await office.form(intents.SecondFlag(shown), person)
        with with_parameters() as seen:
            await office.send(form, person, **FLAG, similar="none")
            await office.send(second, person)
            mine = await office.form(intents.MyFlags(), person)
            (withdraw,) = buttons(mine, "Withdraw")
            await office.press(withdraw, person)
            await office.open(intents.MyFlags(), person)
        found.append(seen)
    for seen in found:
        given = " ".join(bare(each) for _, each in seen)
        assert not [each for ids in known for each in ids if each in given]
    # The second finds one more row, of the first: what is asked is the same, and so is how often.
    assert [(each, masked(given)) for each, given in found[0]] == [(each, masked(given)) for each, given in found[1]]


def known_ids(office: Office, person: str) -> list[str]:
    """All by which an account could be told from others."""
    (row,) = (each for each in office.rows("identities") if each["user"] == user_of(person))
    ids = [UUID(str(row[name])) for name in ("id", "person_id", "author_id")]
    return [user_of(person), email_of(person), *(str(each) for each in ids), *(each.hex for each in ids)]


async def test_a_change_by_another_process_is_seen_by_the_next_click(office: Office) -> None:
    other = Dispatcher(office.database, office.ring, office.clock, admins=[email_of("ada")])
    for dispatcher in (office.dispatcher, other):
        assert "Set up Deliverable" in said(await dispatcher.home(office.actor("ada")))
    await office.enrol(member("ada", email="ada@elsewhere.example"))
    for dispatcher in (office.dispatcher, other):
        assert "Set up Deliverable" not in said(await dispatcher.home(office.actor("ada")))


async def test_accounts_are_read_once_and_again_only_when_one_has_changed(office: Office, policy: UUID) -> None:
    async def reads() -> int:
        with with_parameters() as seen:
            await office.open(intents.GiveView(policy), "ben")
        return sum("identities.sealed" in statement for statement, _ in seen)

    await office.open(intents.GiveView(policy), "asha")
    await office.file(policy, "asha")
    assert await reads() == 0
    await office.enrol()
    assert await reads() == 0, "nothing has changed"
    await office.enrol(NIA)
    assert (await reads(), await reads()) == (1, 0)


async def test_what_was_not_committed_is_in_nobodys_memory(office: Office) -> None:
    await office.dispatcher.home(office.actor("ada"))

    def fails(uow: UnitOfWork) -> None:
        uow.session.connection().exec_driver_sql("UPDATE identities SET guest = true")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        office.change(fails)
    assert "Set up Deliverable" in said(await office.dispatcher.home(office.actor("ada")))
