"""Accounts: keeping their sealed copies under the first master key."""

from __future__ import annotations

from bot.people import newcomers
from bot.unit_of_work import sealed_accounts
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import people as stored


def rewrap(uow: UnitOfWork) -> int:
    """Seal again, under the first master key, the accounts that another one seals; how many there were.

    A row that was changed or damaged stays as it is. Raises `CannotOpen` where a master key is lacking.
    """
    changed = 0
    for row in stored.every_account(uow.session):
        if not uow.ring.accounts.is_first(row.sealed):
            account = sealed_accounts.opened(uow, row)
            if account is not None:
                sealed_accounts.write(uow, row, account)
                changed += 1
    uow.session.flush()
    return changed + newcomers.rewrap(uow)
