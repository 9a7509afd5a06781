"""Escalation steps: each once, by working days, to those who are there; and clocks that stop and go on."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from bot.calendar.dates import long_date
from bot.calendar.working_days import WorkingCalendar
from bot.escalation import steps
from bot.interface import intents
from bot.interface.parts import ChoiceQuestion, Form
from bot.policies import answer_deadlines
from bot.screens.admin.times_form import chain_facts
from bot.worker.worker import Worker
from storage import Organisation
from tests.bot.conftest import FLAG, FULL_NAMES, Office, buttons, email_of, member, said, user_of, world
from tests.bot.days import ENOUGH_DAYS, at, reminded_on, working_days_after

pytestmark = pytest.mark.rules

REMINDER = "If there is none, we tell"
DELEGATE = "You are the delegate for Priya Owneray"
SENIOR = "You are the senior owner"
OWNER = "You can still answer"


@world
async def flag(office: Office, policy: UUID) -> UUID:
    """A *Named* flag of Monday 23 November, first sent on Tuesday the 24th at 9am: due on Tuesday 8 December."""
    found = await office.file(policy, "asha", promise="named")
    await office.until(24, 12)
    return found


def told(office: Office, person: str, sentence: str) -> list[str]:
    """What a person was told that says that."""
    return [each for each in office.sent_to(person) if sentence in each]


def due(office: Office, flag: UUID) -> date | None:
    """The day by which a flag is to be answered."""
    found: date | None = office.row("flags", flag)["answer_by"]
    return found


async def enrol(office: Office, **changes: dict[str, object]) -> None:
    """Everyone on the roster, with changes to some."""
    await office.enrol(*(member(each, **changes.get(each, {})) for each in FULL_NAMES))


async def test_the_whole_line_is_told_each_on_their_day_and_once(office: Office, policy: UUID, flag: UUID) -> None:
    assert due(office, flag) == date(2026, 12, 8)
    await office.until(4, 8, 59, month=12)
    assert told(office, "priya", REMINDER) == []
    await office.until(4, 9, month=12)
    (reminder,) = told(office, "priya", REMINDER)
    assert "1 flag on Single parking permit needs your answer by Tuesday 8 December 2026." in reminder
    assert "we tell the delegate, Omar Delegato, on Wednesday 9 December 2026" in reminder

    await office.until(9, 8, 59, month=12)
    assert told(office, "omar", DELEGATE) == []
    await office.until(9, 9, month=12)
    (delegate,) = told(office, "omar", DELEGATE)
    assert "1 flag on Single parking permit has had no answer for 10 working days." in delegate
    assert "we tell the senior owner, Sal Seniorman, on Wednesday 16 December 2026" in delegate
    (owner,) = told(office, "priya", OWNER)
    assert "We told the delegate, Omar Delegato, on Wednesday 9 December 2026" in owner
    assert "We told the delegate on Wednesday 9 December 2026" in await office.card_text()
    mine = said(await office.form(intents.MyFlags(), "asha"))
    assert "No answer by Tuesday 8 December 2026. We told the delegate on Wednesday 9 December 2026." in mine

    await office.until(16, 8, 59, month=12)
    assert (await office.form(intents.AnswerFlags((flag,)), "sal")).title == "Not possible"
    await office.until(16, 9, month=12)
    (senior,) = told(office, "sal", SENIOR)
    assert "has had no answer for 15 working days" in senior
    assert "We told Priya Owneray on Friday 4 December 2026 and Omar Delegato on Wednesday 9 December 2026." in senior
    assert len(told(office, "priya", OWNER)) == 2

    await office.until(29, 23, month=12)
    counts = [len(told(office, *each)) for each in (("priya", REMINDER), ("omar", DELEGATE), ("sal", SENIOR))]
    assert counts == [1, 1, 1]
    await office.answer((flag,), "sal")
    assert office.rows("answers")[0]["role"] == "senior"


async def test_it_is_said_before_who_is_told(office: Office, policy: UUID) -> None:
    (welcome,) = office.sent_to("priya") or await _welcomed(office)
    assert "After that we tell the delegate, Omar Delegato, then the senior owner, Sal Seniorman." in welcome
    receipt = said(await office.flag(policy, "asha", promise="named"))
    assert "3. If there is no answer, we tell the delegate, then the senior owner." in receipt
    assert "no answer" not in said(await office.flag(policy, "asha", promise="named", verdict="as-announced"))
    await office.until(8, 12, month=12)
    (_, _, digest) = office.digests_to()
    assert "If there is no answer, we tell the delegate, Omar Delegato, on Wednesday 9 December 2026." in said(digest)


async def _welcomed(office: Office) -> list[str]:
    await office.worker.tick()
    return office.sent_to("priya")


async def test_what_is_answered_is_told_to_nobody(office: Office, policy: UUID, flag: UUID) -> None:
    await office.until(4, 12, month=12)
    await office.answer((flag,))
    await office.until(29, month=12)
    assert [told(office, "omar", DELEGATE), told(office, "sal", SENIOR), told(office, "priya", OWNER)] == [[], [], []]


async def test_as_announced_starts_no_clock(office: Office, policy: UUID) -> None:
    await office.file(policy, "asha", promise="named", verdict="as-announced")
    await office.until(29, month=12)
    assert office.rows("tellings") == []
    assert office.rows("flags")[0]["answer_by"] is None


async def test_all_of_a_policy_and_day_is_one_message_and_each_policy_has_its_own(
    office: Office, policy: UUID, flag: UUID
) -> None:
    other = await office.announce("Same-day address change")
    for person in ("ben", "cai"):
        await office.file(policy, person, promise="named")
    await office.file(other, "ben", promise="named")
    await office.until(7, 9, month=12)
    first, second, third = sorted(told(office, "priya", REMINDER))
    assert "1 flag on Same-day address change needs your answer by Wednesday 9 December" in first
    assert "1 flag on Single parking permit needs your answer by Tuesday 8 December" in second
    assert "2 flags on Single parking permit need your answer by Wednesday 9 December" in third


async def test_a_weekly_digest_does_not_hold_up_a_reminder(office: Office, policy: UUID) -> None:
    chosen = {"preset": "own", "days": "wed", "at": "11:00", "zone": "Europe/London", "calendar": "GB-ENG"}
    await office.fill(intents.ScheduleSettings(), "priya", **chosen)
    await office.file(policy, "asha", promise="named")
    await office.until(25, 12)
    assert len(office.digests_to()) == 1
    # Due on Wednesday 9 December; reminded at the hour of the digest.
    day = reminded_on(date(2026, 12, 9))
    await office.until(at(day, 10, 59))
    assert told(office, "priya", REMINDER) == []
    await office.until(at(day, 11))
    assert len(told(office, "priya", REMINDER)) == 1


@pytest.mark.both_databases
async def test_two_processes_tell_once(office: Office, policy: UUID, flag: UUID) -> None:
    await office.until(8, month=12)
    office.clock.move_to(datetime(2026, 12, 9, 9, 0, tzinfo=UTC))
    others = [Worker(office.database, office.ring, office.clock) for _ in range(3)]
    await asyncio.gather(*(each.tick() for each in others))
    await office.worker.tick()
    await office.worker.tick()
    assert len(told(office, "omar", DELEGATE)) == 1
    assert sum(each["step"] == "delegate" for each in office.rows("tellings")) == 1


async def test_weeks_without_a_server_tell_the_next_in_line_and_then_the_rest(
    office: Office, policy: UUID, flag: UUID
) -> None:
    # At three in the night; it is told at nine.
    await office.wake(datetime(2027, 1, 13, 3, 0, tzinfo=UTC))
    assert told(office, "omar", DELEGATE) == []
    await office.until(datetime(2027, 1, 13, 9, 0, tzinfo=UTC))
    assert len(told(office, "omar", DELEGATE)) == 1
    assert told(office, "priya", REMINDER) == []
    assert told(office, "sal", SENIOR) == []
    await office.until(datetime(2027, 1, 19, 23, 0, tzinfo=UTC))
    assert told(office, "sal", SENIOR) == []
    await office.until(datetime(2027, 1, 20, 9, 0, tzinfo=UTC))
    assert len(told(office, "sal", SENIOR)) == 1


async def test_nothing_is_told_on_a_day_off(office: Office, policy: UUID) -> None:
    await office.until(11, 10, month=12)
    flag = await office.file(policy, "asha", promise="named")
    await office.until(31, 23, month=12)
    # Ten working days after Monday 14 December, past Christmas: Wednesday the 30th.
    assert due(office, flag) == date(2026, 12, 30)
    days = {each["on"] for each in office.rows("tellings")}
    assert days == {reminded_on(date(2026, 12, 30)), date(2026, 12, 31)}
    await office.until(datetime(2027, 1, 8, 23, 0, tzinfo=UTC))
    assert max(each["on"] for each in office.rows("tellings")) == date(2027, 1, 8)


@pytest.mark.both_databases
async def test_days_can_be_set(office: Office, policy: UUID) -> None:
    office.organise(answer_days=ENOUGH_DAYS, delegate_after=2, senior_after=1)
    await office.file(policy, "asha", promise="named")
    await office.until(11, month=12)
    steps = {each["step"]: each["on"] for each in office.rows("tellings")}
    answer_by = working_days_after(date(2026, 11, 24), ENOUGH_DAYS)
    assert steps == {
        "reminder": reminded_on(answer_by),
        "delegate": working_days_after(answer_by, 2),
        "senior": working_days_after(answer_by, 3),
    }


@pytest.mark.both_databases
async def test_other_days_hold_for_clocks_that_run(office: Office, policy: UUID, flag: UUID) -> None:
    await office.until(9, 12, month=12)
    assert len(told(office, "omar", DELEGATE)) == 1
    await office.dispatcher.describe({"senior_after": 1})
    await office.until(10, 8, 59, month=12)
    assert told(office, "sal", SENIOR) == []
    await office.until(10, 9, month=12)
    assert len(told(office, "sal", SENIOR)) == 1


async def test_as_many_days_to_answer_as_before_the_reminder_are_too_few_for_it(office: Office, policy: UUID) -> None:
    office.organise(answer_days=steps.REMINDER_DAYS)
    await office.file(policy, "asha", promise="named")
    await office.until(27, month=11)
    assert [each["step"] for each in office.rows("tellings")] == ["delegate"]


class TestWhoIsThere:
    async def test_without_a_delegate_the_senior_owner_is_told_next(self, office: Office) -> None:
        policy = await office.announce(delegate="")
        await office.file(policy, "asha", promise="named")
        await office.until(4, 12, month=12)
        (reminder,) = told(office, "priya", REMINDER)
        assert "we tell the senior owner, Sal Seniorman, on Wednesday 9 December 2026" in reminder
        await office.until(29, month=12)
        assert len(told(office, "sal", SENIOR)) == 1
        assert [each["step"] for each in office.rows("tellings")].count("senior") == 1

    async def test_a_delegate_who_has_left_is_passed_over(self, office: Office, policy: UUID, flag: UUID) -> None:
        await enrol(office, omar={"active": False})
        await office.until(9, 9, month=12)
        assert len(told(office, "sal", SENIOR)) == 1

    async def test_with_nobody_left_admins_are_told(self, office: Office) -> None:
        policy = await office.announce(delegate="", senior="")
        await office.file(policy, "asha", promise="named")
        worker = Worker(office.database, office.ring, office.clock, [email_of("ada")])
        await office.until(8, month=12)
        office.clock.move_to(datetime(2026, 12, 9, 9, 0, tzinfo=UTC))
        await worker.tick()
        await office.worker.tick()
        (admin,) = told(office, "ada", "No delegate or senior owner is named for this policy.")
        assert "1 flag on Single parking permit has had no answer for 10 working days." in admin
        assert "We told an admin on Wednesday 9 December 2026" in told(office, "priya", OWNER)[0]
        await office.until(29, month=12)
        assert len(told(office, "ada", "No delegate or senior owner is named for this policy.")) == 1

    async def test_the_day_and_hour_are_those_of_who_is_told(self, office: Office) -> None:
        await enrol(office, omar={"zone": "America/New_York"}, priya={"zone": "Asia/Tokyo"})
        policy = await office.announce()
        await office.file(policy, "asha", promise="named")
        await office.until(24, 1)
        assert len(office.digests_to()) == 1
        # Due on Tuesday 8 December. In Tokyo it is nine in the morning at midnight of London's.
        day = reminded_on(date(2026, 12, 8))
        await office.until(at(day, 0) - timedelta(hours=1))
        assert told(office, "priya", REMINDER) == []
        await office.until(at(day, 0, 1))
        assert len(told(office, "priya", REMINDER)) == 1
        await office.until(9, 13, 59, month=12)
        assert told(office, "omar", DELEGATE) == []
        await office.until(9, 14, month=12)
        assert len(told(office, "omar", DELEGATE)) == 1
        # In Tokyo it is eleven at night: the owner reads it in the morning.
        assert told(office, "priya", OWNER) == []
        await office.until(10, 0, 1, month=12)
        assert len(told(office, "priya", OWNER)) == 1


def _options(form: Form) -> set[str]:
    return {each.value for part in form.questions if isinstance(part, ChoiceQuestion) for each in part.options}


class TestStops:
    async def test_acknowledged_goes_on_on_the_day_of_the_decision(
        self, office: Office, policy: UUID, flag: UUID
    ) -> None:
        before = due(office, flag)
        await office.until(27, 12)
        by = office.change(answer_deadlines.put_off_until)
        assert before is not None
        assert before < by
        await office.answer((flag,), kind="acknowledged", by_date=by.isoformat(), text="")
        await office.until(at(reminded_on(by), 8, 59))
        assert office.rows("tellings") == []
        await office.until(at(by, 9))
        assert f"by {long_date(by)}" in told(office, "priya", REMINDER)[0]
        await office.until(at(working_days_after(by, 1), 12))
        (delegate,) = told(office, "omar", DELEGATE)
        assert f"has no answer: an answer was due by {long_date(by)}." in delegate
        form = await office.form(intents.AnswerPolicy(policy), "omar")
        assert FLAG["because"] in said(form)
        assert "acknowledged" not in _options(form)

    async def test_a_day_of_decision_that_is_near_is_told_in_time(
        self, office: Office, policy: UUID, flag: UUID
    ) -> None:
        by_date = working_days_after(date(2026, 11, 24), ENOUGH_DAYS)
        await office.answer((flag,), kind="acknowledged", by_date=by_date.isoformat(), text="")
        delegate_on = working_days_after(by_date, 1)
        await office.until(at(delegate_on, 12))
        assert {each["step"]: each["on"] for each in office.rows("tellings")} == {
            "reminder": reminded_on(by_date),
            "delegate": delegate_on,
        }

    async def test_a_question_stops_the_clock_for_ten_working_days(
        self, office: Office, policy: UUID, flag: UUID
    ) -> None:
        await office.until(1, 12, month=12)
        await office.answer((flag,), kind="more", by_date="")
        # Five of ten days were left; ten stand still, from Tuesday 1 December to Tuesday the 15th.
        assert due(office, flag) == date(2026, 12, 22)
        await office.until(at(reminded_on(date(2026, 12, 22)), 8, 59))
        assert office.rows("tellings") == []
        await office.until(23, 12, month=12)
        assert [each["step"] for each in office.rows("tellings")] == ["reminder", "delegate"]

    async def test_asking_again_stops_it_no_longer(self, office: Office, policy: UUID, flag: UUID) -> None:
        await office.answer((flag,), kind="more", by_date="")
        before = due(office, flag)
        await office.until(4, 12, month=12)
        await office.answer((flag,), kind="more", by_date="", text="And another one?")
        assert due(office, flag) == before

    @pytest.mark.both_databases
    async def test_a_reply_lets_it_go_on_and_a_late_one_moves_nothing(
        self, office: Office, policy: UUID, flag: UUID
    ) -> None:
        answer = await office.answer((flag,), kind="more", by_date="")
        assert due(office, flag) == date(2026, 12, 22)
        await office.until(18, 12, month=12)
        await office.fill(intents.ReplyToQuestion(answer, flag), "asha", text="Sixty of them.")
        assert due(office, flag) == date(2026, 12, 22)

    async def test_a_reply_in_time_gives_back_the_days_that_were_left(
        self, office: Office, policy: UUID, flag: UUID
    ) -> None:
        await office.until(1, 12, month=12)
        answer = await office.answer((flag,), kind="more", by_date="")
        await office.until(3, 12, month=12)
        await office.fill(intents.ReplyToQuestion(answer, flag), "asha", text="Sixty of them.")
        assert due(office, flag) == date(2026, 12, 10)
        await office.until(11, 12, month=12)
        assert {each["step"]: each["on"] for each in office.rows("tellings")} == {
            "reminder": reminded_on(date(2026, 12, 10)),
            "delegate": date(2026, 12, 11),
        }

    @pytest.mark.both_databases
    async def test_not_settled_begins_again_and_everyone_can_be_told_again(
        self, office: Office, policy: UUID, flag: UUID
    ) -> None:
        await office.until(9, 12, month=12)
        assert len(told(office, "omar", DELEGATE)) == 1
        answer = await office.answer((flag,))
        await office.fill(intents.NotSettled(answer, flag), "asha", text="The suppliers.")
        assert due(office, flag) == date(2026, 12, 23)
        await office.until(24, 12, month=12)
        assert len(told(office, "priya", REMINDER)) == 2
        assert len(told(office, "omar", DELEGATE)) == 2
        assert told(office, "sal", SENIOR) == []

    async def test_another_owner_takes_the_clock_as_it_is(self, office: Office, policy: UUID, flag: UUID) -> None:
        await office.until(1, 12, month=12)
        await office.fill(intents.NameOwner(policy), "priya", owner=email_of("dina"))
        await office.until(4, 12, month=12)
        assert len(told(office, "dina", REMINDER)) == 1
        assert told(office, "priya", REMINDER) == []


async def test_a_notice_of_what_was_answered_meanwhile_says_so(office: Office, policy: UUID, flag: UUID) -> None:
    await office.until(4, 9, month=12)
    await office.answer((flag,))
    (drawn,) = [
        each
        for each in (await office.dispatcher.posted_messages(office.chat.to(user_of("priya"))[0].place)).messages
        if "has been answered since" in said(each.card)
    ]
    assert buttons(drawn.card, "See flags") == [intents.SeeFlags(policy)]


@pytest.mark.both_databases
async def test_the_dates_before_first_use_are_those_that_come_true(office: Office, policy: UUID) -> None:
    chain = steps.chain(WorkingCalendar(), Organisation(), date(2026, 11, 23), datetime(2026, 1, 1, 9).time())  # noqa: DTZ001
    office.organise(batch_least=1)
    await office.file(policy, "asha")
    await office.until(31, month=12)
    (flag,) = office.rows("flags")
    assert (flag["released_on"], flag["sent_on"], flag["answer_by"]) == (chain.shown_on, chain.sent_on, chain.answer_by)
    assert {each["step"]: each["on"] for each in office.rows("tellings")} == {
        "reminder": chain.reminder_on,
        "delegate": chain.delegate_on,
        "senior": chain.senior_on,
    }
    assert ("Senior owner told", "Wednesday 16 December 2026") in chain_facts(chain).items


def test_the_chain_of_the_guide() -> None:
    chain = steps.chain(WorkingCalendar(), Organisation(), date(2026, 12, 1), datetime(2026, 1, 1, 9).time())  # noqa: DTZ001
    assert [chain.shown_on.day, chain.sent_on.day, chain.answer_by.day, chain.delegate_on.day, chain.senior_on.day] == [
        2,
        2,
        16,
        17,
        24,
    ]
    assert chain.reminder_on == date(2026, 12, 14)
