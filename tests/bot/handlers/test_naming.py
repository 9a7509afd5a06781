"""An address that several accounts have: whoever names it chooses, or its domain is trusted. Nobody is left waiting."""

from __future__ import annotations

from uuid import UUID

import pytest

from bot.dispatcher import NotAnAddress
from bot.interface import intents
from bot.interface.announcements import Announcement
from bot.interface.parts import ChoiceQuestion, Form
from bot.people.people import Member
from bot.worker.worker import Worker
from storage import Audience, Database
from storage.keys import KeyRing
from tests.bot.conftest import FULL_NAMES, Clock, Office, buttons, email_of, member, said, user_of
from tests.bot.elsewhere import Both

pytestmark = pytest.mark.rules

TYPED = {"title": "Fishing licence", "summary": "By telephone."}
NIA = "nia@example.org"


@pytest.fixture
def worker(database: Database, ring: KeyRing, clock: Clock) -> Worker:
    """A worker that knows who is an admin: Ada."""
    return Worker(database, ring, clock, admins=[email_of("ada")])


@pytest.fixture
async def both(office: Office) -> Both:
    """Two platforms on which Dina and Omar have an account each. No domain is trusted."""
    made = Both(office)
    await made.enrol("dina", "omar")
    return made


def options(form: Form, question: str) -> dict[str, str]:
    """The accounts to choose from, label to value."""
    found = (each for each in form.body if isinstance(each, ChoiceQuestion) and each.name == f"{question}_account")
    return {option.label: option.value for each in found for option in each.options}


def told(both: Both) -> tuple[int, int]:
    """How many times Dina was told on each platform that she owns a policy."""
    texts = both.office.sent_to("dina"), [said(each.card) for each in both.other.to("o-dina")]
    here, there = (sum("You are the policy owner" in text for text in some) for some in texts)
    return here, there


@pytest.mark.parametrize(("label", "where"), [("Dina Oxenhopper (chat)", (1, 0)), ("dina there (other)", (0, 1))])
async def test_the_announcer_is_told_and_chooses(both: Both, label: str, where: tuple[int, int]) -> None:
    asked = await both.office.fill(intents.Announce(), "ben", **TYPED, owner=email_of("dina"))
    assert asked.problems == {"owner_account": "2 accounts have this address. Select the one that you mean"}
    assert list(options(asked, "owner")) == ["Dina Oxenhopper (chat)", "dina there (other)"]
    assert both.office.rows("policies") == []
    chosen = {"owner": email_of("dina"), "owner_account": options(asked, "owner")[label]}
    done = await both.office.send(asked, "ben", **TYPED, **chosen)
    assert done.title == "Policy announced"
    await both.office.until(23, 12)
    assert told(both) == where


async def test_it_is_asked_for_each_role_and_what_was_typed_stays(both: Both) -> None:
    typed = {**TYPED, "owner": email_of("dina"), "delegate": email_of("omar"), "senior": email_of("sal")}
    asked = await both.office.fill(intents.Announce(), "ben", **typed)
    assert set(asked.problems) == {"owner_account", "delegate_account"}
    values = {getattr(each, "name", ""): getattr(each, "value", "") for each in asked.body}
    assert {each: values[each] for each in typed} == typed


@pytest.mark.parametrize("wrong", ["", "no account", "of-another"])
async def test_another_account_cannot_be_chosen(both: Both, wrong: str) -> None:
    another = next(str(each["id"]) for each in both.office.rows("identities") if each["user"] == user_of("ben"))
    answer = another if wrong == "of-another" else wrong
    typed = {**TYPED, "owner": email_of("dina"), "owner_account": answer}
    assert set((await both.office.fill(intents.Announce(), "ben", **typed)).problems) == {"owner_account"}


async def test_where_the_domain_is_trusted_both_hold_the_role_and_one_is_written_to(both: Both) -> None:
    both.office.organise(domains="example.org")
    await both.enrol("dina", "omar")
    form = await both.office.fill(intents.Announce(), "ben", **TYPED, owner=email_of("dina"))
    assert form.title == "Policy announced"
    await both.office.until(23, 12)
    assert sum(told(both)) == 1
    here = said(await both.office.open(intents.MyPolicies(), "dina"))
    for text in (here, await both.open(intents.MyPolicies(), "dina")):
        assert "Fishing licence" in text


async def test_naming_another_owner_asks_too(both: Both, policy: UUID) -> None:
    asked = await both.office.fill(intents.NameOwner(policy), "priya", owner=email_of("dina"))
    key = options(asked, "owner")["dina there (other)"]
    done = await both.office.send(asked, "priya", owner=email_of("dina"), owner_account=key)
    assert done.title == "Policy owner named"
    await both.office.until(23, 12)
    assert told(both) == (0, 1)


async def test_forms_that_do_not_ask_say_so(both: Both, policy: UUID) -> None:
    days = {"first_day": "2026-11-24", "last_day": "2026-11-25"}
    form = await both.office.fill(intents.Away(), "priya", stand_in=email_of("omar"), **days)
    assert form.problems["stand_in"].startswith("2 accounts have this address, and are not known to be one person.")
    form = await both.office.fill(intents.TryPeople(), "ada", owner=email_of("omar"))
    assert form.problems["owner"].startswith("2 accounts have this address, and are not known to be one person.")


class TestAnAddressThatTurnsOutToBeOfTwo:
    @pytest.fixture
    async def office_of_nia(self, both: Both) -> Office:
        """Ben names Nia, who has not been seen; then two accounts with her address come."""
        form = await both.office.fill(intents.Announce(), "ben", **TYPED, owner=NIA)
        assert f"{NIA} has not been here yet." in said(form)
        everybody = [member(each) for each in FULL_NAMES]
        await both.office.enrol(*everybody, Member("n1", "Nia", NIA), Member("n2", "N.", NIA))
        return both.office

    async def test_the_one_who_named_them_is_told_once_and_chooses(self, office_of_nia: Office) -> None:
        office = office_of_nia
        await office.enrol()
        await office.until(23, 12)
        cards = [each.card for each in office.chat.to(user_of("ben"))]
        (card,) = [each for each in cards if "Several accounts have the address" in said(each)]
        (name,) = buttons(card, "Name an owner")
        asked = await office.form(name, "ben")
        assert list(options(asked, "owner")) == ["Nia (chat)", "N. (chat)"]
        await office.send(asked, "ben", owner=NIA, owner_account=options(asked, "owner")["Nia (chat)"])
        await office.until(23, 13)
        assert any("You are the policy owner" in said(each.card) for each in office.chat.to("n1"))
        assert office.chat.to("n2") == []

    async def test_no_screen_says_that_they_have_not_been_here(self, office_of_nia: Office) -> None:
        office = office_of_nia
        await office.until(26, 12)
        admins = [text for text in office.sent_to("ada") if "has no policy owner yet" in text]
        assert [f"several accounts have the address {NIA}" in text for text in admins] == [True]
        policy = UUID(str(office.rows("policies")[0]["id"]))
        office.update("policies", policy, public=True, audience=Audience.EVERYONE)
        public = await office.dispatcher.public_card(policy)
        assert public is not None
        assert "Policy owner: someone who is not known for certain yet." in said(public)
        form = await office.form(intents.NameOwner(policy), "ben")
        assert f"Policy owner: {NIA}, an address that several accounts have." in said(form)


async def test_the_command_line_names_the_accounts(both: Both) -> None:
    with pytest.raises(NotAnAddress) as refused:
        await both.office.dispatcher.announce([Announcement("A", "B", "", None)], owner=email_of("dina"))
    assert f"Several accounts have the address {email_of('dina')}" in str(refused.value)
    assert "other/T1/o-dina  (dina there (other))" in str(refused.value)
    done = await both.office.dispatcher.announce([Announcement("A", "B", "", None)], owner="other/T1/o-dina")
    assert len(done.opened) == 1
