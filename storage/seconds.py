"""Seconds: "I see this too" on another person's flag. Always confidential: a tag instead of a person, and no time.

These are shown. A second that waits is in a box (`storage/boxes.py`).
"""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy
from sqlalchemy import Index, bindparam
from sqlmodel import Field, Session, col, func, select

from storage import text_key
from storage.read_only_rows import new_read_only_row
from storage.release import Released, released_indexes


class Second(Released, table=True):
    """One person's second on one flag. `sentence` is sealed."""

    __tablename__ = "seconds"
    __table_args__ = (
        *released_indexes("seconds"),
        Index("ix_seconds_authors", "policy_id", "flag_id", "tag"),
        {"sqlite_with_rowid": False},
    )

    flag_id: UUID = Field(foreign_key="flags.id", index=True)
    tag: bytes
    sentence: bytes | None = None


def bound(second: Second) -> bytes:
    """What is bound to the sentence of a second, so that it does not open once a part of it was changed."""
    return text_key.bound(second.policy_id, second.flag_id, second.tag, second.released_on)


def new(**values: Any) -> Second:
    """A new second, read-only, to be given to `insert`."""
    return new_read_only_row(Second, values)


def insert(session: Session, seconds: Sequence[Second]) -> None:
    """Insert new seconds, in the order given."""
    session.connection().execute(_INSERT, [each.__dict__ for each in seconds])


def remarks(session: Session, flag_ids: Sequence[UUID]) -> list[Second]:
    """The shown seconds of these flags that have a sentence, in an order that reveals only the day of release."""
    return list(session.exec(_REMARKS, params={"flags": list(flag_ids)}))


def remarks_on(session: Session, policy_ids: Sequence[UUID]) -> list[Second]:
    """The same for all flags of these policies."""
    return list(session.exec(_REMARKS_ON, params={"policies": list(policy_ids)}))


def taken_by(session: Session, digest_ids: Collection[UUID], flag_ids: Collection[UUID]) -> dict[UUID, int]:
    """The number of seconds of these flags in these digests, by flag."""
    return dict(session.exec(_TAKEN, params={"flags": list(flag_ids), "digests": list(digest_ids)}).all())


_INSERT = sqlalchemy.insert(Second)
# Built once, because they run for every digest.
_REMARKS = (
    select(Second)
    .where(
        col(Second.flag_id).in_(bindparam("flags", expanding=True)),
        col(Second.sentence).is_not(None),
    )
    .order_by(col(Second.released_on), col(Second.id))
)
_REMARKS_ON = (
    select(Second)
    .where(col(Second.policy_id).in_(bindparam("policies", expanding=True)), col(Second.sentence).is_not(None))
    .order_by(col(Second.released_on), col(Second.id))
)
_TAKEN = (
    select(Second.flag_id, func.count())
    .where(
        col(Second.flag_id).in_(bindparam("flags", expanding=True)),
        col(Second.digest_id).in_(bindparam("digests", expanding=True)),
    )
    .group_by(col(Second.flag_id))
)
