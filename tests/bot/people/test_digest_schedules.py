"""Schedules: an owner chooses when digests are sent; a snooze moves the next one and nothing else."""

from datetime import UTC, date, datetime, timedelta
from functools import partial
from random import Random
from typing import Any
from uuid import UUID

import pytest

from bot.calendar.cron import CronSchedule
from bot.calendar.dates import long_date
from bot.calendar.working_days import WorkingCalendar
from bot.interface import intents
from bot.interface.parts import ChoiceQuestion
from bot.people import digest_schedules
from bot.policies import answer_deadlines
from bot.screens import refusals as says
from bot.unit_of_work.unit_of_work import UnitOfWork
from bot.worker.worker import Worker
from tests.bot.conftest import FULL_NAMES, Office, Row, member, said
from tests.bot.days import working_days_after

pytestmark = pytest.mark.rules

CHOSEN: dict[str, Any] = {
    "preset": "own",
    "days": ("thu", "mon"),
    "at": "16:30",
    "zone": "Europe/London",
    "calendar": "GB-ENG",
}


def row_of(office: Office, person: str = "priya") -> Row:
    """A person's schedule."""
    (found,) = (each for each in office.rows("schedules") if each["person_id"] == office.person(person))
    return found


def set_cron(office: Office, cron: str, person: str = "priya") -> None:
    """Give a person a schedule that need not be one of the form's."""

    def work(uow: UnitOfWork) -> None:
        schedule, calendar = CronSchedule(cron, "Europe/London"), WorkingCalendar.parse("GB-ENG")
        digest_schedules.change(uow, office.person(person), schedule, calendar, None)

    office.change(work)


def plan(office: Office, due_at: datetime) -> None:
    """Make Priya's schedule due then, whatever its slot."""

    def work(uow: UnitOfWork) -> None:
        row = digest_schedules.planned(uow, office.person("priya"))
        assert row is not None
        row.next_due_at = due_at

    office.change(work)


async def test_an_owners_digests_come_every_working_day_at_nine_in_their_own_zone(office: Office) -> None:
    everybody = {each: member(each) for each in FULL_NAMES}
    everybody["priya"] = member("priya", zone="Asia/Tokyo")
    await office.enrol(*everybody.values())
    assert office.rows("schedules") == []
    await office.announce()
    found = row_of(office)
    assert (found["zone"], found["calendar"], found["next_slot"]) == ("Asia/Tokyo", "GB-ENG", "2026-11-24T09:00")
    assert found["next_due_at"] == datetime(2026, 11, 24, 0, 0, tzinfo=UTC)


async def test_a_new_schedule_applies_at_once(office: Office, policy: UUID) -> None:
    await office.file(policy, "asha", promise="named")
    form = await office.form(intents.ScheduleSettings(), "priya")
    kept = {each.name: getattr(each, "values", ()) or getattr(each, "value", "") for each in form.questions}
    assert kept == {
        "preset": ("0 9 * * *",),
        "days": "",
        "at": "",
        "zone": "Europe/London",
        "calendar": ("GB-ENG",),
        "quiet_from": ("none",),
        "quiet_until": "",
    }

    saved = await office.send(form, "priya", **CHOSEN)
    assert "Next digest: Monday 23 November 2026, 4:30pm" in said(saved)
    await office.until(23, 16, 29)
    assert office.digests_to() == []
    await office.until(23, 16, 30)
    assert len(office.digests_to()) == 1
    assert row_of(office)["next_slot"] == "2026-11-26T16:30"
    again = await office.form(intents.ScheduleSettings(), "priya")
    chosen = {each.name: getattr(each, "values", ()) for each in again.questions}
    assert [chosen[each] for each in ("preset", "days", "at")] == [("own",), ("mon", "thu"), ("16:30",)]


async def test_an_invalid_schedule_is_explained_beside_its_field(office: Office, policy: UUID) -> None:
    before = office.everything()
    for field, values in {
        "preset": ["", "0 4 * * *"],
        "days": ["", "every day", "monday"],
        "at": ["", "4:30", "16:31", "25:00"],
        "zone": ["", "Mars/Olympus", "../../etc/passwd"],
        "calendar": ["GB", "XX", ""],
    }.items():
        for value in values:
            typed = {**CHOSEN, field: value}
            again = await office.fill(intents.ScheduleSettings(), "priya", **typed)
            assert list(again.problems) == [field], (field, value)
            assert len(again.problems[field]) > 10
            kept = {each.name: getattr(each, "value", "") for each in again.questions}
            assert kept["zone"] == typed["zone"]
    assert office.everything() == before


@pytest.mark.parametrize("cron", ["0 * * * *", "15 9 * * mon", "0 9 1,15 * *"])
@pytest.mark.both_databases
async def test_a_schedule_that_the_form_cannot_ask_for_is_kept_until_another_is_chosen(
    office: Office, policy: UUID, cron: str
) -> None:
    set_cron(office, cron)
    form = await office.form(intents.ScheduleSettings(), "priya")
    (preset,) = (each for each in form.questions if isinstance(each, ChoiceQuestion) and each.name == "preset")
    assert preset.values == (cron,)
    place = {"zone": "Europe/London", "calendar": "GB-ENG"}
    await office.send(form, "priya", preset=cron, zone="Europe/London", calendar="GB-SCT")
    assert (row_of(office)["cron"], row_of(office)["calendar"]) == (cron, "GB-SCT")
    await office.fill(intents.ScheduleSettings(), "priya", preset="0 9 * * wed", **place)
    again = await office.fill(intents.ScheduleSettings(), "priya", preset=cron, **place)
    assert again.problems == {"preset": says.NO_PRESET}


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


async def test_a_snooze_ends_on_a_later_day(office: Office, policy: UUID) -> None:
    before = office.everything()
    for typed in ("", "2026-11-23", "2026-11-22", "tomorrow", "2026-02-30", "2026-11-24\0"):
        again = await office.fill(intents.Snooze(), "priya", until=typed)
        is_day = typed in ("", "2026-11-23", "2026-11-22")
        assert again.problems == {"until": says.NO_DATE_AHEAD if is_day else says.NO_DATE}, typed
        assert [getattr(each, "value", None) for each in again.questions] == [typed]
    assert office.everything() == before


async def test_a_snooze_lasts_one_time_to_answer_at_most(office: Office, policy: UUID) -> None:
    last = office.change(answer_deadlines.put_off_until)
    assert last == working_days_after(date(2026, 11, 23), 10)
    assert f"{long_date(last)} at the latest." in said(await office.form(intents.Snooze(), "priya"))
    again = await office.fill(intents.Snooze(), "priya", until=(last + timedelta(days=1)).isoformat())
    assert again.problems == {"until": f"Enter a date no later than {long_date(last)}"}
    await office.fill(intents.Snooze(), "priya", until=last.isoformat())
    assert row_of(office)["next_slot"] == f"{last.isoformat()}T09:00"


class TestNothingToShow:
    async def test_that_no_digest_was_needed_is_stored_and_shown(self, office: Office, policy: UUID) -> None:
        await office.until(24, 12)
        assert row_of(office)["last_slot"] == "2026-11-24T09:00"
        assert office.rows("digests") == []
        form = await office.form(intents.ScheduleSettings(), "priya")
        assert "On Tuesday 24 November 2026 nothing was new or late, so no digest was sent." in said(form)

    async def test_it_is_not_shown_once_a_digest_was_sent(self, office: Office, policy: UUID) -> None:
        await office.file(policy, "asha", promise="named")
        await office.until(24, 12)
        assert row_of(office)["last_slot"] == office.rows("digests")[0]["slot"] == "2026-11-24T09:00"
        assert "no digest was sent" not in said(await office.form(intents.ScheduleSettings(), "priya"))


class TestQuietHours:
    async def test_nothing_is_pushed_during_them_and_everything_at_their_end(
        self, office: Office, policy: UUID
    ) -> None:
        chosen = {**CHOSEN, "preset": "0 9 * * *", "quiet_from": "18:00", "quiet_until": "08:00"}
        await office.fill(intents.ScheduleSettings(), "priya", **chosen)
        await office.until(23, 19)
        before = len(office.sent_to("priya"))
        await office.announce("Same-day address change")
        await office.until(24, 7, 59)
        assert len(office.sent_to("priya")) == before
        await office.until(24, 8)
        assert len(office.sent_to("priya")) == before + 1
        form = await office.form(intents.ScheduleSettings(), "priya")
        kept = {each.name: getattr(each, "values", "") for each in form.questions}
        assert (kept["quiet_from"], kept["quiet_until"]) == (("18:00",), ("08:00",))

    async def test_retries_wait_too(self, office: Office, policy: UUID) -> None:
        chosen = {**CHOSEN, "preset": "0 9 * * *", "quiet_from": "18:00", "quiet_until": "08:00"}
        await office.fill(intents.ScheduleSettings(), "priya", **chosen)
        await office.until(23, 17, 59)
        office.clock.move_to(datetime(2026, 11, 23, 17, 59, 59, tzinfo=UTC))
        office.chat.refusing = 1
        await office.announce("Same-day address change", channels=())
        await office.worker.tick()
        await office.until(24, 7, 59)
        assert not any("Same-day address change" in each for each in office.sent_to("priya"))
        await office.until(24, 8, 0)
        assert sum("Same-day address change" in each for each in office.sent_to("priya")) == 1

    async def test_messages_delayed_from_before_them_wait_too(self, office: Office, policy: UUID) -> None:
        chosen = {**CHOSEN, "preset": "0 9 * * *", "quiet_from": "18:00", "quiet_until": "08:00"}
        await office.fill(intents.ScheduleSettings(), "priya", **chosen)
        await office.until(23, 17, 59)
        await office.announce("Same-day address change", channels=())
        await office.wake(datetime(2026, 11, 23, 18, 10, tzinfo=UTC))
        assert not any("Same-day address change" in each for each in office.sent_to("priya"))
        await office.until(24, 8, 0)
        assert sum("Same-day address change" in each for each in office.sent_to("priya")) == 1

    async def test_quiet_hours_over_a_digest_are_refused(self, office: Office, policy: UUID) -> None:
        before = office.everything()
        for quiet, at in {("09:00", "10:00"): "9am", ("22:00", "10:00"): "9am", ("08:00", "18:00"): "9am"}.items():
            typed = {**CHOSEN, "preset": "0 9 * * *", "quiet_from": quiet[0], "quiet_until": quiet[1]}
            again = await office.fill(intents.ScheduleSettings(), "priya", **typed)
            assert list(again.problems) == ["quiet_from"]
            assert f"Your digest comes at {at}" in again.problems["quiet_from"]
        own = {**CHOSEN, "quiet_from": "16:00", "quiet_until": "17:00"}
        again = await office.fill(intents.ScheduleSettings(), "priya", **own)
        assert "Your digest comes at 4:30pm" in again.problems["quiet_from"]
        assert office.everything() == before

    async def test_invalid_quiet_hours_are_refused_beside_their_field(self, office: Office, policy: UUID) -> None:
        for start, end, field in (
            ("18:00", "", "quiet_until"),
            ("18:00", "18:00", "quiet_until"),
            ("x", "", "quiet_from"),
        ):
            again = await office.fill(intents.ScheduleSettings(), "priya", **CHOSEN, quiet_from=start, quiet_until=end)
            assert list(again.problems) == [field]
        saved = await office.fill(intents.ScheduleSettings(), "priya", **CHOSEN, quiet_from="none", quiet_until="08:00")
        assert saved.title == "Settings saved"
        assert row_of(office)["quiet_from"] is None

    @pytest.mark.both_databases
    async def test_they_end_when_the_clock_skips_their_end(self, office: Office, policy: UUID) -> None:
        chosen = {**CHOSEN, "preset": "0 9 * * *", "quiet_from": "22:00", "quiet_until": "01:00"}
        await office.fill(intents.ScheduleSettings(), "priya", **chosen)
        # On 28 March 2027 London has no time from one to two in the night.
        office.clock.move_to(datetime(2027, 3, 27, 23, 0, tzinfo=UTC))
        await office.announce("Same-day address change", channels=())
        made = max(office.rows("deliveries"), key=lambda each: each["made_at"])
        assert made["due_at"] == datetime(2027, 3, 28, 1, 0, tzinfo=UTC)


class TestPlannedAgain:
    async def test_an_own_day_off_moves_planned_digests(self, office: Office, policy: UUID) -> None:
        await office.until(23, 12)
        assert row_of(office)["next_due_at"] == datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
        await office.dispatcher.describe({"own_days": "2026-11-24 2026-11-25"})
        await office.worker.tick()
        found = row_of(office)
        assert found["next_due_at"] == datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
        assert found["next_slot"] == "2026-11-24T09:00"
        await office.file(policy, "asha", promise="named")
        await office.until(26, 9)
        assert len(office.digests_to()) == 1
        assert row_of(office)["next_slot"] == "2026-11-27T09:00"

    async def test_new_time_zone_data_moves_the_instant_and_not_the_slot(
        self, office: Office, policy: UUID, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # As if this was planned before London's winter time was known.
        plan(office, datetime(2026, 11, 24, 8, 0, tzinfo=UTC))
        await office.worker.tick()
        assert row_of(office)["next_due_at"] == datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
        monkeypatch.setattr(digest_schedules, "zone_data", lambda: "another edition")
        await Worker(office.database, office.ring, office.clock).tick()
        assert row_of(office)["next_due_at"] == datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
        assert row_of(office)["next_slot"] == "2026-11-24T09:00"

    async def test_what_is_already_due_or_moves_meanwhile_is_left_alone(self, office: Office, policy: UUID) -> None:
        late = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
        plan(office, late)
        assert office.change(lambda uow: digest_schedules.replan(uow, None)) is None
        assert row_of(office)["next_due_at"] == late

    @pytest.mark.both_databases
    async def test_many_are_planned_in_steps_that_each_end_soon(
        self, office: Office, policy: UUID, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(digest_schedules, "REPLANNED_AT_ONCE", 2)
        for person in ("dina", "eve", "finn", "ben"):
            await office.announce(f"Of {person}", owner=f"{person}.7741@example.org", channels=())
        office.organise(own_days="2026-11-24")
        steps: list[UUID | None] = []
        while not steps or steps[-1] is not None:
            after = steps[-1] if steps else None
            steps.append(office.change(partial(digest_schedules.replan, after=after)))
        assert len(steps) == 3
        assert {each["next_due_at"] for each in office.rows("schedules")} == {datetime(2026, 11, 25, 9, 0, tzinfo=UTC)}


async def test_a_new_schedule_ends_a_snooze(office: Office, policy: UUID) -> None:
    await office.fill(intents.Snooze(), "priya", until="2026-12-20")
    await office.fill(intents.ScheduleSettings(), "priya", **CHOSEN)
    found = row_of(office)
    assert (found["snoozed_until"], found["next_slot"]) == (None, "2026-11-23T16:30")


async def test_a_snooze_moves_only_ones_own_digest(office: Office, policy: UUID) -> None:
    await office.announce("Another owner's", owner="dina.7741@example.org")
    await office.fill(intents.Snooze(), "dina", until="2026-12-05")
    assert row_of(office)["next_slot"] == "2026-11-24T09:00"
    assert row_of(office, "dina")["next_slot"] == "2026-12-07T09:00"


TOKYO, LOS_ANGELES, LONDON = "Asia/Tokyo", "America/Los_Angeles", "Europe/London"


async def moves_to(office: Office, zone: str) -> None:
    """Priya's profile gets another time zone, and the roster is read."""
    await office.enrol(*(member(each, **({"zone": zone} if each == "priya" else {})) for each in FULL_NAMES))


async def arrivals(office: Office) -> list[datetime]:
    """When Priya's digests were made."""
    return sorted(each["made_at"] for each in office.rows("digests"))


@pytest.mark.parametrize(
    ("zone", "first", "second"),
    [
        (TOKYO, (24, 8, 0), (25, 0, 0)),
        (LOS_ANGELES, (24, 17, 0), (25, 17, 0)),
        ("Asia/Kathmandu", (24, 8, 0), (25, 3, 15)),
    ],
)
async def test_a_digest_follows_who_moves_on_the_day_on_which_it_is_due(
    office: Office, policy: UUID, zone: str, first: tuple[int, int, int], second: tuple[int, int, int]
) -> None:
    """At 8am in London, nine o'clock is past in the east, so the digest comes now; in the west it is still to come."""
    await office.file(policy, "asha", promise="named")
    await office.until(24, 8)
    await moves_to(office, zone)
    assert row_of(office)["zone"] == zone
    await office.until(24, 23)
    await office.file(policy, "ben", "Since then.", promise="named")
    await office.until(26, 12 if zone == LOS_ANGELES else 0)
    assert await arrivals(office) == [datetime(2026, 11, *each, tzinfo=UTC) for each in (first, second)]


async def test_moving_west_after_a_digest_brings_no_second_one_that_day(office: Office, policy: UUID) -> None:
    await office.file(policy, "asha", promise="named")
    await office.until(24, 10)
    await office.file(policy, "ben", "Since then.", promise="named")
    await moves_to(office, LOS_ANGELES)
    await office.until(26, 12)
    assert await arrivals(office) == [datetime(2026, 11, day, hour, tzinfo=UTC) for day, hour in ((24, 9), (25, 17))]


async def test_a_digest_that_is_already_due_is_made_once(office: Office, policy: UUID) -> None:
    await office.file(policy, "asha", promise="named")
    office.clock.move_to(datetime(2026, 11, 24, 10, tzinfo=UTC))
    await moves_to(office, LOS_ANGELES)
    await office.until(25, 12)
    assert await arrivals(office) == [datetime(2026, 11, 24, 10, tzinfo=UTC)]


@pytest.mark.both_databases
async def test_a_chosen_zone_is_kept_and_otherwise_the_profiles_is_followed(office: Office, policy: UUID) -> None:
    await office.fill(intents.ScheduleSettings(), "priya", **{**CHOSEN, "zone": "Europe/Paris"})
    await moves_to(office, TOKYO)
    assert (row_of(office)["zone"], row_of(office)["own_zone"]) == ("Europe/Paris", True)
    await office.fill(intents.ScheduleSettings(), "priya", **{**CHOSEN, "zone": TOKYO})
    await moves_to(office, LOS_ANGELES)
    assert (row_of(office)["zone"], row_of(office)["next_slot"]) == (LOS_ANGELES, "2026-11-26T16:30")
    assert row_of(office)["next_due_at"] == datetime(2026, 11, 27, 0, 30, tzinfo=UTC)


async def test_a_snoozed_digest_stays_snoozed(office: Office, policy: UUID) -> None:
    await office.fill(intents.Snooze(), "priya", until="2026-12-02")
    await moves_to(office, TOKYO)
    found = row_of(office)
    assert (found["snoozed_until"], found["next_slot"]) == (date(2026, 12, 2), "2026-12-02T09:00")
    assert found["next_due_at"] == datetime(2026, 12, 2, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize("seed", range(3))
async def test_who_travels_gets_everything_once(office: Office, policy: UUID, seed: int) -> None:
    """A flag every few hours in two weeks of flights: each is news in exactly one digest, and none waits long."""
    lot, sent = Random(seed), dict[UUID, datetime]()
    zones = [TOKYO, LOS_ANGELES, LONDON, "Pacific/Auckland", "Pacific/Honolulu", "Asia/Kolkata"]
    people = [each for each in FULL_NAMES if each not in ("priya", "omar", "sal")]
    while office.clock.now < datetime(2026, 12, 5, tzinfo=UTC):
        await office.until(office.clock.now + timedelta(hours=lot.randrange(5, 17)))
        await moves_to(office, lot.choice(zones))
        if len(sent) < 5 * len(people):
            sent[await office.file(policy, people[len(sent) % len(people)], f"Point {len(sent)}.", promise="named")] = (
                office.clock.now
            )
    await moves_to(office, LONDON)
    await office.until(8, 12, month=12)
    made = {each["id"]: each["made_at"] for each in office.rows("digests")}
    slots = [each["slot"] for each in office.rows("digests")]
    assert len(slots) == len(set(slots))
    took = {each["id"]: made[each["digest_id"]] for each in office.rows("flags")}
    assert took.keys() == sent.keys()
    weekend = timedelta(days=2)
    assert all(took[each] - at <= weekend + timedelta(days=2) for each, at in sent.items())
