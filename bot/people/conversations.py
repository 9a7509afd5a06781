"""Conversations: the platform's ids for chats with channels and people; connected channels, and lost ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot.interface.ports import Place
from bot.interface.visible_text import speakable
from bot.outbox import outcomes
from bot.people import admins
from bot.screens.notice import channel_lost
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Channel, Conversation
from storage import channels as stored_channels
from storage import conversations as stored
from storage import dead_letters as stored_dead_letters
from storage import deliveries as stored_deliveries
from storage import postings as stored_postings

HEALS_FOR = timedelta(days=7)
"""How old may be what was given up for a channel, to be sent when the channel is connected again."""


@dataclass(frozen=True)
class Conversing:
    """The platform's id of a conversation, and the address of its server on platforms that have several."""

    conversation: str
    service: str = ""


def conversing(uow: UnitOfWork, place: Place) -> Conversing | None:
    """The conversation of a place, if known."""
    found = stored.where(uow.session, place.platform, place.workspace, place.address, place.direct)
    return Conversing(*found) if found else None


def connected(uow: UnitOfWork, platform: str) -> tuple[Place, ...]:
    """The connected channels of a platform."""
    return tuple(names(uow, platform))


def names(uow: UnitOfWork, platform: str) -> dict[Place, str]:
    """The connected channels of a platform, with their names."""
    rows = (each for each in stored_channels.connected(uow.session) if each.platform == platform)
    return {Place(each.platform, each.workspace, each.address): each.name for each in rows}


def rename(uow: UnitOfWork, place: Place, name: str) -> None:
    """Record what a connected channel is called."""
    row = stored_channels.by_address(uow.session, place.platform, place.workspace, place.address)
    if row is not None and name:
        row.name = speakable(name)


def disconnected(uow: UnitOfWork, platform: str) -> tuple[Place, ...]:
    """The channels of a platform that were connected once, and are not now."""
    rows = stored_channels.disconnected(uow.session, platform)
    return tuple(Place(each.platform, each.workspace, each.address) for each in rows)


def _stored_row(uow: UnitOfWork, place: Place) -> Conversation | None:
    return stored.conversation(uow.session, place.platform, place.workspace, place.address, place.direct)


def converse(uow: UnitOfWork, place: Place, conversation: str, service: str) -> None:
    """Store the conversation of a place."""
    row = _stored_row(uow, place)
    if row is None:
        row = Conversation(
            platform=place.platform,
            workspace=place.workspace,
            address=place.address,
            direct=place.direct,
            conversation="",
        )
    row.conversation, row.service = conversation, service
    uow.session.add(row)
    uow.session.flush()


def lose(uow: UnitOfWork, place: Place, reason: str) -> None:
    """Record that a channel takes no messages any more, and tell admins. `reason` is the platform's code."""
    row = stored_channels.by_address(uow.session, place.platform, place.workspace, place.address)
    if row is None or not row.connected:
        return
    row.connected = False
    uow.session.flush()
    stored_dead_letters.give_up(uow.session, place.platform, place.workspace, reason, uow.now, place.address)
    key = f"{channel_lost.SCREEN}:{row.id}:{uow.now:%Y%m%dT%H%M%S}"
    admins.tell(uow, channel_lost.SCREEN, str(row.id), key)


def found_again(uow: UnitOfWork, channel: Channel) -> None:
    """Connect a channel again: what could not be sent there in the last days is sent, and its cards are up to date."""
    channel.connected = True
    since = uow.now - HEALS_FOR
    outcomes.send_again(uow, channel.platform, channel.workspace, since, channel.address)


def move(uow: UnitOfWork, place: Place, address: str) -> None:
    """Record that the platform has given a channel another id: its settings, its cards and what waits go along.

    If the channel is known under the new id already, it gets the settings and the cards. A repetition changes nothing.
    """
    old = stored_channels.by_address(uow.session, place.platform, place.workspace, place.address)
    if old is None or address == place.address:
        return
    kept = stored_channels.by_address(uow.session, place.platform, place.workspace, address)
    if kept is None:
        kept, old.address = old, address
        uow.session.flush()
    else:
        stored_channels.copy_settings(old, kept)
        uow.session.flush()
        stored_postings.move(uow.session, old.id, kept.id)
    stored_deliveries.move(uow.session, place.platform, place.workspace, place.address, address)
    found_again(uow, kept)
