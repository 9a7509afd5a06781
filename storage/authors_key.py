"""The authors' key of a policy. It makes the tags by which authors find their own flags and seconds again.

A tag is a keyed hash of the secret of an account and of a number, so nothing in the database links two tags of one
account. Destroying the key, in the database and in every backup, leaves nothing by which a flag or a second can be
traced to an account, while the texts can still be read with the policy's text key.
"""

import hmac
from collections.abc import Iterable

from storage.encryption import SecretKey

FLAGS_A_PERSON = 5
SECONDS_A_PERSON = 20
"""How many seconds one person can have on a policy, so that theirs are found without trying every flag."""
AUTHOR_TAG_BYTES = 16


class AuthorsKey(SecretKey):
    """Makes the tags that stand in place of people (HMAC-SHA-256, cut to 16 bytes)."""

    PURPOSE = b"authors"

    def author_tags(self, secrets: Iterable[bytes]) -> list[bytes]:
        """Every tag that the flags of an account with these secrets can have: five for each, in order."""
        return [self._tag(b"flag/v2", each, n) for each in secrets for n in range(1, FLAGS_A_PERSON + 1)]

    def second_tags(self, secrets: Iterable[bytes]) -> list[bytes]:
        """Every tag that the seconds of an account with these secrets can have: twenty for each, in order."""
        return [self._tag(b"second/v2", each, n) for each in secrets for n in range(1, SECONDS_A_PERSON + 1)]

    def _tag(self, purpose: bytes, secret: bytes, n: int) -> bytes:
        return hmac.digest(self._key, b"|".join((purpose, secret, bytes((n,)))), "sha256")[:AUTHOR_TAG_BYTES]
