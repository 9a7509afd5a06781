"""Absences: who is away on which days, and who stands in for them.

While a person is away their digests and reminders go to the stand-in, who may answer as a delegate.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from bot.calendar.dates import local_day
from bot.outbox import deliveries
from bot.people import people, reachability
from bot.people.people import Visitor
from bot.screens import refusals as says
from bot.unit_of_work.errors import FormRefused
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Absence, Policy
from storage import absences as stored

STANDS_IN = "stands-in"
LONGEST_DAYS = 366
"""The longest absence, in calendar days."""


def set_away(uow: UnitOfWork, visitor: Visitor, first_day: date, last_day: date, stand_in: UUID) -> Absence:
    """Record that a person is away from `first_day` to `last_day` inclusive, and tell the stand-in.

    Raises `FormRefused` where that person cannot stand in.
    """
    if stand_in in visitor.ids:
        raise FormRefused({"stand_in": says.STANDS_IN_FOR_ONESELF})
    if not reachability.can_be_told(uow, [stand_in]):
        raise FormRefused({"stand_in": says.not_here(people.name_of(uow, stand_in))})
    same = planned(uow, visitor.id)
    if same is not None and (same.first_day, same.last_day, same.stand_in_id) == (first_day, last_day, stand_in):
        return same
    stored.end(uow.session, visitor.ids)
    row = Absence(person_id=visitor.id, first_day=first_day, last_day=last_day, stand_in_id=stand_in)
    uow.session.add(row)
    uow.session.flush()
    key = f"{STANDS_IN}:{visitor.id}:{stand_in}:{first_day}:{last_day}"
    deliveries.tell_person(uow, stand_in, STANDS_IN, str(visitor.id), key=key)
    return row


def end(uow: UnitOfWork, visitor: Visitor) -> None:
    """Record that a person is not away after all."""
    stored.end(uow.session, visitor.ids)


def planned(uow: UnitOfWork, person_id: UUID) -> Absence | None:
    """A person's absence that is still to come or not over yet."""
    rows = stored.absences(uow.session, [person_id])
    today = local_day(uow.now, people.zone_of(uow, person_id))
    return next((each for each in rows if each.last_day >= today), None)


def of_several(uow: UnitOfWork, person_ids: Iterable[UUID]) -> dict[UUID, Absence]:
    """The absences of those who are away today, by person id as given."""
    wanted = list(person_ids)
    away = {each.person_id: each for each in stored.absences(uow.session, wanted) if _is_today(uow, each)}
    return {each: away[each] for each in wanted if each in away}


def _is_today(uow: UnitOfWork, row: Absence) -> bool:
    return row.first_day <= local_day(uow.now, people.zone_of(uow, row.person_id)) <= row.last_day


def stands_in(uow: UnitOfWork, policy: Policy, person_ids: Iterable[UUID]) -> bool:
    """Whether the person with these ids stands in today for the policy's owner or delegate."""
    # Asked by the policy, so that no statement depends on who clicks.
    accountable = [each for each in (policy.owner_id, policy.delegate_id) if each is not None]
    ids = set(person_ids)
    return any(each.stand_in_id in ids and _is_today(uow, each) for each in stored.absences(uow.session, accountable))


def owners_stood_in_for(uow: UnitOfWork, person_ids: Iterable[UUID]) -> list[UUID]:
    """The people for whom the person with these ids stands in today."""
    return [each.person_id for each in stored.stood_in_by(uow.session, person_ids) if _is_today(uow, each)]
