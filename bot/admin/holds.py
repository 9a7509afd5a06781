"""Legal hold: the texts of a policy are kept until an admin lifts it. The authors' key and its day never move."""

from __future__ import annotations

from datetime import date

from bot.admin import audit
from bot.policies import ends
from bot.screens import refusals as says
from bot.unit_of_work.errors import FormRefused
from bot.unit_of_work.unit_of_work import Sealed, UnitOfWork
from storage import Policy
from storage.end_months import last_day, month_of
from storage.keys import MonthGone


def hold(uow: UnitOfWork, policy: Policy, reason: str) -> None:
    """Put a policy on hold: its text key is wrapped until a later month. Raises `FormRefused`.

    While a month ends, a hold comes before that or is refused with a sentence.
    """
    until = max(ends.held_month(uow), uow.wrapped_keys(policy.id).text_month)
    keep_until(uow, policy, until)
    audit.note_reason(uow, f"policies:{policy.id}.held_reason", reason_of(uow, policy), reason)
    policy.held_on = policy.held_on or uow.today
    policy.held_reason = uow.key(policy.id).seal("policies", "held_reason", policy.id, reason)
    uow.session.flush()


def reason_of(uow: UnitOfWork, policy: Policy) -> str:
    """Why a policy is on hold, as an admin typed it; empty where it is not, or where that does not open."""
    if policy.held_reason is None:
        return ""
    try:
        return uow.opened(policy.id, "policies", "held_reason", policy.id, policy.held_reason) or ""
    except Sealed:
        return ""


def lift(uow: UnitOfWork, policy: Policy) -> date:
    """Lift a hold; the day after which the policy is closed for good. Raises `FormRefused`."""
    until = max(ends.text_month(uow, policy.closed_on or policy.closes_on, policy.keep_months), month_of(uow.today))
    if policy.held_on is not None:
        keep_until(uow, policy, until)
        audit.note_reason(uow, f"policies:{policy.id}.held_reason", reason_of(uow, policy), "")
        policy.held_on, policy.held_reason = None, None
        uow.session.flush()
    return last_day(until)


def keep_until(uow: UnitOfWork, policy: Policy, month: str, field: str = "") -> None:
    """Keep the texts of a policy until another month.

    Raises `FormRefused` where that is too late or not possible, with the sentence beside `field`.
    """
    try:
        ends.keep_text_until(uow, policy.id, month)
    except ends.TooLate as late:
        raise FormRefused({field: says.too_late_for_a_hold(late.since)}) from None
    except MonthGone:
        raise FormRefused({field: says.NO_END_MONTH}) from None
    except Sealed:
        raise FormRefused({field: says.closed_for_good(policy.sealed_on)}) from None
