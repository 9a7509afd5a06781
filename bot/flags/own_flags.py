"""A person's own flags. No author of a confidential flag is stored, so they are looked for by the person's tags.

Tags are computed with the key of each policy, which takes half a second for 10,000 of them. So the policies that are
over are looked through one batch at a time, when the person asks for it.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from bot.flags import flags
from bot.interface.pages import Page
from bot.interface.views import FlagView
from bot.people.people import Visitor
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Flag, FlagStatus
from storage import flags as stored
from storage import policies as stored_policies
from storage.authors_key import AuthorsKey
from storage.encryption import Damaged
from storage.keys import MonthGone
from storage.policies import Wrapped

AT_ONCE = 1_000
"""How many policies that are over are looked through at once."""
JUST_OVER = timedelta(days=30)
"""How long after its last day a policy still counts as current."""


@dataclass(frozen=True)
class OwnFlags:
    """One page of a person's own flags with their answers; `more` tells if more policies are over."""

    flags: tuple[FlagView, ...]
    page: Page
    more: bool


def mine(uow: UnitOfWork, visitor: Visitor, number: int, earlier: int) -> OwnFlags:
    """One page of a person's own flags.

    `earlier` is 0 for those on current policies: where flags can be sent, were until recently, or wait for an answer or
    a release. From 1 on it is the number of a batch of all other policies, the last closed first. Questions to the
    person come first, then flags that they can still change, then the rest by policy. Only the flags of the page are
    opened.
    """
    keys, more = _policies(uow, earlier)
    tags: list[bytes] = []
    here: set[UUID] = set()
    for policy_id, key in keys:
        # Flags of a policy whose key was damaged cannot be found; the operator is told where it is needed.
        with suppress(Damaged, MonthGone):
            tags += uow.ring.unwrap(AuthorsKey, key.term, key.wrapped).author_tags(visitor.secrets)
            here.add(policy_id)
    found = [*stored.named_by(uow.session, visitor.author_ids), *stored.by_tags(uow.session, tags)]
    rows = [each for each in found if not each.withdrawn and each.policy_id in here]
    about = stored_policies.policies(uow.session, {each.policy_id for each in rows})
    rows.sort(key=lambda each: _place(uow, each, about[each.policy_id].title))
    page = Page.of(number, len(rows))
    uow.take_keys(each.policy_id for each in page.of_items(rows))
    opened: dict[UUID, FlagView] = {}
    for policy_id, some in _by_policy(page.of_items(rows)).items():
        opened |= {each.id: each for each in flags.views(uow, about[policy_id], some, own=True)}
    return OwnFlags(tuple(opened[each.id] for each in page.of_items(rows)), page, more)


def _policies(uow: UnitOfWork, earlier: int) -> tuple[list[Wrapped], bool]:
    since = uow.today - JUST_OVER
    if not earlier:
        over = stored_policies.keys_of_those_over(uow.session, since, offset=0, limit=1)
        return stored_policies.keys_of_current(uow.session, since), bool(over)
    offset = (earlier - 1) * AT_ONCE
    over = stored_policies.keys_of_those_over(uow.session, since, offset=offset, limit=AT_ONCE + 1)
    return over[:AT_ONCE], len(over) > AT_ONCE


def _place(uow: UnitOfWork, flag: Flag, title: str) -> tuple[bool, bool, str, date, UUID]:
    asked = flag.status is FlagStatus.ASKED
    return (not asked, flag.released_on is not None, title, flag.released_on or uow.today, flag.id)


def _by_policy(rows: Iterable[Flag]) -> dict[UUID, list[Flag]]:
    found: dict[UUID, list[Flag]] = {}
    for row in rows:
        found.setdefault(row.policy_id, []).append(row)
    return found
