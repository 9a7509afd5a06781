"""Unknown schedules: stored time zones, calendars and cron expressions that this installation does not know.

The organisation's are used in their place, so that digests go on. Admins and the operator are told.
"""

from __future__ import annotations

import logging
from uuid import UUID

from bot.calendar.cron import is_cron
from bot.calendar.dates import zone_names
from bot.calendar.working_days import WorkingCalendar
from bot.people import admins
from bot.screens.notice.unknown_schedule import SCREEN
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Schedule
from storage import schedules as stored

log = logging.getLogger(__name__)


def of_schedule(row: Schedule) -> tuple[str, ...]:
    """What of a schedule is not known."""
    checked = (
        (row.zone, row.zone in zone_names()),
        (row.calendar, WorkingCalendar.known(row.calendar) is not None),
        (row.cron, is_cron(row.cron)),
    )
    return tuple(value for value, known in checked if not known)


def of_organisation(uow: UnitOfWork) -> tuple[str, ...]:
    """What of the organisation's own is not known."""
    code = uow.organisation.calendar
    return () if WorkingCalendar.known(code) else (code,)


def any_unknown(uow: UnitOfWork) -> bool:
    """Whether anything is not known."""
    return bool(of_organisation(uow)) or bool(_unknown(uow))


def tell(uow: UnitOfWork) -> None:
    """Tell admins, once a month for each schedule, and the operator in the log."""
    if of_organisation(uow):
        log.warning("the organisation's working calendar is not known here: %s is used", WorkingCalendar().code)
        admins.tell(uow, SCREEN, "", key=f"{SCREEN}:organisation:{uow.today:%Y-%m}")
    for person_id in _unknown(uow):
        log.warning("schedule %s has a zone, calendar or cron expression that is not known here", person_id)
        admins.tell(uow, SCREEN, str(person_id), key=f"{SCREEN}:{person_id}:{uow.today:%Y-%m}")


def _unknown(uow: UnitOfWork) -> list[UUID]:
    return sorted(each.person_id for each in stored.all_of_them(uow.session) if of_schedule(each))
