"""Reachability: whether a person can be sent messages, and which of the people who answer for a policy cannot.

Rows alone decide: the person needs an open account that no platform has refused. A person named by e-mail address has
not been seen until they are on a roster. Decision 0018 gives the reasons.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from uuid import UUID

from bot.interface.ports import BLOCKED, CLOSED, IN_NO_PLACE, NO_ACCESS, NOT_INSTALLED, REFUSED, Place
from bot.interface.views import Reachability, UnreachedView
from bot.people import admins, people
from bot.screens.notice.not_reached import SCREEN as NOT_REACHED
from bot.unit_of_work import sealed_accounts
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Policy, Role
from storage import conversations as stored_conversations
from storage import people as stored_people
from storage import unreached as stored

_BY_REASON = {
    NOT_INSTALLED: Reachability.NOT_INSTALLED,
    IN_NO_PLACE: Reachability.NOT_INSTALLED,
    BLOCKED: Reachability.BLOCKED,
    CLOSED: Reachability.CLOSED,
}


_FOUND_OUT_BY_SENDING = (NOT_INSTALLED, BLOCKED, NO_ACCESS, REFUSED)


def can_be_told(uow: UnitOfWork, person_ids: Iterable[UUID]) -> set[UUID]:
    """Those of the people who can be sent what concerns a policy. Guests can only where an admin lets them be named."""
    return stored.reached(uow.session, person_ids, guests=uow.organisation.guests_named)


def of(uow: UnitOfWork, person_id: UUID | None) -> Reachability:
    """Whether a person can be sent messages. None, as for an e-mail address that waits for a person, is not seen."""
    if person_id is None:
        return Reachability.NOT_SEEN
    if can_be_told(uow, [person_id]):
        return Reachability.REACHED
    if not uow.organisation.guests_named and stored_people.guests(uow.session, [person_id]):
        return Reachability.GUEST
    reason = stored.reason(uow.session, person_id)
    if not reason:
        return Reachability.CLOSED
    return _BY_REASON.get(reason, Reachability.REFUSED)


def of_named(uow: UnitOfWork, person_id: UUID | None, email: str | None) -> Reachability:
    """The same for someone who may have been named by an address, which several people may have."""
    return Reachability.UNCLEAR if is_unclear(uow, person_id, email) else of(uow, person_id)


def is_unclear(uow: UnitOfWork, person_id: UUID | None, email: str | None) -> bool:
    """Whether someone was named by an address that several people have, so that nobody can tell who is meant."""
    if person_id is not None or not email:
        return False
    return (
        len(
            {
                each.person_id
                for each in sealed_accounts.sound_if_possible(uow, stored_people.by_email(uow.session, email))
            }
        )
        > 1
    )


def in_line(uow: UnitOfWork, policy: Policy) -> list[tuple[UUID | None, UnreachedView]]:
    """(person id, view) of the owner, delegate and senior owner, in that order, with the reachability of each."""
    accountable = (
        (Role.OWNER, policy.owner_id, policy.owner_email),
        (Role.DELEGATE, policy.delegate_id, policy.delegate_email),
        (Role.SENIOR, policy.senior_id, policy.senior_email),
    )
    told = bool(stored.reached(uow.session, admins.found(uow)))
    return [
        (
            person_id,
            UnreachedView(
                name=people.name_of(uow, person_id, email),
                role=role,
                reach=of_named(uow, person_id, email),
                title=policy.title,
                told=told,
                until=policy.awaited_until if role is Role.OWNER else None,
            ),
        )
        for role, person_id, email in accountable
        if person_id or email
    ]


def unreached(uow: UnitOfWork, policy: Policy) -> tuple[UnreachedView, ...]:
    """Those of the owner, delegate and senior owner who cannot be sent messages, in that order."""
    return tuple(view for _, view in in_line(uow, policy) if view.reach is not Reachability.REACHED)


def tell_admins(uow: UnitOfWork, policy: Policy) -> None:
    """Tell admins, once for each, of a known delegate or senior owner who cannot be sent messages."""
    for person_id in (policy.delegate_id, policy.senior_id):
        if person_id is not None and of(uow, person_id) is not Reachability.REACHED:
            subject = f"{policy.id} {person_id}"
            admins.tell(uow, NOT_REACHED, subject, key=f"{NOT_REACHED}:{subject.replace(' ', ':')}")


def without_place(uow: UnitOfWork, platform: str, workspace: str, listed: Collection[str]) -> int:
    """Record who is on no roster of a workspace where the app can only write to people on one; how many are new.

    `listed` are the platform's ids of everyone on a roster. People with a direct conversation are skipped. For someone
    to whom a message was refused before, this records what would help: being on a roster.
    """
    found = stored.without_place(uow.session, platform, workspace, listed, (IN_NO_PLACE, BLOCKED))
    for each in found:
        stored.refuse(uow.session, platform, workspace, each, IN_NO_PLACE)
    return len(found)


def to_try_again(uow: UnitOfWork, platform: str, workspace: str) -> tuple[Place, ...]:
    """The accounts of a workspace that refused a message, and those without the app of people who answer for policies.

    Many may have no app and are sent nothing, so only those who would be sent something are tried.
    """
    refused = stored.users(uow.session, platform, workspace, _FOUND_OUT_BY_SENDING)
    found = [*refused, *stored.who_answer(uow.session, platform, workspace, (IN_NO_PLACE,))]
    return tuple(Place(platform, workspace, each, direct=True) for each in found)


def reached(uow: UnitOfWork, place: Place) -> None:
    """Record that a person's account takes messages after all."""
    stored.forget(uow.session, {(place.platform, place.workspace, place.address)})


def forget_conversation(uow: UnitOfWork, place: Place) -> None:
    """Record that a person no longer has a conversation with the app. Rosters decide whether they can be reached."""
    stored_conversations.forget(uow.session, place.platform, place.workspace, place.address)
