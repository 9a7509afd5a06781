"""Similar flags: which of the shown flags of a policy are nearest to one that was just typed.

They are looked for before the policy is locked: the texts of all its flags are decrypted and compared, and nobody else
has to wait for that. They are ranked, and none is left out for being unlike: with short texts, and with texts in other
words, any such limit is wrong. Nothing of it is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from uuid import UUID

from bot.flags import flag_views, meaning, ranking
from bot.flags.flags import NewFlag
from bot.interface.views import FlagView
from bot.people.people import Visitor
from bot.screens.flag.flag_form import MOST_SIMILAR
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Flag, Policy
from storage import flags as stored
from storage.encryption import Damaged
from storage.text_key import TextKey


def nearest(uow: UnitOfWork, visitor: Visitor, policy: Policy, typed: NewFlag) -> tuple[FlagView, ...]:
    """The shown flags of a policy that are nearest, up to three, nearest first, and none of the visitor's own."""
    others = _of_others(uow, visitor, policy)
    scores = _scores(uow.key(policy.id), typed.because, others)
    best = sorted(zip(scores, others, strict=True), key=lambda each: -each[0])[:MOST_SIMILAR]
    return _views_in_order(uow, policy, [each.id for _, each in best])


def _of_others(uow: UnitOfWork, visitor: Visitor, policy: Policy) -> list[Flag]:
    # Computed once, and not for each flag: a policy may have a thousand.
    keys, own_ids = uow.authors_keys(policy.id), set(visitor.author_ids)
    own_tags = {tag for each in keys for tag in each.author_tags(visitor.secrets)}
    shown = stored.shown_texts(uow.session, policy.id)
    return [each for each in shown if each.tag not in own_tags and each.person_id not in own_ids]


def _scores(key: TextKey, typed: str, others: Sequence[Flag]) -> list[float]:
    wanted = meaning.vector(typed)
    if wanted is None:
        return ranking.scores(typed, [_text(key, each) for each in others])
    return meaning.scores(wanted, [_vector(key, each) for each in others])


def _vector(key: TextKey, shown: Flag) -> bytes | None:
    if shown.meaning is not None:
        # Where it does not open, it is made again from the text.
        with suppress(Damaged):
            kept = key.open_bytes("flags", "meaning", shown.id, shown.meaning, stored.bound(shown))
            if meaning.is_current(kept):
                return kept
    return meaning.vector(_text(key, shown))


def _text(key: TextKey, shown: Flag) -> str:
    try:
        return key.open("flags", "because", shown.id, shown.because, stored.bound(shown))
    except Damaged:
        return ""  # nothing is like it; where it is listed, the operator is told


def _views_in_order(uow: UnitOfWork, policy: Policy, flag_ids: Sequence[UUID]) -> tuple[FlagView, ...]:
    if not flag_ids:
        return ()
    rows = {each.id: each for each in stored.flags(uow.session, flag_ids)}
    return flag_views.views(uow, policy, [rows[each] for each in flag_ids if each in rows])
