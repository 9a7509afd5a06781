"""The day change: policy cards that read differently because a new day has begun.

A policy that took flags until yesterday is closed now, and an answer that was due yesterday is late.
"""

from __future__ import annotations

from bot.policies import policies
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import flags as stored_flags
from storage import organisation as organisations
from storage import policies as stored_policies


def has_come(uow: UnitOfWork) -> bool:
    """Whether cards are still to be refreshed for this day of the organisation."""
    seen = uow.organisation.cards_on
    return seen is None or seen < uow.today


def begin(uow: UnitOfWork) -> int:
    """Refresh the cards that the new day has changed; the number of policies. Only the first call in a day does so."""
    since = organisations.claim_day(uow.session, uow.today)
    if since is None:
        return 0
    closed = stored_policies.closed_since(uow.session, since, uow.today)
    changed = closed | stored_flags.late_since(uow.session, since, uow.today)
    for policy_id in sorted(changed):
        policies.refresh_cards(uow, policy_id)
    return len(changed)
