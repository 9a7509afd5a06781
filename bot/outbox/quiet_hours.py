"""Quiet hours and contact hours: when a person may be sent a message, in their time zone and on their working days.

A message due in someone's quiet hours waits until these end. A message that is not urgent to the minute, such as an
escalation notice, goes at a sensible hour: the hour of their digest, on one of their working days.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from bot.calendar.cron import read, readable
from bot.calendar.dates import zone_named
from bot.calendar.occurrences import instant, wall
from bot.calendar.working_days import WorkingCalendar
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Schedule
from storage import people as stored_people
from storage import schedules as stored_schedules

USUAL = time(9)
"""The hour for someone who has not chosen one."""
WORKDAY = timedelta(hours=9)
"""How long after that hour someone may still be written to on the same day."""
LATE = timedelta(hours=1)
"""A message later than this, because the server was down, is not sent at night or on a day off."""
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class QuietHours:
    """Nothing is sent from local time `start` to `end`, past midnight where `start` is the later."""

    start: time
    end: time

    def holds(self, at: time) -> bool:
        """Whether a local time is in these hours. `end` itself is not."""
        if self.start < self.end:
            return self.start <= at < self.end
        return at >= self.start or at < self.end


@dataclass(frozen=True)
class ContactHours:
    """A person's time zone, working days, the hour at which they get messages, and their quiet hours."""

    zone: ZoneInfo
    calendar: WorkingCalendar
    hour: time = USUAL
    quiet: QuietHours | None = None

    def awake(self, at: datetime) -> datetime:
        """The aware instant `at` itself or, where it is in quiet hours, their end."""
        local = wall(at, self.zone)
        if self.quiet is None or not self.quiet.holds(local.time()):
            return at
        day = local.date() if local.time() < self.quiet.end else local.date() + _DAY
        return max(at, instant(datetime.combine(day, self.quiet.end), self.zone))

    def sensible(self, at: datetime) -> datetime:
        """The first time from `at` (aware) on that is on a working day and within `WORKDAY` after their hour."""
        local = wall(at, self.zone)
        evening = datetime.combine(local.date(), self.hour) + WORKDAY
        day = local.date() + _DAY if local >= evening else local.date()
        working = self.calendar.next_working(day)
        due = datetime.combine(working, self.hour)
        return self.awake(at if working == local.date() and local >= due else instant(due, self.zone))

    def made_up(self, due_at: datetime, now: datetime) -> datetime:
        """When to send what was due at `due_at` (aware): after any quiet hours or, if late, at a sensible hour."""
        return self.awake(now) if now - due_at <= LATE else self.sensible(now)

    def on(self, day: date) -> datetime:
        """Their hour on that day or on their next working day, aware UTC."""
        return self.sensible(instant(datetime.combine(day, time()), self.zone))


def of_schedule(uow: UnitOfWork, row: Schedule) -> ContactHours:
    """The contact hours that a schedule gives."""
    zone, calendar = zone_named(uow.zone_or_own(row.zone)), uow.calendar_or_own(row.calendar)
    return ContactHours(zone, calendar, _hour(row), quiet_of(row))


def quiet_of(row: Schedule) -> QuietHours | None:
    """The quiet hours that a schedule gives, if any."""
    if not row.quiet_from or not row.quiet_until:
        return None
    return QuietHours(time.fromisoformat(row.quiet_from), time.fromisoformat(row.quiet_until))


def _hour(row: Schedule) -> time:
    """The hour of the digest; of several, the one nearest to `USUAL`."""
    times = read(readable(row.cron))
    return time(min(times.hours, key=lambda each: abs(each - USUAL.hour)), min(times.minutes))


def of_person(uow: UnitOfWork, person_id: UUID | None) -> ContactHours:
    """The contact hours of a person: from their schedule, or else `USUAL` in their zone.

    For None, `USUAL` in the organisation's zone.
    """
    row = None
    if person_id is not None:
        row = stored_schedules.of_person(uow.session, [person_id])
    if row is not None:
        return of_schedule(uow, row)
    person = stored_people.person(uow.session, person_id) if person_id else None
    return ContactHours(zone_named(uow.zone_or_own(person.zone if person else None)), uow.calendar)
