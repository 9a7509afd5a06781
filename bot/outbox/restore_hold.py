"""The hold after a restore: nothing is released or sent until an admin has confirmed (`storage/restores.py`)."""

from __future__ import annotations

from datetime import date, datetime
from uuid import uuid4

from bot.calendar.dates import local_day
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import restores as stored
from storage import times
from storage.restores import RestoreState


def state(uow: UnitOfWork) -> RestoreState:
    """What the database waits for; `NORMAL` for nothing."""
    row = stored.restore(uow.session)
    return RestoreState.NORMAL if row is None else row.state


def stops_sending(uow: UnitOfWork) -> bool:
    """Whether nothing may be sent: the restore is not confirmed, or what was missed is still to be made."""
    return state(uow) is not RestoreState.NORMAL


def hold(uow: UnitOfWork) -> bool:
    """Hold everything; False if it is held already."""
    row = stored.locked(uow.session)
    if row.state is RestoreState.HELD:
        return False
    row.state, row.confirmed_at = RestoreState.HELD, None
    row.since = times.newest_message(uow.session) or uow.now
    uow.session.flush()
    return True


def go_on(uow: UnitOfWork) -> bool:
    """Confirm the restore; False if there is nothing to confirm. What the backup has counted begins again."""
    row = stored.locked(uow.session)
    if row.state is not RestoreState.HELD:
        return False
    row.state, row.confirmed_at = RestoreState.CONFIRMED, uow.now
    row.line, row.mark = uuid4(), 0
    uow.session.flush()
    return True


def end(uow: UnitOfWork) -> None:
    """Let everything be sent again."""
    row = stored.locked(uow.session)
    row.state = RestoreState.NORMAL
    uow.session.flush()


def came_from_backup(uow: UnitOfWork, day: date) -> datetime | None:
    """Whether something of that day may be from the backup that was restored last: then when that backup ended."""
    row = stored.restore(uow.session)
    since = row.since if row is not None else None
    return since if since is not None and day <= local_day(since, uow.zone) else None


def undone(uow: UnitOfWork) -> tuple[datetime, datetime] | None:
    """From when to when (aware UTC) the last restore has undone what was sent; None if there was none."""
    row = stored.restore(uow.session)
    return (row.since, row.confirmed_at) if row is not None and row.since and row.confirmed_at else None
