"""Receipts: what happens next with a flag or second that was just submitted, shown in the form's own window only."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from bot.flags import boxes, flags, receipt_codes
from bot.flags.boxes import WaitingFlag
from bot.interface.views import ReceiptView
from bot.people import digest_schedules, people
from bot.people.people import Visitor
from bot.policies import audience, ends
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Flag, FlagStatus, Policy, Promise, Role, Schedule
from storage import schedules as stored_schedules


def of_flag(uow: UnitOfWork, policy: Policy, flag: Flag | WaitingFlag) -> ReceiptView:
    """What happens next with a flag, shown or waiting."""
    if isinstance(flag, WaitingFlag):
        shown_by, status = boxes.shown_by(uow, flag.flag.written), flags.status_at_first(flag.flag.verdict)
        receipt = _receipt(uow, policy, flag.id, flag.flag.promise, status, shown_by)
        # Its own authors' day: that of the policy may be another one since the policy was extended.
        own_ends = replace(receipt.ends, authors_day=flag.flag.written.terms.authors_day)
        return replace(receipt, ends=own_ends, code=receipt_codes.written(flag.code) if flag.code else "")
    return _receipt(uow, policy, flag.id, flag.promise, flag.status, None)


def _receipt(
    uow: UnitOfWork, policy: Policy, flag_id: UUID, promise: Promise, status: FlagStatus, shown_by: date | None
) -> ReceiptView:
    """What happens next. `shown_by` is None where it is shown already."""
    owner, planned = _owner(uow, policy)
    zone = digest_schedules.zone_in(uow, planned) if planned else uow.zone
    digest_at = _digest_after(uow, planned, shown_by)
    return ReceiptView(
        flag=flag_id,
        policy=policy.id,
        promise=promise,
        ends=ends.view(uow, policy),
        owner=owner,
        shown_by=shown_by or uow.today,
        digest_at=digest_at,
        zone=zone,
        answer_by=_answer_by(uow, policy, status, digest_at, zone),
        told=_roles_told(policy),
        audience=audience.view(uow, policy),
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


def of_second(uow: UnitOfWork, visitor: Visitor, policy: Policy, flag: Flag) -> ReceiptView:
    """What happens next with a second."""
    return replace(
        of_flag(uow, policy, flag),
        promise=Promise.CONFIDENTIAL,
        shown_by=_written_now(uow, visitor, policy),
        seconded=True,
    )


def _written_now(uow: UnitOfWork, visitor: Visitor, policy: Policy) -> date:
    """The day by which what the visitor writes now is shown at the latest."""
    return boxes.shown_by(uow, boxes.written(uow, visitor, policy.id, None))


def digest_with_reply(uow: UnitOfWork, visitor: Visitor, policy: Policy, flag: Flag) -> datetime | None:
    """When the owner's digest will bring a reply that is written now, aware UTC; None if no digest is planned."""
    at_once = flag.promise is Promise.NAMED
    planned = _planned(uow, policy)
    return _digest_after(uow, planned, None if at_once else _written_now(uow, visitor, policy))


def _digest_after(uow: UnitOfWork, row: Schedule | None, released_by: date | None) -> datetime | None:
    if row is None or row.next_due_at is None or released_by is None:
        return row.next_due_at if row else None
    zone = ZoneInfo(uow.zone)
    at = datetime.combine(released_by, time(uow.organisation.release_hour), zone)
    return row.next_due_at if row.next_due_at > at else digest_schedules.following(uow, row, at).due_at


def _answer_by(
    uow: UnitOfWork, policy: Policy, status: FlagStatus, digest_at: datetime | None, zone: str
) -> date | None:
    if digest_at is None or status is FlagStatus.UNNEEDED:
        return None
    day = digest_at.astimezone(ZoneInfo(zone)).date()
    return uow.calendar.add(max(day, policy.paused_until or day), uow.organisation.answer_days)
