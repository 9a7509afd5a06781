"""Rows that are kept back until a batch releases them: flags, seconds and replies.

Such a row holds no time but the day of writing, and that only until its release. It is then deleted and inserted again,
in shuffled order, so that neither a rowid (SQLite has none here) nor the heap (PostgreSQL) preserves the order in which
rows were written.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any, TypeVar
from uuid import UUID, uuid4

from sqlalchemy import Index, LargeBinary, Update, bindparam, text
from sqlmodel import Field, Session, SQLModel, col, delete, select, update
from sqlmodel.sql.expression import SelectOfScalar

_UNRELEASED = text("released_on IS NULL")
_NEWS = text("digest_id IS NULL AND released_on IS NOT NULL")
_TAKEN = text("digest_id IS NOT NULL")


class KeptBack(SQLModel):
    """`digest_id` is the digest that reports the row, NULL while it is news. `nonce_hash` makes one form one row."""

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    policy_id: UUID = Field(foreign_key="policies.id")
    written_on: date | None = None
    released_on: date | None = None
    nonce_hash: bytes | None = Field(default=None, unique=True)
    digest_id: UUID | None = Field(default=None, foreign_key="digests.id")


Row = TypeVar("Row", bound=KeptBack)


def kept_back_indexes(table: str) -> tuple[Index, Index, Index]:
    """The partial indexes of such a table: rows that wait for a release, that wait for a digest, that are in one."""
    return (
        Index(f"ix_{table}_unreleased", "policy_id", sqlite_where=_UNRELEASED, postgresql_where=_UNRELEASED),
        Index(f"ix_{table}_news", "policy_id", sqlite_where=_NEWS, postgresql_where=_NEWS),
        # Partial: if it held rows in no digest too, SQLite would use it to find one policy's news.
        Index(f"ix_{table}_digest_id", "digest_id", sqlite_where=_TAKEN, postgresql_where=_TAKEN),
    )


def by_nonce(session: Session, kind: type[Row], nonce_hash: bytes) -> Row | None:
    """The row made by the form with that nonce."""
    found: Row | None = session.exec(_made_by(kind), params={"form": nonce_hash}).first()
    return found


@cache
def _made_by(kind: type[Row]) -> SelectOfScalar[Any]:
    return select(kind).where(kind.nonce_hash == bindparam("form", type_=LargeBinary()))


def unreleased(session: Session, kind: type[Row], policy_id: UUID) -> list[Row]:
    """The rows of a policy that are not released yet, so that only their authors may see them."""
    return list(session.exec(select(kind).where(kind.policy_id == policy_id, col(kind.released_on).is_(None))))


def policies_with_unreleased(session: Session, kind: type[KeptBack], before: date) -> set[UUID]:
    """The policies that hold unreleased rows written before that day."""
    statement = select(kind.policy_id).where(col(kind.released_on).is_(None), col(kind.written_on) < before)
    return set(session.exec(statement.distinct()).all())


def rewrite(session: Session, kind: type[Row], rows: Sequence[Row]) -> None:
    """Delete the rows and insert them again, one by one, in the order given."""
    values = [row.model_dump() for row in rows]
    for row in rows:
        session.expunge(row)
    ids = [row.id for row in rows]
    session.exec(delete(kind).where(col(kind.id).in_(ids)).execution_options(synchronize_session=False))
    for each in values:
        session.add(kind(**each))
        session.flush()


def forget_nonces(session: Session, kind: type[KeptBack], before: date) -> None:
    """Clear the nonces of rows that were released before a day."""
    session.exec(
        update(kind)
        .where(col(kind.nonce_hash).is_not(None), col(kind.released_on) < before)
        .values(nonce_hash=None)
        .execution_options(synchronize_session=False)
    )


def take(session: Session, kind: type[KeptBack], taking: Mapping[UUID, UUID]) -> None:
    """Assign every released row that is in no digest to its policy's digest; `taking` maps a policy to that digest."""
    session.connection().execute(_take(kind), each_policy(taking))


def each_policy(taking: Mapping[UUID, UUID]) -> list[dict[str, UUID]]:
    """The parameter sets, one for each policy, of a statement that assigns news to digests."""
    return [{"of_policy": policy_id, "by_digest": digest_id} for policy_id, digest_id in taking.items()]


@cache
def _take(kind: type[KeptBack]) -> Update:
    return (
        update(kind)
        .where(
            col(kind.digest_id).is_(None),
            col(kind.released_on).is_not(None),
            col(kind.policy_id) == bindparam("of_policy"),
        )
        .values(digest_id=bindparam("by_digest"))
    )
