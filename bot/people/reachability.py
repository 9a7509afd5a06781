"""Reach: whether somebody can be written to as things stand, and who cannot be among those who answer for a policy.

It is told by rows alone: an account that is open, and that no platform has refused. Whoever was named by an address is
not seen until a roster holds them.
"""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from bot.interface.ports import BLOCKED, IN_NO_PLACE, Place
from bot.interface.views import Reach, UnreachedView
from bot.people import admins, people
from bot.screens.notice.not_reached import SCREEN as NOT_REACHED
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Policy, Role
from storage import conversations as stored_conversations
from storage import unreached as stored


def of(uow: UnitOfWork, person_id: UUID | None) -> Reach:
    """Whether a person can be written to; nobody, and an address that waits for somebody, was not seen yet."""
    if person_id is None:
        return Reach.NOT_SEEN
    if person_id in stored.reached(uow.session, [person_id]):
        return Reach.REACHED
    reason = stored.reason(uow.session, person_id)
    if not reason:
        return Reach.CLOSED
    return Reach.BLOCKED if reason == BLOCKED else Reach.NOT_INSTALLED


def in_line(uow: UnitOfWork, policy: Policy) -> list[tuple[UUID | None, UnreachedView]]:
    """Those who answer for a policy, in the order of the line, and whether each can be written to."""
    line = (
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
                reach=of(uow, person_id),
                title=policy.title,
                told=told,
                until=policy.awaited_until if role is Role.OWNER else None,
            ),
        )
        for role, person_id, email in line
        if person_id or email
    ]


def unreached(uow: UnitOfWork, policy: Policy) -> tuple[UnreachedView, ...]:
    """Those who answer for a policy and cannot be written to, in the order of the line."""
    return tuple(view for _, view in in_line(uow, policy) if view.reach is not Reach.REACHED)


def tell_admins(uow: UnitOfWork, policy: Policy) -> None:
    """Tell admins, once each, of a delegate and a senior owner who cannot be written to although they are known."""
    for person_id in (policy.delegate_id, policy.senior_id):
        if person_id is not None and of(uow, person_id) is not Reach.REACHED:
            subject = f"{policy.id} {person_id}"
            admins.tell(uow, NOT_REACHED, subject, key=f"{NOT_REACHED}:{subject.replace(' ', ':')}")


def without_place(uow: UnitOfWork, platform: str, workspace: str, listed: Collection[str]) -> int:
    """Note who is on none of the rosters of a workspace whose app must be where they are; of how many that is news.

    `listed` are the platform's ids of all who are on one. Whoever has a conversation of their own is left. So is known
    of somebody to whom a message was refused what would mend it: to be on a roster.
    """
    found = stored.without_place(uow.session, platform, workspace, listed, (IN_NO_PLACE, BLOCKED))
    for each in found:
        stored.refuse(uow.session, platform, workspace, each, IN_NO_PLACE)
    return len(found)


def forget_conversation(uow: UnitOfWork, place: Place) -> None:
    """A person has no conversation with the app any more; whether they can be written to is for rosters to say."""
    stored_conversations.forget(uow.session, place.platform, place.workspace, place.address)
