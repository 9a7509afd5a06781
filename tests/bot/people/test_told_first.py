"""A person chooses where they are written to first; until then it is where they were named or met as an owner."""

from __future__ import annotations

from uuid import UUID

import pytest

from bot.interface import intents
from bot.interface.parts import ChoiceQuestion, Form
from bot.people.people import Member
from tests.bot.conftest import Office, buttons, email_of, said
from tests.bot.elsewhere import Both

pytestmark = pytest.mark.rules

SCHEDULE = {
    "preset": "0 9 * * mon-fri",
    "cron": "",
    "zone": "Europe/London",
    "calendar": "GB-ENG",
    "quiet_from": "none",
}


@pytest.fixture
def both(office: Office) -> Both:
    """Two platforms; addresses in example.org are trusted."""
    office.organise(domains="example.org")
    return Both(office)


def asked(form: Form, name: str) -> dict[str, str]:
    """The options of a question, label to value; empty where it is not asked."""
    found = [each for each in form.body if isinstance(each, ChoiceQuestion) and each.name == name]
    return {option.label: option.value for each in found for option in each.options}


def preset(form: Form) -> str:
    """The value of the first way to say when digests come: the form's own."""
    return next(iter(asked(form, "preset").values()))


async def chosen(office: Office, *labels: str) -> Form:
    """Priya chooses these accounts, in this order."""
    form = await office.form(intents.ScheduleSettings(), "priya")
    keys = {name: asked(form, name)[label] for name, label in zip(("first", "second"), labels, strict=False)}
    return await office.send(form, "priya", **{**SCHEDULE, "preset": preset(form), **keys})


class TestChoosing:
    async def test_a_person_with_one_account_is_not_asked(self, office: Office, policy: UUID) -> None:
        form = await office.form(intents.ScheduleSettings(), "priya")
        assert asked(form, "first") == {}
        done = await office.send(form, "priya", **{**SCHEDULE, "preset": preset(form)})
        assert done.title == "Settings saved"

    async def test_the_account_that_is_chosen_is_written_to(self, both: Both, policy: UUID) -> None:
        await both.enrol("priya")
        form = await both.office.form(intents.ScheduleSettings(), "priya")
        assert list(asked(form, "first")) == ["chat", "other"]
        assert asked(form, "second") == {}, "with two, the other one follows"
        assert (await chosen(both.office, "other")).title == "Settings saved"
        await both.office.file(policy, "asha", promise="named")
        await both.office.until(24, 10)
        assert both.digests() == (0, 1)
        again = await both.office.form(intents.ScheduleSettings(), "priya")
        assert list(asked(again, "first")) == ["other", "chat"]
        text = said(await both.office.open(intents.SeeSettings(), "priya"))
        assert "We write to you on other. If that does not reach you: chat." in text

    async def test_what_is_no_account_of_theirs_is_refused(self, both: Both, policy: UUID) -> None:
        await both.enrol("priya", "ben")
        form = await both.office.form(intents.ScheduleSettings(), "priya")
        theirs = {str(each["id"]) for each in both.office.rows("identities") if each["user"] == "o-ben"}
        for wrong in (*theirs, "", "no account"):
            refused = await both.office.send(form, "priya", **{**SCHEDULE, "preset": preset(form), "first": wrong})
            assert refused.problems == {"first": "Select one of your accounts"}

    async def test_three_accounts_are_tried_in_the_order_that_was_chosen(self, both: Both, policy: UUID) -> None:
        await both.enrol("priya")
        third = Member("t-priya", "Priya", email_of("priya"))
        await both.office.enrol(third, platform="other", workspace="T2", channel="third")
        form = await both.office.form(intents.ScheduleSettings(), "priya")
        assert list(asked(form, "first")) == ["chat", "other, T1", "other, T2"]
        await chosen(both.office, "other, T2", "chat")
        text = said(await both.office.open(intents.SeeSettings(), "priya"))
        assert "We write to you on other, T2. If that does not reach you: chat, then other, T1." in text


class TestUntilThen:
    async def test_it_is_where_they_were_named(self, both: Both) -> None:
        await both.enrol("dina", "ada")
        typed = {"title": "Fishing licence", "summary": "By telephone.", "owner": email_of("dina")}
        await both.submit(intents.Announce(), "ada", "a nonce", **typed)
        await both.office.until(23, 12)
        assert any("You are the policy owner" in said(each.card) for each in both.other.to("o-dina"))
        assert both.office.sent_to("dina") == []

    async def test_it_is_the_account_that_was_picked(self, both: Both) -> None:
        await both.enrol("dina")
        await both.office.announce("Fishing licence", owner="other/T1/o-dina")
        await both.office.until(23, 12)
        assert any("You are the policy owner" in said(each.card) for each in both.other.to("o-dina"))

    async def test_it_is_where_they_were_met_as_an_owner(self, both: Both) -> None:
        await both.office.announce("Fishing licence", owner="nia@example.org")
        await both.enrol(Member("o-nia", "Nia", "nia@example.org"))
        await both.office.enrol(Member("U-nia", "Nia", "nia@example.org"), channel="c2")
        await both.office.announce("Another", owner="nia@example.org")
        await both.office.until(23, 12)
        assert sum("You are the policy owner" in said(each.card) for each in both.other.to("o-nia")) == 2

    async def test_what_they_chose_is_not_changed_by_being_named_elsewhere(self, both: Both, policy: UUID) -> None:
        await both.enrol("priya", "ada")
        await chosen(both.office, "chat")
        typed = {"title": "Fishing licence", "summary": "By telephone.", "owner": email_of("priya")}
        await both.submit(intents.Announce(), "ada", "a nonce", **typed)
        await both.office.until(23, 12)
        assert any("Fishing licence" in text for text in both.office.sent_to("priya"))


class TestTestMessage:
    async def test_it_goes_where_they_are_written_to(self, both: Both, policy: UUID) -> None:
        await both.enrol("priya")
        saved = await chosen(both.office, "other")
        (test,) = buttons(saved, "Send me a test message")
        for sent in (await both.office.press(test, "priya"), await both.office.press(test, "priya")):
            assert "A test message is on its way." in said(sent)
            assert "It goes to you on other." in said(sent)
            assert "If it does not reach you there, we try: chat." in said(sent)
        await both.office.until(23, 12)
        texts = [said(each.card) for each in both.other.to("o-priya")]
        assert sum("This is a test message. Messages from Deliverable reach you here." in text for text in texts) == 1
        assert not any("This is a test message" in text for text in both.office.sent_to("priya"))

    async def test_anyone_can_send_themselves_one(self, office: Office) -> None:
        (test,) = buttons(await office.open(intents.SeeSettings(), "asha"), "Send me a test message")
        await office.press(test, "asha")
        await office.until(23, 12)
        assert any("This is a test message." in text for text in office.sent_to("asha"))
