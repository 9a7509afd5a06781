"""Copies of a message in a channel: a client that shows one, or on which a button is pressed, reports it.

Teams has no way to read a message back. If the answer to a post was lost, the message is posted once more, and may then
stand twice. So each card carries its delivery and the number of the attempt that posted it. The first copy that is
known to stand counts, and any other is withdrawn. A report holds nothing of who looked or pressed.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from adapters.teams.activity import PLATFORM, IncomingActivity
from adapters.teams.draw import button_data
from adapters.teams.draw.button_data import ButtonVerb, InvalidButtonData, MessageRef
from bot.dispatcher import Dispatcher
from bot.interface.parts import Card
from bot.interface.ports import Place
from bot.interface.unavailable import Unavailable

log = logging.getLogger(__name__)

MOST_KNOWN = 10_000


class ChannelCopies:
    """Reports each copy to the dispatcher once in each process, and again for as long as it does not count."""

    def __init__(self, dispatcher: Dispatcher) -> None:
        self._dispatcher = dispatcher
        self._counting: OrderedDict[tuple[UUID, str, int], None] = OrderedDict()

    async def shown(self, message_ref: MessageRef, activity: IncomingActivity) -> Card | None:
        """Report a copy. Returns what to show instead, if another one counts. Raises `Unavailable`."""
        delivery = message_ref.delivery
        if delivery is None or not activity.card:
            return None
        copy = (delivery, activity.card, message_ref.attempt)
        if copy in self._counting or not await self._dispatcher.was_sent_to(delivery, channel_of(activity)):
            return None
        instead = await self._dispatcher.seen(*copy)
        if instead is None:
            self._counting[copy] = None
            if len(self._counting) > MOST_KNOWN:
                self._counting.popitem(last=False)
        return instead

    async def pressed(self, activity: IncomingActivity) -> None:
        """Report the copy on which a button was pressed. The click has its answer already, and nothing is raised."""
        if activity.personal:
            return
        try:
            button = button_data.read(_data_of(activity))
            if button.verb is not ButtonVerb.SEEN:
                await self.shown(button.message_ref, activity)
        except InvalidButtonData:
            return
        except Unavailable:
            return  # the next click on it reports it
        except Exception as error:  # noqa: BLE001 - the click is answered, and the error's text must not be logged
            log.error("a Teams message could not be reported: %s", type(error).__name__)


def channel_of(activity: IncomingActivity) -> Place:
    """The channel or group chat that an activity is from."""
    return Place(PLATFORM, activity.tenant, activity.channel)


def _data_of(activity: IncomingActivity) -> Mapping[str, Any]:
    """The data of the button, in any of the places where an activity has it."""
    action = activity.value.get("action")
    for each in (activity.value.get("data"), action.get("data") if isinstance(action, dict) else None):
        if isinstance(each, dict):
            return each
    return activity.value
