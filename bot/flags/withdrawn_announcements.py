"""Withdrawing an announcement that was made by mistake: it takes no more flags, and nobody is asked for anything.

What was sent stays: flags that are shown can be read by those who are on the policy, and those that wait are shown as
their forms said. No answer is asked for any more, and what was promised is stopped.
"""

from __future__ import annotations

from uuid import uuid4

from bot.flags import kept_promises
from bot.outbox import deliveries
from bot.people import recipients
from bot.people.people import Visitor
from bot.policies import answer_deadlines, policies
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Audience, Policy, policy_keys
from storage import flags as stored_flags

SCREEN = "announcement-withdrawn"


def may_withdraw(policy: Policy, visitor: Visitor) -> bool:
    """Whether it is for them: the policy owner, the announcer and, where everyone is on the policy, an admin."""
    if visitor.guest:
        return False
    is_theirs = not {policy.owner_id, policy.announced_by}.isdisjoint(visitor.ids)
    return is_theirs or (visitor.admin and policy.audience is Audience.EVERYONE)


def withdraw(uow: UnitOfWork, visitor: Visitor, policy: Policy, reason: str) -> None:
    """Withdraw an announcement; tell its owner and everyone on it, with the reason. Once withdrawn, it stays so."""
    policy_keys.lock(uow.session, policy.id)
    uow.session.refresh(policy)
    if policy.withdrawn_on is not None:
        return
    policy.withdrawn_on, policy.withdrawn_by, policy.withdrawn_reason = uow.today, visitor.id, reason
    policy.closed_on = policy.closed_on or min(policy.closes_on, uow.today)
    uow.session.flush()
    answer_deadlines.check_now(uow, policy)
    stored_flags.ask_for_none(uow.session, policy.id)
    kept_promises.stop(uow, policy.id)
    policies.refresh_cards(uow, policy.id)
    key = f"{SCREEN}:{uuid4()}"
    deliveries.tell_channels(uow, policy.id, SCREEN, str(policy.id), key=key)
    owner = recipients.of_policy(uow, policy)
    if owner is not None and owner not in visitor.ids:
        deliveries.tell_person(uow, owner, SCREEN, str(policy.id), key=f"{key}:{owner}")
