"""A schedule: when an owner's digests go, chosen by the owner; a snooze moves it and nothing else."""

from datetime import UTC, date, datetime
from uuid import UUID

from bot import intents
from bot.words import refusals as says
from tests.bot.conftest import FULL_NAMES, Office, Row, member, said

CHOSEN = {"preset": "own", "cron": "30 16 * * mon,thu", "zone": "Europe/London", "calendar": "GB-ENG"}


def row_of(office: Office, person: str = "priya") -> Row:
    """A person's schedule."""
    (found,) = (each for each in office.rows("schedules") if each["person_id"] == office.person(person))
    return found


async def test_an_owners_digests_come_every_working_day_at_nine_on_their_own_clock(office: Office) -> None:
    everybody = {each: member(each) for each in FULL_NAMES}
    everybody["priya"] = member("priya", zone="Asia/Tokyo")
    await office.enrol(*everybody.values())
    assert office.rows("schedules") == []
    await office.announce()
    found = row_of(office)
    assert (found["zone"], found["calendar"], found["next_slot"]) == ("Asia/Tokyo", "GB-ENG", "2026-11-24T09:00")
    assert found["next_due_at"] == datetime(2026, 11, 24, 0, 0, tzinfo=UTC)


async def test_another_rhythm_holds_from_now_on(office: Office, policy: UUID) -> None:
    await office.file(policy, "asha", promise="named")
    form = await office.form(intents.ScheduleSettings(), "priya")
    kept = {each.name: getattr(each, "values", ()) or getattr(each, "value", "") for each in form.questions}
    assert kept == {"preset": ("0 9 * * *",), "cron": "", "zone": "Europe/London", "calendar": ("GB-ENG",)}

    saved = await office.send(form, "priya", **CHOSEN)
    assert "Next digest: Monday 23 November 2026, 4:30pm" in said(saved)
    await office.until(23, 16, 29)
    assert office.digests_to() == []
    await office.until(23, 16, 30)
    assert len(office.digests_to()) == 1
    assert row_of(office)["next_slot"] == "2026-11-26T16:30"
    again = await office.form(intents.ScheduleSettings(), "priya")
    assert {each.name: getattr(each, "value", "") for each in again.questions}["cron"] == "30 16 * * mon,thu"


async def test_what_cannot_be_kept_is_said_beside_its_field(office: Office, policy: UUID) -> None:
    before = office.everything()
    for field, values in {
        "preset": ["", "0 4 * * *"],
        "cron": ["", "every day", "0 9 30 feb *", "0 9 * * 1", "0 9 * * mon\0"],
        "zone": ["", "Mars/Olympus", "../../etc/passwd"],
        "calendar": ["GB", "XX", ""],
    }.items():
        for value in values:
            typed = {**CHOSEN, field: value}
            again = await office.fill(intents.ScheduleSettings(), "priya", **typed)
            assert list(again.problems) == [field], (field, value)
            assert len(again.problems[field]) > 10
            kept = {each.name: getattr(each, "value", "") for each in again.questions}
            assert (kept["cron"], kept["zone"]) == (typed["cron"], typed["zone"])
    assert office.everything() == before


async def test_a_snooze_moves_the_digest_and_no_answer_date(office: Office, policy: UUID) -> None:
    flag = await office.file(policy, "asha", promise="named")
    await office.until(24, 12)
    due = office.row("flags", flag)["answer_by"]
    await office.file(policy, "ben", "Since then.", promise="named")
    done = await office.fill(intents.Snooze(), "priya", until="2026-11-28")
    assert "Next digest: Monday 30 November 2026, 9am." in said(done)
    assert row_of(office)["snoozed_until"] == date(2026, 11, 28)
    await office.until(30, 8)
    assert len(office.digests_to()) == 1
    await office.until(30, 9)
    assert len(office.digests_to()) == 2
    assert row_of(office)["snoozed_until"] is None
    assert office.row("flags", flag)["answer_by"] == due
    await office.until(7, 9, month=12)
    assert len(office.digests_to()) == 3


async def test_a_snooze_until_a_day_ahead_only(office: Office, policy: UUID) -> None:
    before = office.everything()
    for typed in ("", "2026-11-23", "2026-11-22", "tomorrow", "2026-02-30", "2026-11-24\0"):
        again = await office.fill(intents.Snooze(), "priya", until=typed)
        assert again.problems == {"until": says.NO_DATE_AHEAD}, typed
        assert [getattr(each, "value", None) for each in again.questions] == [typed]
    assert office.everything() == before


async def test_another_rhythm_ends_a_snooze(office: Office, policy: UUID) -> None:
    await office.fill(intents.Snooze(), "priya", until="2026-12-20")
    await office.fill(intents.ScheduleSettings(), "priya", **CHOSEN)
    found = row_of(office)
    assert (found["snoozed_until"], found["next_slot"]) == (None, "2026-11-23T16:30")


async def test_a_snooze_is_ones_own(office: Office, policy: UUID) -> None:
    await office.announce("Somebody else's", owner="dina.7741@example.org")
    await office.fill(intents.Snooze(), "dina", until="2026-12-20")
    assert row_of(office)["next_slot"] == "2026-11-24T09:00"
    assert row_of(office, "dina")["next_slot"] == "2026-12-21T09:00"
