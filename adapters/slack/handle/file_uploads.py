"""Errands: what is brought to somebody after their click was answered. One that is lost in a crash is asked for again.

Nothing that must not be lost is an errand: that is a delivery.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable

from adapters.slack.api.tokens import PLATFORM
from adapters.slack.api.web_api import SlackCallError
from adapters.slack.handle.modals import Modals
from adapters.slack.receive.actors import SlackActor
from bot.digests.csv_export import Download
from bot.interface.ports import Place
from bot.interface.unavailable import Unavailable
from bot.screens.notice.file_not_sent import file_not_sent_card

log = logging.getLogger(__name__)

SendFile = Callable[[Place, Download], Awaitable[None]]
AT_ONCE = 4


class FileUploads:
    """Brings files into people's own messages, a few at a time."""

    def __init__(self, send_file: SendFile, modals: Modals) -> None:
        self._send_file = send_file
        self._modals = modals
        self._room = asyncio.Semaphore(AT_ONCE)
        self._running: set[asyncio.Task[None]] = set()

    def bring(self, by: SlackActor, file: Download) -> None:
        """Begin to bring a file to whoever asked for it."""
        task = asyncio.create_task(self._bring(by, file), name="a file for Slack")
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def settled(self) -> None:
        """Wait for what is under way."""
        while self._running:
            await asyncio.gather(*self._running, return_exceptions=True)
            await asyncio.sleep(0)  # from Python 3.12 on, gather does not yield where all have ended

    async def close(self, seconds: float) -> None:
        """Wait up to so many seconds for what is under way, and leave the rest."""
        if self._running:
            await asyncio.wait(self._running, timeout=seconds)
        for each in list(self._running):
            each.cancel()

    async def _bring(self, by: SlackActor, file: Download) -> None:
        place = Place(PLATFORM, by.actor.workspace, by.actor.user, direct=True)
        try:
            async with self._room:
                await self._send_file(place, file)
        except (SlackCallError, Unavailable) as error:
            log.warning(
                "a file could not be sent: %s", error.reason if isinstance(error, SlackCallError) else "database"
            )
            with contextlib.suppress(SlackCallError):
                await self._modals.tell(by, file_not_sent_card())
