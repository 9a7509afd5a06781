"""Ids that come out the same when the same thing is made again.

A database that was restored makes digests and messages again that were sent since the backup. Only if they have the
same ids as then can they be found on the platform, and not be sent twice. All other ids are random.
"""

from uuid import UUID, uuid5

_OURS = UUID("6f1b4c52-6c0e-4e0b-9d6c-0d6f3a9f2b71")


def stable_id(*parts: object) -> UUID:
    """The id of what these parts identify. One of them must hold a random id, or others could work it out."""
    return uuid5(_OURS, "\n".join(map(str, parts)))
