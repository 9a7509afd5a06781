"""Retention: of a policy that is closed for good nothing is left that was said, in rows, digests or messages."""

import json
from datetime import date
from uuid import UUID

import pytest

from bot.admin import audit
from bot.calendar.dates import short_date
from bot.interface import intents
from bot.interface.parts import Form
from bot.interface.ports import Message, Never, Outcome
from storage.retention import KEPT
from tests.bot.admin.test_audit import log
from tests.bot.conftest import Office, buttons, said

pytestmark = pytest.mark.rules

GONE = "Quillwort beds are out of reach."
STAYS = "Twayblade beds are within reach."


async def said_much(office: Office, policy: UUID) -> UUID:
    """Two policies with flags, seconds, answers, replies and notices, in one digest; gives the other policy."""
    other = await office.announce("Same-day address change")
    flag = await office.file(policy, "asha", GONE, promise="named")
    kept = await office.file(other, "ben", STAYS, promise="named")
    await office.file(policy, "cai", f"{GONE} Indeed.")
    await office.fill(intents.SecondFlag(flag), "ben", anything=GONE)
    await office.until(25, 12)
    answer = await office.answer((flag,), text=GONE)
    await office.answer((kept,), text=STAYS)
    await office.fill(intents.NotSettled(answer, flag), "asha", text=GONE)
    await office.until(1, 12, month=12)
    return other


def rows_about(office: Office, policy: UUID) -> dict[str, int]:
    """How many rows each table has about a policy, but for those that stay."""
    found = {name: office.rows(name) for name in office.everything()}
    return {
        name: number
        for name, rows in found.items()
        if name not in KEPT and (number := sum(each.get("policy_id") == policy for each in rows))
    }


def standing(office: Office) -> str:
    """What stands on the platform."""
    newest: dict[tuple[str, str], str] = {}
    for verb, message, ref in office.chat.kept:
        newest[message.place.address, ref] = "" if verb == "withdraw" else said(message.card)
    return "\n".join(newest.values())


async def test_nothing_that_was_said_is_left_and_the_rest_stays(office: Office, policy: UUID) -> None:
    other = await said_much(office, policy)
    before = rows_about(office, other)
    assert len(rows_about(office, policy)) > 5
    assert GONE in standing(office)
    assert await office.worker.retire() == 0, "a policy that is not closed for good"
    office.update("policies", policy, sealed_on=date(2026, 12, 1))
    assert await office.worker.retire() == 1
    assert await office.worker.retire() == 0
    assert rows_about(office, policy) == {}
    assert rows_about(office, other) == before
    await office.worker.tick()
    assert GONE not in standing(office)
    assert STAYS in standing(office)
    assert "Single parking permit for every resident." not in standing(office)
    assert (office.row("policies", policy)["title"], office.row("policies", policy)["summary"]) == (
        "Single parking permit",
        "",
    )
    assert log(office)[-1]["act"] == "retention"
    assert GONE not in json.dumps(log(office), default=str)
    office.change(audit.verify)
    assert STAYS in said(await office.open(intents.NewestDigest(), "priya"))
    assert "closed for good on 1 December 2026" in said(await office.open(intents.SeeFlags(policy), "asha"))


@pytest.mark.both_databases
async def test_what_cannot_be_withdrawn_is_listed_to_admins(office: Office, policy: UUID) -> None:
    await said_much(office, policy)

    async def refused(message: Message, ref: str) -> Outcome:
        return Never("cant_delete_message")

    office.chat.withdraw = refused  # type: ignore[method-assign]
    office.update("policies", policy, sealed_on=date(2026, 12, 1))
    await office.worker.retire()
    await office.until(1, 12, 5, month=12)
    # Admins are told of what is given up as of any other message (`tests/bot/sending/test_dead_letters.py`).
    listed = said(await office.open(intents.SeeNotSent(), "ada"))
    assert "withdrawal of a message about a policy that is over" in listed.lower()
    assert "cant_delete_message" in listed


KEPT_AS_USUAL, KEPT_FOR_SIX = "kept until 28 February 2029.", "kept until 31 August 2027."


async def test_an_admin_sets_how_long_one_policy_is_kept_and_all_read_it(office: Office, policy: UUID) -> None:
    other = await office.announce("Same-day address change")
    flag = await office.file(policy, "ben", promise="named")
    screens = (intents.SeeFlags(policy), intents.GiveView(policy), intents.SecondFlag(flag))
    for each in screens:
        assert KEPT_AS_USUAL in said(await office.open(each, "asha")), each
    done = said(await office.fill(intents.KeepTexts(policy), "ada", months="6"))
    assert KEPT_FOR_SIX in done
    assert "Backups of the database made before now can still be opened until 28 February 2029." in done
    for each in screens:
        assert KEPT_FOR_SIX in said(await office.open(each, "asha")), each
    assert KEPT_AS_USUAL in said(await office.open(intents.SeeFlags(other), "asha"))
    assert log(office)[-1]["changes"][f"policies:{policy}.keep_months"] == [None, 6]
    longer = said(await office.fill(intents.KeepTexts(policy), "ada", months=""))
    assert "28 February 2029" in longer
    assert "Backups" not in longer


async def test_the_receipt_names_both_days(office: Office, policy: UUID) -> None:
    await office.fill(intents.KeepTexts(policy), "ada", months="6")
    authors = short_date(office.rows("policy_keys")[0]["authors_day"])
    sent = said(await office.flag(policy, "asha"))
    assert f"After {authors} nobody can link it to you, and it is no longer in My flags." in sent
    assert "After 31 August 2027 it is closed for good." in sent
    named = said(await office.flag(policy, "ben", promise="named"))
    assert "After 31 August 2027 it is closed for good." in named
    assert authors not in named
    await office.fill(intents.HoldPolicy(policy), "ada", reason="A request came.")
    held = said(await office.flag(policy, "cai"))
    assert "its texts are kept until the hold is lifted" in held
    assert "closed for good" not in held


@pytest.mark.parametrize("typed", ["0", "121", "six", "6.5", "-6", "٦", "999999"])
async def test_what_is_no_number_of_months_is_refused_beside_its_field(
    office: Office, policy: UUID, typed: str
) -> None:
    refused = await office.fill(intents.KeepTexts(policy), "ada", months=typed)
    assert isinstance(refused, Form)
    assert refused.problems == {"months": "Enter a whole number from 1 to 120 months, or leave this empty"}
    assert typed in said(refused)
    assert office.row("policies", policy)["keep_months"] is None


async def test_only_admins_set_it(office: Office, policy: UUID) -> None:
    assert "Only an admin" in said(await office.open(intents.KeepTexts(policy), "priya"))
    form = await office.form(intents.KeepTexts(policy), "ada")
    assert "Only an admin" in said(await office.send(form, "priya", months="6"))
    assert office.row("policies", policy)["keep_months"] is None
    assert not buttons(await office.open(intents.SeeFlags(policy), "priya"), "Change how long")
    assert buttons(await office.open(intents.SeeFlags(policy), "ada"), "Change how long")


async def test_on_hold_it_is_kept_until_that_is_lifted(office: Office, policy: UUID) -> None:
    await office.fill(intents.HoldPolicy(policy), "ada", reason="A request came.")
    held = office.rows("policy_keys")[0]["text_month"]
    done = said(await office.fill(intents.KeepTexts(policy), "ada", months="1"))
    assert "It is on legal hold" in done
    assert office.rows("policy_keys")[0]["text_month"] == held
    await office.press(intents.LiftHold(policy), "ada")
    assert office.rows("policy_keys")[0]["text_month"] == "2027-03"
