"""Tellings: what is said to whoever is told of a silence, as of the moment at which it is sent."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from bot.escalation import steps
from bot.escalation.chain import EscalationChain
from bot.interface.views import EscalationNoticeView, NextNotice
from bot.people import people
from bot.policies import policies
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import EscalationNotice, Flag, FlagStatus, Policy, Role, Step
from storage import escalation_notices as stored
from storage import flags as stored_flags
from storage import people as stored_people
from storage import policies as stored_policies
from storage.flags import OPEN

_ROLES = {Step.REMINDER: Role.OWNER, Step.DELEGATE: Role.DELEGATE, Step.SENIOR: Role.SENIOR}


def view(uow: UnitOfWork, telling_id: UUID, reader_id: UUID | None) -> EscalationNoticeView | None:
    """A telling for whoever reads it; None where there is none."""
    notice = stored.notice(uow.session, telling_id)
    policy = stored_policies.policy(uow.session, notice.policy_id) if notice else None
    if notice is None or policy is None:
        return None
    flag_ids = stored.flags_of(uow.session, notice.id)
    waiting = [each for each in stored_flags.flags(uow.session, flag_ids) if each.status in OPEN]
    role = _ROLES[notice.step] if notice.person_id is not None else None
    return EscalationNoticeView(
        policy=policies.view(uow, policy),
        flags=len(waiting),
        answer_by=min((each.answer_by for each in waiting if each.answer_by), default=notice.on),
        on=notice.on,
        role=role,
        name=_name(uow, policy, role),
        days=_days(uow, notice, waiting),
        next=_next(uow, policy, notice, waiting),
        earlier=_earlier(uow, policy, notice, flag_ids),
        instead_of=_instead_of(uow, policy, notice, reader_id),
    )


def _person(policy: Policy, role: Role | None) -> UUID | None:
    return {Role.OWNER: policy.owner_id, Role.DELEGATE: policy.delegate_id, Role.SENIOR: policy.senior_id}.get(
        role or Role.OWNER
    )


def _name(uow: UnitOfWork, policy: Policy, role: Role | None) -> str:
    return people.name_of(uow, _person(policy, role)) if role is not None else ""


def _days(uow: UnitOfWork, notice: EscalationNotice, waiting: list[Flag]) -> int | None:
    """For how many whole working days none of the flags has had a word; None where one has, or was sent anew."""
    if any(each.status is not FlagStatus.WAITING or each.sent_on is None for each in waiting):
        return None
    days = [uow.calendar.between(each.sent_on, notice.on) - 1 for each in waiting if each.sent_on is not None]
    return min(days, default=0) or None


def _next(uow: UnitOfWork, policy: Policy, notice: EscalationNotice, waiting: list[Flag]) -> NextNotice | None:
    """Who is told next if nobody answers, and the earliest day of that; None once all have been told."""
    if notice.step is Step.SENIOR:
        return None
    found = [following for each in waiting if (following := next_told(uow, policy, each)) is not None]
    return min(found, key=lambda each: each.on, default=None)


def next_told(uow: UnitOfWork, policy: Policy, flag: Flag) -> NextNotice | None:
    """Who is told next of a flag that its owner knows of, and when; None once all have been told."""
    step = steps.next_step(uow, flag, reminded=True)
    if step is None:
        return None
    found = EscalationChain(uow, policy).at(step[0])
    role = _ROLES[found.step] if found.reader is not None else None
    return NextNotice(role, _name(uow, policy, role), step[1])


def _earlier(
    uow: UnitOfWork, policy: Policy, notice: EscalationNotice, flag_ids: Collection[UUID]
) -> tuple[tuple[str, date], ...]:
    """Who was told of some of the flags before, the latest day of each, in the order of the line."""
    found: dict[Step, date] = {}
    for each in stored.of_policy(uow.session, policy.id):
        before = each.on < notice.on and each.person_id is not None and each.step is not notice.step
        if before and each.step not in found and set(stored.flags_of(uow.session, each.id)) & set(flag_ids):
            found[each.step] = each.on
    named = ((_name(uow, policy, _ROLES[step]), found[step]) for step in Step if step in found)
    return tuple((name, on) for name, on in named if name)


def _instead_of(uow: UnitOfWork, policy: Policy, notice: EscalationNotice, reader_id: UUID | None) -> str:
    """For whom somebody reads; empty for those who are told in their own role."""
    if reader_id is None or notice.person_id != reader_id:
        meant = policy.owner_id
    else:
        meant = _person(policy, _ROLES[notice.step])
    if meant is None or reader_id is None or reader_id in stored_people.every_id(uow.session, meant):
        return ""
    return people.name_of(uow, meant)
