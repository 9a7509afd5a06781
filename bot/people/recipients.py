"""Readers: who reads what goes to somebody who is away, or to a policy owner who cannot be reached.

For an owner who is away it is who stands in. For one who cannot be written to, or who was named by an address and has
not been seen for some working days, it is the policy's delegate, until the owner can be reached or another one is
named; where there is none, nothing is taken as told. Admins are told either way.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from bot.interface.views import Reach
from bot.outbox import deliveries, quiet_hours
from bot.people import absences, admins, digest_schedules, reachability
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Policy
from storage import flags as stored_flags
from storage import people as stored_people
from storage import policies as stored_policies
from storage import unreached as stored_unreached

OWNER_LEFT = "owner-left"
NO_OWNER = "no-owner"
AWAITED_DAYS = 2
"""For how many working days an owner is awaited who was named by an address under which nobody has been seen."""
TOLD_TOGETHER = 10
"""Of how many policies of one owner one message tells."""


def of_several(uow: UnitOfWork, person_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Who reads what goes to each of those people: themselves, or who stands in; nobody where they cannot be reached.

    Where who stands in has left or is away too, it is themselves, who will find it when they are back.
    """
    here = stored_unreached.reached(uow.session, person_ids)
    away = absences.of_several(uow, sorted(here))
    readers = {each: each for each in here}
    if away:
        standing_in = {each.stand_in_id for each in away.values()}
        can = stored_unreached.reached(uow.session, standing_in) - set(absences.of_several(uow, sorted(standing_in)))
        readers |= {each: row.stand_in_id for each, row in away.items() if row.stand_in_id in can}
    return readers


def of_person(uow: UnitOfWork, person_id: UUID | None) -> UUID | None:
    """Who reads what goes to a person; None where nobody does."""
    return of_several(uow, [person_id]).get(person_id) if person_id is not None else None


def of_policy(uow: UnitOfWork, policy: Policy) -> UUID | None:
    """Who reads what goes to a policy's owner; None where nobody does."""
    return of_person(uow, policy.read_by or policy.owner_id)


def owned_by(uow: UnitOfWork, person_id: UUID) -> list[Policy]:
    """The policies whose digests a person reads as their own: as owner, or in place of an owner who cannot be reached.

    An owner who is back has them again: their next digest lists what is open.
    """
    return owned_by_several(uow, [person_id])[person_id]


def owned_by_several(uow: UnitOfWork, person_ids: Iterable[UUID]) -> dict[UUID, list[Policy]]:
    """The policies that each of those people reads as their own, as `owned_by` gives them."""
    ids = {each: set(all_ids) for each, all_ids in stored_people.every_id_of(uow.session, person_ids).items()}
    everybody = set[UUID]().union(*ids.values())
    found = [each for each in stored_policies.owned_or_read_by(uow.session, everybody) if each.sealed_on is None]
    passed_on = [each for each in found if each.awaited_until is not None or each.read_by is not None]
    owners = [each.owner_id for each in passed_on if each.owner_id is not None]
    back = stored_unreached.reached(uow.session, owners) if owners else set()
    for each in passed_on:
        if each.owner_id in back:
            give_back(uow, each)
    return {
        person: [each for each in found if (each.read_by or each.owner_id) in theirs] for person, theirs in ids.items()
    }


def give_back(uow: UnitOfWork, policy: Policy) -> None:
    """Let the owner of a policy, who can be reached now, read for it; what is open is news to them."""
    if policy.awaited_until is None and policy.read_by is None:
        return
    policy.awaited_until = policy.read_by = None
    uow.session.flush()
    stored_flags.tell_again(uow.session, policy.id)


def owner_named(uow: UnitOfWork, policy: Policy) -> None:
    """See to it that a new owner of a policy reads for it, or that it is not left to nobody."""
    if policy.owner_id is not None:
        _see_to(uow, policy)
        return
    policy.awaited_until = uow.calendar.add(uow.today, AWAITED_DAYS)
    _look_again(uow, policy)


def looks_at(uow: UnitOfWork, policy: Policy) -> datetime | None:
    """When to see whether the owner of a policy has been seen, aware UTC: at the organisation's hour of a working day.

    None where nothing depends on it. While nobody reads for it, each working day, for its delegate may come.
    """
    if policy.owner_id is not None or policy.sealed_on is not None:
        return None
    awaited = _awaited_at(uow, policy)
    if awaited is not None and awaited > uow.now:
        return awaited
    return quiet_hours.of_person(uow, None).on(uow.calendar.add(uow.today, 1)) if policy.read_by is None else None


def _look_again(uow: UnitOfWork, policy: Policy) -> None:
    uow.session.flush()
    at = looks_at(uow, policy)
    if at is not None:
        stored_policies.look_by(uow.session, [policy.id], at)


def look(uow: UnitOfWork, policy: Policy) -> None:
    """See to a policy whose owner was named by an address and has been awaited for long enough."""
    awaited = _awaited_at(uow, policy)
    if policy.owner_id is None and (awaited is None or awaited <= uow.now):
        _see_to(uow, policy)


def _awaited_at(uow: UnitOfWork, policy: Policy) -> datetime | None:
    return quiet_hours.of_person(uow, None).on(policy.awaited_until) if policy.awaited_until else None


def cannot_be_reached(uow: UnitOfWork, person_id: UUID) -> None:
    """See to the policies of somebody who owns them, or reads for their owners, and cannot be written to."""
    ids = set(stored_people.every_id(uow.session, person_id))
    for each in sorted(stored_policies.owned_or_read_by(uow.session, ids), key=lambda one: one.id):
        if each.sealed_on is None:
            _see_to(uow, each)


def _see_to(uow: UnitOfWork, policy: Policy) -> None:
    """Let a policy's delegate read for an owner who cannot be reached; tell them and admins, once for each time."""
    if reachability.of(uow, policy.owner_id) is Reach.REACHED:
        give_back(uow, policy)
        return
    policy.awaited_until = policy.awaited_until or uow.today
    delegate = policy.delegate_id if reachability.of(uow, policy.delegate_id) is Reach.REACHED else None
    _pass_on(uow, policy, delegate)
    uow.session.flush()
    key = f"{_alike(uow, policy)[0].id}:{policy.awaited_until}"
    if delegate is not None:
        digest_schedules.begin(uow, delegate)
        deliveries.tell_person(uow, delegate, OWNER_LEFT, str(policy.id), key=f"{OWNER_LEFT}:{key}:{delegate}")
    admins.tell(uow, NO_OWNER, str(policy.id), key=f"{NO_OWNER}:{key}:{delegate or 'nobody'}")
    _look_again(uow, policy)


def told_of(uow: UnitOfWork, policy: Policy) -> list[Policy]:
    """The policies of which one message tells that their owner cannot be reached, of which the given one is the first.

    They have the same owner, and the same person reads for them.
    """
    others = [each for each in _alike(uow, policy) if each.id != policy.id and each.read_by == policy.read_by]
    return [policy, *sorted(others, key=lambda each: each.title)]


def _alike(uow: UnitOfWork, policy: Policy) -> list[Policy]:
    """So many policies whose owner could not be reached from the same day on, by id, of which this is one."""
    if policy.owner_id is not None:
        same = stored_policies.owned_by(uow.session, [policy.owner_id])
    else:
        waiting = stored_policies.awaiting(uow.session, policy.owner_email) if policy.owner_email else []
        same = [each for each in waiting if each.owner_email == policy.owner_email]
    alike = {each.id: each for each in same if each.sealed_on is None and each.awaited_until == policy.awaited_until}
    ids = sorted({*alike, policy.id})
    first = ids.index(policy.id) // TOLD_TOGETHER * TOLD_TOGETHER
    return [alike.get(each, policy) for each in ids[first : first + TOLD_TOGETHER]]


def _pass_on(uow: UnitOfWork, policy: Policy, reader: UUID | None) -> None:
    """Let another person read for a policy; what is open is news to them, unless nobody is left to read it."""
    if policy.read_by == reader:
        return
    policy.read_by = reader
    uow.session.flush()
    stored_flags.tell_again(uow.session, policy.id)
