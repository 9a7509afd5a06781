"""Told first: in which order a person's accounts are written to.

They choose it themselves. Until then it is the platform on which they were named or met as a policy owner.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from bot.interface.views import AccountView
from bot.people import places
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Identity
from storage import people as stored

OWN_TEST = "test-message-own"
"""The screen of a test message that a person sends to themselves."""


def accounts(uow: UnitOfWork, person_id: UUID) -> tuple[AccountView, ...]:
    """A person's open accounts, in the order in which they are written to."""
    rows = stored.identities_of(uow.session, person_id)
    names = places.of_accounts(uow, rows)
    return tuple(AccountView(str(each.id), names[each.id]) for each in rows)


def choose(uow: UnitOfWork, person_id: UUID, first: Sequence[str]) -> None:
    """Set which accounts (keys of `accounts`) are written to first, in that order. The others follow in theirs."""
    rows = stored.identities_of(uow.session, person_id)
    wanted = {key: place for place, key in enumerate(first)}
    in_order = sorted(rows, key=lambda each: wanted.get(str(each.id), len(wanted)))
    for rank, each in enumerate(in_order, 1):
        each.rank = rank
    uow.session.flush()


def prefer(uow: UnitOfWork, person_id: UUID, platform: str) -> None:
    """Write first to their account on the platform where they were named, unless it was chosen or they have none."""
    rows = stored.identities_of(uow.session, person_id)
    found = next((each for each in rows if each.platform == platform), None)
    if found is not None and not any(_is_chosen(each) for each in rows):
        found.rank = 1
        uow.session.flush()


def _is_chosen(account: Identity) -> bool:
    return account.rank is not None
