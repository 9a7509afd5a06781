"""Copies: telling the desk of a message that somebody pressed a button on, and that therefore has arrived.

Where nobody could say whether a message arrived, it is sent once more; an older copy that turns up is then withdrawn.
This goes on after the press was answered, once a message in each process, and nothing of who pressed is in it.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from uuid import UUID

from adapters.slack.messages import marked
from adapters.slack.text import Json
from bot.parts import Card
from bot.turns import Unavailable

log = logging.getLogger(__name__)

Seen = Callable[[UUID, str, int], Awaitable[Card | None]]
MOST_KEPT = 10_000


class Copies:
    """Tells each copy once, by its delivery, its `ts` and the try that made it."""

    def __init__(self, seen: Seen) -> None:
        self._seen = seen
        self._told: OrderedDict[tuple[str, str], None] = OrderedDict()
        self._telling: set[asyncio.Task[None]] = set()

    def shown(self, body: Json) -> None:
        """A button was pressed on the message that is in a `block_actions` payload, if one is."""
        message: Json = body.get("message") or {}
        mark = marked(message)
        ref = str(message.get("ts", ""))
        if mark is None or not mark.attempt or (mark.delivery, ref) in self._told:
            return
        try:
            delivery = UUID(mark.delivery)
        except ValueError:
            return
        self._told[mark.delivery, ref] = None
        if len(self._told) > MOST_KEPT:
            self._told.popitem(last=False)
        task = asyncio.create_task(self._tell(delivery, ref, mark.attempt), name="a copy that was seen")
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    async def settled(self) -> None:
        """Wait until all is told."""
        await asyncio.gather(*self._telling, return_exceptions=True)

    async def _tell(self, delivery: UUID, ref: str, attempt: int) -> None:
        try:
            await self._seen(delivery, ref, attempt)
        except Unavailable:
            self._told.pop((str(delivery), ref), None)
        except Exception as error:  # noqa: BLE001 - a press has been answered; nothing of what was raised is logged
            log.error("a copy could not be told of: %s", type(error).__name__)
