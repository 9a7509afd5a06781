"""Schedules: when an owner's digests go."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from uuid import UUID

from bot.calendar.cron import EVERY_WORKING_DAY, Rhythm, read
from bot.calendar.dates import clock_time, zone_data, zone_named
from bot.calendar.occurrences import Slot, delivered_at, next_slot
from bot.calendar.working_days import WorkingCalendar, edition
from bot.outbox import quiet_hours
from bot.outbox.quiet_hours import Quiet
from bot.people import people
from bot.unit_of_work.unit_of_work import Turn
from storage import Schedule
from storage import digests as stored_digests
from storage import organisation as organisations
from storage import people as stored_people
from storage import schedules as stored

LONGEST_SNOOZE = timedelta(days=28)
"""How far ahead a digest may be put off: longer is an absence, in which somebody stands in."""
REPLANNED_AT_ONCE = 500
"""Schedules that are looked at in one transaction when the data they were planned by have changed."""


def begin(turn: Turn, person_id: UUID) -> Schedule:
    """The schedule of a person; every working day at 9am on their own clock, until they say otherwise."""
    row = planned(turn, person_id)
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


def change(
    turn: Turn, person_id: UUID, rhythm: Rhythm, calendar: WorkingCalendar, quiet: Quiet | None = None
) -> Schedule:
    """Give a person's digests another rhythm, and the person quiet hours or none; a snooze ends with it.

    A zone that is not the one of their profile is their own from then on; else it goes on following the profile.
    """
    row = begin(turn, person_id)
    row.quiet_from = quiet.start.isoformat("minutes") if quiet else None
    row.quiet_until = quiet.end.isoformat("minutes") if quiet else None
    row.cron, row.zone, row.calendar, row.snoozed_until = rhythm.cron, rhythm.zone, calendar.code, None
    row.own_zone = rhythm.zone != people.zone_of(turn, person_id)
    _plan(turn, row, turn.now)
    turn.session.flush()
    return row


def snooze(turn: Turn, person_id: UUID, until: date) -> Schedule:
    """Move a person's next digest to the first slot on or after that day. Moves no answer date."""
    row = begin(turn, person_id)
    midnight = datetime.combine(until, time(), zone_named(row.zone))
    row.snoozed_until = until
    _plan(turn, row, max(turn.now, midnight - timedelta(microseconds=1)))
    turn.session.flush()
    return row


def following(turn: Turn, row: Schedule, after: datetime) -> Slot:
    """The slot of a schedule that comes after an instant."""
    calendar = WorkingCalendar.parse(row.calendar, organisations.own_days(turn.organisation))
    return next_slot(Rhythm(row.cron, row.zone), calendar, after)


def put_off(turn: Turn, row: Schedule) -> bool:
    """Put a digest that is due off to a sensible hour, if it comes far too late to be sent now; whether it was.

    The slot stays what it was. Slots that come until then are told with it.
    """
    if row.next_due_at is None or turn.now - row.next_due_at <= quiet_hours.LATE:
        return False
    at = quiet_hours.of_schedule(turn, row).made_up(row.next_due_at, turn.now)
    return at > turn.now and stored.move(turn.session, row, at)


def planned(turn: Turn, person_id: UUID | None) -> Schedule | None:
    """The schedule of a person, under any of their ids, if they have one."""
    if person_id is None:
        return None
    return stored.of_person(turn.session, stored_people.every_id(turn.session, person_id))


def in_quiet(rhythm: Rhythm, quiet: Quiet) -> str:
    """The first time of a rhythm that is in quiet hours, as `9am`; empty where none is."""
    times = read(rhythm.cron)
    of_day = sorted(time(hour, minute) for hour in times.hours for minute in times.minutes)
    return next((clock_time(each) for each in of_day if quiet.holds(each)), "")


def follow(turn: Turn, person_ids: Iterable[UUID]) -> None:
    """Let the digests of people whose profiles show another time zone come by that, unless they chose their zone.

    A slot stays what it was, so that none comes twice and none is left out; the instant at which it is delivered moves.
    What is due already is left and, where the hour of a slot has passed on the new clock, it is due now.
    """
    for person_id in sorted(person_ids):
        row = stored.held(turn.session, stored_people.every_id(turn.session, person_id))
        zone = people.zone_of(turn, person_id)
        if row is None or row.own_zone or row.zone == zone:
            continue
        row.zone = zone
        if row.next_slot is not None and row.next_due_at is not None and row.next_due_at > turn.now:
            row.next_due_at = _delivered_at(turn, row, row.next_slot)
        turn.session.flush()


def _delivered_at(turn: Turn, row: Schedule, slot: str) -> datetime:
    own = quiet_hours.of_schedule(turn, row)
    return delivered_at(datetime.fromisoformat(slot), own.zone, own.calendar)


def nothing_was_sent(turn: Turn, row: Schedule) -> bool:
    """Whether the slot that came last had nothing to say, so that nothing was sent."""
    return row.last_slot is not None and stored_digests.of_slot(turn.session, row.person_id, row.last_slot) is None


def data(turn: Turn) -> str:
    """By which data on zones, public holidays and own days schedules are planned now."""
    return f"zones {zone_data()}, holidays {edition()}, own days {turn.organisation.own_days}".strip()


def outdated(turn: Turn) -> bool:
    """Whether schedules were planned by other data than there are now."""
    return turn.organisation.planned_by != data(turn)


def replan(turn: Turn, after: UUID | None) -> UUID | None:
    """Plan the next so many schedules by the data that there are now; the id of the last, None when all are done.

    A slot stays what it was, and only the instant at which it is delivered moves. What is due already is left.
    """
    rows = stored.planned_after(turn.session, after, REPLANNED_AT_ONCE)
    for row in rows:
        if row.next_due_at is not None and row.next_slot is not None and row.next_due_at > turn.now:
            due_at = _delivered_at(turn, row, row.next_slot)
            if due_at != row.next_due_at:
                stored.move(turn.session, row, due_at)
    return rows[-1].person_id if len(rows) == REPLANNED_AT_ONCE else None


def replanned(turn: Turn, by: str) -> None:
    """Note by which data all schedules are planned."""
    turn.organisation.planned_by = by
    organisations.keep(turn.session, turn.organisation)


def _plan(turn: Turn, row: Schedule, after: datetime) -> None:
    slot = following(turn, row, after)
    row.next_slot, row.next_due_at = slot.local, slot.due_at


def zone(turn: Turn, person_id: UUID | None) -> str:
    """The IANA zone that a person's digests follow; the organisation's for nobody."""
    row = planned(turn, person_id)
    return row.zone if row else turn.organisation.zone
