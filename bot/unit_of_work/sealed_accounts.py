"""Sealed accounts: what an account is stands in its sealed copy, and its columns count where they agree with that.

A row of which this is not so was changed or damaged. It is nobody's account then, in nobody's favour, and breaks
nothing else; the operator is told, once a day, and the next roster repairs it. A row under a master key that this
process lacks is not damaged: nothing is decided or written here as if the account were not there.
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

    Raises `CannotOpen` where this process lacks the master key.
    """
    account = within(uow, row)
    if account is None or not row.agrees(account):
        sealed_text.tell("identities", row.id, uow.now, "counts as no account")
        return None
    return account


def within(uow: UnitOfWork, row: Identity) -> SealedAccount | None:
    """What the sealed copy of an account says, whatever its columns do; None where it was damaged.

    Raises `CannotOpen` where this process lacks the master key.
    """
    try:
        return uow.ring.accounts.open(row.account, row.sealed)
    except Damaged:
        return None


def opened_if_possible(uow: UnitOfWork, row: Identity) -> SealedAccount | None:
    """As `opened`, and None too where this process lacks the master key.

    For the worker, in which one account must not stop what is done for others.
    """
    try:
        return opened(uow, row)
    except CannotOpen:
        sealed_text.tell("identities", row.id, uow.now, "needs a master key that DELIVERABLE_KEY lacks")
        return None


def sound(uow: UnitOfWork, rows: Iterable[Identity]) -> list[Identity]:
    """Those of the accounts whose rows are as they were written, in the same order.

    Raises `CannotOpen` where this process lacks the master key of one.
    """
    return [each for each in rows if opened(uow, each) is not None]


def sound_if_possible(uow: UnitOfWork, rows: Iterable[Identity]) -> list[Identity]:
    """As `sound`, without those whose master key this process lacks: for the worker."""
    return [each for each in rows if opened_if_possible(uow, each) is not None]


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
