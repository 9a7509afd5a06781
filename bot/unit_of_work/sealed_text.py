"""Sealed text: what stands in place of a text that does not open, because its row was changed or damaged."""

from __future__ import annotations

import logging
from datetime import date, datetime
from uuid import UUID

log = logging.getLogger(__name__)

NOT_OPENED = "This text cannot be shown: what is stored of it was changed or damaged."
MOST_TOLD = 10_000
_told: dict[tuple[str, UUID | str], date] = {}


def tell(table: str, row_id: UUID | str, now: datetime, so: str = "is shown without its text") -> None:
    """Tell the operator of a row that does not open, and what follows, once a day in each process. `now` is aware."""
    if _told.get((table, row_id)) == now.date():
        return
    if len(_told) >= MOST_TOLD:
        _told.clear()
    _told[table, row_id] = now.date()
    log.warning("%s: the row %s does not open, and %s", table, row_id, so)
