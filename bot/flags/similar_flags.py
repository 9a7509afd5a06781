"""Similar flags: which of the shown flags of a policy say much the same as one that was just typed.

They are looked for before the policy is locked: the texts of all its flags are decrypted and compared, and nobody else
has to wait for that. Nothing of it is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from rapidfuzz import fuzz, process, utils

from bot.flags import flags
from bot.flags.flags import NewFlag
from bot.interface.views import FlagView
from bot.people.people import Visitor
from bot.screens.flag.flag_form import MOST_SIMILAR
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Policy
from storage import flags as stored

ALIKE = 62


def similar(uow: UnitOfWork, visitor: Visitor, policy: Policy, typed: NewFlag) -> tuple[FlagView, ...]:
    """Up to three shown flags of a policy that say much the same, closest first, and none of the visitor's own."""
    matches = process.extract(
        typed.because,
        _texts_of_others(uow, visitor, policy),
        scorer=fuzz.token_set_ratio,
        processor=utils.default_process,
        score_cutoff=ALIKE,
        limit=MOST_SIMILAR,
    )
    return _views_in_order(uow, policy, [match[2] for match in matches])


def _texts_of_others(uow: UnitOfWork, visitor: Visitor, policy: Policy) -> dict[UUID, str]:
    key = uow.key(policy.id)
    # Computed once, and not for each flag: a policy may have a thousand.
    own_tags, own_ids = set(key.author_tags(visitor.ids)), set(visitor.ids)
    return {
        each.id: key.open("flags", "because", each.id, each.because)
        for each in stored.shown_texts(uow.session, policy.id)
        if each.tag not in own_tags and each.person_id not in own_ids
    }


def _views_in_order(uow: UnitOfWork, policy: Policy, flag_ids: Sequence[UUID]) -> tuple[FlagView, ...]:
    if not flag_ids:
        return ()
    rows = {each.id: each for each in stored.flags(uow.session, flag_ids)}
    return flags.views(uow, policy, [rows[each] for each in flag_ids if each in rows])
