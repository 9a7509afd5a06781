"""Sealed text: what is told to the operator where one does not open, because its row was changed or damaged."""

from __future__ import annotations

import logging
from datetime import date, datetime
from uuid import UUID

log = logging.getLogger(__name__)

MOST_TOLD = 10_000
_told: dict[tuple[str, UUID | str], date] = {}
_found: set[tuple[str, UUID | str]] = set()


def tell(table: str, row_id: UUID | str, now: datetime, so: str = "is left out", why: str = "does not open") -> None:
    """Tell the operator of a row that does not open, and what follows, once a day in each process. `now` is aware."""
    if len(_found) < MOST_TOLD:
        _found.add((table, row_id))
    if _told.get((table, row_id)) == now.date():
        return
    if len(_told) >= MOST_TOLD:
        _told.clear()
    _told[table, row_id] = now.date()
    log.warning("%s: the row %s %s, and %s", table, row_id, why, so)


def found_damaged(table: str) -> set[UUID]:
    """The rows of a table that were found not to open since this was last called in this process."""
    found = {(of, row_id) for of, row_id in _found if of == table}
    _found.difference_update(found)
    return {row_id for _, row_id in found if isinstance(row_id, UUID)}
