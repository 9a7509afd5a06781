"""Sealed accounts: what an account is stands in its sealed copy, and its columns count where they agree with that.

A row of which this is not so was changed or damaged. It is nobody's account then, in nobody's favour, and breaks
nothing else; the operator is told, once a day.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.unit_of_work import sealed_text
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Identity
from storage.accounts_key import AccountName, SealedAccount, author_id
from storage.encryption import CannotOpen, Damaged


def opened(uow: UnitOfWork, row: Identity) -> SealedAccount | None:
    """What an account is; None, and the operator is told, where its row was changed or damaged.

    So too where this process lacks the master key, for one account must not stop what is done for others.
    """
    try:
        return of_visitor(uow, row)
    except CannotOpen:
        _tell(uow, row)
        return None


def of_visitor(uow: UnitOfWork, row: Identity) -> SealedAccount | None:
    """The same for whoever clicks. Raises `CannotOpen` where this process lacks the key: their row is not damaged."""
    try:
        account = uow.ring.accounts.open(row.account, row.sealed)
    except Damaged:
        account = None
    if account is None or not row.agrees(account):
        _tell(uow, row)
        return None
    return account


def _tell(uow: UnitOfWork, row: Identity) -> None:
    sealed_text.tell("identities", row.id, uow.now, "counts as no account")


def sound(uow: UnitOfWork, rows: Iterable[Identity]) -> list[Identity]:
    """Those of the accounts whose rows are as they were written, in the same order."""
    return [each for each in rows if opened(uow, each) is not None]


def new(uow: UnitOfWork, name: AccountName, account: SealedAccount) -> Identity:
    """A row for a new account."""
    return Identity(**name._asdict(), **_columns(uow, name, account))


def write(uow: UnitOfWork, row: Identity, account: SealedAccount) -> None:
    """Make an account what is given: its columns, and the sealed copy."""
    for column, value in _columns(uow, row.account, account).items():
        setattr(row, column, value)


def _columns(uow: UnitOfWork, name: AccountName, account: SealedAccount) -> dict[str, Any]:
    return {
        "person_id": account.person_id,
        "author_id": author_id(account.secrets[0]),
        "email": account.email or None,
        "guest": account.guest,
        "sealed": uow.ring.accounts.seal(name, account),
    }
