"""Hours: when something may be pushed to a person, by their own clock, working days and quiet hours.

What is due in somebody's quiet hours waits for their end. What is not urgent to the minute, such as word that flags
wait for an answer, goes at a sensible hour: that of their digest on a working day of theirs.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from bot.calendar.cron import CronSchedule, read
from bot.calendar.dates import zone_named
from bot.calendar.occurrences import instant, wall
from bot.calendar.working_days import WorkingCalendar
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Schedule
from storage import organisation as organisations
from storage import people as stored_people
from storage import schedules as stored_schedules

USUAL = time(9)
"""The hour of somebody who has chosen none."""
WORKDAY = timedelta(hours=9)
"""How long after their hour somebody may still be written to on the same day."""
LATE = timedelta(hours=1)
"""What comes later than this, after hours without a server, is not sent in the night or on a day off."""
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class QuietHours:
    """From one local time to another, over midnight where the first is the later, nothing is pushed."""

    start: time
    end: time

    def holds(self, at: time) -> bool:
        """Whether a local time is in these hours. Their last instant is not."""
        if self.start < self.end:
            return self.start <= at < self.end
        return at >= self.start or at < self.end


@dataclass(frozen=True)
class ContactHours:
    """A person's clock, working days, the hour at which they are written to, and their quiet hours."""

    zone: ZoneInfo
    calendar: WorkingCalendar
    hour: time = USUAL
    quiet: QuietHours | None = None

    def awake(self, at: datetime) -> datetime:
        """The aware instant itself or, where it is in quiet hours, their end."""
        local = wall(at, self.zone)
        if self.quiet is None or not self.quiet.holds(local.time()):
            return at
        day = local.date() if local.time() < self.quiet.end else local.date() + _DAY
        return max(at, instant(datetime.combine(day, self.quiet.end), self.zone))

    def sensible(self, at: datetime) -> datetime:
        """The first instant from an aware one on that is on a working day, between their hour and its evening."""
        local = wall(at, self.zone)
        evening = datetime.combine(local.date(), self.hour) + WORKDAY
        day = local.date() + _DAY if local >= evening else local.date()
        working = self.calendar.next_working(day)
        due = datetime.combine(working, self.hour)
        return self.awake(at if working == local.date() and local >= due else instant(due, self.zone))

    def made_up(self, due_at: datetime, now: datetime) -> datetime:
        """When what was due at an aware instant is sent: as soon as may be or, if it is late, at a sensible hour."""
        return self.awake(now) if now - due_at <= LATE else self.sensible(now)

    def on(self, day: date) -> datetime:
        """Their hour of a day, or of their next working day, aware UTC."""
        return self.sensible(instant(datetime.combine(day, time()), self.zone))


def of_schedule(uow: UnitOfWork, row: Schedule) -> ContactHours:
    """The hours that a schedule says."""
    calendar = WorkingCalendar.parse(row.calendar, organisations.own_days(uow.organisation))
    return ContactHours(zone_named(row.zone), calendar, _hour(row), quiet_of(row))


def quiet_of(row: Schedule) -> QuietHours | None:
    """The quiet hours that a schedule says, if any."""
    if not row.quiet_from or not row.quiet_until:
        return None
    return QuietHours(time.fromisoformat(row.quiet_from), time.fromisoformat(row.quiet_until))


def _hour(row: Schedule) -> time:
    """The hour of the digest; of several, the one that is nearest to the usual."""
    times = read(CronSchedule(row.cron, row.zone).cron)
    return time(min(times.hours, key=lambda each: abs(each - USUAL.hour)), min(times.minutes))


def of_person(uow: UnitOfWork, person_id: UUID | None) -> ContactHours:
    """The hours of a person; those of the organisation for nobody, and of somebody who has chosen none."""
    row = None
    if person_id is not None:
        row = stored_schedules.of_person(uow.session, stored_people.every_id(uow.session, person_id))
    if row is not None:
        return of_schedule(uow, row)
    person = stored_people.person(uow.session, person_id) if person_id else None
    return ContactHours(zone_named((person.zone if person else None) or uow.organisation.zone), uow.calendar)
