"""Alerts: a policy owner is told at once when many flags shown on one day say that it is not deliverable.

Only organisations that set `notice_at` get them. An alert follows a release and counts what that has shown to everyone,
so it reveals nothing about when anyone wrote. A policy gets at most one alert.
"""

from __future__ import annotations

from uuid import UUID

from bot.outbox import deliveries
from bot.people import recipients
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Verdict
from storage import flags as stored_flags
from storage import policies as stored_policies

SCREEN = "many-not-deliverable"


def consider(uow: UnitOfWork, policy_id: UUID) -> bool:
    """Alert a policy's owner, after a release, if enough of its flags say so. Returns whether an alert was sent."""
    least = uow.organisation.notice_at
    if least < 1 or stored_flags.shown_on(uow.session, policy_id, Verdict.NOT, uow.today) < least:
        return False
    policy = stored_policies.policy(uow.session, policy_id)
    reader = recipients.of_policy(uow, policy) if policy is not None else None
    return reader is not None and deliveries.tell_person(
        uow, reader, SCREEN, str(policy_id), key=f"{SCREEN}:{policy_id}"
    )
