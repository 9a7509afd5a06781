"""Master keys, which are kept outside the database, and the keys that they wrap, which are kept in it.

A policy has two keys of its own, both random: the text key (`storage/text_key.py`) and the authors' key
(`storage/authors_key.py`). Each installation and the audit log have one.

Byte layout::

    wrapped key   01 | length of the name (1) | name of the master key | nonce (12) | ciphertext and tag

The purpose of a wrapped key and the row that it belongs to are bound to it.
"""

import base64
import binascii
import hashlib
import secrets
from collections.abc import Iterable, Mapping
from typing import TypeVar
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from storage.accounts_key import AccountsKey
from storage.encryption import KEY_BYTES, SecretKey
from storage.named_ciphers import NAME, NamedCiphers, head_of

Kind = TypeVar("Kind", bound=SecretKey)


class BadKey(ValueError):
    """`DELIVERABLE_KEY` is wrong. The text says how, and never repeats any of the key."""


def new_master_key(name: str) -> str:
    """Make a master key in the form that `DELIVERABLE_KEY` takes: ``name:`` and 32 random bytes in base64url.

    ``name`` is 1 to 40 letters, digits, dots, hyphens or underscores. Raises `BadKey`.
    """
    _check_name(name, "The name")
    return f"{name}:{base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode().rstrip('=')}"


def nonce_hash(nonce: str) -> bytes:
    """The SHA-256 (32 bytes) of a form's nonce, which is stored so that a form is accepted only once.

    The nonce must be random and long (22 characters of base64url or more), so that it cannot be guessed from the hash.
    """
    return hashlib.sha256(b"form/v1\x00" + nonce.encode("utf-8", "surrogatepass")).digest()


class KeyRing:
    """The master keys. The first one wraps, all unwrap, so that a new key can be put before an old one."""

    __slots__ = ("_ciphers", "accounts")

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        """Take the keys, 32 bytes each, by name; the one that wraps comes first. Raises `BadKey`."""
        if not keys:
            raise BadKey("DELIVERABLE_KEY is empty. Make a key with: python -m bot keys new")
        self._ciphers = NamedCiphers({name: AESGCM(key) for name, key in keys.items()})
        self.accounts = AccountsKey(keys)

    @classmethod
    def from_text(cls, text: str) -> "KeyRing":
        """Parse ``name:base64url`` keys separated by commas, with optional spaces. Raises `BadKey`."""
        keys: dict[str, bytes] = {}
        for number, part in enumerate(filter(None, (part.strip() for part in text.split(","))), start=1):
            name, key = _parsed(part, f"Key {number} in DELIVERABLE_KEY")
            if name in keys:
                raise BadKey(f"Key {number} in DELIVERABLE_KEY has the name of an earlier one.")
            keys[name] = key
        return cls(keys)

    def __repr__(self) -> str:
        return f"<KeyRing: {len(self.names)} keys>"

    def __reduce__(self) -> str:
        raise TypeError("A key ring cannot be pickled or copied.")

    @property
    def names(self) -> list[str]:
        """The names of the keys, the one that wraps first. Names are not secret."""
        return self._ciphers.names

    def new_key(self, kind: type[Kind], row_id: UUID) -> tuple[Kind, bytes]:
        """Make a key for a row; return it with its wrapped form, which is what the database keeps."""
        key = secrets.token_bytes(KEY_BYTES)
        return kind(key), self._wrap(kind, row_id, key)

    def unwrap(self, kind: type[Kind], row_id: UUID, wrapped: bytes) -> Kind:
        """Unwrap the key of that row. Raises `CannotOpen`, which names the master key if it is missing."""
        return kind(self._unwrap(kind, row_id, wrapped))

    def rewrap(self, kind: type[SecretKey], row_id: UUID, wrapped: bytes) -> bytes:
        """Wrap the same key by the first master key. Raises `CannotOpen`."""
        return self._wrap(kind, row_id, self._unwrap(kind, row_id, wrapped))

    def must_open(self, kind: type[SecretKey], wrapped: Iterable[tuple[UUID, bytes]]) -> None:
        """Check that rows' keys can be unwrapped: one for each master key that wrapped any. Raises `CannotOpen`."""
        for row_id, each in {head_of(each): (row_id, each) for row_id, each in wrapped}.values():
            self._unwrap(kind, row_id, each)

    def wraps(self, wrapped: bytes) -> bool:
        """Whether the first master key wrapped this, so that a rotation knows what is left to do."""
        return self._ciphers.is_first(wrapped)

    def _wrap(self, kind: type[SecretKey], row_id: UUID, key: bytes) -> bytes:
        return self._ciphers.encrypted(key, _place(kind, row_id))

    def _unwrap(self, kind: type[SecretKey], row_id: UUID, wrapped: bytes) -> bytes:
        return self._ciphers.decrypted(wrapped, _place(kind, row_id), "A wrapped key")


def _parsed(part: str, what: str) -> tuple[str, bytes]:
    name, colon, encoded = part.partition(":")
    if not colon:
        raise BadKey(f"{what} has no colon. It must be a name, a colon and 32 bytes in base64url.")
    _check_name(name, f"The name of {what[0].lower()}{what[1:]}")
    return name, _decoded(encoded, what)


def _check_name(name: str, what: str) -> None:
    if not NAME.fullmatch(name):
        raise BadKey(f"{what} must be 1 to 40 letters, digits, dots, hyphens or underscores.")


def _decoded(encoded: str, what: str) -> bytes:
    key: bytes | None
    try:
        # Also accept the standard alphabet of base64, which openssl and most shell tools write.
        standard = encoded.strip().rstrip("=").replace("-", "+").replace("_", "/")
        key = base64.b64decode(standard + "=" * (-len(standard) % 4), validate=True)
    except (binascii.Error, ValueError):
        key = None
    # Outside the handler, so that the original error, which holds the key's text, is not chained.
    if key is None:
        raise BadKey(f"{what} is not base64url.")
    if len(key) != KEY_BYTES:
        raise BadKey(f"{what} must be {KEY_BYTES} bytes in base64url. It has {len(key)} bytes.")
    return key


def _place(kind: type[SecretKey], row_id: UUID) -> bytes:
    return b"|" + kind.PURPOSE + b"|" + row_id.bytes
