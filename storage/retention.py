"""Retention: which policies are closed for good and still have rows, and deleting all that was said about one."""

from datetime import date
from uuid import UUID

from sqlalchemy import delete, select
from sqlmodel import Session, col
from sqlmodel import select as select_rows

from storage.metadata import metadata
from storage.policies import Policy

KEPT = frozenset({"postings", "policy_keys", "earlier_authors_keys"})
"""Tables with rows of a policy that stay: where its card stood, and when its keys ended."""


def living(session: Session) -> list[UUID]:
    """The policies that are not closed for good, the oldest first."""
    statement = select_rows(Policy.id).where(col(Policy.sealed_on).is_(None))
    return list(session.exec(statement.order_by(col(Policy.announced_on), col(Policy.id))))


def over(session: Session, day: date) -> list[UUID]:
    """The policies that were closed for good on that day or before, and still have what was said about them."""
    statement = select_rows(Policy.id).where(
        col(Policy.sealed_on).is_not(None), col(Policy.sealed_on) <= day, col(Policy.erased_on).is_(None)
    )
    return list(session.exec(statement.order_by(col(Policy.id))))


def erase(session: Session, policy_id: UUID) -> int:
    """Delete every row about a policy but its own and `KEPT`: flags, answers, digests and all that hangs on them.

    How many rows that were.
    """
    session.flush()
    connection, number = session.connection(), 0
    theirs = {
        table.name: select(table.c.id).where(table.c.policy_id == policy_id)
        for table in metadata.sorted_tables
        if {"id", "policy_id"} <= set(table.c.keys()) and table.name not in KEPT
    }
    for table in reversed(metadata.sorted_tables):
        if table.name in KEPT:
            continue
        if "policy_id" in table.c:
            number += connection.execute(delete(table).where(table.c.policy_id == policy_id)).rowcount
            continue
        # Rows that only join two others, such as which flags an answer is for.
        for key in table.foreign_keys:
            if key.column.table.name in theirs and key.parent.primary_key:
                rows = delete(table).where(key.parent.in_(theirs[key.column.table.name]))
                number += connection.execute(rows).rowcount
    session.expire_all()
    return number
