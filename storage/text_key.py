"""The text key of a policy, which seals everything that is said about it. An installation has one for its tokens.

Byte layouts::

    sealed text   01 | nonce (12) | ciphertext and tag
    padded text   length in bytes (4) | the text in UTF-8, or bytes | zeros up to a multiple of 64

The zeros hide the exact length of what was typed, which could identify a text. The table, column and row that a sealed
text belongs to are bound to it, and so is what must not be changed beside it, such as a promise: if it was, the text
does not open.
"""

import json
from uuid import UUID

from storage.encryption import VERSION, Damaged, SecretKey, decrypted, encrypted

BLOCK_BYTES = 64
LENGTH_BYTES = 4


class TextKey(SecretKey):
    """Seals and opens texts. Destroying it, in the database and in every backup, ends them."""

    PURPOSE = b"text"

    def seal(self, table: str, column: str, row_id: UUID, text: str, bound: bytes = b"") -> bytes:
        """Seal ``text`` for one column of one row. Sealing the same text again gives different bytes."""
        return self.seal_bytes(table, column, row_id, text.encode("utf-8", "surrogatepass"), bound)

    def seal_bytes(self, table: str, column: str, row_id: UUID, data: bytes, bound: bytes = b"") -> bytes:
        """Seal bytes for one column of one row."""
        return VERSION + encrypted(self._cipher, _padded(data), _place(table, column, row_id, bound))

    def open(self, table: str, column: str, row_id: UUID, sealed: bytes, bound: bytes = b"") -> str:
        """Open what was sealed for that column of that row. Raises `Damaged`, whose text holds no content."""
        return self.open_bytes(table, column, row_id, sealed, bound).decode("utf-8", "surrogatepass")

    def open_bytes(self, table: str, column: str, row_id: UUID, sealed: bytes, bound: bytes = b"") -> bytes:
        """Open what `seal_bytes` sealed for that column of that row. Raises `Damaged`."""
        if sealed[:1] != VERSION:
            raise Damaged("A sealed text has an unknown format.")
        return _unpadded(decrypted(self._cipher, sealed[1:], _place(table, column, row_id, bound), "A sealed text"))


def bound(*values: object) -> bytes:
    """Values that must not be changed beside a sealed text, as bytes to be bound to it. None is a value of its own."""
    return json.dumps([None if each is None else _spelled(each) for each in values]).encode()


def _spelled(value: object) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)


def _place(table: str, column: str, row_id: UUID, bound: bytes) -> bytes:
    # Names of tables and columns hold no bar, and ids have a fixed length, so no two places give the same bytes.
    return f"{table}|{column}|".encode() + row_id.bytes + bound


def _padded(body: bytes) -> bytes:
    padded = len(body).to_bytes(LENGTH_BYTES, "big") + body
    return padded + bytes(-len(padded) % BLOCK_BYTES)


def _unpadded(padded: bytes) -> bytes:
    end = LENGTH_BYTES + int.from_bytes(padded[:LENGTH_BYTES], "big")
    return padded[LENGTH_BYTES:end]
