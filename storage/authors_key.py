"""The authors' key of a policy. It makes all by which authors find what is theirs, and seals what waits to be shown.

Destroying it, in the database and in every backup, leaves nothing by which a flag or a second can be traced to an
account, while the texts can still be read with the policy's text key. What still waits then can no longer be opened.

What stands in place of a person is made from a secret of theirs (32 bytes, of which an account holds up to four), and a
receipt from the code that only the author of a detached flag was shown.
"""

import hmac
from collections.abc import Iterable
from functools import cached_property
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from storage.encryption import NONCE_BYTES, TAG_BYTES, VERSION, Damaged, SecretKey, decrypted, encrypted

FLAGS_A_PERSON = 5
SECONDS_A_PERSON = 20
"""How many seconds one person can have on a policy, so that theirs are found without trying every flag."""
AUTHOR_TAG_BYTES = 16
CODE_BYTES = 16
MARK_BYTES = 16
HALF_BYTES = 8
BOX_BYTES = 20 * 1024
BOX_ROOM = BOX_BYTES - len(VERSION) - NONCE_BYTES - TAG_BYTES


class AuthorsKey(SecretKey):
    """Makes tags, marks, ids and receipts (HMAC-SHA-256, cut to 16 bytes), and seals boxes (AES-256-GCM)."""

    PURPOSE = b"authors"

    @cached_property
    def _box_cipher(self) -> AESGCM:
        return AESGCM(hmac.digest(self._key, b"boxes/v1", "sha256"))

    def author_tags(self, secrets: Iterable[bytes]) -> list[bytes]:
        """Every tag that a shown flag of a person with these secrets can have: five for each secret, in order."""
        return self._numbered(b"flag/v2", secrets, FLAGS_A_PERSON)

    def second_tags(self, secrets: Iterable[bytes]) -> list[bytes]:
        """Every tag that a shown second of theirs can have: twenty for each secret, in order."""
        return self._numbered(b"second/v2", secrets, SECONDS_A_PERSON)

    def flag_slots(self, secrets: Iterable[bytes]) -> list[bytes]:
        """The first half of the tag of a box in which their flag with the same place in `author_tags` waits."""
        return [each[:HALF_BYTES] for each in self._numbered(b"waiting-flag/v1", secrets, FLAGS_A_PERSON)]

    def flag_slot(self, secret: bytes, place: int) -> bytes:
        """The one of `flag_slots` for that place (from 0) of the first secret."""
        return self._in_place(b"waiting-flag/v1", secret, place)[:HALF_BYTES]

    def second_slots(self, secrets: Iterable[bytes]) -> list[bytes]:
        """The first half of the tag of a box in which their second with the same place in `second_tags` waits."""
        return [each[:HALF_BYTES] for each in self._numbered(b"waiting-second/v1", secrets, SECONDS_A_PERSON)]

    def second_on(self, secret: bytes, flag_id: UUID) -> bytes:
        """The second half of the tag of a box in which a second on that flag waits."""
        return self._tag(b"second-on/v1", secret + flag_id.bytes)[:HALF_BYTES]

    def reply_to(self, secret: bytes, answer_id: UUID, flag_id: UUID, *, done: bool = False) -> bytes:
        """The second half of the tag of a box in which a reply to that answer on that flag waits.

        `secret` is the code where the flag is a detached one. `done` is set for one to what became of a promise.
        """
        label = b"reply-to-done/v1" if done else b"reply-to/v1"
        return self._tag(label, secret + answer_id.bytes + flag_id.bytes)[:HALF_BYTES]

    def mark(self, secret: bytes) -> bytes:
        """What stands for a person among those whose boxes are counted. It is never outside of a box."""
        return self._tag(b"mark/v1", secret)

    def box_id(self, nonce: str) -> UUID:
        """The id of what the form with that nonce makes, so that a form sent twice meets what it has made."""
        return UUID(bytes=self._tag(b"box/v1", nonce.encode("utf-8", "surrogatepass")))

    def code(self, nonce: str) -> bytes:
        """The receipt code (16 bytes) of a detached flag: it is as random as its form's nonce, and as old."""
        return self._tag(b"code/v1", nonce.encode("utf-8", "surrogatepass"))

    def receipt(self, code: bytes) -> bytes:
        """What is kept of a receipt code with a shown detached flag."""
        return self._tag(b"receipt/v1", code)

    def waiting_receipt(self, code: bytes) -> bytes:
        """The second half of the tag of a box in which the detached flag with that code waits."""
        return self._tag(b"waiting-receipt/v1", code)[:HALF_BYTES]

    def seal_box(self, box_id: UUID, policy_id: UUID, tag: bytes, data: bytes) -> bytes:
        """Seal `BOX_ROOM` bytes for that box. Sealing the same again gives different bytes."""
        return VERSION + encrypted(self._box_cipher, data, _place(box_id, policy_id, tag))

    def open_box(self, box_id: UUID, policy_id: UUID, tag: bytes, sealed: bytes) -> bytes:
        """Open what was sealed for that box. Raises `Damaged`, whose text holds no content."""
        if sealed[:1] != VERSION:
            raise Damaged("A box has an unknown format.")
        return decrypted(self._box_cipher, sealed[1:], _place(box_id, policy_id, tag), "A box")

    def _numbered(self, purpose: bytes, secrets: Iterable[bytes], most: int) -> list[bytes]:
        return [self._in_place(purpose, secret, place) for secret in secrets for place in range(most)]

    def _in_place(self, purpose: bytes, secret: bytes, place: int) -> bytes:
        return self._tag(purpose, secret + b"|" + bytes((place + 1,)))

    def _tag(self, purpose: bytes, data: bytes) -> bytes:
        # No purpose holds a bar, so no two purposes give the same bytes.
        return hmac.digest(self._key, purpose + b"|" + data, "sha256")[:AUTHOR_TAG_BYTES]


def _place(box_id: UUID, policy_id: UUID, tag: bytes) -> bytes:
    return b"boxes|" + box_id.bytes + policy_id.bytes + tag
