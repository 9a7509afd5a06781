"""Digest schedules: when a policy owner's digests are sent, snoozed and replanned."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from uuid import UUID

from bot.calendar.cron import EVERY_WORKING_DAY, CronSchedule, read, readable
from bot.calendar.dates import clock_time, zone_data, zone_named
from bot.calendar.occurrences import Occurrence, delivered_at, next_slot
from bot.calendar.working_days import WorkingCalendar, edition
from bot.outbox import quiet_hours
from bot.outbox.quiet_hours import QuietHours
from bot.people import people
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Schedule
from storage import digests as stored_digests
from storage import organisation as organisations
from storage import schedules as stored

REPLANNED_AT_ONCE = 500
"""Schedules that are replanned in one transaction when the data behind them has changed."""


def begin(uow: UnitOfWork, person_id: UUID) -> Schedule:
    """The schedule of a person, made if there is none: every working day at 9am in their time zone."""
    row = planned(uow, person_id)
    if row is None:
        row = Schedule(
            person_id=person_id,
            cron=EVERY_WORKING_DAY,
            zone=people.zone_of(uow, person_id),
            calendar=uow.organisation.calendar,
        )
        _plan(uow, row, uow.now)
        uow.session.add(row)
        uow.session.flush()
    return row


def change(
    uow: UnitOfWork,
    person_id: UUID,
    cron_schedule: CronSchedule,
    calendar: WorkingCalendar,
    quiet: QuietHours | None = None,
) -> Schedule:
    """Change when a person's digests come, and their quiet hours. Any snooze ends.

    A zone that differs from the one in their profile is kept from then on; otherwise it goes on following the profile.
    """
    row = begin(uow, person_id)
    row.quiet_from = quiet.start.isoformat("minutes") if quiet else None
    row.quiet_until = quiet.end.isoformat("minutes") if quiet else None
    row.cron, row.zone, row.calendar, row.snoozed_until = cron_schedule.cron, cron_schedule.zone, calendar.code, None
    row.own_zone = cron_schedule.zone != people.zone_of(uow, person_id)
    _plan(uow, row, uow.now)
    uow.session.flush()
    return row


def snooze(uow: UnitOfWork, person_id: UUID, until: date) -> Schedule:
    """Put off a person's next digest to the first slot on or after a day. Answer deadlines stay as they are."""
    row = begin(uow, person_id)
    midnight = datetime.combine(until, time(), zone_named(zone_in(uow, row)))
    row.snoozed_until = until
    _plan(uow, row, max(uow.now, midnight - timedelta(microseconds=1)))
    uow.session.flush()
    return row


def following(uow: UnitOfWork, row: Schedule, after: datetime) -> Occurrence:
    """The next slot of a schedule after an aware instant."""
    return next_slot(CronSchedule(readable(row.cron), zone_in(uow, row)), uow.calendar_or_own(row.calendar), after)


def put_off(uow: UnitOfWork, row: Schedule) -> bool:
    """Postpone a digest that is far too late to be sent now to a sensible hour. Returns whether it was postponed.

    The slot stays the same. Later slots that pass until then are merged into it.
    """
    if row.next_due_at is None or uow.now - row.next_due_at <= quiet_hours.LATE:
        return False
    at = quiet_hours.of_schedule(uow, row).made_up(row.next_due_at, uow.now)
    return at > uow.now and stored.move(uow.session, row, at)


def planned(uow: UnitOfWork, person_id: UUID | None) -> Schedule | None:
    """The schedule of a person, if they have one."""
    if person_id is None:
        return None
    return stored.of_person(uow.session, [person_id])


def in_quiet(cron_schedule: CronSchedule, quiet: QuietHours) -> str:
    """The first time of a schedule that falls in quiet hours, as `9am`; empty if none does."""
    times = read(cron_schedule.cron)
    of_day = sorted(time(hour, minute) for hour in times.hours for minute in times.minutes)
    return next((clock_time(each) for each in of_day if quiet.holds(each)), "")


def follow(uow: UnitOfWork, person_ids: Iterable[UUID]) -> None:
    """Move the digests of people whose profile shows a new time zone to that zone, unless they chose one themselves.

    A planned slot stays the same, so that none is repeated or skipped; only the instant of its delivery moves. A slot
    whose hour has passed in the new zone is due now. What is due already stays as it is.
    """
    for person_id in sorted(person_ids):
        row = stored.held(uow.session, [person_id])
        zone = people.zone_of(uow, person_id)
        if row is None or row.own_zone or row.zone == zone:
            continue
        row.zone = zone
        if row.next_slot is not None and row.next_due_at is not None and row.next_due_at > uow.now:
            row.next_due_at = delivered_at_slot(uow, row, row.next_slot)
        uow.session.flush()


def delivered_at_slot(uow: UnitOfWork, row: Schedule, slot: str) -> datetime:
    """When the digest of a slot is due, aware UTC."""
    own = quiet_hours.of_schedule(uow, row)
    return delivered_at(datetime.fromisoformat(slot), own.zone, own.calendar)


def nothing_was_sent(uow: UnitOfWork, row: Schedule) -> bool:
    """Whether nothing was sent for the last slot, because there was nothing to report."""
    return row.last_slot is not None and stored_digests.of_slot(uow.session, row.person_id, row.last_slot) is None


def data(uow: UnitOfWork) -> str:
    """A text that identifies the data schedules are planned from: time zones, public holidays, own days off."""
    return f"zones {zone_data()}, holidays {edition()}, own days {uow.organisation.own_days}".strip()


def outdated(uow: UnitOfWork) -> bool:
    """Whether schedules were planned from other data than the current."""
    return uow.organisation.planned_by != data(uow)


def replan(uow: UnitOfWork, after: UUID | None) -> UUID | None:
    """Replan the next batch of schedules, after the person id `after`; the last id, or None when all are done.

    A planned slot stays the same; only the instant of its delivery moves. What is due already stays as it is.
    """
    rows = stored.planned_after(uow.session, after, REPLANNED_AT_ONCE)
    for row in rows:
        if row.next_due_at is not None and row.next_slot is not None and row.next_due_at > uow.now:
            due_at = delivered_at_slot(uow, row, row.next_slot)
            if due_at != row.next_due_at:
                stored.move(uow.session, row, due_at)
    return rows[-1].person_id if len(rows) == REPLANNED_AT_ONCE else None


def replanned(uow: UnitOfWork, by: str) -> None:
    """Record the data (as `data` gives it) from which all schedules are planned."""
    uow.organisation.planned_by = by
    organisations.keep(uow.session, uow.organisation)


def _plan(uow: UnitOfWork, row: Schedule, after: datetime) -> None:
    slot = following(uow, row, after)
    row.next_slot, row.next_due_at = slot.local, slot.due_at


def zone(uow: UnitOfWork, person_id: UUID | None) -> str:
    """The IANA zone of a person's digests; without a schedule, the organisation's."""
    row = planned(uow, person_id)
    return zone_in(uow, row) if row else uow.zone


def zone_in(uow: UnitOfWork, row: Schedule) -> str:
    """The IANA zone of a schedule or, where this installation does not know it, the organisation's."""
    return uow.zone_or_own(row.zone)
