"""A pause: every clock of a policy stands still, for a reason that everyone sees, and goes on as it was."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from bot.interface import intents
from bot.screens import refusals as says
from tests.bot.conftest import Office, buttons, said, world
from tests.bot.days import reminded_on

pytestmark = pytest.mark.rules

PAUSE = {"until": "2026-12-18", "reason": "An election period."}
SAID = "Answers are paused until Friday 18 December 2026. Reason: An election period."


@world
async def flag(office: Office, policy: UUID) -> UUID:
    """A *Named* flag that is to be answered by Tuesday 8 December; it is noon of Tuesday 1 December."""
    found = await office.file(policy, "asha", promise="named")
    await office.until(1, 12, month=12)
    return found


def due(office: Office, flag: UUID) -> date | None:
    """The day by which a flag is to be answered."""
    found: date | None = office.row("flags", flag)["answer_by"]
    return found


async def test_as_many_days_are_left_after_it_as_before(office: Office, policy: UUID, flag: UUID) -> None:
    assert due(office, flag) == date(2026, 12, 8)
    done = await office.fill(intents.PauseAnswers(policy), "ada", **PAUSE)
    assert "is paused until Friday 18 December 2026." in said(done)
    # Five working days, from Friday the 18th, past two days of Christmas.
    assert due(office, flag) == date(2026, 12, 29)
    await office.until(18, month=12)
    assert office.rows("tellings") == []
    await office.until(30, 12, month=12)
    steps = {each["step"]: each["on"] for each in office.rows("tellings")}
    assert steps == {"reminder": reminded_on(date(2026, 12, 29)), "delegate": date(2026, 12, 30)}


async def test_everyone_sees_why_and_the_owner_is_told(office: Office, policy: UUID, flag: UUID) -> None:
    await office.fill(intents.PauseAnswers(policy), "ada", **PAUSE)
    await office.worker.tick()
    assert SAID in said(await office.form(intents.SeeFlags(policy), "ben"))
    assert SAID in await office.card_text()
    message = "Time to answer on Single parking permit is paused until Friday 18 December 2026."
    assert sum(message in each for each in office.sent_to("priya")) == 1
    (under,) = (each for each in office.posted() if message in said(each.card))
    assert under.under is not None
    assert "Reason: An election period." in said(under.card)
    await office.until(21, 0, 30, month=12)
    assert "Answers are paused" not in await office.card_text()
    assert office.row("policies", policy)["paused_reason"] == ""


async def test_what_is_late_is_not_late_meanwhile_and_as_late_afterwards(
    office: Office, policy: UUID, flag: UUID
) -> None:
    await office.until(9, 12, month=12)
    assert len(office.rows("tellings")) == 2
    assert "1 answer is late" in await office.card_text()
    await office.fill(intents.PauseAnswers(policy), "ada", **PAUSE)
    await office.worker.tick()
    assert due(office, flag) == date(2026, 12, 17)
    await office.until(29, month=12)
    assert [each["step"] for each in office.rows("tellings")].count("senior") == 1
    # Five working days after the delegate was told, not counting those of the pause.
    assert max(each["on"] for each in office.rows("tellings")) >= date(2026, 12, 24)


async def test_what_is_new_in_it_begins_to_count_after_it(office: Office, policy: UUID) -> None:
    await office.fill(intents.PauseAnswers(policy), "ada", **PAUSE)
    flag = await office.file(policy, "asha", promise="named")
    await office.until(24, 12)
    assert len(office.digests_to()) == 1
    # Ten working days after Friday 18 December, past Christmas and New Year.
    assert due(office, flag) == date(2027, 1, 6)


async def test_going_on_early_gives_back_the_days(office: Office, policy: UUID, flag: UUID) -> None:
    await office.fill(intents.PauseAnswers(policy), "ada", **PAUSE)
    await office.until(4, 12, month=12)
    form = await office.form(intents.PauseAnswers(policy), "ada")
    assert {each.name: getattr(each, "value", "") for each in form.questions} == PAUSE
    (button,) = buttons(form, "Resume answers")
    assert "counts again" in said(await office.press(button, "ada"))
    assert due(office, flag) == date(2026, 12, 11)
    await office.worker.tick()
    assert "Answers are paused" not in await office.card_text()
    assert sum("counts again" in each for each in office.sent_to("priya")) == 1
    await office.press(button, "ada")
    assert due(office, flag) == date(2026, 12, 11)
    await office.until(14, 12, month=12)
    assert [each["on"] for each in office.rows("tellings")] == [reminded_on(date(2026, 12, 11)), date(2026, 12, 14)]


async def test_another_end_and_the_same_form_twice(office: Office, policy: UUID, flag: UUID) -> None:
    form = await office.form(intents.PauseAnswers(policy), "ada")
    for _ in range(2):
        await office.send(form, "ada", **PAUSE)
    assert due(office, flag) == date(2026, 12, 29)
    await office.fill(intents.PauseAnswers(policy), "ada", **{**PAUSE, "until": "2026-12-11"})
    assert due(office, flag) == date(2026, 12, 18)
    await office.worker.tick()
    assert sum("is paused until" in each for each in office.sent_to("priya")) == 2


async def test_one_policy_at_a_time(office: Office, policy: UUID, flag: UUID) -> None:
    other = await office.announce("Same-day address change")
    await office.fill(intents.PauseAnswers(other), "ada", **PAUSE)
    assert due(office, flag) == date(2026, 12, 8)
    await office.until(4, 12, month=12)
    assert len(office.rows("tellings")) == 1


async def test_only_an_admin_can_pause_and_resume(office: Office, policy: UUID, flag: UUID) -> None:
    await office.fill(intents.PauseAnswers(policy), "ada", **PAUSE)
    form = await office.form(intents.PauseAnswers(policy), "ada")
    before = office.everything()
    for person in ("priya", "omar", "sal", "ben"):
        assert says.ADMINS_ONLY in said(await office.form(intents.PauseAnswers(policy), person))
        assert says.ADMINS_ONLY in said(await office.send(form, person, **{**PAUSE, "reason": "Because."}))
        assert says.ADMINS_ONLY in said(await office.press(intents.ResumeAnswers(policy), person))
        assert buttons(await office.form(intents.SeeFlags(policy), person), "Pause answers") == []
    assert len(buttons(await office.form(intents.SeeFlags(policy), "ada"), "Pause answers")) == 1
    assert office.everything() == before


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"until": ""}, "until", says.NO_DATE_AHEAD),
        ({"until": "2026-11-23"}, "until", says.NO_DATE_AHEAD),
        ({"until": "2027-02-24"}, "until", "Enter a date no later than Tuesday 23 February 2027"),
        ({"reason": " \n"}, "reason", says.NO_REASON),
        ({"reason": "x" * 201}, "reason", "Reason must be 200 characters or fewer. You have 201"),
    ],
)
async def test_what_cannot_be_is_said_beside_its_field(
    office: Office, policy: UUID, typed: dict[str, str], field: str, sentence: str
) -> None:
    before = office.everything()
    again = await office.fill(intents.PauseAnswers(policy), "ada", **{**PAUSE, **typed})
    assert dict(again.problems) == {field: sentence}
    assert office.everything() == before
