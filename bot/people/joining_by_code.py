"""Joining by code: two accounts are one author once the person has shown, with a code, that both are theirs.

Joined accounts share their secrets, each with its own first, so that *My flags* is the same in both, and neither can
add to a flag of the other. Roles and messages do not follow a code: they go by address (`bot/people/joining.py`).
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import replace
from datetime import datetime, timedelta

from bot.people import people
from bot.people.people import Visitor
from bot.screens import refusals as says
from bot.unit_of_work import sealed_accounts
from bot.unit_of_work.errors import FormRefused
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Identity, JoiningCode
from storage import joining_codes as stored
from storage import people as stored_people
from storage.accounts_key import MOST_SECRETS, AccountName, SealedAccount, author_id

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without what is read as something else: 0 and O, 1, I and L."""
LENGTH = 10
WORKS_FOR = timedelta(minutes=10)
MOST_WRONG = 5
"""How many wrong codes an account can enter in ten minutes, in each process; after that none is right."""
MOST_COUNTED = 10_000

_wrong: dict[AccountName, list[datetime]] = {}


def get(uow: UnitOfWork, visitor: Visitor) -> str:
    """A new code for the visitor's account, as it is shown, such as ``AB2CD-EF3GH``. An earlier one stops working."""
    row = _row(uow, visitor)
    code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    stored.forget(uow.session, [row.id], uow.now)
    expires_at = uow.now + WORKS_FOR
    uow.session.add(
        JoiningCode(
            identity_id=row.id,
            found_by=uow.ring.accounts.code_mac(b"find", code),
            mac=_mac(uow, code, row.account, expires_at),
            expires_at=expires_at,
        )
    )
    uow.session.flush()
    return f"{code[: LENGTH // 2]}-{code[LENGTH // 2 :]}"


def enter(uow: UnitOfWork, visitor: Visitor, typed: str) -> None:
    """Join the visitor's account with the one for which a code was made. Raises `FormRefused`.

    A wrong code, an old one and a used one are answered alike.
    """
    row = _row(uow, visitor)
    code = "".join(each for each in typed.upper() if each.isalnum())
    other = _account_of(uow, code) if _may_try(row.account, uow.now) else None
    if other is None:
        _count_wrong(row.account, uow.now)
        raise FormRefused({"code": says.UNKNOWN_JOINING_CODE})
    if other.id == row.id:
        raise FormRefused({"code": says.OWN_JOINING_CODE})
    _share(uow, row, other)
    stored.forget(uow.session, [other.id], uow.now)


def _row(uow: UnitOfWork, visitor: Visitor) -> Identity:
    """The visitor's account. Raises `UnknownPerson` for someone who has none."""
    row = stored_people.identity(uow.session, *visitor.account) if visitor.account is not None else None
    if row is None:
        raise people.UnknownPerson
    return row


def _mac(uow: UnitOfWork, code: str, account: AccountName, expires_at: datetime) -> bytes:
    return uow.ring.accounts.code_mac(b"join", code, account.bound + f"|{expires_at.isoformat()}".encode())


def _account_of(uow: UnitOfWork, code: str) -> Identity | None:
    """The account for which a code was made, while it works."""
    found = stored.found_by(uow.session, uow.ring.accounts.code_mac(b"find", code))
    account = stored_people.account(uow.session, found.identity_id) if found is not None else None
    if found is None or account is None or not uow.now < found.expires_at <= uow.now + WORKS_FOR:
        return None
    return account if hmac.compare_digest(found.mac, _mac(uow, code, account.account, found.expires_at)) else None


def _may_try(account: AccountName, now: datetime) -> bool:
    _wrong[account] = [at for at in _wrong.get(account, ()) if abs(now - at) < WORKS_FOR]
    return len(_wrong[account]) < MOST_WRONG


def _count_wrong(account: AccountName, now: datetime) -> None:
    if len(_wrong) >= MOST_COUNTED:
        _wrong.clear()
    _wrong.setdefault(account, []).append(now)


def _share(uow: UnitOfWork, row: Identity, other: Identity) -> None:
    """Give every account of both people the secrets of all. Raises `FormRefused` where they are too many."""
    both = [account for each in (row, other) if (account := sealed_accounts.opened(uow, each)) is not None]
    every = tuple(dict.fromkeys(secret for account in both for secret in account.secrets))
    if len(both) < 2:
        raise FormRefused({"code": says.UNKNOWN_JOINING_CODE})
    if len(every) > MOST_SECRETS:
        raise FormRefused({"code": says.TOO_MANY_ACCOUNTS})
    for each, account in _accounts_with(uow, every):
        own = account.own_secrets
        shared = (*own, *(secret for secret in every if secret not in own))
        sealed_accounts.write(uow, each, replace(account, secrets=shared))
    uow.session.flush()


def _accounts_with(uow: UnitOfWork, some: tuple[bytes, ...]) -> list[tuple[Identity, SealedAccount]]:
    """The accounts whose own secrets are among these, in a stable order."""
    rows = stored_people.of_authors(uow.session, [author_id(each) for each in some])
    return [(each, account) for each in rows if (account := sealed_accounts.opened(uow, each)) is not None]


def joined_with(uow: UnitOfWork, visitor: Visitor) -> list[Identity]:
    """The other accounts that share the secrets of the visitor's account now, in a stable order."""
    row = _row(uow, visitor) if not visitor.newcomer else None
    account = sealed_accounts.opened(uow, row) if row is not None else None
    found = _accounts_with(uow, account.secrets) if account is not None else []
    return [each for each, _ in found if each.account != visitor.account]


def not_joined(uow: UnitOfWork, visitor: Visitor) -> list[Identity]:
    """The other open accounts of the visitor, by their address, that do not share the visitor's secrets."""
    if visitor.newcomer or visitor.account is None:
        return []
    rows = sealed_accounts.sound(uow, stored_people.identities_of(uow.session, visitor.id))
    return [each for each in rows if each.author_id not in visitor.author_ids]


def separate(uow: UnitOfWork, visitor: Visitor) -> None:
    """Separate the visitor's account from those that it was joined with by a code: each has its own secrets again."""
    row = _row(uow, visitor)
    leaving = sealed_accounts.opened(uow, row)
    if leaving is None:
        return
    for each, account in _accounts_with(uow, leaving.secrets):
        kept = tuple(secret for secret in account.secrets if secret not in leaving.own_secrets)
        sealed_accounts.write(uow, each, replace(account, secrets=leaving.own_secrets if each.id == row.id else kept))
    uow.session.flush()
