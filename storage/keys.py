"""Master keys, which are kept outside the database, and policy keys, which are kept in it, wrapped by a master key.

A policy key seals the text said about one policy (AES-256-GCM) and makes the tags by which authors find their own
flags again (HMAC-SHA-256). Destroying it, in the database and in every backup, ends both.

Byte layouts::

    wrapped key   01 | length of the name (1) | name of the master key | nonce (12) | ciphertext and tag
    sealed text   01 | nonce (12) | ciphertext and tag
    padded text   length in bytes (4) | the text in UTF-8, or bytes | zeros up to a multiple of 64

The zeros hide the exact length of what was typed, which could identify a text. What a wrapped key or a sealed text
belongs to (its policy; its table, column and row) is bound to it as associated data: moved elsewhere, it does not open.
"""

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable, Mapping
from functools import cached_property
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16
BLOCK_BYTES = 64
LENGTH_BYTES = 4
VERSION = b"\x01"
FLAGS_A_PERSON = 5

_NAME = re.compile(r"[A-Za-z0-9._-]{1,40}")


class BadKey(ValueError):
    """`DELIVERABLE_KEY` is wrong. The text says how, and never repeats any of the key."""


class CannotOpen(Exception):
    """A sealed text or wrapped key does not open: wrong key, wrong place, or it was changed."""


class Damaged(CannotOpen):
    """The master key is there, and what was sealed is not what it was, or not where it was."""


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


class PolicyKey:
    """The key of one policy. Neither `repr` nor pickle reveals it."""

    def __init__(self, key: bytes) -> None:
        """Take 32 random bytes."""
        self._key = key

    @cached_property
    def _cipher(self) -> AESGCM:
        return AESGCM(self._key)

    @cached_property
    def _flag_key(self) -> bytes:
        return hmac.digest(self._key, b"flag/v1", "sha256")

    @cached_property
    def _audit_key(self) -> bytes:
        return hmac.digest(self._key, b"audit/v1", "sha256")

    @cached_property
    def _second_key(self) -> bytes:
        return hmac.digest(self._key, b"second/v1", "sha256")

    def __repr__(self) -> str:
        return "<PolicyKey>"

    def __reduce__(self) -> str:
        raise TypeError("A policy key cannot be pickled or copied.")

    def seal(self, table: str, column: str, row_id: UUID, text: str) -> bytes:
        """Seal ``text`` for one column of one row. Sealing the same text again gives different bytes."""
        return self.seal_bytes(table, column, row_id, text.encode("utf-8", "surrogatepass"))

    def seal_bytes(self, table: str, column: str, row_id: UUID, data: bytes) -> bytes:
        """Seal bytes for one column of one row."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        place = _text_context(table, column, row_id)
        return VERSION + nonce + self._cipher.encrypt(nonce, _padded(data), place)

    def open(self, table: str, column: str, row_id: UUID, sealed: bytes) -> str:
        """Open what was sealed for that column of that row. Raises `CannotOpen`, whose text holds no content."""
        return self.open_bytes(table, column, row_id, sealed).decode("utf-8", "surrogatepass")

    def open_bytes(self, table: str, column: str, row_id: UUID, sealed: bytes) -> bytes:
        """Open what `seal_bytes` sealed for that column of that row. Raises `CannotOpen`."""
        nonce, body = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        if sealed[:1] != VERSION or len(body) < TAG_BYTES:
            raise Damaged("A sealed text has an unknown format.")
        return _unpadded(_decrypted(self._cipher, nonce, body, _text_context(table, column, row_id), "A sealed text"))

    def author_tag(self, person_id: UUID, n: int) -> bytes:
        """The 16-byte tag that stands for the author of a person's ``n``-th flag (1 to 5) on the policy."""
        if not 1 <= n <= FLAGS_A_PERSON:
            raise ValueError(f"A person has flags 1 to {FLAGS_A_PERSON} on a policy, not {n}.")
        return _tag(self._flag_key, person_id.bytes + bytes([n]))

    def author_tags(self, person_ids: Iterable[UUID]) -> list[bytes]:
        """Every author tag that these ids (a person and their aliases) can have: five for each, in order."""
        numbers = range(1, FLAGS_A_PERSON + 1)
        return [self.author_tag(one, n) for one in person_ids for n in numbers]

    def chain_mac(self, previous: bytes, entry: bytes) -> bytes:
        """The 32-byte MAC of an entry of the audit log, which follows the one with the MAC `previous`."""
        return hmac.digest(self._audit_key, previous + entry, "sha256")

    def second_tag(self, flag_id: UUID, person_id: UUID) -> bytes:
        """The 16-byte tag that stands for a person's second on a flag."""
        return _tag(self._second_key, flag_id.bytes + person_id.bytes)


class KeyRing:
    """The master keys. The first one wraps, all unwrap, so that a new key can be put before an old one."""

    __slots__ = ("_ciphers", "_first")

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        """Take the keys, 32 bytes each, by name; the one that wraps comes first. Raises `BadKey`."""
        if not keys:
            raise BadKey("DELIVERABLE_KEY is empty. Make a key with: python -m bot keys new")
        self._first = next(iter(keys))
        self._ciphers = {name: AESGCM(key) for name, key in keys.items()}

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
        return f"<KeyRing: {len(self._ciphers)} keys>"

    def __reduce__(self) -> str:
        raise TypeError("A key ring cannot be pickled or copied.")

    @property
    def names(self) -> list[str]:
        """The names of the keys, the one that wraps first. Names are not secret."""
        return list(self._ciphers)

    def new_policy_key(self, policy_id: UUID) -> tuple[PolicyKey, bytes]:
        """Make a policy's key; return it with its wrapped form, which is what the database keeps."""
        key = AESGCM.generate_key(bit_length=KEY_BYTES * 8)
        return PolicyKey(key), self._wrap(policy_id, key)

    def unwrap(self, policy_id: UUID, wrapped: bytes) -> PolicyKey:
        """Unwrap the key of that policy. Raises `CannotOpen`, which names the master key if it is missing."""
        return PolicyKey(self._unwrap(policy_id, wrapped))

    def rewrap(self, policy_id: UUID, wrapped: bytes) -> bytes:
        """Wrap the same policy key by the first master key. Raises `CannotOpen`."""
        return self._wrap(policy_id, self._unwrap(policy_id, wrapped))

    def must_open(self, wrapped: Iterable[tuple[UUID, bytes]]) -> None:
        """Check that policies' keys can be unwrapped: one for each master key that wrapped any. Raises `CannotOpen`."""
        for policy_id, each in {each[: _head_length(each)]: (policy_id, each) for policy_id, each in wrapped}.values():
            self._unwrap(policy_id, each)

    def wraps(self, wrapped: bytes) -> bool:
        """Whether the first master key wrapped this, so that a rotation knows what is left to do."""
        return wrapped[1 : 2 + len(self._first)] == _name_with_length(self._first)

    def _wrap(self, policy_id: UUID, key: bytes) -> bytes:
        nonce = secrets.token_bytes(NONCE_BYTES)
        head = VERSION + _name_with_length(self._first)
        return head + nonce + self._ciphers[self._first].encrypt(nonce, key, head + _key_context(policy_id))

    def _unwrap(self, policy_id: UUID, wrapped: bytes) -> bytes:
        start = _head_length(wrapped)
        head, nonce, body = (
            wrapped[:start],
            wrapped[start : start + NONCE_BYTES],
            wrapped[start + NONCE_BYTES :],
        )
        if wrapped[:1] != VERSION or len(body) < TAG_BYTES:
            raise CannotOpen("A policy key has an unknown format.")
        name = head[2:].decode("ascii", "replace")
        if name not in self._ciphers:
            shown = name if _NAME.fullmatch(name) else "of no name"
            raise CannotOpen(f"A policy key is wrapped by the master key {shown}, which DELIVERABLE_KEY lacks.")
        return _decrypted(self._ciphers[name], nonce, body, head + _key_context(policy_id), "A policy key")


def _parsed(part: str, what: str) -> tuple[str, bytes]:
    name, colon, encoded = part.partition(":")
    if not colon:
        raise BadKey(f"{what} has no colon. It must be a name, a colon and 32 bytes in base64url.")
    _check_name(name, f"The name of {what[0].lower()}{what[1:]}")
    return name, _decoded(encoded, what)


def _check_name(name: str, what: str) -> None:
    if not _NAME.fullmatch(name):
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


def _tag(key: bytes, data: bytes) -> bytes:
    return hmac.digest(key, data, "sha256")[:TAG_BYTES]


def _name_with_length(name: str) -> bytes:
    return bytes([len(name)]) + name.encode("ascii")


def _head_length(wrapped: bytes) -> int:
    """The number of bytes before the nonce: the version, the length of the name, and the name."""
    return 2 + wrapped[1] if len(wrapped) > 1 else 0


def _key_context(policy_id: UUID) -> bytes:
    return b"|policy|" + policy_id.bytes


def _text_context(table: str, column: str, row_id: UUID) -> bytes:
    # Names of tables and columns hold no bar, and ids have a fixed length, so no two places give the same bytes.
    return f"{table}|{column}|".encode() + row_id.bytes


def _padded(body: bytes) -> bytes:
    padded = len(body).to_bytes(LENGTH_BYTES, "big") + body
    return padded + bytes(-len(padded) % BLOCK_BYTES)


def _unpadded(padded: bytes) -> bytes:
    end = LENGTH_BYTES + int.from_bytes(padded[:LENGTH_BYTES], "big")
    return padded[LENGTH_BYTES:end]


def _decrypted(cipher: AESGCM, nonce: bytes, body: bytes, place: bytes, what: str) -> bytes:
    try:
        return cipher.decrypt(nonce, body, place)
    except InvalidTag:
        raise Damaged(f"{what} does not open: the key or the place is wrong, or it was changed.") from None
