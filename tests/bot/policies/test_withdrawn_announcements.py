"""An announcement made by mistake is withdrawn: nothing is asked any more, and nothing that was said is lost."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from bot.interface import intents
from bot.screens import refusals as says
from tests.bot.conftest import FLAG, Office, email_of, said, world

pytestmark = pytest.mark.rules

WHY = "It was announced before the minister had agreed to it"
SAID = f"This announcement was withdrawn on Tuesday 1 December 2026 by Priya Owneray. Reason: '{WHY}'."


@world
async def flag(office: Office, policy: UUID) -> UUID:
    """A *Named* flag that waits for its answer; it is noon of Tuesday 1 December."""
    found = await office.file(policy, "asha", promise="named")
    await office.until(1, 12, month=12)
    return found


async def withdrawn(office: Office, policy: UUID) -> str:
    return said(await office.fill(intents.WithdrawAnnouncement(policy), "priya", reason=WHY))


async def test_everyone_on_it_reads_that_and_why(office: Office, policy: UUID, flag: UUID) -> None:
    assert SAID in await withdrawn(office, policy)
    await office.worker.tick()
    card = await office.card_text()
    assert SAID in card
    assert "Give your view" not in card
    shown = said(await office.form(intents.SeeFlags(policy), "ben"))
    assert SAID in shown
    assert FLAG["because"] in shown
    told = SAID.replace("This announcement", "The announcement of Single parking permit")
    (under,) = (each for each in office.posted() if each.under is not None and told in said(each.card))
    assert "Nobody is asked to answer them." in said(under.card)


async def test_nothing_is_asked_any_more(office: Office, policy: UUID, flag: UUID) -> None:
    before = len(office.sent_to("priya"))
    await withdrawn(office, policy)
    assert office.row("flags", flag)["standing"] == "unneeded"
    await office.until(29, 12, month=12)
    assert office.rows("tellings") == []
    assert len(office.sent_to("priya")) == before
    assert "ask for an answer" not in await office.card_text()
    home = said(await office.dispatcher.home(office.actor("priya")))
    assert "needs your answer" not in home


async def test_it_takes_no_flag_and_what_waits_is_shown_as_promised(office: Office, policy: UUID) -> None:
    form = await office.form(intents.GiveView(policy), "ben")
    await office.file(policy, "asha")
    await withdrawn(office, policy)
    refused = await office.send(form, "ben", **FLAG)
    assert "closed for flags" in refused.problems[""]
    assert FLAG["because"] in said(refused)
    assert office.rows("flags") == []
    await office.until(30, 12)
    (row,) = office.rows("flags")
    assert (row["standing"], row["answer_by"]) == ("unneeded", None)


async def test_what_was_promised_is_stopped(office: Office, policy: UUID, flag: UUID) -> None:
    await office.answer((flag,), kind="change", by_date="2027-01-15")
    await withdrawn(office, policy)
    (row,) = office.rows("commitments")
    assert (row["state"], row["ended_on"]) == ("stopped", date(2026, 12, 1))
    assert FLAG["because"] in said(await office.form(intents.MyFlags(), "asha"))


async def test_a_reply_that_waited_starts_no_clock(office: Office, policy: UUID) -> None:
    box = await office.file(policy, "asha")
    await office.until(1, 12, month=12)
    flag = office.shown(box)
    assert flag is not None
    answer = await office.answer((flag,))
    await office.fill(intents.NotSettled(answer, flag), "asha", text="Not so.")
    await withdrawn(office, policy)
    await office.until(8, 12, month=12)
    assert len(office.rows("replies")) == 1
    assert (office.row("flags", flag)["standing"], office.row("flags", flag)["answer_by"]) == ("answered", None)


@pytest.mark.parametrize("person", ["ben", "omar"])
async def test_to_anyone_else_there_is_nothing_to_withdraw(office: Office, policy: UUID, person: str) -> None:
    before = office.everything()
    for screen in (
        await office.form(intents.WithdrawAnnouncement(policy), person),
        await office.dispatcher.submit(
            intents.WithdrawAnnouncement(policy), {"reason": (WHY,)}, office.actor(person), "a nonce"
        ),
    ):
        assert says.NOT_FOUND in said(screen)
    assert office.everything() == before
    assert "Withdraw announcement" not in said(await office.form(intents.SeeFlags(policy), person))


async def test_it_needs_a_reason_and_happens_once(office: Office, policy: UUID) -> None:
    form = await office.form(intents.WithdrawAnnouncement(policy), "priya")
    refused = await office.send(form, "priya", reason=" ")
    assert refused.problems == {"reason": says.NO_WITHDRAWAL_REASON}
    assert office.row("policies", policy)["withdrawn_on"] is None
    await withdrawn(office, policy)
    await office.send(form, "priya", reason="Another reason")
    assert office.row("policies", policy)["withdrawn_reason"] == WHY
    assert SAID.replace("Tuesday 1 December", "Monday 23 November") in said(
        await office.form(intents.WithdrawAnnouncement(policy), "priya")
    )


async def test_announced_again_it_is_not_opened_again(office: Office) -> None:
    link = "https://www.example.org/news/permit"
    policy = await office.announce(link=link)
    await withdrawn(office, policy)
    typed = {"title": "Single parking permit", "summary": "The same.", "owner": email_of("ben"), "link": link}
    again = await office.fill(intents.Announce(), "ada", **typed)
    assert again.problems == {"link": says.ANNOUNCED_ALREADY}
