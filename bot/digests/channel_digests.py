"""Channel digests: copies for channels where an admin turned them on, of the policies posted there, without names.

They are written in the transaction that makes the digest, and hold only what was released before, so they hasten
nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from uuid import UUID

from bot.interface.views import DigestPartView, DigestView
from bot.outbox import deliveries
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import postings as stored_postings

SCREEN = "channel-digest"


def tell(uow: UnitOfWork, asked: Mapping[UUID, Collection[UUID]]) -> None:
    """Send copies of digests to the channels that take them; `asked` gives the policies of each digest, by id."""
    policy_ids = [each for some in asked.values() for each in some]
    places = stored_postings.taking_digests(uow.session, policy_ids) if policy_ids else []
    for digest_id, some in asked.items():
        for channel in {channel.id: channel for policy_id, channel in places if policy_id in some}.values():
            deliveries.tell_channel(uow, channel, SCREEN, f"{digest_id} {channel.id}")


def for_everyone(uow: UnitOfWork, view: DigestView, channel_id: UUID) -> DigestView:
    """A digest as a channel sees it: the policies that are posted there, without authors' names."""
    here = {policy_id for policy_id in (each.policy for each in view.parts) if _is_posted(uow, policy_id, channel_id)}
    return replace(view, parts=tuple(_unnamed(each) for each in view.parts if each.policy in here), named_by="")


def _is_posted(uow: UnitOfWork, policy_id: UUID, channel_id: UUID) -> bool:
    return any(channel.id == channel_id for _, channel in stored_postings.of_policy(uow.session, policy_id))


def _unnamed(part: DigestPartView) -> DigestPartView:
    return replace(part, items=tuple(replace(each, author="", named_to="") for each in part.items), named_by="")
