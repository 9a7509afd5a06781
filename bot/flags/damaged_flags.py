"""Flags whose rows were changed or damaged, so that their texts do not open: they are left out of lists and counts.

One is found wherever it was to be shown, and once a day, after the release, all flags of current policies are looked
through. One that opens again, because its row was put right, is shown and counted again.
"""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from bot.flags import flag_views
from bot.policies import policies
from bot.unit_of_work.unit_of_work import Sealed, UnitOfWork
from storage import flags as stored
from storage import policies as stored_policies


def where_to_look(uow: UnitOfWork) -> list[UUID]:
    """The policies that take flags, or on which one waits for an answer."""
    return [policy_id for policy_id, _ in stored_policies.keys_of_current(uow.session, uow.today)]


def search(uow: UnitOfWork, policy_id: UUID) -> dict[UUID, bool]:
    """The flags of a policy that are to be left out (True), or no longer (False)."""
    try:
        rows = stored.of_policy(uow.session, policy_id)
        damaged = {each.id: flag_views.texts_of(uow, each) is None for each in rows}
    except Sealed:
        return {}
    return {each.id: damaged[each.id] for each in rows if damaged[each.id] != each.left_out}


def note(uow: UnitOfWork, found: Mapping[UUID, bool]) -> None:
    """Leave flags out of all counts, or no longer, and bring the cards of their policies up to date."""
    for left_out in (True, False):
        stored.leave_out(uow.session, [each for each, damaged in found.items() if damaged is left_out], left_out)
    for policy_id in sorted({each.policy_id for each in stored.flags(uow.session, found)}):
        stored_policies.count_people(uow.session, policy_id)
        policies.refresh_cards(uow, policy_id)
