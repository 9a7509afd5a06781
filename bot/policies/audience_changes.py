"""Changes of who is on a policy::

    members  --widen, once, while nothing was sent-->  everyone
    everyone --narrow, at any time-->                  members, for good

A form says who can read the flag, so nobody else may be let in once somebody has sent one. That is asked only when it
is done, and once at most: who could ask again and again would learn when the first flag came, before it is shown.
"""

from __future__ import annotations

from bot.people.people import Visitor
from bot.policies import audience
from bot.screens import refusals as says
from bot.screens.policy.audience_form import NAME
from bot.unit_of_work.errors import FormRefused
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Audience, Policy
from storage import boxes as stored_boxes
from storage import flags as stored_flags


def may_change(policy: Policy, visitor: Visitor) -> bool:
    """Whether somebody may say who is on a policy: its announcer, its owner, and admins where everyone is on it."""
    if {policy.announced_by, policy.owner_id} & set(visitor.ids):
        return True
    return visitor.admin and policy.audience is Audience.EVERYONE


def narrow(uow: UnitOfWork, policy: Policy) -> None:
    """Leave only the members of its channels on a policy. Its public page ends. Raises `FormRefused`."""
    if not audience.members(uow, policy).channels:
        raise FormRefused({NAME: says.AUDIENCE_WITHOUT_CHANNELS})
    uow.lock(policy.id)
    policy.audience, policy.narrowed, policy.public = Audience.MEMBERS, True, False
    uow.session.flush()


def widen(uow: UnitOfWork, policy: Policy) -> None:
    """Let everyone onto a policy, if nobody has sent anything that they were not to read. Raises `FormRefused`."""
    if policy.narrowed:
        raise FormRefused({NAME: says.AUDIENCE_NARROWED})
    # Locked, so that no flag is sent meanwhile by a form that promised otherwise.
    uow.lock(policy.id)
    if stored_boxes.tags(uow.session, policy.id) or stored_flags.is_any(uow.session, policy.id):
        raise FormRefused({NAME: says.AUDIENCE_PROMISED})
    policy.audience = Audience.EVERYONE
    uow.session.flush()
