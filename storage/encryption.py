"""Authenticated encryption (AES-256-GCM), and the base of all keys that the database holds only wrapped.

What is encrypted is bound to its place as associated data: moved elsewhere, it does not open.
"""

import secrets
from functools import cached_property
from typing import ClassVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16
VERSION = b"\x01"


class CannotOpen(Exception):
    """A sealed text or wrapped key does not open: wrong key, wrong place, or it was changed."""


class Damaged(CannotOpen):
    """The key is there, and what was sealed is not what it was, or not where it was."""


class SecretKey:
    """32 random bytes for one purpose. Neither `repr` nor pickle reveals them."""

    PURPOSE: ClassVar[bytes]
    """Bound to the wrapped key, so that a key of one purpose never opens as one of another."""

    def __init__(self, key: bytes) -> None:
        """Take 32 random bytes."""
        self._key = key

    @cached_property
    def _cipher(self) -> AESGCM:
        return AESGCM(self._key)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def __reduce__(self) -> str:
        raise TypeError("A key cannot be pickled or copied.")


def encrypted(cipher: AESGCM, data: bytes, place: bytes) -> bytes:
    """A fresh nonce (12 bytes), and the ciphertext with its tag."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + cipher.encrypt(nonce, data, place)


def decrypted(cipher: AESGCM, sealed: bytes, place: bytes, what: str) -> bytes:
    """What `encrypted` was given. Raises `Damaged`, whose text begins with `what` and holds no content."""
    nonce, body = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
    if len(body) < TAG_BYTES:
        raise Damaged(f"{what} has an unknown format.")
    try:
        return cipher.decrypt(nonce, body, place)
    except InvalidTag:
        raise Damaged(f"{what} does not open: the key or the place is wrong, or it was changed.") from None
