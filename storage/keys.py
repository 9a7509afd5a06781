"""Master keys, which are kept outside the database, and the keys that they wrap, which are kept in it.

A policy has two keys of its own, both random: the text key (`storage/text_key.py`) and the authors' key
(`storage/authors_key.py`). Each is wrapped by a key that is made (HKDF) of the master key and of the line of the month
in which it ends (`storage/end_months.py`). Each installation and the audit log have a key that a master key wraps.

Byte layout::

    wrapped key   01 | length of the name (1) | name of the master key | nonce (12) | ciphertext and tag

The purpose of a wrapped key, the row that it belongs to, and its term are bound to it.
"""

import base64
import binascii
import hashlib
import secrets
from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple, TypeVar
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from storage.accounts_key import AccountsKey
from storage.encryption import KEY_BYTES, CannotOpen, Damaged, SecretKey
from storage.end_months import EndMonths, Months
from storage.named_ciphers import NAME, NamedCiphers, head_of

Kind = TypeVar("Kind", bound=SecretKey)
_INFO = b"deliverable/end-month/v1|"


class BadKey(ValueError):
    """`DELIVERABLE_KEY` is wrong. The text says how, and never repeats any of the key."""


class MonthGone(CannotOpen):
    """The line of the month in which a key ends is gone from the end-months file."""


class Term(NamedTuple):
    """What a policy's key is bound to: the policy, the month in which it ends, its generation and its authors' day."""

    policy_id: UUID
    month: str
    generation: int = 0
    day: date | None = None

    def to_bytes(self) -> bytes:
        """All of it, in one form."""
        until = self.day.isoformat() if self.day else ""
        return self.policy_id.bytes + f"|{self.month}|{self.generation}|{until}".encode()


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

    __slots__ = ("_ciphers", "_derived", "_keys", "accounts", "months")

    def __init__(self, keys: Mapping[str, bytes], months: Months) -> None:
        """Take the keys, 32 bytes each, by name, the one that wraps first, and the end months. Raises `BadKey`."""
        if not keys:
            raise BadKey("DELIVERABLE_KEY is empty. Make a key with: python -m bot keys new")
        self._keys = dict(keys)
        self._ciphers = NamedCiphers({name: AESGCM(key) for name, key in keys.items()})
        self.accounts = AccountsKey(keys)
        self.months = months
        self._derived: tuple[EndMonths, dict[str, NamedCiphers]] = (months.current(), {})

    @classmethod
    def from_text(cls, text: str, months: Months) -> "KeyRing":
        """Parse ``name:base64url`` keys separated by commas, with optional spaces. Raises `BadKey`."""
        keys: dict[str, bytes] = {}
        for number, part in enumerate(filter(None, (part.strip() for part in text.split(","))), start=1):
            name, key = _parsed(part, f"Key {number} in DELIVERABLE_KEY")
            if name in keys:
                raise BadKey(f"Key {number} in DELIVERABLE_KEY has the name of an earlier one.")
            keys[name] = key
        return cls(keys, months)

    def __repr__(self) -> str:
        return f"<KeyRing: {len(self.names)} keys>"

    def __reduce__(self) -> str:
        raise TypeError("A key ring cannot be pickled or copied.")

    @property
    def names(self) -> list[str]:
        """The names of the keys, the one that wraps first. Names are not secret."""
        return self._ciphers.names

    def new_key(self, kind: type[Kind], where: UUID | Term) -> tuple[Kind, bytes]:
        """Make a key for a row, or for a policy; return it with its wrapped form, which is what the database keeps.

        Raises `MonthGone` where the end-months file has no line for the term's month.
        """
        key = secrets.token_bytes(KEY_BYTES)
        return kind(key), self._wrap(kind, where, key)

    def unwrap(self, kind: type[Kind], where: UUID | Term, wrapped: bytes) -> Kind:
        """Unwrap the key of that row or term. Raises `CannotOpen`, which names what is missing, and `MonthGone`."""
        return kind(self._unwrap(kind, where, wrapped))

    def rewrap(self, kind: type[SecretKey], where: UUID | Term, wrapped: bytes, to: Term | None = None) -> bytes:
        """Wrap the same key by the first master key, for the same or another term. Raises `CannotOpen`."""
        return self._wrap(kind, to or where, self._unwrap(kind, where, wrapped))

    def must_open(self, kind: type[SecretKey], wrapped: Iterable[tuple[UUID | Term, bytes]]) -> None:
        """Check that the master keys are those by which these keys are wrapped: of each, one key is unwrapped.

        A key that was damaged stops nothing as long as another one of the same master key opens. Those whose month is
        gone are left out: they have ended. Raises `CannotOpen`, which names a master key that is missing.
        """
        opened, refused = set[bytes](), dict[bytes, Damaged]()
        for where, each in wrapped:
            head = head_of(each)
            if head in opened:
                continue
            try:
                self._unwrap(kind, where, each)
                opened.add(head)
            except MonthGone:
                continue
            except Damaged as fault:
                refused[head] = fault
        for head, error in refused.items():
            if head in self._ciphers.heads and head not in opened:
                raise error

    @property
    def heads(self) -> list[bytes]:
        """How keys begin that one of the master keys wrapped."""
        return self._ciphers.heads

    def wraps(self, wrapped: bytes) -> bool:
        """Whether the first master key wrapped this, so that a rotation knows what is left to do."""
        return self._ciphers.is_first(wrapped)

    def _wrap(self, kind: type[SecretKey], where: UUID | Term, key: bytes) -> bytes:
        return self._under(where).encrypted(key, _place(kind, where))

    def _unwrap(self, kind: type[SecretKey], where: UUID | Term, wrapped: bytes) -> bytes:
        return self._under(where).decrypted(wrapped, _place(kind, where), "A key")

    def _under(self, where: UUID | Term) -> NamedCiphers:
        """The ciphers of a month, made once of each master key and the month's line; the master keys' own for a row."""
        if isinstance(where, UUID):
            return self._ciphers
        months, derived = self._derived
        current = self.months.current()
        if current is not months:
            # What was made of a line that is gone must not stay in memory either.
            self._derived = (current, derived := {})
        if where.month not in derived:
            line = current.line(where.month)
            if line is None:
                raise MonthGone(f"The end-months file has no line for {where.month}.")
            derived[where.month] = NamedCiphers(
                {name: _cipher(key, line, where.month) for name, key in self._keys.items()}
            )
        return derived[where.month]


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


def _cipher(key: bytes, line: bytes, month: str) -> AESGCM:
    made = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=line, info=_INFO + month.encode())
    return AESGCM(made.derive(key))


def _place(kind: type[SecretKey], where: UUID | Term) -> bytes:
    return b"|" + kind.PURPOSE + b"|" + (where.bytes if isinstance(where, UUID) else where.to_bytes())
