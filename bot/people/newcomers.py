"""Newcomers: members of a channel who are on no roster yet, and so have no row. None is made because they press.

Their secrets are made of their account and of a newcomers' key, so that they can flag at once and find it again. When a
round of rosters adds the account, it keeps those secrets.

A round begins with a new key, and the one before it goes when the round ends. Until then both are tried::

    before a round   K1        newcomers write with K1
    during it        K2, K1    they write with K2; who wrote with K1 joined before it began, so the round lists them
    after it         K2        accounts that it added have the secrets of both

A round that could not read every roster does not end; the next one goes on with the same two keys.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from bot.unit_of_work import sealed_text
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import NewcomersKeys
from storage import newcomers_keys as stored
from storage.accounts_key import SECRET_BYTES, AccountName, newcomer_secret
from storage.encryption import Damaged

MOST_KEYS = 2
"""The current key and, during a round, the one before it."""


def secrets_of(name: AccountName, keys: Iterable[bytes]) -> tuple[bytes, ...]:
    """The secrets of an account that is on no roster, by the newcomers' keys of its platform; the first makes tags."""
    return tuple(newcomer_secret(key, name) for key in keys)


def keys(uow: UnitOfWork, platform: str) -> tuple[bytes, ...]:
    """The newcomers' keys of a platform, the current one first; none before any roster was read there.

    Raises `CannotOpen` where this process lacks the master key: what it cannot read it must not replace.
    """
    row = stored.of_platform(uow.session, platform)
    if row is None:
        return ()
    try:
        return uow.ring.accounts.open_newcomers(platform, row.sealed)
    except Damaged:
        sealed_text.tell("newcomers_keys", platform, uow.now, "no newcomer is recognised until a roster is read")
        return ()


def keys_to_add_with(uow: UnitOfWork, platform: str) -> tuple[bytes, ...]:
    """The same for adding accounts: where there is none that opens, it is made."""
    found = keys(uow, platform)
    if not found:
        found = (_new_key(),)
        _keep(uow, platform, found)
    return found


def _new_key() -> bytes:
    return secrets.token_bytes(SECRET_BYTES)


def begin_round(uow: UnitOfWork, platform: str) -> None:
    """Begin to read every roster of a platform: newcomers write with a new key from now on."""
    found = keys(uow, platform)
    if len(found) < MOST_KEYS:
        _keep(uow, platform, (_new_key(), *found))


def end_round(uow: UnitOfWork, platform: str) -> None:
    """Forget the key from before a round, once all its rosters were read and their accounts are added."""
    _keep(uow, platform, keys(uow, platform)[:1])


def _keep(uow: UnitOfWork, platform: str, kept: tuple[bytes, ...]) -> None:
    sealed = uow.ring.accounts.seal_newcomers(platform, kept)
    uow.session.merge(NewcomersKeys(platform=platform, sealed=sealed))
    uow.session.flush()


def rewrap(uow: UnitOfWork) -> int:
    """Seal again, under the first master key, the newcomers' keys that another one seals; how many there were."""
    old = [each for each in stored.of_all(uow.session) if not uow.ring.accounts.is_first(each.sealed)]
    for each in old:
        _keep(uow, each.platform, keys(uow, each.platform))
    return len(old)
