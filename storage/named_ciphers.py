"""Ciphers by the name of their key: the first encrypts, all decrypt, so that a new key can be put before an old one.

Byte layout::

    01 | length of the name (1) | name of the key | nonce (12) | ciphertext and tag
"""

import re
from collections.abc import Mapping

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from storage.encryption import VERSION, CannotOpen, Damaged, decrypted, encrypted

NAME = re.compile(r"[A-Za-z0-9._-]{1,40}")
"""What a master key may be called."""


class NamedCiphers:
    """AES-256-GCM under each of several named keys. Neither `repr` nor pickle reveals one."""

    __slots__ = ("_ciphers", "_first")

    def __init__(self, ciphers: Mapping[str, AESGCM]) -> None:
        """Take the ciphers by name, one at least; the one that encrypts comes first."""
        self._first = next(iter(ciphers))
        self._ciphers = dict(ciphers)

    def __repr__(self) -> str:
        return f"<NamedCiphers: {len(self._ciphers)} keys>"

    def __reduce__(self) -> str:
        raise TypeError("Ciphers cannot be pickled or copied.")

    @property
    def names(self) -> list[str]:
        """The names of the keys, the one that encrypts first. Names are not secret."""
        return list(self._ciphers)

    @property
    def heads(self) -> list[bytes]:
        """How what each key encrypts begins, in the same order."""
        return [VERSION + _name_with_length(each) for each in self._ciphers]

    def encrypted(self, data: bytes, place: bytes) -> bytes:
        """Encrypt ``data`` under the first key, bound to ``place``."""
        head = VERSION + _name_with_length(self._first)
        return head + encrypted(self._ciphers[self._first], data, head + place)

    def decrypted(self, sealed: bytes, place: bytes, what: str) -> bytes:
        """What `encrypted` was given. Raises `CannotOpen`, whose text begins with ``what`` and names a missing key."""
        head = head_of(sealed)
        name = head[2:].decode("ascii", "replace")
        if sealed[:1] != VERSION or not NAME.fullmatch(name):
            raise Damaged(f"{what} has an unknown format.")
        if name not in self._ciphers:
            raise CannotOpen(f"{what} is wrapped by the master key {name}, which DELIVERABLE_KEY lacks.")
        return decrypted(self._ciphers[name], sealed[len(head) :], head + place, what)

    def is_first(self, sealed: bytes) -> bool:
        """Whether the first key encrypted this."""
        return head_of(sealed)[2:] == self._first.encode("ascii")


def head_of(sealed: bytes) -> bytes:
    """The bytes before the nonce: the version, the length of the name, and the name."""
    return sealed[: 2 + sealed[1] if len(sealed) > 1 else 0]


def _name_with_length(name: str) -> bytes:
    return bytes([len(name)]) + name.encode("ascii")
