"""Copies of digests for channels where an admin wants them: of the policies whose card stands there, without names.

They are written in the transaction that makes the digest, of what was released before it, and so hasten nothing.
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
    """Send what digests ask to the channels that take copies; `asked` gives the policies that each digest asks of."""
    policy_ids = [each for some in asked.values() for each in some]
    places = stored_postings.taking_digests(uow.session, policy_ids) if policy_ids else []
    for digest_id, some in asked.items():
        for channel in {channel.id: channel for policy_id, channel in places if policy_id in some}.values():
            deliveries.tell_channel(uow, channel, SCREEN, f"{digest_id} {channel.id}")


def for_everyone(uow: UnitOfWork, view: DigestView, channel_id: UUID) -> DigestView:
    """What a channel is shown of a digest: the policies whose card stands there, and nobody's name."""
    here = {policy_id for policy_id in (each.policy for each in view.parts) if _stands(uow, policy_id, channel_id)}
    return replace(view, parts=tuple(_unnamed(each) for each in view.parts if each.policy in here), named_by="")


def _stands(uow: UnitOfWork, policy_id: UUID, channel_id: UUID) -> bool:
    return any(channel.id == channel_id for _, channel in stored_postings.of_policy(uow.session, policy_id))


def _unnamed(part: DigestPartView) -> DigestPartView:
    return replace(part, items=tuple(replace(each, author="") for each in part.items), named_by="")
