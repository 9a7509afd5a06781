"""Names of *Named* flags go to whom the form named, and to nobody who takes over from them."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from bot.interface import intents
from bot.interface.parts import ChoiceQuestion, Form
from bot.screens import refusals as says
from tests.bot.conftest import FLAG, Office, buttons, email_of, member, said

pytestmark = pytest.mark.rules

NAMED = {**FLAG, "promise": "named", "similar": "none"}
NAME = "Asha Quillfeather"


async def replaced(office: Office, policy: UUID, owner: str) -> None:
    """An admin names another owner."""
    form = await office.fill(intents.NameOwner(policy), "ada", owner=email_of(owner))
    assert "policy owner" in said(form)


def chosen(form: Form, name: str) -> tuple[str, ...]:
    """What is chosen in a question of a form."""
    (found,) = (each for each in form.questions if isinstance(each, ChoiceQuestion) and each.name == name)
    return found.values


async def test_the_form_names_its_readers(office: Office, policy: UUID) -> None:
    form = await office.form(intents.GiveView(policy), "asha")
    assert "Named: Priya Owneray and Omar Delegato see my name" in said(form)
    assert "So does Sal Seniorman, if there is no answer. Nobody else" in said(form)
    whole = said(await office.form(intents.HowProtected(policy), "asha"))
    assert "Priya Owneray (policy owner) and Omar Delegato (delegate) see your name" in whole
    assert "Sal Seniorman (senior owner) once told that this flag has no answer" in whole


async def test_if_the_readers_changed_the_form_comes_back_with_the_new_names_and_no_promise(
    office: Office, policy: UUID
) -> None:
    form = await office.form(intents.GiveView(policy), "asha")
    await replaced(office, policy, "ben")
    again = await office.send(form, "asha", **NAMED)
    assert dict(again.problems) == {"promise": says.READERS_CHANGED}
    assert "Named: Ben Tarrandale and Omar Delegato see my name" in said(again)
    assert chosen(again, "promise") == ()
    assert FLAG["because"] in said(again)
    assert chosen(again, "verdict") == (FLAG["verdict"],)
    assert office.rows("flags") == []
    assert (await office.send(again, "asha", **NAMED)).title == "Flag saved"
    # Whoever did not choose to be named need not choose again.
    form = await office.form(intents.GiveView(policy), "cai")
    await replaced(office, policy, "priya")
    assert (await office.send(form, "cai", **{**NAMED, "promise": "confidential"})).title == "Flag saved"


async def test_a_form_without_readers_names_nobody(office: Office, policy: UUID) -> None:
    form = await office.form(intents.GiveView(policy), "asha")
    for readers in ("", "0" * 16):
        sent = await office.dispatcher.submit(
            intents.GiveView(policy, readers),
            {name: (value,) for name, value in NAMED.items()},
            office.actor("asha"),
            form.nonce,
        )
        assert isinstance(sent, Form)
        assert dict(sent.problems) == {"promise": says.READERS_CHANGED}


async def test_a_successor_reads_the_flag_without_the_name_until_its_author_shows_it(
    office: Office, policy: UUID
) -> None:
    flag = await office.file(policy, "asha", promise="named")
    assert NAME in said(await office.form(intents.SeeFlag(flag), "priya"))
    assert NAME in said(await office.form(intents.SeeFlag(flag), "omar"))
    assert buttons(await office.form(intents.MyFlags(), "asha"), "Show my name to Ben Tarrandale") == []
    await replaced(office, policy, "ben")
    for read in (intents.SeeFlag(flag), intents.SeeFlags(policy), intents.AnswerFlags((flag,))):
        shown = said(await office.form(read, "ben"))
        assert NAME not in shown, read
        assert "From: someone who is named to Priya Owneray" in shown, read
    # Whoever has no part any more reads no names.
    assert NAME not in said(await office.form(intents.SeeFlag(flag), "priya"))
    assert "From: someone who is named to the policy owner" in said(await office.form(intents.SeeFlag(flag), "cai"))

    mine = await office.form(intents.MyFlags(), "asha")
    assert "Ben Tarrandale answers for this policy now, and reads this flag without your name." in said(mine)
    (show,) = buttons(mine, "Show my name to Ben Tarrandale")
    assert isinstance(show, intents.ShowMyName)
    # Nobody else can, and to nobody else.
    assert says.NOT_FOUND in said(await office.press(show, "ben"))
    for person in (office.person("cai"), uuid4()):
        assert says.CHANGED_SINCE in said(await office.press(intents.ShowMyName(flag, person), "asha"))
    assert NAME not in said(await office.form(intents.SeeFlag(flag), "ben"))
    assert "Ben Tarrandale sees your name on this flag from now on." in said(await office.press(show, "asha"))
    assert NAME in said(await office.form(intents.SeeFlag(flag), "ben"))
    assert buttons(await office.form(intents.MyFlags(), "asha"), "Show my name to Ben Tarrandale") == []
    # It is not shown to the next one.
    await replaced(office, policy, "cai")
    assert NAME not in said(await office.form(intents.SeeFlag(flag), "cai"))


async def test_the_digest_of_a_successor_holds_no_name(office: Office, policy: UUID) -> None:
    await office.file(policy, "asha", promise="named")
    await office.until(24, 12)
    assert NAME in said(office.digests_to("priya")[-1])
    await replaced(office, policy, "ben")
    await office.until(27, 12)
    digest = said(office.digests_to("ben")[-1])
    assert FLAG["because"] in digest
    assert NAME not in digest
    assert "From: someone who is named to Priya Owneray" in digest
    # Nor is it in what is kept of a digest: it is given to each reader.
    assert NAME not in said(await office.form(intents.MyPolicies(), "ben"))


async def test_an_owner_who_was_named_by_address_is_bound_when_first_met(office: Office) -> None:
    policy = await office.announce(owner="nadia.new@example.org", delegate="", senior="")
    form = await office.form(intents.GiveView(policy), "asha")
    assert "nadia.new@example.org sees my name" in said(form)
    flag = await office.file(policy, "asha", promise="named")
    newcomer = member("ben", user="U-nadia", name="Nadia New", email="nadia.new@example.org")
    await office.enrol(*(member(each) for each in ("asha", "ben", "ada")), newcomer)
    assert NAME in said(await office.form(intents.SeeFlag(flag), "U-nadia"))
    await replaced(office, policy, "ben")
    shown = said(await office.form(intents.SeeFlag(flag), "ben"))
    assert NAME not in shown
    assert "From: someone who is named to Nadia New" in shown


async def test_a_senior_owner_reads_the_name_on_the_flag_that_they_were_told_of_and_no_other(
    office: Office, policy: UUID
) -> None:
    told = await office.file(policy, "asha", promise="named")
    await office.until(24, 12)  # sent to the owner
    await office.until(21, 12, month=12)  # nobody answers
    assert any(each["step"] == "senior" for each in office.rows("tellings"))
    later = await office.file(policy, "cai", "Another point.", promise="named")
    assert NAME in said(await office.form(intents.SeeFlag(told), "sal"))
    shown = said(await office.form(intents.SeeFlag(later), "sal"))
    assert "Cai Wrothesly" not in shown
    assert "Cai Wrothesly" in said(await office.form(intents.SeeFlag(later), "priya"))


@pytest.mark.both_databases
async def test_whoever_gave_themselves_a_part_is_said_to_have_done_so(office: Office, policy: UUID) -> None:
    flag = await office.file(policy, "asha", promise="named")
    own = await office.announce("Her own", owner=email_of("ada"))
    delegated = await office.announce("Read by her", delegate=email_of("ada"))
    for each, line in (
        (own, "Ada Adminson named themselves policy owner."),
        (delegated, "Ada Adminson named themselves delegate."),
    ):
        assert line in said(await office.form(intents.GiveView(each), "asha"))
        await office.worker.tick()
        assert line in await office.card_text()
    assert "named themselves" not in said(await office.form(intents.GiveView(policy), "asha"))
    # One who takes a policy over says so too, and reads none of the names.
    await replaced(office, policy, "ada")
    assert "Ada Adminson named themselves policy owner." in said(await office.form(intents.GiveView(policy), "asha"))
    assert NAME not in said(await office.form(intents.SeeFlag(flag), "ada"))
