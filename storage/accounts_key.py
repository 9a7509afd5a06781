"""The accounts' key: seals what the program believes of each account, so that a writer to the database cannot lend it.

It is made from the master key, as is the key under which codes for joining two accounts are kept.

Byte layout::

    sealed account   01 | length of the name (1) | name of the master key | nonce (12) | ciphertext and tag
    in it            guest (1) | own secrets (1) | secrets (1) | 4 secrets of 32 bytes or zeros | person (16)
                     | length of the address (2) | address and zeros (512)

All sealed accounts under one master key have one size, so that the number of secrets does not show. The platform, the
workspace and the user are bound to each as associated data.
"""

import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from storage.encryption import CannotOpen, Damaged
from storage.named_ciphers import NamedCiphers

SECRET_BYTES = 32
MOST_SECRETS = 4
"""With how many secrets an account can write or find again what was written."""
ADDRESS_BYTES = 512
"""Longer than any address may be, which is 254 characters."""
LENGTH_BYTES = 2
HEAD_BYTES = 3
UUID_BYTES = 16


class AccountName(NamedTuple):
    """What a platform calls an account."""

    platform: str
    workspace: str
    user: str

    @property
    def bound(self) -> bytes:
        """The same as bytes. No part holds NUL, which no database takes, so no two names give the same bytes."""
        return "\0".join(self).encode("utf-8", "surrogatepass")


@dataclass(frozen=True)
class SealedAccount:
    """What a sealed account holds: as whom it holds roles, its address, and the secrets by which it writes.

    The first `own` secrets (1 or 2) are its own, the others are of accounts that were joined with it by a code. `email`
    is in the form in which addresses are compared; empty if the directory gives none.
    """

    person_id: UUID
    secrets: tuple[bytes, ...] = ()
    own: int = 1
    email: str = ""
    guest: bool = False

    @property
    def own_secrets(self) -> tuple[bytes, ...]:
        """The secrets that the account has whatever it is joined with."""
        return self.secrets[: self.own]

    def __repr__(self) -> str:
        return f"<SealedAccount: {len(self.secrets)} secrets>"


class AccountsKey:
    """Seals accounts under the first of several master keys, and opens those under any of them."""

    __slots__ = ("_ciphers", "_code_key")

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        """Take the master keys, 32 bytes each, by name; the one that seals comes first."""
        derived = {name: hmac.digest(key, b"accounts/v1", "sha256") for name, key in keys.items()}
        self._ciphers = NamedCiphers({name: AESGCM(key) for name, key in derived.items()})
        self._code_key = hmac.digest(next(iter(keys.values())), b"joining-codes/v1", "sha256")

    def __repr__(self) -> str:
        return "<AccountsKey>"

    def __reduce__(self) -> str:
        raise TypeError("The accounts' key cannot be pickled or copied.")

    def seal(self, name: AccountName, account: SealedAccount) -> bytes:
        """Seal what an account holds, for the account of that name."""
        return self._ciphers.encrypted(_packed(account), b"account|" + name.bound)

    def open(self, name: AccountName, sealed: bytes) -> SealedAccount:
        """Open what was sealed for the account of that name. Raises `CannotOpen`."""
        return _unpacked(self._ciphers.decrypted(sealed, b"account|" + name.bound, "An account"))

    def opens_any(self, sealed: Iterable[tuple[AccountName, bytes]]) -> bool:
        """Whether one of these sealed accounts opens, or there are none."""
        some = list(sealed)
        return not some or any(self._opens(*each) for each in some)

    def _opens(self, name: AccountName, sealed: bytes) -> bool:
        try:
            self.open(name, sealed)
        except CannotOpen:
            return False
        return True

    def is_first(self, sealed: bytes) -> bool:
        """Whether the first master key sealed this, so that a rotation knows what is left to do."""
        return self._ciphers.is_first(sealed)

    def seal_newcomers(self, platform: str, keys: tuple[bytes, ...]) -> bytes:
        """Seal the newcomers' keys of a platform: the current one, and an earlier one that is still looked for."""
        return self._ciphers.encrypted(b"".join(keys), b"newcomers|" + platform.encode())

    def open_newcomers(self, platform: str, sealed: bytes) -> tuple[bytes, ...]:
        """Open what `seal_newcomers` sealed for that platform. Raises `CannotOpen`."""
        data = self._ciphers.decrypted(sealed, b"newcomers|" + platform.encode(), "A newcomers' key")
        return tuple(data[start : start + SECRET_BYTES] for start in range(0, len(data), SECRET_BYTES))

    def code_mac(self, purpose: bytes, code: str, bound: bytes = b"") -> bytes:
        """The HMAC (32 bytes) under which a code is kept; `bound` is what must not be changed beside it."""
        return hmac.digest(self._code_key, b"|".join((purpose, code.encode(), bound)), "sha256")


def newcomer_secret(newcomers_key: bytes, name: AccountName) -> bytes:
    """The secret of an account that is on no roster yet, which it keeps once it is on one."""
    return hmac.digest(newcomers_key, b"newcomer/v1|" + name.bound, "sha256")


def author_id(secret: bytes) -> UUID:
    """The id under which what is written by name with that secret is kept. It gives nothing of the secret away."""
    return UUID(bytes=hmac.digest(secret, b"author/v1", "sha256")[:UUID_BYTES])


def _packed(account: SealedAccount) -> bytes:
    address = account.email.encode("utf-8", "surrogatepass")
    if len(address) > ADDRESS_BYTES or len(account.secrets) > MOST_SECRETS:
        raise ValueError("An account has an address of 512 bytes and 4 secrets at most.")
    return b"".join(
        (
            bytes((account.guest, account.own, len(account.secrets))),
            b"".join(account.secrets).ljust(MOST_SECRETS * SECRET_BYTES, b"\0"),
            account.person_id.bytes,
            len(address).to_bytes(LENGTH_BYTES, "big"),
            address.ljust(ADDRESS_BYTES, b"\0"),
        )
    )


def _unpacked(data: bytes) -> SealedAccount:
    secrets_end = HEAD_BYTES + MOST_SECRETS * SECRET_BYTES
    person_end = secrets_end + UUID_BYTES
    address_start = person_end + LENGTH_BYTES
    if len(data) != address_start + ADDRESS_BYTES:
        raise Damaged("An account has an unknown format.")
    guest, own, many = data[:HEAD_BYTES]
    length = int.from_bytes(data[person_end:address_start], "big")
    return SealedAccount(
        person_id=UUID(bytes=data[secrets_end:person_end]),
        secrets=tuple(data[HEAD_BYTES + n * SECRET_BYTES :][:SECRET_BYTES] for n in range(many)),
        own=own,
        email=data[address_start : address_start + length].decode("utf-8", "surrogatepass"),
        guest=bool(guest),
    )
