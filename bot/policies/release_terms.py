"""The organisation's terms, where cards in channels say some of them: on which days flags are shown."""

from __future__ import annotations

from collections.abc import Mapping

from bot.policies import policies
from bot.unit_of_work import organisation
from bot.unit_of_work.organisation import Value
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import policies as stored


def describe(uow: UnitOfWork, values: Mapping[str, Value]) -> dict[str, Value]:
    """Save settings as `organisation.describe` does, and update the cards that say on which days flags are shown."""
    before = uow.organisation.release_days
    found = organisation.describe(uow, values)
    if uow.organisation.release_days != before:
        for policy_id in stored.open_without_flags(uow.session, uow.today):
            policies.refresh_cards(uow, policy_id)
    return found
