"""Upload files to people's direct messages in the background, after their click was answered.

An upload that is lost in a crash has to be asked for again. Anything that must not be lost is a delivery instead.
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
    """Uploads files to direct messages, `AT_ONCE` at a time. Tells the person if an upload fails."""

    def __init__(self, send_file: SendFile, modals: Modals) -> None:
        self._send_file = send_file
        self._modals = modals
        self._semaphore = asyncio.Semaphore(AT_ONCE)
        self._running: set[asyncio.Task[None]] = set()

    def start(self, slack_actor: SlackActor, file: Download) -> None:
        """Start to upload a file to the person who asked for it."""
        task = asyncio.create_task(self._upload(slack_actor, file), name="Slack file upload")
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def settled(self) -> None:
        """Wait for all uploads in progress."""
        while self._running:
            await asyncio.gather(*self._running, return_exceptions=True)
            await asyncio.sleep(0)  # from Python 3.12 on, gather does not yield where all have ended

    async def close(self, seconds: float) -> None:
        """Wait up to `seconds` for uploads in progress, and cancel the rest."""
        if self._running:
            await asyncio.wait(self._running, timeout=seconds)
        for each in list(self._running):
            each.cancel()

    async def _upload(self, slack_actor: SlackActor, file: Download) -> None:
        place = Place(PLATFORM, slack_actor.actor.workspace, slack_actor.actor.user, direct=True)
        try:
            async with self._semaphore:
                await self._send_file(place, file)
        except (SlackCallError, Unavailable) as error:
            log.warning(
                "a file could not be sent: %s", error.reason if isinstance(error, SlackCallError) else "database"
            )
            with contextlib.suppress(SlackCallError):
                await self._modals.tell(slack_actor, file_not_sent_card())
