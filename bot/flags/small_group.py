"""How many people could have written a flag: in a small group others may guess who did."""

from __future__ import annotations

from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Audience, Policy, memberships


def writers(uow: UnitOfWork, policy: Policy) -> int | None:
    """How many people may flag a policy, if they are fewer than the smallest group; else None.

    Members of all its channels count, once each, or of any channel where everyone is on it; whoever answers for the
    policy does not, nor do bots, and guests only where they may write.
    """
    floor = uow.organisation.floor
    roles = [each for each in (policy.owner_id, policy.delegate_id, policy.senior_id) if each is not None]
    most = floor + len(roles)
    if policy.audience is Audience.EVERYONE:
        found = memberships.everyone(uow.session, most)
    else:
        found = memberships.members(uow.session, policy.id, most)
    if len(found) == most:
        return None
    number = sum(each not in roles for each in found)
    return number if number < floor else None
