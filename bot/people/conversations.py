"""Conversations: where a platform takes messages for a channel or a person, and the channels that it takes none for."""

from __future__ import annotations

from dataclasses import dataclass

from bot.interface.ports import Place
from bot.people import admins
from bot.screens.notice import channel_lost
from bot.unit_of_work.unit_of_work import Turn
from storage import Conversation
from storage import channels as stored_channels
from storage import conversations as stored
from storage import deliveries as stored_deliveries


@dataclass(frozen=True)
class Conversing:
    """What a platform calls a conversation, and the address of the server that takes it where there are several."""

    conversation: str
    service: str = ""


def conversing(turn: Turn, place: Place) -> Conversing | None:
    """Where messages for a place go, if that is known."""
    found = stored.where(turn.session, place.platform, place.workspace, place.address, place.direct)
    return Conversing(*found) if found else None


def connected(turn: Turn, platform: str) -> tuple[Place, ...]:
    """The connected channels of a platform."""
    rows = stored_channels.connected(turn.session)
    return tuple(Place(each.platform, each.workspace, each.address) for each in rows if each.platform == platform)


def _row(turn: Turn, place: Place) -> Conversation | None:
    return stored.conversation(turn.session, place.platform, place.workspace, place.address, place.direct)


def converse(turn: Turn, place: Place, conversation: str, service: str) -> None:
    """Keep where messages for a place go."""
    row = _row(turn, place)
    if row is None:
        row = Conversation(
            platform=place.platform,
            workspace=place.workspace,
            address=place.address,
            direct=place.direct,
            conversation="",
        )
    row.conversation, row.service = conversation, service
    turn.session.add(row)
    turn.session.flush()


def lose(turn: Turn, place: Place, reason: str) -> None:
    """A channel can be written to no more; admins are told. `reason` is the platform's code."""
    row = stored_channels.by_address(turn.session, place.platform, place.workspace, place.address)
    if row is None or not row.connected:
        return
    row.connected = False
    turn.session.flush()
    stored_deliveries.give_up(turn.session, place.platform, place.workspace, reason, turn.now, place.address)
    key = f"{channel_lost.SCREEN}:{row.id}:{turn.now:%Y%m%dT%H%M%S}"
    admins.tell(turn, channel_lost.SCREEN, str(row.id), key)
