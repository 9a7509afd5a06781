"""Copies: telling the desk of a message that has arrived, since somebody pressed a button on it or Slack told of it.

Slack tells of each message that the app has put into a channel, by what it was marked with and without its text. So
one whose answer was lost is known to stand there. Where even that was lost, it is sent once more after a while, and an
older copy that turns up is withdrawn. Nothing of who pressed is in it. Source: Slack's event `message_metadata_posted`.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

from adapters.slack.draw.messages import marked
from bot.interface.json_object import Json
from bot.interface.parts import Card
from bot.interface.unavailable import Unavailable

log = logging.getLogger(__name__)

Seen = Callable[[UUID, str, int], Awaitable[Card | None]]
MOST_KEPT = 10_000


@dataclass(frozen=True)
class ReportedMessage:
    """A message that stands in Slack: whose delivery it is, its `ts`, and the try that made it."""

    delivery: UUID
    ref: str
    attempt: int


def _copy(marks: Json, ref: str) -> ReportedMessage | None:
    """What the marks of a message object, or of an event about one, say; None where it is not one of ours."""
    mark = marked(marks)
    if mark is None or not mark.attempt:
        return None
    try:
        return ReportedMessage(UUID(mark.delivery), ref, mark.attempt)
    except ValueError:
        return None


class MessageReports:
    """Tells each copy once in each process."""

    def __init__(self, seen: Seen) -> None:
        self._seen = seen
        self._told: OrderedDict[ReportedMessage, None] = OrderedDict()
        self._telling: set[asyncio.Task[None]] = set()

    def shown(self, body: Json) -> None:
        """A button was pressed on the message that is in a `block_actions` payload, if one is.

        This goes on after the press was answered.
        """
        message: Json = body.get("message") or {}
        copy = _copy(message, str(message.get("ts", "")))
        if copy is None or not self._is_new(copy):
            return
        task = asyncio.create_task(self._tell(copy), name="a copy that was seen")
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    async def posted(self, event: Json) -> None:
        """Slack tells of a message of ours. Raises `Unavailable`: then the event is to come again."""
        copy = _copy(event, str(event.get("message_ts", "")))
        if copy is None or not self._is_new(copy):
            return
        try:
            await self._seen(copy.delivery, copy.ref, copy.attempt)
        except Unavailable:
            self._told.pop(copy, None)
            raise

    async def settled(self) -> None:
        """Wait until all is told."""
        await asyncio.gather(*self._telling, return_exceptions=True)

    def _is_new(self, copy: ReportedMessage) -> bool:
        if copy in self._told:
            return False
        self._told[copy] = None
        if len(self._told) > MOST_KEPT:
            self._told.popitem(last=False)
        return True

    async def _tell(self, copy: ReportedMessage) -> None:
        try:
            await self._seen(copy.delivery, copy.ref, copy.attempt)
        except Unavailable:
            self._told.pop(copy, None)
        except Exception as error:  # noqa: BLE001 - a press has been answered; nothing of what was raised is logged
            log.error("a copy could not be told of: %s", type(error).__name__)
