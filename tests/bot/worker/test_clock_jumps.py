"""Clock changes and days off, end to end: one digest, one message, at the hour that people's clocks show."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from bot.calendar.cron import WEEKDAYS
from bot.escalation.steps import REMINDER_DAYS
from bot.interface import intents
from tests.bot.conftest import FULL_NAMES, Office, email_of, member
from tests.bot.days import ENGLAND, working_days_after

pytestmark = pytest.mark.rules

REMINDER = "If there is none, we tell"


async def choose(
    office: Office,
    person: str,
    at: str,
    zone: str = "Europe/London",
    calendar: str = "GB-ENG",
    days: tuple[str, ...] = WEEKDAYS,
) -> None:
    """Let a person choose the time and the days of their digests."""
    chosen: dict[str, Any] = {"preset": "own", "days": days, "at": at, "zone": zone, "calendar": calendar}
    saved = await office.fill(intents.ScheduleSettings(), person, **chosen)
    assert saved.title == "Settings saved"


def slots(office: Office) -> list[str]:
    """The slots of all digests, in order."""
    return sorted(each["slot"] for each in office.rows("digests"))


async def test_a_time_that_spring_leaves_out_is_told_when_the_gap_ends(office: Office, policy: UUID) -> None:
    """In Cairo the clock goes from midnight to one on Friday 30 April 2027."""
    office.clock.move_to(datetime(2027, 4, 29, 12, 0, tzinfo=UTC))
    policy = await office.announce("Same-day address change")
    await choose(office, "priya", "00:30", "Africa/Cairo")
    await office.file(policy, "asha", promise="named")
    await office.until(datetime(2027, 4, 29, 21, 59, tzinfo=UTC))
    assert slots(office) == []
    await office.until(datetime(2027, 4, 29, 22, 0, tzinfo=UTC))
    assert slots(office) == ["2027-04-30T00:30"]
    await office.file(policy, "ben", promise="named")
    await office.until(datetime(2027, 5, 2, 23, 0, tzinfo=UTC))
    assert slots(office) == ["2027-04-30T00:30"]
    # Monday 3 May is a public holiday in England.
    await office.until(datetime(2027, 5, 3, 21, 30, tzinfo=UTC))
    assert len(slots(office)) == 2
    assert len(office.digests_to()) == 2


async def test_an_hour_that_autumn_has_twice_is_told_once(office: Office, policy: UUID) -> None:
    """In Cairo the clock shows 11pm to midnight twice on Thursday 28 October 2027."""
    office.clock.move_to(datetime(2027, 10, 28, 12, 0, tzinfo=UTC))
    policy = await office.announce("Same-day address change")
    await choose(office, "priya", "23:30", "Africa/Cairo")
    await office.file(policy, "asha", promise="named")
    await office.until(datetime(2027, 10, 28, 20, 29, tzinfo=UTC))
    assert slots(office) == []
    await office.until(datetime(2027, 10, 28, 20, 30, tzinfo=UTC))
    assert slots(office) == ["2027-10-28T23:30"]
    await office.file(policy, "ben", promise="named")
    await office.until(datetime(2027, 10, 29, 21, 29, tzinfo=UTC))
    assert slots(office) == ["2027-10-28T23:30"]
    await office.until(datetime(2027, 10, 29, 21, 30, tzinfo=UTC))
    assert slots(office) == ["2027-10-28T23:30", "2027-10-29T23:30"]


async def test_nine_stays_nine_on_both_sides_of_a_change(office: Office) -> None:
    office.clock.move_to(datetime(2027, 3, 26, 12, 0, tzinfo=UTC))
    policy = await office.announce()
    await office.file(policy, "asha", promise="named")
    # Good Friday and Easter Monday are days off; London's clock goes on in the night to Sunday the 28th.
    await office.until(datetime(2027, 3, 30, 7, 59, tzinfo=UTC))
    assert slots(office) == []
    await office.until(datetime(2027, 3, 30, 8, 0, tzinfo=UTC))
    assert len(office.digests_to()) == 1


async def test_a_holiday_in_scotland_only(office: Office) -> None:
    """Monday 30 November 2026 is St Andrew's Day."""
    scottish = await office.announce("Ferries", owner=email_of("dina"))
    english = await office.announce("Parking", owner=email_of("priya"))
    await choose(office, "dina", "09:00", calendar="GB-SCT")
    await office.until(27, 12)
    for policy in (scottish, english):
        await office.file(policy, "asha", promise="named")
    await office.until(30, 23)
    assert (len(office.digests_to("priya")), len(office.digests_to("dina"))) == (1, 0)
    await office.until(1, 8, 59, month=12)
    assert len(office.digests_to("dina")) == 0
    await office.until(1, 9, month=12)
    assert (len(office.digests_to("priya")), len(office.digests_to("dina"))) == (1, 1)


async def test_a_reminder_keeps_to_the_days_of_who_is_reminded(office: Office) -> None:
    # First sent on Wednesday the 25th, and due so that the reminder is on Monday 30 November: St Andrew's Day.
    answer_by = working_days_after(date(2026, 11, 30), REMINDER_DAYS)
    office.organise(answer_days=ENGLAND.between(date(2026, 11, 25), answer_by))
    ferries = await office.announce("Ferries", owner=email_of("dina"))
    parking = await office.announce("Parking", owner=email_of("priya"))
    await choose(office, "dina", "09:00", calendar="GB-SCT")
    await office.until(24, 12)
    for policy in (ferries, parking):
        await office.file(policy, "asha", promise="named")
    await office.until(30, 23)
    told = [sum(REMINDER in each for each in office.sent_to(person)) for person in ("priya", "dina")]
    assert told == [1, 0]
    await office.until(1, 9, month=12)
    assert sum(REMINDER in each for each in office.sent_to("dina")) == 1


async def test_three_days_off_make_one_digest_and_count_for_nothing(office: Office, policy: UUID) -> None:
    await office.dispatcher.describe({"own_days": "2026-11-25 2026-11-26 2026-11-27"})
    await office.worker.tick()
    await office.until(24, 12)
    flag = await office.file(policy, "asha", promise="named")
    await office.until(30, 8, 59)
    assert slots(office) == []
    await office.until(30, 9)
    assert slots(office) == ["2026-11-30T09:00"]
    assert len(office.digests_to()) == 1
    assert str(office.row("flags", flag)["answer_by"]) == "2026-12-14"


async def test_three_days_without_a_server_make_one_digest_and_one_reminder(office: Office, policy: UUID) -> None:
    await office.file(policy, "asha", promise="named")
    await office.until(24, 12)
    await office.until(3, 12, month=12)
    await office.file(policy, "ben", promise="named")
    await office.wake(datetime(2026, 12, 7, 11, 20, tzinfo=UTC))
    await office.worker.tick()
    assert len(office.digests_to()) == 2
    assert sum(REMINDER in each for each in office.sent_to("priya")) == 1
    await office.until(8, 12, month=12)
    assert sum(REMINDER in each for each in office.sent_to("priya")) == 1


@pytest.mark.parametrize(
    "back_at",
    [
        datetime(2026, 11, 28, 12, 0, tzinfo=UTC),
        datetime(2026, 11, 30, 3, 0, tzinfo=UTC),
        datetime(2026, 11, 27, 19, 0, tzinfo=UTC),
    ],
    ids=["on a Saturday", "in the night", "in the evening"],
)
async def test_what_comes_too_late_waits_for_an_hour_of_work(office: Office, policy: UUID, back_at: datetime) -> None:
    await office.until(26, 12)
    await office.file(policy, "asha", promise="named")
    await office.wake(back_at)
    await office.until(30, 8, 59)
    assert office.digests_to() == []
    await office.until(30, 9)
    await office.file(policy, "ben", promise="named")
    await office.until(30, 23)
    assert len(office.digests_to()) == 1
    assert slots(office) == ["2026-11-27T09:00"]
    await office.until(1, 9, month=12)
    assert len(office.digests_to()) == 2


async def test_a_weekly_digest_that_comes_too_late_waits_for_no_week(office: Office, policy: UUID) -> None:
    await choose(office, "priya", "09:00", days=("wed",))
    await office.file(policy, "asha", promise="named")
    await office.wake(datetime(2026, 11, 26, 3, 0, tzinfo=UTC))
    assert office.digests_to() == []
    await office.until(26, 9)
    assert slots(office) == ["2026-11-25T09:00"]
    assert len(office.digests_to()) == 1


async def test_an_hour_of_work_is_that_of_the_digest(office: Office, policy: UUID) -> None:
    await choose(office, "priya", "22:00")
    await office.file(policy, "asha", promise="named")
    await office.wake(datetime(2026, 11, 24, 4, 0, tzinfo=UTC))
    assert office.digests_to() == []
    await office.wake(datetime(2026, 11, 24, 22, 50, tzinfo=UTC))
    assert len(office.digests_to()) == 1


async def test_a_message_that_comes_too_late_waits_for_an_hour_of_work_too(office: Office, policy: UUID) -> None:
    before = len(office.sent_to("priya"))
    await office.until(27, 17, 59)
    await office.announce("Same-day address change", channels=())
    await office.wake(datetime(2026, 11, 28, 3, 0, tzinfo=UTC))
    assert len(office.sent_to("priya")) == before
    await office.until(30, 9)
    assert len(office.sent_to("priya")) == before + 1


async def test_a_person_who_moves_gets_messages_by_their_new_clock(office: Office, policy: UUID) -> None:
    await office.file(policy, "asha", promise="named")
    everybody = {each: member(each) for each in FULL_NAMES} | {"omar": member("omar", zone="Pacific/Auckland")}
    await office.until(7, 12, month=12)
    await office.enrol(*everybody.values())
    # Nine on Wednesday 9 December in Auckland is eight in the evening of Tuesday in London.
    await office.until(8, 19, 59, month=12)
    assert not any("You are the delegate" in each for each in office.sent_to("omar"))
    await office.until(8, 20, 0, month=12)
    assert sum("You are the delegate" in each for each in office.sent_to("omar")) == 1
