"""Occurrences of a cron schedule: when a person's digests are due, in their time zone and on their working days.

A slot is a local wall-clock time. Slots are computed in naive local time, where every day has 24 hours, and converted
to UTC once, at the end. A time that the clock shows twice means the first of the two; a time that the clock skips means
the first instant after the gap. A slot on a day off keeps its identity and is delivered at the same local time on the
next working day. Slots that are delivered at the same instant count as one: the last of them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger

from bot.calendar.cron import CronSchedule, plain
from bot.calendar.dates import utc, zone_named
from bot.calendar.working_days import WorkingCalendar

_MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)
# Longer than any change of the clock, so that a slot near one is found from either side.
_LOOK_BACK = timedelta(hours=3)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One slot of a schedule.

    `local` identifies it: a naive local time to the minute (`2026-03-29T01:30`). `due_at` is when it is delivered,
    aware UTC, which a day off or a change of the clock can make a different time.
    """

    local: str
    due_at: datetime


# Every receipt of a day asks for the same slots.
@lru_cache(maxsize=4096)
def next_slot(cron_schedule: CronSchedule, calendar: WorkingCalendar, after: datetime) -> Occurrence:
    """The first slot that is delivered after `after`, an aware datetime. Slots that passed during downtime are skipped.

    Of slots that are delivered at the same instant it is the last. So `due_at > after` always, and starting again from
    each `due_at` gives strictly increasing instants. Raises ValueError when `after` is naive.
    """
    zone = zone_named(cron_schedule.zone)
    found: Occurrence | None = None
    for local in _locals_from(cron_schedule.cron, _search_from(utc(after), zone, calendar)):
        due_at = delivered_at(local, zone, calendar)
        if found is None and due_at <= after:
            continue
        if found is None or due_at == found.due_at:
            found = Occurrence(local.isoformat(timespec="minutes"), due_at)
        if local >= wall(found.due_at, zone):
            return found
    raise OverflowError("no slot before the end of the calendar")


def _search_from(after: datetime, zone: ZoneInfo, calendar: WorkingCalendar) -> datetime:
    """A naive local time before which every slot has been delivered."""
    local = (wall(after, zone) - _LOOK_BACK).replace(second=0, microsecond=0)
    day = local.date()
    first = day
    while not _delivers_on(first - _DAY, zone, calendar):
        first -= _DAY
    # Slots of days off are still to come, at their hour on the next working day. Today's earlier slots are delivered.
    return datetime.combine(first, local.time() if _delivers_on(day, zone, calendar) else time())


def _locals_from(cron: str, start: datetime) -> Iterator[datetime]:
    local = _first_local(cron, start)
    while local is not None:
        yield local
        local = _first_local(cron, local + _MINUTE)


@lru_cache(maxsize=4096)
def _first_local(cron: str, start: datetime) -> datetime | None:
    fire = _trigger(cron).get_next_fire_time(None, start.replace(tzinfo=UTC))
    return fire.replace(tzinfo=None) if isinstance(fire, datetime) else None


@lru_cache(maxsize=1024)
def _trigger(cron: str) -> CronTrigger:
    # In UTC and never in the zone itself, where it skips days, fires twice or gives times that the clock skips.
    return CronTrigger.from_crontab(plain(cron), timezone=UTC)


def delivered_at(local: datetime, zone: ZoneInfo, calendar: WorkingCalendar) -> datetime:
    """When a naive local time is delivered, in aware UTC: on its own day, or at that time on the next working day."""
    day = local.date()
    while not _delivers_on(day, zone, calendar):
        day += _DAY
    return instant(datetime.combine(day, local.time()), zone)


def _delivers_on(day: date, zone: ZoneInfo, calendar: WorkingCalendar) -> bool:
    return calendar.is_working(day) and _exists(day, zone)


@lru_cache(maxsize=4096)
def _exists(day: date, zone: ZoneInfo) -> bool:
    """Whether the zone has that day: islands that cross the date line skip one."""
    noon = datetime.combine(day, time(12))
    return wall(_first_reading(noon, zone), zone) == noon


def instant(local: datetime, zone: ZoneInfo) -> datetime:
    """The aware UTC instant of a naive local time: the first of the two in a fold, the end of the gap in a gap."""
    due_at = _first_reading(local, zone)
    return due_at if wall(due_at, zone) == local else _end_of_gap(local, zone)


def _first_reading(local: datetime, zone: ZoneInfo) -> datetime:
    return local.replace(tzinfo=zone, fold=0).astimezone(UTC)


def _end_of_gap(local: datetime, zone: ZoneInfo) -> datetime:
    early = local.replace(tzinfo=zone, fold=1).astimezone(UTC)
    late = _first_reading(local, zone)
    while late - early > timedelta(seconds=1):
        middle = early + timedelta(seconds=(late - early).total_seconds() // 2)
        early, late = (early, middle) if wall(middle, zone) > local else (middle, late)
    return late


def wall(at: datetime, zone: ZoneInfo) -> datetime:
    """The naive local time in a zone at an aware instant."""
    return at.astimezone(zone).replace(tzinfo=None)
