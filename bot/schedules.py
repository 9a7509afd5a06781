"""Schedules: when an owner's digests go."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from bot import people
from bot.calendars import WorkingCalendar
from bot.rhythms import EVERY_WORKING_DAY, Rhythm
from bot.slots import Slot, next_slot
from bot.turn import Turn
from storage import Schedule
from storage import organisation as organisations
from storage import schedules as stored


def begin(turn: Turn, person_id: UUID) -> Schedule:
    """The schedule of a person; every working day at 9am on their own clock, until they say otherwise."""
    row = stored.schedule(turn.session, person_id)
    if row is None:
        row = Schedule(
            person_id=person_id,
            cron=EVERY_WORKING_DAY,
            zone=people.zone_of(turn, person_id),
            calendar=turn.organisation.calendar,
        )
        _plan(turn, row, turn.now)
        turn.session.add(row)
        turn.session.flush()
    return row


def change(turn: Turn, person_id: UUID, rhythm: Rhythm, calendar: WorkingCalendar) -> Schedule:
    """Give a person's digests another rhythm; a snooze ends with it."""
    row = begin(turn, person_id)
    row.cron, row.zone, row.calendar, row.snoozed_until = rhythm.cron, rhythm.zone, calendar.code, None
    _plan(turn, row, turn.now)
    turn.session.flush()
    return row


def snooze(turn: Turn, person_id: UUID, until: date) -> Schedule:
    """Move a person's next digest to the first slot on or after that day. Moves no answer date."""
    row = begin(turn, person_id)
    midnight = datetime.combine(until, time(), ZoneInfo(row.zone))
    row.snoozed_until = until
    _plan(turn, row, max(turn.now, midnight - timedelta(microseconds=1)))
    turn.session.flush()
    return row


def following(turn: Turn, row: Schedule, after: datetime) -> Slot:
    """The slot of a schedule that comes after an instant."""
    calendar = WorkingCalendar.parse(row.calendar, organisations.own_days(turn.organisation))
    return next_slot(Rhythm(row.cron, row.zone), calendar, after)


def planned(turn: Turn, person_id: UUID | None) -> Schedule | None:
    """The schedule of a person, if they have one."""
    return stored.schedule(turn.session, person_id) if person_id else None


def _plan(turn: Turn, row: Schedule, after: datetime) -> None:
    slot = following(turn, row, after)
    row.next_slot, row.next_due_at = slot.local, slot.due_at


def zone(turn: Turn, person_id: UUID | None) -> str:
    """The IANA zone that a person's digests follow; the organisation's for nobody."""
    row = planned(turn, person_id)
    return row.zone if row else turn.organisation.zone
