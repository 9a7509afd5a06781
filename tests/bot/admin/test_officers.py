"""Records officers and auditors: an admin names them, full members only, and auditors read and check the log."""

import json
from dataclasses import MISSING, fields
from typing import get_type_hints
from uuid import UUID, uuid4

import pytest

from bot.admin import audit
from bot.handlers import SUBMITS
from bot.interface import intents
from bot.screens.admin.audit_log import ACTS
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import policies as stored_policies
from tests.bot.admin.test_audit import change_settings, in_transaction, log
from tests.bot.conftest import Office, buttons, email_of, member, said

pytestmark = pytest.mark.rules


async def choose(office: Office, *, records: str = "", auditor: str = "") -> str:
    """Name officers as an admin; what the form then says."""
    return said(await office.fill(intents.ChooseOfficers(), "ada", records=records, auditor=auditor))


async def test_an_auditor_reads_the_log_and_nobody_else_does(office: Office) -> None:
    await choose(office, auditor=email_of("eve"))
    await change_settings(office)
    read = said(await office.open(intents.SeeAudit(), "eve"))
    assert "Changed a channel's settings" in read
    assert "By Ada Adminson in" in read
    assert "guests: from 'no' to 'yes'." in read
    assert "It was about channel c1." in read
    for other in ("ada", "asha", "priya"):
        for intent in (intents.SeeAudit(), intents.CheckAudit()):
            assert "Only an auditor can do this." in said(await office.open(intent, other))
    settings = await office.dispatcher.open(intents.SeeSettings(), office.actor("eve"))
    assert buttons(settings, "See the audit log")
    assert not buttons(await office.dispatcher.open(intents.SeeSettings(), office.actor("ada")), "See the audit log")


async def test_the_log_is_read_in_pages_the_newest_first(office: Office) -> None:
    await choose(office, auditor=email_of("eve"))
    for floor in range(6, 18):
        await change_settings(office, floor=str(floor))
    first, second = [said(await office.open(intents.SeeAudit(number), "eve")) for number in (1, 2)]
    assert "organisation: floor: from '16' to '17'." in first
    assert "Here are 1 to 10 of 13 entries." in first
    assert "organisation: floor: from '5' to '6'." in second
    assert "organisation: floor: from '16' to '17'." not in second


@pytest.mark.both_databases
async def test_giving_and_taking_a_role_is_an_entry(office: Office) -> None:
    await choose(office, records=f"{email_of('eve')}, {email_of('finn')}")
    (given,) = log(office)
    assert given["act"] == "officers"
    addresses = {after for name, (_, after) in given["changes"].items() if name.endswith(".email")}
    assert addresses == {email_of("eve"), email_of("finn")}
    await choose(office, records=email_of("finn"))
    taken = log(office)[-1]
    assert [[email_of("eve"), None]] == [v for k, v in taken["changes"].items() if k.endswith(".email")]
    assert [(each["role"], each["email"]) for each in office.rows("officers")] == [("records", email_of("finn"))]
    office.change(audit.verify)


async def test_only_an_admin_names_officers(office: Office) -> None:
    assert "Only an admin" in said(await office.open(intents.ChooseOfficers(), "eve"))
    form = await office.form(intents.ChooseOfficers(), "ada")
    assert "Only an admin" in said(await office.send(form, "eve", auditor=email_of("eve")))
    assert not office.rows("officers")


async def test_a_guest_can_be_no_officer(office: Office) -> None:
    await office.enrol(member("asha", guest=True), member("ada"))
    refused = await office.fill(intents.ChooseOfficers(), "ada", records=f"{email_of('ada')}\n{email_of('asha')}")
    assert refused.problems["records"] == f"{email_of('asha')} is the address of a guest. Enter addresses of members"
    assert email_of("ada") in said(refused), "what was typed is lost"
    assert not office.rows("officers")


async def test_who_becomes_a_guest_is_an_officer_no_more(office: Office) -> None:
    await choose(office, auditor=email_of("asha"))
    await office.enrol(member("asha", guest=True))
    screen = said(await office.open(intents.SeeAudit(), "asha"))
    assert "Audit log" not in screen


@pytest.mark.parametrize("typed", ["Sam", "a@b@c.org", "sam@example.org jo@example.org"])
async def test_what_is_no_address_is_refused_beside_the_field(office: Office, typed: str) -> None:
    refused = await office.fill(intents.ChooseOfficers(), "ada", auditor=typed)
    assert refused.problems["auditor"].startswith("Enter e-mail addresses")
    assert typed in said(refused)
    assert not office.rows("officers")


async def test_an_address_that_nobody_was_seen_with_waits(office: Office) -> None:
    assert "new@example.org, not seen yet" in await choose(office, auditor="New@Example.org")
    await office.enrol(member("asha", email="new@example.org"))
    assert "Audit log" in said(await office.open(intents.SeeAudit(), "asha"))


@pytest.mark.both_databases
async def test_an_auditor_has_the_log_checked(office: Office) -> None:
    await choose(office, auditor=email_of("eve"))
    form = await office.form(intents.CheckAudit(), "eve")
    end = str(office.change(audit.head))
    assert end in said(form)
    await change_settings(office)
    before = office.everything()
    checked = said(await office.send(form, "eve", expected=end))
    assert "2 entries. None was changed, put in or taken out." in checked
    assert "The end that you noted is in it." in checked
    assert "No earlier end was compared." in said(await office.send(form, "eve"))
    assert office.everything() == before, "a check wrote something"
    refused = await office.send(form, "eve", expected="2:zz")
    assert refused.problems["expected"].startswith("Enter it as this form shows it")
    assert "2:zz" in said(refused)
    in_transaction(office, "UPDATE audit SET act = 'nothing' WHERE number = 2")
    assert "The audit log was changed: entry 2" in said(await office.send(form, "eve", expected=end))


@pytest.mark.both_databases
async def test_a_title_that_is_changed_stands_in_no_entry(office: Office) -> None:
    policy = await office.announce("Permit for Wrothesly")

    def rename(uow: UnitOfWork) -> None:
        audit.watch(uow)
        row = stored_policies.policy(uow.session, policy)
        assert row is not None
        row.title, row.link = "Another", "https://example.org/x"
        audit.record(uow, audit.OPERATOR, "test")

    office.change(rename)
    (entry,) = log(office)
    assert entry["changes"][f"policies:{policy}.title"] == ["not kept", "changed"]
    assert "Wrothesly" not in json.dumps(entry["changes"])


def _intent(kind: type[intents.Intent], channel: UUID, policy: UUID) -> intents.Intent:
    """An intent of that kind, about a channel and a policy that are there."""
    hints = get_type_hints(kind)
    given = {"channel": channel, "policy": policy}
    needed = [each.name for each in fields(kind) if each.default is MISSING]
    return kind(**{each: given.get(each, uuid4()) if hints[each] is UUID else () for each in needed})


async def test_each_act_that_an_admin_can_do_has_words(office: Office, policy: UUID) -> None:
    channel = UUID(str(office.rows("channels")[0]["id"]))
    acts = set()
    for kind in SUBMITS:
        if kind.__name__ not in ("OpenText", "LeaveText", "TakeTextDown", "Practise"):
            screen = await office.press(_intent(kind, channel, policy), "asha")
            acts |= {kind.name} if "Only an admin can do this." in said(screen) else set()
    assert len(acts) > 10
    assert acts <= set(ACTS)
