"""Compares slots with an oracle that walks through UTC minute by minute and watches the local clock."""

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise, product
from zoneinfo import ZoneInfo

import pytest

from bot.calendar.cron import EVERY_WORKING_DAY, FIRST_WORKING_DAY_OF_THE_MONTH, WEDNESDAYS, CronSchedule
from bot.calendar.occurrences import Occurrence, next_slot
from bot.calendar.working_days import WorkingCalendar

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
ENGLAND = WorkingCalendar()
SCOTLAND = WorkingCalendar("GB", "SCT")
EGYPT = WorkingCalendar("EG", "")
# An odd calendar: six working days a week, with a Thursday off here and there.
ODD = WorkingCalendar("IR", "", frozenset(date(1980, 1, 3) + 21 * n * DAY for n in range(1_100)))

ZONES = [
    "Africa/Cairo",
    "Africa/Casablanca",
    "America/Havana",
    "America/New_York",
    "America/Nuuk",
    "America/Santiago",
    "America/Sao_Paulo",
    "America/St_Johns",
    "Antarctica/Casey",
    "Antarctica/Troll",
    "Asia/Beirut",
    "Asia/Gaza",
    "Asia/Kathmandu",
    "Asia/Kolkata",
    "Asia/Pyongyang",
    "Asia/Tehran",
    "Atlantic/Azores",
    "Australia/Lord_Howe",
    "Europe/Berlin",
    "Europe/Dublin",
    "Europe/London",
    "Europe/Moscow",
    "Pacific/Apia",
    "Pacific/Chatham",
    "Pacific/Kiritimati",
    "UTC",
]
# Days that a zone skipped, hours skipped just before midnight, and the longest hours that a zone had twice.
RARE = [
    ("Pacific/Apia", date(2011, 12, 30)),
    ("Pacific/Kwajalein", date(1993, 8, 21)),
    ("Pacific/Kiritimati", date(1994, 12, 31)),
    ("Asia/Pyongyang", date(2018, 5, 4)),
    ("Antarctica/Vostok", date(1994, 1, 31)),
    ("Antarctica/Casey", date(2010, 3, 4)),
    ("Africa/Cairo", date(2010, 8, 11)),
    ("Africa/Cairo", date(2024, 4, 26)),
    ("Asia/Beirut", date(2026, 3, 29)),
    ("America/Havana", date(2026, 11, 1)),
    ("Europe/London", date(2026, 3, 29)),
    ("Europe/Berlin", date(2026, 12, 26)),
]


@dataclass(frozen=True)
class Cron:
    """A cron expression, and what it means."""

    text: str
    minute: int
    hours: frozenset[int]
    days: frozenset[int] = frozenset(range(1, 32))
    months: frozenset[int] = frozenset(range(1, 13))
    weekdays: frozenset[int] = frozenset(range(7))

    def locals_between(self, first: date, last: date) -> list[datetime]:
        days = (first + n * DAY for n in range((last - first).days + 1))
        matching = (
            day for day in days if day.day in self.days and day.month in self.months and day.weekday() in self.weekdays
        )
        return [datetime.combine(*both) for both in product(matching, self._times())]

    def _times(self) -> list[time]:
        return [time(hour, self.minute) for hour in sorted(self.hours)]


def any_cron() -> Cron:
    minute = random.choice([0, 1, 15, 30, 45, 59, random.randrange(60)])
    hour_text, hours = random.choice(
        [
            *[(str(hour), {hour}) for hour in (0, 1, 2, 3, 23, random.randrange(24))],
            ("0,2", {0, 2}),
            ("9,17", {9, 17}),
            ("*/2", set(range(0, 24, 2))),
            ("1-4", {1, 2, 3, 4}),
            ("*", set(range(24))),
        ]
    )
    day_text, days, weekday_text, weekdays = random.choice(
        [
            *[("*", None, "*", None)] * 3,
            ("1,15", {1, 15}, "*", None),
            ("*/3", set(range(1, 32, 3)), "*", None),
            ("25-31", set(range(25, 32)), "*", None),
            ("*", None, "mon-fri", {0, 1, 2, 3, 4}),
            ("*", None, "sat", {5}),
            ("*", None, "fri,sun", {4, 6}),
            ("*", None, "tue-thu,sat-sun", {1, 2, 3, 5, 6}),
        ]
    )
    month_text, months = random.choice([("*", None)] * 3 + [("jan,mar-may,oct-dec", {1, 3, 4, 5, 10, 11, 12})])
    return Cron(
        f"{minute} {hour_text} {day_text} {month_text} {weekday_text}",
        minute,
        frozenset(hours),
        frozenset(days or range(1, 32)),
        frozenset(months or range(1, 13)),
        frozenset(weekdays or range(7)),
    )


def walk(zone: str, first: date, last: date) -> tuple[dict[datetime, datetime], set[date]]:
    """For each naive local minute, the first UTC minute at which the clock shows it or has gone past it; and the
    days that the clock shows."""
    info = ZoneInfo(zone)
    at = datetime.combine(first - DAY, time(), UTC)
    passed = at.astimezone(info).replace(tzinfo=None)
    minutes, shown = {}, set()
    while passed.date() <= last:
        at += MINUTE
        wall = at.astimezone(info).replace(tzinfo=None)
        shown.add(wall.date())
        while passed < wall:
            passed += MINUTE
            minutes[passed] = at
    return minutes, shown


def expected(
    cron: Cron, calendar: WorkingCalendar, minutes: dict[datetime, datetime], shown: set[date]
) -> list[Occurrence]:
    deliveries: dict[datetime, str] = {}
    for local in cron.locals_between(min(shown), max(shown)):
        day = local.date()
        while day <= max(shown) and (day not in shown or not calendar.is_working(day)):
            day += DAY
        at = minutes.get(datetime.combine(day, local.time()))
        if at is not None:
            deliveries[at] = f"{local:%Y-%m-%dT%H:%M}"
    return [Occurrence(local, at) for at, local in sorted(deliveries.items())]


def compare_around(zone: str, day: date, crons: int) -> int:
    """Compare the week around a day, for random crons and calendars. Returns the number of slots compared."""
    first, last = day - 13 * DAY, day + 4 * DAY  # no run of days off is longer than the ten days before
    minutes, shown = walk(zone, first, last)
    since, until = (datetime.combine(day + n * DAY, time(12), UTC) for n in (-3, 3))
    compared = 0
    for _ in range(crons):
        cron, calendar = any_cron(), random.choice([ENGLAND, ENGLAND, SCOTLAND, EGYPT, ODD])
        oracle = expected(cron, calendar, minutes, shown)
        compared += compare(CronSchedule(cron.text, zone), calendar, oracle, since, until)
    return compared


def compare(
    cron_schedule: CronSchedule, calendar: WorkingCalendar, oracle: list[Occurrence], since: datetime, until: datetime
) -> int:
    wanted = [slot for slot in oracle if since < slot.due_at <= until]
    found, after = [], since
    while (slot := next_slot(cron_schedule, calendar, after)).due_at <= until:
        assert slot.due_at > after
        found.append(slot)
        after = slot.due_at
    assert found == wanted, (cron_schedule, calendar.code)
    for _ in range(5):
        after = since + (until - since) * random.random()
        later = [slot for slot in wanted if slot.due_at > after]
        slot = next_slot(cron_schedule, calendar, after)
        assert (slot == later[0]) if later else (slot.due_at > until), (cron_schedule, calendar.code, after)
    return len(found)


def changes_of_clock(zone: str) -> list[date]:
    info = ZoneInfo(zone)
    weeks = [datetime(1980, 1, 1, tzinfo=UTC) + n * 7 * DAY for n in range(52 * 58)]
    return [
        next(day for day in (week + n * DAY for n in range(7)) if offset(day + DAY, info) != offset(week, info)).date()
        for week, following in pairwise(weeks)
        if offset(week, info) != offset(following, info)
    ]


def offset(at: datetime, info: ZoneInfo) -> timedelta | None:
    return at.astimezone(info).utcoffset()


@pytest.mark.parametrize("zone", ZONES)
def test_slots_are_those_of_a_walk_through_the_minutes(zone: str) -> None:
    any_day = date(1980, 3, 1) + random.randrange(57 * 365) * DAY
    days = random.sample([*changes_of_clock(zone), any_day, any_day], 2)
    assert sum(compare_around(zone, day, crons=5) for day in days) > 0


@pytest.mark.parametrize(("zone", "day"), RARE)
def test_slots_agree_with_the_walk_at_rare_clock_changes(zone: str, day: date) -> None:
    assert compare_around(zone, day, crons=8) > 0


def test_the_walk_has_gaps_and_folds_in_twenty_zones() -> None:
    assert sum(len(changes_of_clock(zone)) > 10 for zone in ZONES) >= 20


def due(cron: str, zone: str, after: str, calendar: WorkingCalendar = ENGLAND) -> tuple[str, str]:
    slot = next_slot(CronSchedule(cron, zone), calendar, datetime.fromisoformat(after + "+00:00"))
    return slot.local, slot.due_at.strftime("%Y-%m-%dT%H:%M")


def test_nine_in_london_is_nine_in_winter_and_in_summer() -> None:
    assert due(EVERY_WORKING_DAY, "Europe/London", "2026-03-27T08:00") == ("2026-03-27T09:00", "2026-03-27T09:00")
    assert due(EVERY_WORKING_DAY, "Europe/London", "2026-03-27T09:00") == ("2026-03-30T09:00", "2026-03-30T08:00")


def test_a_time_in_the_spring_gap_is_due_when_the_gap_ends() -> None:
    sunday_works = WorkingCalendar("EG", "")
    assert due("30 1 * * sun", "Europe/London", "2026-03-28T12:00", sunday_works) == (
        "2026-03-29T01:30",
        "2026-03-29T01:00",
    )


def test_a_time_in_the_autumn_fold_is_due_once_at_its_first_turn() -> None:
    sunday_works = WorkingCalendar("EG", "")
    first = ("2026-10-25T01:30", "2026-10-25T00:30")
    assert due("30 1 * * *", "Europe/London", "2026-10-24T12:00", sunday_works) == first
    assert due("30 1 * * *", "Europe/London", "2026-10-25T00:30", sunday_works)[0] == "2026-10-26T01:30"


def test_midnight_in_berlin_loses_no_day() -> None:
    every_midnight = CronSchedule("0 0 * * *", "Europe/Berlin")
    after, days = datetime(2026, 3, 1, tzinfo=UTC), []
    while after < datetime(2026, 4, 3, tzinfo=UTC):
        slot = next_slot(every_midnight, ENGLAND, after)
        days.append(date.fromisoformat(slot.local[:10]))
        after = slot.due_at
    assert date(2026, 3, 30) in days
    assert all(ENGLAND.add(day, 1) == following for day, following in pairwise(days))


def test_a_holiday_moves_what_is_delivered_and_not_the_slot() -> None:
    monday_in_august = "2026-08-28T12:00"
    assert due("0 9 * * mon", "Europe/London", monday_in_august) == ("2026-08-31T09:00", "2026-09-01T08:00")
    assert due("0 9 * * mon", "Europe/London", monday_in_august, SCOTLAND) == (
        "2026-08-31T09:00",
        "2026-08-31T08:00",
    )


def test_a_slot_moved_to_a_working_day_is_found_on_the_days_off_before_it() -> None:
    waiting = ("2026-12-25T09:00", "2026-12-29T09:00")
    for after in ("2026-12-24T12:00", "2026-12-25T09:30", "2026-12-27T12:00", "2026-12-29T08:59"):
        assert due("0 9 * * fri", "Europe/London", after) == waiting
    assert due("0 9 * * fri", "Europe/London", "2026-12-29T09:00")[0] == "2027-01-01T09:00"


def test_slots_that_meet_on_one_working_day_become_one_with_the_name_of_the_last() -> None:
    assert due("0 9 * * fri,sat,mon", "Europe/London", "2026-04-02T12:00") == (
        "2026-04-06T09:00",
        "2026-04-07T08:00",
    )
    assert due("0 9 * * fri,sat", "Europe/London", "2026-04-02T12:00") == ("2026-04-04T09:00", "2026-04-07T08:00")


def test_the_first_working_day_of_the_month() -> None:
    months = [
        due(FIRST_WORKING_DAY_OF_THE_MONTH, "Europe/London", f"{month}-02T00:00")[1][:10]
        for month in ("2026-04", "2026-07", "2026-12")
    ]
    assert months == ["2026-05-01", "2026-08-03", "2027-01-04"]


def test_steps_of_named_months_are_kept() -> None:
    assert due("0 9 1 jan-jun/2 *", "Europe/London", "2027-01-15T12:00")[0] == "2027-03-01T09:00"


def test_days_of_downtime_become_one_slot_that_lies_ahead() -> None:
    assert due(WEDNESDAYS, "Europe/London", "2026-12-10T12:00") == ("2026-12-16T09:00", "2026-12-16T09:00")


def test_a_day_that_the_zone_skipped_is_delivered_on_the_next_one() -> None:
    # Samoa skipped Friday 30 December 2011.
    for after in ("2011-12-29T12:00", "2011-12-30T12:00", "2011-12-31T12:00"):
        assert due("0 9 * * fri", "Pacific/Apia", after, WorkingCalendar("CA", "")) == (
            "2011-12-30T09:00",
            "2012-01-02T19:00",
        )


def test_an_instant_may_have_any_zone_but_not_none() -> None:
    cron_schedule = CronSchedule(EVERY_WORKING_DAY, "Europe/London")
    in_tokyo = datetime(2026, 12, 16, 18, tzinfo=ZoneInfo("Asia/Tokyo"))
    slot = next_slot(cron_schedule, ENGLAND, in_tokyo)
    assert slot == Occurrence("2026-12-17T09:00", datetime(2026, 12, 17, 9, tzinfo=UTC))
    assert slot.due_at.tzinfo is UTC
    with pytest.raises(ValueError, match="has no time zone"):
        next_slot(cron_schedule, ENGLAND, datetime(2026, 12, 16))  # noqa: DTZ001
