"""Escalation notices: what a reminder or notice about unanswered flags says, as of the moment it is sent."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from bot.escalation import steps
from bot.escalation.chain import EscalationChain
from bot.escalation.steps import OnTheClock
from bot.interface.views import EscalationNoticeView, NextNotice
from bot.people import people
from bot.policies import policies
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import EscalationNotice, Flag, FlagStatus, Policy, Role, Step
from storage import commitments as stored_commitments
from storage import escalation_notices as stored
from storage import flags as stored_flags
from storage import policies as stored_policies
from storage.flags import OPEN

_ROLES = {Step.REMINDER: Role.OWNER, Step.DELEGATE: Role.DELEGATE, Step.SENIOR: Role.SENIOR}


def view(uow: UnitOfWork, notice_id: UUID, reader_id: UUID | None) -> EscalationNoticeView | None:
    """A notice as that person reads it; None if it or its policy does not exist."""
    notice = stored.notice(uow.session, notice_id)
    policy = stored_policies.policy(uow.session, notice.policy_id) if notice else None
    if notice is None or policy is None:
        return None
    flag_ids = stored.flags_of(uow.session, notice.id)
    waiting = [each for each in stored_flags.flags(uow.session, flag_ids) if each.status in OPEN]
    commitment_ids = stored.commitments_of(uow.session, notice.id)
    rows = stored_commitments.commitments(uow.session, commitment_ids) if commitment_ids else []
    # With a new day, nothing counts as told any more.
    promised = [each for each in rows if each.ended_on is None and each.told is not None]
    role = _ROLES[notice.step] if notice.person_id is not None else None
    return EscalationNoticeView(
        policy=policies.view(uow, policy),
        flags=len(waiting),
        answer_by=min((each.answer_by for each in waiting if each.answer_by), default=notice.on),
        on=notice.on,
        role=role,
        name=_name_in_role(uow, policy, role),
        days=_days_unanswered(uow, notice, waiting),
        next=_next_notice(uow, policy, notice, [*waiting, *promised]),
        earlier=_told_earlier(uow, policy, notice, {*flag_ids, *commitment_ids}),
        instead_of=_instead_of(uow, policy, notice, reader_id),
        promises=len(promised),
        promised_by=promised[0].by_date if promised else None,
    )


def _person_in_role(policy: Policy, role: Role | None) -> UUID | None:
    return {Role.OWNER: policy.owner_id, Role.DELEGATE: policy.delegate_id, Role.SENIOR: policy.senior_id}.get(
        role or Role.OWNER
    )


def _name_in_role(uow: UnitOfWork, policy: Policy, role: Role | None) -> str:
    return people.name_of(uow, _person_in_role(policy, role)) if role is not None else ""


def _days_unanswered(uow: UnitOfWork, notice: EscalationNotice, waiting: list[Flag]) -> int | None:
    """Whole working days for which none of the flags has had any answer; None if one has, or is to be sent again."""
    if any(each.status is not FlagStatus.WAITING or each.sent_on is None for each in waiting):
        return None
    days = [uow.calendar.between(each.sent_on, notice.on) - 1 for each in waiting if each.sent_on is not None]
    return min(days, default=0) or None


def _next_notice(
    uow: UnitOfWork, policy: Policy, notice: EscalationNotice, waiting: Sequence[OnTheClock]
) -> NextNotice | None:
    """Who is told next if nobody answers, and on which day at the earliest; None once all have been told."""
    if notice.step is Step.SENIOR:
        return None
    found = [following for each in waiting if (following := next_told(uow, policy, each)) is not None]
    return min(found, key=lambda each: each.on, default=None)


def next_told(uow: UnitOfWork, policy: Policy, waiting: OnTheClock) -> NextNotice | None:
    """Who is told next about a flag or a promise after its owner, and on which day; None once all have been told."""
    step = steps.next_step(uow, waiting, reminded=True)
    if step is None:
        return None
    found = EscalationChain(uow, policy).at(step[0])
    role = _ROLES[found.step] if found.reader is not None else None
    return NextNotice(role, _name_in_role(uow, policy, role), step[1])


def _told_earlier(
    uow: UnitOfWork, policy: Policy, notice: EscalationNotice, about: Collection[UUID]
) -> tuple[tuple[str, date], ...]:
    """Who was told about some of it before, and on which day last, in the order of the escalation chain."""
    found: dict[Step, date] = {}
    for each in stored.of_policy(uow.session, policy.id):
        before = each.on < notice.on and each.person_id is not None and each.step is not notice.step
        if before and each.step not in found and _told_of(uow, each) & set(about):
            found[each.step] = each.on
    named = ((_name_in_role(uow, policy, _ROLES[step]), found[step]) for step in Step if step in found)
    return tuple((name, on) for name, on in named if name)


def _told_of(uow: UnitOfWork, notice: EscalationNotice) -> set[UUID]:
    return {*stored.flags_of(uow.session, notice.id), *stored.commitments_of(uow.session, notice.id)}


def _instead_of(uow: UnitOfWork, policy: Policy, notice: EscalationNotice, reader_id: UUID | None) -> str:
    """In whose place the reader gets this notice; empty if they are told in their own role."""
    if reader_id is None or notice.person_id != reader_id:
        meant = policy.owner_id
    else:
        meant = _person_in_role(policy, _ROLES[notice.step])
    if meant is None or reader_id is None or reader_id == meant:
        return ""
    return people.name_of(uow, meant)
