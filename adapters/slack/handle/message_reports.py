"""Message reports: tell the dispatcher that a message has arrived, because Slack or a button click shows it to us.

Slack sends an event for each message that the app posts in a channel, with the message's metadata and without its text.
So we learn that a message has arrived even if the answer to our call was lost. If the event is lost too, the message is
sent again after a while, and a duplicate that turns up is withdrawn. A report does not contain who clicked. Source:
Slack's event `message_metadata_posted`.
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
    """A message that has arrived in Slack: its delivery, its `ts`, and the number of the attempt that posted it."""

    delivery: UUID
    ref: str
    attempt: int


def _reported_message(payload: Json, ref: str) -> ReportedMessage | None:
    """Read a message object, or an event about one. None if the message is not one of ours."""
    mark = marked(payload)
    if mark is None or not mark.attempt:
        return None
    try:
        return ReportedMessage(UUID(mark.delivery), ref, mark.attempt)
    except ValueError:
        return None


class MessageReports:
    """Reports each message once in each process."""

    def __init__(self, seen: Seen) -> None:
        self._seen = seen
        self._reported: OrderedDict[ReportedMessage, None] = OrderedDict()
        self._tasks: set[asyncio.Task[None]] = set()

    def shown(self, body: Json) -> None:
        """Report the message in a `block_actions` payload, if there is one, because a button on it was clicked.

        This runs in the background, after the click was answered.
        """
        shown: Json = body.get("message") or {}
        message = _reported_message(shown, str(shown.get("ts", "")))
        if message is None or not self._is_new(message):
            return
        task = asyncio.create_task(self._report(message), name="Slack message report")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def posted(self, event: Json) -> None:
        """Report the message that an event is about. Raises `Unavailable`: then Slack must send the event again."""
        message = _reported_message(event, str(event.get("message_ts", "")))
        if message is None or not self._is_new(message):
            return
        try:
            await self._seen(message.delivery, message.ref, message.attempt)
        except Unavailable:
            self._reported.pop(message, None)
            raise

    async def settled(self) -> None:
        """Wait for all reports in progress."""
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _is_new(self, message: ReportedMessage) -> bool:
        if message in self._reported:
            return False
        self._reported[message] = None
        if len(self._reported) > MOST_KEPT:
            self._reported.popitem(last=False)
        return True

    async def _report(self, message: ReportedMessage) -> None:
        try:
            await self._seen(message.delivery, message.ref, message.attempt)
        except Unavailable:
            self._reported.pop(message, None)
        except Exception as error:  # noqa: BLE001 - the click is answered, and the error's text must not be logged
            log.error("a Slack message could not be reported: %s", type(error).__name__)
