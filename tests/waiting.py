"""What waits to be shown: the boxes of a database, opened with the keys as a release opens them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Database, boxes, metadata
from storage.boxes import BoxedFlag, BoxedReply, BoxedSecond, Contents
from storage.keys import KeyRing

_KINDS = {"flags": BoxedFlag, "seconds": BoxedSecond, "replies": BoxedReply}


def waiting(database: Database, ring: KeyRing, now: datetime) -> list[tuple[UUID, Contents]]:
    """The id and the contents of every box, also of those that were withdrawn. `now` is aware UTC."""
    with database.reading() as session:
        uow = UnitOfWork(session, now, ring)
        found = boxes.of_policies(session, boxes.policies(session))
        return [(each.id, boxes.opened(uow.authors_key(each.policy_id), each)) for each in found]


def number_of(table: str, database: Database, ring: KeyRing, now: datetime) -> int:
    """How many `flags`, `seconds` or `replies` were sent: those that are shown, and those in boxes."""
    with database.reading() as session:
        shown: int = session.connection().execute(select(func.count()).select_from(metadata.tables[table])).scalar_one()
    return shown + sum(isinstance(each, _KINDS[table]) for _, each in waiting(database, ring, now))
