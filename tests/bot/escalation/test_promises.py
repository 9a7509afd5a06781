"""Where nobody says what became of a promise, the escalation chain is told as of a flag without an answer."""

from datetime import date
from uuid import UUID

import pytest

from bot.calendar.dates import long_date
from bot.interface import intents
from tests.bot.conftest import Office, Row, buttons, email_of, said
from tests.bot.days import working_days_after

pytestmark = pytest.mark.rules

DAY = date(2026, 12, 3)
NO_WORD = "has had no word since Thursday 3 December 2026."


@pytest.fixture
async def promised(office: Office, policy: UUID) -> UUID:
    """A commitment of Priya's for Thursday 3 December to one flag of Ben's, who is named; it is Tuesday the 24th."""
    flag = await office.file(policy, "ben", "Nobody can test this.", promise="named")
    await office.until(24, 12)
    await office.answer((flag,), text="Forty councils go first.", by_date=DAY.isoformat())
    return UUID(str(the_commitment(office)["id"]))


def the_commitment(office: Office) -> Row:
    (row,) = office.rows("commitments")
    return row


def notices(office: Office) -> list[tuple[str, date]]:
    """The steps of all notices and their days, in the order of the days."""
    return sorted(((str(each["step"]), each["on"]) for each in office.rows("tellings")), key=lambda each: each[1])


@pytest.mark.both_databases
async def test_the_chain_is_told_each_on_their_day_and_once(office: Office, policy: UUID, promised: UUID) -> None:
    await office.until(31, month=12)
    delegate_on = working_days_after(DAY, 1)
    senior_on = working_days_after(delegate_on, 5)
    assert notices(office) == [("delegate", delegate_on), ("senior", senior_on)]
    assert sum(f"1 promise on Single parking permit {NO_WORD}" in each for each in office.sent_to("omar")) == 1
    assert sum(f"1 promise on Single parking permit {NO_WORD}" in each for each in office.sent_to("sal")) == 1
    assert sum("We told the" in each and "no word" in each for each in office.sent_to("priya")) >= 2
    row = the_commitment(office)
    assert (row["state"], row["told"], row["told_on"], row["ended_on"]) == ("no-word", "senior", senior_on, None)
    told = f"No word since Thursday 3 December 2026. We told the senior owner on {long_date(senior_on)}."
    for screen in (await office.form(intents.SeePromises(policy), "dina"), await office.form(intents.MyFlags(), "ben")):
        assert told in said(screen)


async def test_what_is_said_in_time_is_told_to_nobody(office: Office, promised: UUID) -> None:
    await office.until(3, 12, month=12)
    await office.fill(intents.SayDone(promised), "priya", text="Forty councils share one.")
    await office.until(31, month=12)
    assert notices(office) == []


async def test_a_new_day_begins_the_clock_again(office: Office, promised: UUID) -> None:
    await office.until(4, 12, month=12)
    assert [step for step, _ in notices(office)] == ["delegate"]
    await office.fill(intents.SetNewDay(promised), "priya", by_date="2026-12-14", text="A week more.")
    row = the_commitment(office)
    assert (row["state"], row["told"], row["told_on"], row["asked_on"]) == ("promised", None, None, None)
    await office.until(31, month=12)
    assert notices(office)[1:] == [("delegate", date(2026, 12, 15)), ("senior", date(2026, 12, 22))]
    again = await office.form(intents.SeePromises(UUID(str(row["policy_id"]))), "dina")
    assert "No word since Monday 14 December 2026." in said(again)


async def test_who_has_a_weekly_digest_is_reminded_two_days_before(office: Office, promised: UUID) -> None:
    chosen = ("fri",)
    form = await office.form(intents.ScheduleSettings(), "priya")
    await office.send(form, "priya", preset="own", days=chosen, at="09:00", zone="Europe/London", calendar="GB-ENG")
    await office.until(3, month=12)
    assert notices(office) == [("reminder", date(2026, 12, 1))]
    reminder = "1 promise on Single parking permit is due by Thursday 3 December 2026. Say what became of it."
    assert sum(reminder in each for each in office.sent_to("priya")) == 1
    assert the_commitment(office)["state"] == "asked"


async def test_who_promises_for_tomorrow_is_not_reminded_at_once(office: Office, policy: UUID) -> None:
    flag = await office.file(policy, "ben", promise="named")
    await office.until(24, 12)
    await office.answer((flag,), by_date="2026-11-25")
    await office.until(24, 23)
    assert notices(office) == []
    await office.until(26, 12)
    assert [step for step, _ in notices(office)] == ["delegate"]


@pytest.mark.both_databases
async def test_one_notice_tells_of_flags_and_of_promises(office: Office, policy: UUID) -> None:
    flags = [await office.file(policy, person, promise="named") for person in ("ben", "asha")]
    await office.until(24, 12)
    due = office.row("flags", flags[1])["answer_by"]
    await office.answer((flags[0],), by_date=due.isoformat())
    await office.until(working_days_after(due, 1).day, 12, month=12)
    (told,) = [each for each in office.sent_to("omar") if "no word" in each]
    assert "1 flag on Single parking permit has had no answer" in told
    assert "1 promise on Single parking permit has had no word" in told


@pytest.mark.both_databases
async def test_the_third_new_day_is_told_to_the_chain(office: Office, promised: UUID) -> None:
    for n, day in enumerate(("2026-12-10", "2026-12-17", "2027-01-14"), 1):
        await office.fill(intents.SetNewDay(promised), "priya", by_date=day, text=f"Reason {n}.")
        await office.until(24, 12 + n)
        for person in ("omar", "sal"):
            assert any("gave a promise" in each for each in office.sent_to(person)) is (n == 3), (n, person)


async def test_a_pause_tells_nobody_meanwhile(office: Office, policy: UUID, promised: UUID) -> None:
    await office.fill(intents.PauseAnswers(policy), "ada", until="2026-12-11", reason="An election.")
    await office.until(11, month=12)
    assert notices(office) == []
    await office.until(14, month=12)
    assert [step for step, _ in notices(office)] == ["delegate"]


async def test_the_delegate_says_it_in_place_of_an_owner_who_is_silent(
    office: Office, policy: UUID, promised: UUID
) -> None:
    await office.until(4, 12, month=12)
    assert buttons(await office.form(intents.SeePromises(policy), "omar"), "Done") == [intents.SayDone(promised)]
    await office.fill(intents.SayDone(promised), "omar", text="It is done.")
    await office.until(31, month=12)
    assert [step for step, _ in notices(office)] == ["delegate"]
    assert "Omar Delegato (delegate) says so." in said(await office.form(intents.MyFlags(), "ben"))


async def test_the_silence_of_a_former_owner_goes_on_with_the_new_one(
    office: Office, policy: UUID, promised: UUID
) -> None:
    await office.until(1, 12, month=12)
    await office.fill(intents.NameOwner(policy), "priya", owner=email_of("dina"))
    await office.until(4, month=12)
    assert any("no word" in each for each in office.sent_to("dina"))
    assert not any("no word" in each for each in office.sent_to("priya"))
