"""Rows that are shown to everyone, and that a digest takes: flags, seconds and replies.

Such a row holds no time but the day on which it was first shown. What waits to be shown is in a box
(`storage/boxes.py`), and is inserted here in shuffled order: neither a rowid (SQLite has none here) nor the heap
(PostgreSQL) preserves the order in which things were written.
"""

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import TypeVar
from uuid import UUID, uuid4

from sqlalchemy import Index, Update, bindparam, text
from sqlmodel import Field, Session, SQLModel, col, update

_NEWS = text("digest_id IS NULL")
_TAKEN = text("digest_id IS NOT NULL")


class Released(SQLModel):
    """`released_on` is the day it was first shown on. `digest_id` is the digest that reports it, NULL for news."""

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    policy_id: UUID = Field(foreign_key="policies.id")
    released_on: date
    digest_id: UUID | None = Field(default=None, foreign_key="digests.id")


Row = TypeVar("Row", bound=Released)


def released_indexes(table: str) -> tuple[Index, Index]:
    """The partial indexes of such a table: rows that wait for a digest, and rows that are in one."""
    return (
        Index(f"ix_{table}_news", "policy_id", sqlite_where=_NEWS, postgresql_where=_NEWS),
        # Partial: if it held rows in no digest too, SQLite would use it to find one policy's news.
        Index(f"ix_{table}_digest_id", "digest_id", sqlite_where=_TAKEN, postgresql_where=_TAKEN),
    )


def take(session: Session, kind: type[Released], taking: Mapping[UUID, UUID]) -> None:
    """Assign every row that is in no digest to its policy's digest; `taking` maps a policy to that digest."""
    session.connection().execute(_take(kind), each_policy(taking))


def each_policy(taking: Mapping[UUID, UUID]) -> list[dict[str, UUID]]:
    """The parameter sets, one for each policy, of a statement that assigns news to digests."""
    return [{"of_policy": policy_id, "by_digest": digest_id} for policy_id, digest_id in taking.items()]


@cache
def _take(kind: type[Released]) -> Update:
    return (
        update(kind)
        .where(col(kind.digest_id).is_(None), col(kind.policy_id) == bindparam("of_policy"))
        .values(digest_id=bindparam("by_digest"))
    )
