"""Readers: who reads what goes to somebody who is away, or to a policy owner who has left.

For an owner who is away it is who stands in. For one whose account is closed it is the policy's delegate, until an
admin names another owner; where there is none, admins are told and nothing is taken as told.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from bot import absences, admins, deliveries, schedules
from bot.turn import Turn
from storage import Policy
from storage import flags as stored_flags
from storage import people as stored_people
from storage import policies as stored_policies

OWNER_LEFT = "owner-left"
NO_OWNER = "no-owner"


def of_several(turn: Turn, person_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Who reads what goes to each of those people: themselves, or who stands in; nobody for a closed account.

    Where who stands in has left or is away too, it is themselves, who will find it when they are back.
    """
    here = stored_people.reachable(turn.session, person_ids)
    away = absences.of_several(turn, sorted(here))
    readers = {each: each for each in here}
    if away:
        standing_in = {each.stand_in_id for each in away.values()}
        can = stored_people.reachable(turn.session, standing_in) - set(absences.of_several(turn, sorted(standing_in)))
        readers |= {each: row.stand_in_id for each, row in away.items() if row.stand_in_id in can}
    return readers


def of_person(turn: Turn, person_id: UUID | None) -> UUID | None:
    """Who reads what goes to a person; None where nobody does."""
    return of_several(turn, [person_id]).get(person_id) if person_id is not None else None


def of_policy(turn: Turn, policy: Policy) -> UUID | None:
    """Who reads what goes to a policy's owner; None where nobody does."""
    return of_person(turn, policy.read_by or policy.owner_id)


def owned_by(turn: Turn, person_id: UUID) -> list[Policy]:
    """The policies whose digests a person reads as their own: as owner, or in place of an owner who has left.

    An owner who is back has them again: their next digest lists what is open.
    """
    return owned_by_several(turn, [person_id])[person_id]


def owned_by_several(turn: Turn, person_ids: Iterable[UUID]) -> dict[UUID, list[Policy]]:
    """The policies that each of those people reads as their own, as `owned_by` gives them."""
    ids = {each: set(all_ids) for each, all_ids in stored_people.every_id_of(turn.session, person_ids).items()}
    everybody = set[UUID]().union(*ids.values())
    found = [each for each in stored_policies.owned_or_read_by(turn.session, everybody) if each.sealed_on is None]
    passed_on = [each for each in found if each.read_by is not None]
    owners = [each.owner_id for each in passed_on if each.owner_id is not None]
    back = stored_people.reachable(turn.session, owners) if owners else set()
    for each in passed_on:
        if each.owner_id in back:
            _pass_on(turn, each, None)
    return {
        person: [each for each in found if (each.read_by or each.owner_id) in theirs] for person, theirs in ids.items()
    }


def owner_left(turn: Turn, person_id: UUID) -> None:
    """Give the policies of somebody whose account is closed to their delegates, and tell them and admins once."""
    ids = set(stored_people.every_id(turn.session, person_id))
    for each in stored_policies.owned_or_read_by(turn.session, ids):
        if each.sealed_on is None and each.owner_id is not None:
            _leave(turn, each, each.owner_id)


def _leave(turn: Turn, policy: Policy, owner_id: UUID) -> None:
    here = stored_people.reachable(turn.session, [each for each in (owner_id, policy.delegate_id) if each])
    if owner_id in here:
        _pass_on(turn, policy, None)
        return
    delegate = policy.delegate_id if policy.delegate_id in here else None
    _pass_on(turn, policy, delegate)
    key = f"{policy.id}:{owner_id}"
    if delegate is not None:
        schedules.begin(turn, delegate)
        deliveries.tell_person(turn, delegate, OWNER_LEFT, str(policy.id), key=f"{OWNER_LEFT}:{key}")
    admins.tell(turn, NO_OWNER, str(policy.id), key=f"{NO_OWNER}:{key}")


def _pass_on(turn: Turn, policy: Policy, reader: UUID | None) -> None:
    """Let another person read for a policy; what is open is news to them, unless nobody is left to read it."""
    if policy.read_by == reader:
        return
    policy.read_by = reader
    turn.session.flush()
    stored_flags.tell_again(turn.session, policy.id)
