"""Audience: who is on a policy. To anyone else the policy does not exist.

On a policy are the members of the channels that it was announced in, as their rosters stand, or everyone on the roster
of a connected channel, as its `audience` says; and its owner, delegate, senior owner and announcer, and who stands in
for one of them. A click made in one of its channels is on it, also before a roster says so. Admins administer policies
that they are not on, without reading them. Decision 0026.

Every entry asks `is_on`, and every list `storage.reach` with what `reach` gives, which is the same for many policies.
"""

from __future__ import annotations

from uuid import UUID

from bot.interface.platforms import display_name
from bot.interface.views import AudienceView
from bot.people import absences
from bot.people.people import Visitor
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Audience, Channel, Policy
from storage.held_accounts import Accounts
from storage.reach import Reach


def is_on(uow: UnitOfWork, visitor: Visitor, policy: Policy) -> bool:
    """Whether somebody is on a policy. No statement of this depends on who asks."""
    if policy.audience is Audience.EVERYONE and visitor.is_among_everyone:
        return True
    if not visitor.channels.isdisjoint(uow.channels_of(policy.id)):
        return True
    parts = {policy.owner_id, policy.delegate_id, policy.senior_id, policy.announced_by, policy.read_by}
    has_part = not parts.isdisjoint(visitor.ids) or absences.stands_in(uow, policy, visitor.ids)
    return has_part and _may_have_a_part(uow, visitor)


def _may_have_a_part(uow: UnitOfWork, visitor: Visitor) -> bool:
    return not visitor.guest or uow.organisation.guests_named


def view(uow: UnitOfWork, policy: Policy) -> AudienceView:
    """Who is on a policy, as screens get it: from the rosters in memory, so without a statement for a click."""
    return everyone(uow) if policy.audience is Audience.EVERYONE else members(uow, policy)


def everyone(uow: UnitOfWork) -> AudienceView:
    """Who is on a policy for everyone."""
    held = _held(uow)
    return AudienceView(everyone=True, people=len(held.channels))


def members(uow: UnitOfWork, policy: Policy) -> AudienceView:
    """Who is on a policy for members of its channels."""
    held = _held(uow)
    connected = [each for each in uow.channels_of(policy.id) if each in held.connected]
    people = frozenset[UUID]().union(*(held.members.get(each, frozenset()) for each in connected))
    several = len({platform for platform, _ in held.connected.values()}) > 1
    names = (
        f"{name} ({display_name(platform)})" if several else name
        for platform, name in (held.connected[each] for each in connected)
    )
    return AudienceView(everyone=False, people=len(people), channels=tuple(sorted(names)))


def _held(uow: UnitOfWork) -> Accounts:
    """All accounts, which whoever clicks has loaded already."""
    return uow.accounts if uow.accounts.by_name else uow.accounts_and_channel("", "", "")[0]


def is_for_channel(uow: UnitOfWork, policy: Policy, channel: Channel | None) -> bool:
    """Whether what is posted in a channel is for people on the policy; not in a chat that is no connected channel."""
    if channel is None or not channel.connected:
        return False
    return policy.audience is Audience.EVERYONE or channel.id in uow.channels_of(policy.id)


def has_public_page(policy: Policy) -> bool:
    """Whether a policy has a page for people who are not signed in. One for members never has."""
    return policy.public and policy.audience is Audience.EVERYONE


def reach(uow: UnitOfWork, visitor: Visitor) -> Reach:
    """What decides on which policies somebody is, for lists of them."""
    has_parts = _may_have_a_part(uow, visitor)
    return Reach(
        people=visitor.ids if has_parts else (),
        stood_in_for=absences.owners_stood_in_for(uow, visitor.ids) if has_parts else (),
        channels=sorted(visitor.channels),
        everyone=visitor.is_among_everyone,
    )
