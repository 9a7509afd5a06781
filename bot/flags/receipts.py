"""Receipts: what happens next with a flag or second that was just submitted, shown in the form's own window only."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from bot.interface.views import ReceiptView
from bot.people import digest_schedules, people
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Flag, FlagStatus, Policy, Promise, Role, Schedule
from storage import schedules as stored_schedules


def of_flag(uow: UnitOfWork, policy: Policy, flag: Flag) -> ReceiptView:
    """What happens next with a flag."""
    shown_by = uow.today if flag.released_on else shown_by_day(uow, flag.written_on or uow.today)
    owner, planned = _owner(uow, policy)
    zone = digest_schedules.zone_in(uow, planned) if planned else uow.zone
    digest_at = _digest_after(uow, planned, None if flag.released_on is not None else shown_by)
    return ReceiptView(
        flag=flag.id,
        policy=policy.id,
        promise=flag.promise,
        owner=owner,
        shown_by=shown_by,
        digest_at=digest_at,
        zone=zone,
        answer_by=_answer_by(uow, policy, flag, digest_at, zone),
        told=_roles_told(policy),
    )


def _owner(uow: UnitOfWork, policy: Policy) -> tuple[str, Schedule | None]:
    """The policy owner's name, and the schedule by which digests on the policy are sent."""
    found = stored_schedules.with_name(uow.session, policy.owner_id) if policy.owner_id else None
    if found is not None and found[1] is not None and policy.read_by is None:
        return found[0], found[1]
    name = found[0] if found else people.name_of(uow, policy.owner_id, policy.owner_email)
    return name, _planned(uow, policy)


def _planned(uow: UnitOfWork, policy: Policy) -> Schedule | None:
    """The schedule of the person who reads the policy's digests: the owner, or the delegate in the owner's place."""
    return digest_schedules.planned(uow, policy.read_by or policy.owner_id)


def _roles_told(policy: Policy) -> tuple[Role, ...]:
    named = (
        (Role.DELEGATE, policy.delegate_id or policy.delegate_email),
        (Role.SENIOR, policy.senior_id or policy.senior_email),
    )
    return tuple(role for role, person in named if person)


def of_second(uow: UnitOfWork, policy: Policy, flag: Flag) -> ReceiptView:
    """What happens next with a second."""
    return replace(
        of_flag(uow, policy, flag),
        promise=Promise.CONFIDENTIAL,
        shown_by=shown_by_day(uow, uow.today),
        seconded=True,
    )


def shown_by_day(uow: UnitOfWork, written_on: date) -> date:
    """The day by which a flag, second or reply is released at the latest."""
    return uow.calendar.add(written_on, uow.organisation.batch_wait_days)


def digest_with_reply(uow: UnitOfWork, policy: Policy, flag: Flag) -> datetime | None:
    """When the owner's digest will bring a reply that is written now, aware UTC; None if no digest is planned."""
    at_once = flag.promise is Promise.NAMED
    planned = _planned(uow, policy)
    return _digest_after(uow, planned, None if at_once else shown_by_day(uow, uow.today))


def _digest_after(uow: UnitOfWork, row: Schedule | None, released_by: date | None) -> datetime | None:
    if row is None or row.next_due_at is None or released_by is None:
        return row.next_due_at if row else None
    zone = ZoneInfo(uow.zone)
    at = datetime.combine(released_by, time(uow.organisation.release_hour), zone)
    return row.next_due_at if row.next_due_at > at else digest_schedules.following(uow, row, at).due_at


def _answer_by(uow: UnitOfWork, policy: Policy, flag: Flag, digest_at: datetime | None, zone: str) -> date | None:
    if digest_at is None or flag.status is FlagStatus.UNNEEDED:
        return None
    day = digest_at.astimezone(ZoneInfo(zone)).date()
    return uow.calendar.add(max(day, policy.paused_until or day), uow.organisation.answer_days)
