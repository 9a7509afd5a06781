"""Notices: a policy owner is told at once when many say on one day that it is not deliverable.

It is for organisations that set `notice_at`. Only a release makes one, of what it has shown to everyone, so that a
notice tells nothing of when somebody wrote; and a policy has one in its life.
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
    """Tell a policy's owner, after a batch was shown, if it is time; whether it was."""
    least = uow.organisation.notice_at
    if least < 1 or stored_flags.shown_on(uow.session, policy_id, Verdict.NOT, uow.today) < least:
        return False
    policy = stored_policies.policy(uow.session, policy_id)
    reader = recipients.of_policy(uow, policy) if policy is not None else None
    return reader is not None and deliveries.tell_person(
        uow, reader, SCREEN, str(policy_id), key=f"{SCREEN}:{policy_id}"
    )
