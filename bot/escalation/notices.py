"""Tellings: what is said to whoever is told of a silence, as of the moment at which it is sent."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from bot.escalation import steps
from bot.escalation.chain import Line
from bot.interface.views import NextTelling, TellingView
from bot.people import people
from bot.policies import policies
from bot.unit_of_work.unit_of_work import Turn
from storage import Flag, Policy, Role, Standing, Step, Telling
from storage import escalation_notices as stored
from storage import flags as stored_flags
from storage import people as stored_people
from storage import policies as stored_policies
from storage.flags import OPEN

_ROLES = {Step.REMINDER: Role.OWNER, Step.DELEGATE: Role.DELEGATE, Step.SENIOR: Role.SENIOR}


def view(turn: Turn, telling_id: UUID, reader_id: UUID | None) -> TellingView | None:
    """A telling for whoever reads it; None where there is none."""
    telling = stored.telling(turn.session, telling_id)
    policy = stored_policies.policy(turn.session, telling.policy_id) if telling else None
    if telling is None or policy is None:
        return None
    flag_ids = stored.flags_of(turn.session, telling.id)
    waiting = [each for each in stored_flags.flags(turn.session, flag_ids) if each.standing in OPEN]
    role = _ROLES[telling.step] if telling.person_id is not None else None
    return TellingView(
        policy=policies.view(turn, policy),
        flags=len(waiting),
        answer_by=min((each.answer_by for each in waiting if each.answer_by), default=telling.on),
        on=telling.on,
        role=role,
        name=_name(turn, policy, role),
        days=_days(turn, telling, waiting),
        next=_next(turn, policy, telling, waiting),
        earlier=_earlier(turn, policy, telling, flag_ids),
        instead_of=_instead_of(turn, policy, telling, reader_id),
    )


def _person(policy: Policy, role: Role | None) -> UUID | None:
    return {Role.OWNER: policy.owner_id, Role.DELEGATE: policy.delegate_id, Role.SENIOR: policy.senior_id}.get(
        role or Role.OWNER
    )


def _name(turn: Turn, policy: Policy, role: Role | None) -> str:
    return people.name_of(turn, _person(policy, role)) if role is not None else ""


def _days(turn: Turn, telling: Telling, waiting: list[Flag]) -> int | None:
    """For how many whole working days none of the flags has had a word; None where one has, or was sent anew."""
    if any(each.standing is not Standing.WAITING or each.sent_on is None for each in waiting):
        return None
    days = [turn.calendar.between(each.sent_on, telling.on) - 1 for each in waiting if each.sent_on is not None]
    return min(days, default=0) or None


def _next(turn: Turn, policy: Policy, telling: Telling, waiting: list[Flag]) -> NextTelling | None:
    """Who is told next if nobody answers, and the earliest day of that; None once all have been told."""
    if telling.step is Step.SENIOR:
        return None
    found = [following for each in waiting if (following := next_told(turn, policy, each)) is not None]
    return min(found, key=lambda each: each.on, default=None)


def next_told(turn: Turn, policy: Policy, flag: Flag) -> NextTelling | None:
    """Who is told next of a flag that its owner knows of, and when; None once all have been told."""
    step = steps.next_step(turn, flag, reminded=True)
    if step is None:
        return None
    found = Line(turn, policy).at(step[0])
    role = _ROLES[found.step] if found.reader is not None else None
    return NextTelling(role, _name(turn, policy, role), step[1])


def _earlier(turn: Turn, policy: Policy, telling: Telling, flag_ids: Collection[UUID]) -> tuple[tuple[str, date], ...]:
    """Who was told of some of the flags before, the latest day of each, in the order of the line."""
    found: dict[Step, date] = {}
    for each in stored.of_policy(turn.session, policy.id):
        before = each.on < telling.on and each.person_id is not None and each.step is not telling.step
        if before and each.step not in found and set(stored.flags_of(turn.session, each.id)) & set(flag_ids):
            found[each.step] = each.on
    named = ((_name(turn, policy, _ROLES[step]), found[step]) for step in Step if step in found)
    return tuple((name, on) for name, on in named if name)


def _instead_of(turn: Turn, policy: Policy, telling: Telling, reader_id: UUID | None) -> str:
    """For whom somebody reads; empty for those who are told in their own role."""
    if reader_id is None or telling.person_id != reader_id:
        meant = policy.owner_id
    else:
        meant = _person(policy, _ROLES[telling.step])
    if meant is None or reader_id is None or reader_id in stored_people.every_id(turn.session, meant):
        return ""
    return people.name_of(turn, meant)
