"""Recipients: who gets the messages of a person who is away, or of a policy owner who cannot be reached.

For an owner who is away it is their stand-in. For one who cannot be sent messages, or who was named by e-mail address
and has not been seen for some working days, it is the policy's delegate, until the owner can be reached or another one
is named. Without such a delegate nobody gets them, and nothing counts as reported. Admins are told either way.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from bot.interface.views import Reachability
from bot.outbox import deliveries, quiet_hours
from bot.people import absences, admins, digest_schedules, reachability
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Policy
from storage import commitments as stored_commitments
from storage import digests as stored_digests
from storage import flags as stored_flags
from storage import policies as stored_policies

OWNER_LEFT = "owner-left"
NO_OWNER = "no-owner"
OWNER_UNCLEAR = "owner-unclear"
AWAITED_DAYS = 2
"""How many working days we wait for an owner who was named by an e-mail address that has not been seen."""
TOLD_TOGETHER = 10
"""How many policies of one owner a single message covers, at most."""


def of_several(uow: UnitOfWork, person_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """The recipient of each person's messages: themselves, or their stand-in. Unreachable people are left out.

    Where the stand-in cannot be reached or is away too, it is the person, who finds the messages when they are back.
    """
    here = reachability.can_be_told(uow, person_ids)
    away = absences.of_several(uow, sorted(here))
    recipients = {each: each for each in here}
    if away:
        stand_ins = {each.stand_in_id for each in away.values()}
        present = reachability.can_be_told(uow, stand_ins) - set(absences.of_several(uow, sorted(stand_ins)))
        recipients |= {each: row.stand_in_id for each, row in away.items() if row.stand_in_id in present}
    return recipients


def of_person(uow: UnitOfWork, person_id: UUID | None) -> UUID | None:
    """The recipient of a person's messages, or None where there is none."""
    return of_several(uow, [person_id]).get(person_id) if person_id is not None else None


def of_policy(uow: UnitOfWork, policy: Policy) -> UUID | None:
    """The recipient of messages to a policy's owner, or None where there is none."""
    return of_person(uow, policy.read_by or policy.owner_id)


def policies_of(uow: UnitOfWork, person_ids: Iterable[UUID], horizon: date) -> dict[UUID, list[Policy]]:
    """The policies whose digests each of these people gets, by person id: as owner, or for one who cannot be reached.

    Those are left out on which nothing is news, and nothing due by `horizon`.
    A policy goes back to an owner who can be reached again: their next digest lists what is open.
    """
    everyone = set(person_ids)
    found = stored_digests.to_cover(uow.session, everyone, horizon)
    passed_on = [each for each in found if each.awaited_until is not None or each.read_by is not None]
    owners = [each.owner_id for each in passed_on if each.owner_id is not None]
    back = reachability.can_be_told(uow, owners) if owners else set()
    for each in passed_on:
        if each.owner_id in back:
            give_back(uow, each)
    return {person: [each for each in found if (each.read_by or each.owner_id) == person] for person in everyone}


def give_back(uow: UnitOfWork, policy: Policy) -> None:
    """Give the digests of a policy back to its owner, who can be reached now. What is open is news to them."""
    if policy.awaited_until is None and policy.read_by is None:
        return
    policy.awaited_until = policy.read_by = None
    uow.session.flush()
    stored_flags.tell_again(uow.session, policy.id)
    stored_commitments.ask_again(uow.session, policy.id, uow.today)


def owner_named(uow: UnitOfWork, policy: Policy) -> None:
    """Make sure that someone gets the digests of a policy whose owner was just named, or that we wait for the owner."""
    if policy.owner_id is not None:
        _pass_on_or_give_back(uow, policy)
        return
    policy.awaited_until = uow.calendar.add(uow.today, AWAITED_DAYS)
    _plan_next_check(uow, policy)


def next_check_at(uow: UnitOfWork, policy: Policy) -> datetime | None:
    """When to check next whether the owner of a policy has been seen: aware UTC, or None if no check is needed.

    It is at the organisation's hour on a working day; each working day while the policy has no recipient at all, since
    its delegate may become reachable.
    """
    if policy.owner_id is not None or policy.sealed_on is not None:
        return None
    awaited = _awaited_at(uow, policy)
    if awaited is not None and awaited > uow.now:
        return awaited
    return quiet_hours.of_person(uow, None).on(uow.calendar.add(uow.today, 1)) if policy.read_by is None else None


def _plan_next_check(uow: UnitOfWork, policy: Policy) -> None:
    uow.session.flush()
    at = next_check_at(uow, policy)
    if at is not None:
        stored_policies.look_by(uow.session, [policy.id], at)


def check_awaited_owner(uow: UnitOfWork, policy: Policy) -> None:
    """Check a policy whose owner was named by e-mail address, once we have waited long enough."""
    awaited = _awaited_at(uow, policy)
    if policy.owner_id is None and (awaited is None or awaited <= uow.now):
        _pass_on_or_give_back(uow, policy)


def _awaited_at(uow: UnitOfWork, policy: Policy) -> datetime | None:
    return quiet_hours.of_person(uow, None).on(policy.awaited_until) if policy.awaited_until else None


def cannot_be_reached(uow: UnitOfWork, person_id: UUID) -> None:
    """Pass on the policies of a person who gets their digests, as owner or in an owner's place, and is unreachable."""
    for each in sorted(stored_policies.owned_or_read_by(uow.session, {person_id}), key=lambda one: one.id):
        if each.sealed_on is None:
            _pass_on_or_give_back(uow, each)


def _pass_on_or_give_back(uow: UnitOfWork, policy: Policy) -> None:
    """Pass an unreachable owner's digests to the delegate, and tell them and admins, once each time it happens.

    Give them back if the owner can be reached after all.
    """
    if reachability.of(uow, policy.owner_id) is Reachability.REACHED:
        give_back(uow, policy)
        return
    policy.awaited_until = policy.awaited_until or uow.today
    delegate = policy.delegate_id if reachability.of(uow, policy.delegate_id) is Reachability.REACHED else None
    _set_reader(uow, policy, delegate)
    uow.session.flush()
    key = f"{_told_together(uow, policy)[0].id}:{policy.awaited_until}"
    if delegate is not None:
        digest_schedules.begin(uow, delegate)
        deliveries.tell_person(uow, delegate, OWNER_LEFT, str(policy.id), key=f"{OWNER_LEFT}:{key}:{delegate}")
    admins.tell(uow, NO_OWNER, str(policy.id), key=f"{NO_OWNER}:{key}:{delegate or 'nobody'}")
    _plan_next_check(uow, policy)


def owner_unclear(uow: UnitOfWork, policy: Policy) -> None:
    """Tell the one who named a policy's owner, once, that several accounts have the address; or else admins."""
    key = f"{OWNER_UNCLEAR}:{policy.id}:{policy.owner_since or policy.announced_on}"
    by = policy.announced_by
    if by is None or not deliveries.tell_person(uow, by, OWNER_UNCLEAR, str(policy.id), key=f"{key}:{by}"):
        admins.tell(uow, OWNER_UNCLEAR, str(policy.id), key=key)


def told_of(uow: UnitOfWork, policy: Policy) -> list[Policy]:
    """The policies that one message about an unreachable owner covers, the given one first.

    They have the same owner and the same recipient.
    """
    others = [each for each in _told_together(uow, policy) if each.id != policy.id and each.read_by == policy.read_by]
    return [policy, *sorted(others, key=lambda each: each.title)]


def _told_together(uow: UnitOfWork, policy: Policy) -> list[Policy]:
    """A policy and up to `TOLD_TOGETHER` - 1 others of the same owner, unreachable since the same day, by id."""
    if policy.owner_id is not None:
        same = stored_policies.owned_by(uow.session, [policy.owner_id])
    else:
        waiting = stored_policies.awaiting(uow.session, policy.owner_email) if policy.owner_email else []
        same = [each for each in waiting if each.owner_email == policy.owner_email]
    alike = {each.id: each for each in same if each.sealed_on is None and each.awaited_until == policy.awaited_until}
    ids = sorted({*alike, policy.id})
    first = ids.index(policy.id) // TOLD_TOGETHER * TOLD_TOGETHER
    return [alike.get(each, policy) for each in ids[first : first + TOLD_TOGETHER]]


def _set_reader(uow: UnitOfWork, policy: Policy, reader: UUID | None) -> None:
    """Set who reads for a policy in its owner's place, or nobody. What is open is news to the next reader."""
    if policy.read_by == reader:
        return
    policy.read_by = reader
    uow.session.flush()
    stored_flags.tell_again(uow.session, policy.id)
    stored_commitments.ask_again(uow.session, policy.id, uow.today)
