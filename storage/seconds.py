"""Seconds: "I see this too" on another person's flag. Always confidential: a tag instead of a person, and no time."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import Field, Session, col, func, select

from storage.release import KeptBack, kept_back_indexes


class Second(KeptBack, table=True):
    """One person's second on one flag. `sentence` is sealed."""

    __tablename__ = "seconds"
    __table_args__ = (*kept_back_indexes("seconds"), {"sqlite_with_rowid": False})

    flag_id: UUID = Field(foreign_key="flags.id", index=True)
    tag: bytes = Field(unique=True)
    sentence: bytes | None = None


def with_tags(session: Session, tags: Sequence[bytes]) -> list[Second]:
    """The seconds with one of these tags."""
    return list(session.exec(select(Second).where(col(Second.tag).in_(list(tags)))))


def remarks(session: Session, flag_ids: Sequence[UUID]) -> list[Second]:
    """The shown seconds of these flags that have a sentence, in an order that reveals only the day of release."""
    return list(session.exec(_REMARKS, params={"flags": list(flag_ids)}))


def taken_by(session: Session, digest_ids: Collection[UUID], flag_ids: Collection[UUID]) -> dict[UUID, int]:
    """The number of seconds of these flags in these digests, by flag."""
    return dict(session.exec(_TAKEN, params={"flags": list(flag_ids), "digests": list(digest_ids)}).all())


# Built once, because they run for every digest.
_REMARKS = (
    select(Second)
    .where(
        col(Second.flag_id).in_(bindparam("flags", expanding=True)),
        col(Second.released_on).is_not(None),
        col(Second.sentence).is_not(None),
    )
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
