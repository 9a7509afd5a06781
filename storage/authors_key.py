"""The authors' key of a policy. It makes the tags by which authors find their own flags and seconds again.

Destroying it, in the database and in every backup, leaves nothing by which a flag or a second can be traced to an
account, while the texts can still be read with the policy's text key.
"""

import hmac
from collections.abc import Iterable
from functools import cached_property
from uuid import UUID

from storage.encryption import SecretKey

FLAGS_A_PERSON = 5
AUTHOR_TAG_BYTES = 16


class AuthorsKey(SecretKey):
    """Makes the tags that stand in place of people (HMAC-SHA-256, cut to 16 bytes)."""

    PURPOSE = b"authors"

    @cached_property
    def _flag_key(self) -> bytes:
        return hmac.digest(self._key, b"flag/v1", "sha256")

    @cached_property
    def _second_key(self) -> bytes:
        return hmac.digest(self._key, b"second/v1", "sha256")

    def author_tag(self, person_id: UUID, n: int) -> bytes:
        """The 16-byte tag that stands for the author of a person's ``n``-th flag (1 to 5) on the policy."""
        if not 1 <= n <= FLAGS_A_PERSON:
            raise ValueError(f"A person has flags 1 to {FLAGS_A_PERSON} on a policy, not {n}.")
        return _tag(self._flag_key, person_id.bytes + bytes([n]))

    def author_tags(self, person_ids: Iterable[UUID]) -> list[bytes]:
        """Every author tag that these ids (a person and their aliases) can have: five for each, in order."""
        numbers = range(1, FLAGS_A_PERSON + 1)
        return [self.author_tag(one, n) for one in person_ids for n in numbers]

    def second_tag(self, flag_id: UUID, person_id: UUID) -> bytes:
        """The 16-byte tag that stands for a person's second on a flag."""
        return _tag(self._second_key, flag_id.bytes + person_id.bytes)


def _tag(key: bytes, data: bytes) -> bytes:
    return hmac.digest(key, data, "sha256")[:AUTHOR_TAG_BYTES]
