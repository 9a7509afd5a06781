"""Rounds: what the clock does. Each tick releases, compiles digests, and sends, as far as each is due.

What is due stands in the database, under an index; a tick only claims it. So a tick may be missed, doubled, or run
by several processes, and everything still happens once. No session is open while a platform is called.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot import deliveries, digests, drawing, releases
from bot.deliveries import Claimed
from bot.ports import ChatPlatform, Message, Never, NotSent, Outcome, Pace, Unknown
from bot.turn import Turn
from storage import Database, DatabaseUnavailable, Verb
from storage import deliveries as stored_deliveries
from storage import organisation as organisations
from storage import schedules as stored_schedules
from storage.keys import KeyRing

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]
Found = TypeVar("Found")
AT_ONCE = 32
DIGESTS_A_LOOK = 200
NO_CARD_YET = timedelta(seconds=5)


class Rounds:
    """The rounds of one process over one database, sending through the platforms added to it."""

    def __init__(self, database: Database, ring: KeyRing, clock: Clock) -> None:
        self._database = database
        self._ring = ring
        self._clock = clock
        self._platforms: dict[str, ChatPlatform] = {}
        self._paces: dict[str, Pace] = {}
        self._turning = asyncio.Lock()

    def add(self, platform: ChatPlatform) -> None:
        """Send through this platform from now on."""
        self._platforms[platform.name] = platform
        self._paces[platform.name] = platform.pace

    async def tick(self) -> None:
        """One round. A database that cannot be reached ends it; the next one goes on where it stopped."""
        async with self._turning:
            try:
                await self.release()
                await self.compile()
                await self.send()
            except DatabaseUnavailable:
                log.warning("the database cannot be reached; the next round tries again")

    async def next_due(self) -> datetime | None:
        """The earliest instant at which a round would do something, aware UTC."""

        def work(turn: Turn) -> datetime | None:
            found = (
                organisations.next_release(turn.session),
                stored_schedules.earliest(turn.session),
                stored_deliveries.earliest(turn.session),
            )
            return min((each for each in found if each is not None), default=None)

        return await self._read(work)

    async def next_digest(self) -> datetime | None:
        """The earliest instant at which a digest is due, aware UTC."""
        return await self._read(lambda turn: stored_schedules.earliest(turn.session))

    async def release(self) -> int:
        """Release the batches whose hour has come; how many rows were shown."""
        if not await self._read(releases.due):
            return 0
        shown = 0
        for policy_id in await self._read(releases.waiting):
            shown += await self._write(lambda turn, each=policy_id: releases.release(turn, each))  # type: ignore[misc]
        await self._write(releases.plan)
        if shown:
            # What was deleted must not be read out of the write-ahead log.
            await asyncio.to_thread(self._database.fold)
        return shown

    async def compile(self) -> int:
        """Make the digests that are due; how many were made."""
        made = 0
        while True:
            due = await self._read(lambda turn: stored_schedules.due(turn.session, turn.now, DIGESTS_A_LOOK))
            for schedule in due:
                digest = await self._write(lambda turn, each=schedule: digests.make(turn, each))  # type: ignore[misc]
                made += digest is not None
            if len(due) < DIGESTS_A_LOOK:
                return made

    async def send(self) -> int:
        """Send what is due until nothing can be claimed; how many tries were settled."""
        settled = 0
        while claimed := await self._write(lambda turn: deliveries.claim(turn, self._paces, AT_ONCE)):
            settled += sum(await asyncio.gather(*(self._deliver(each) for each in claimed)))
        return settled

    async def _deliver(self, claimed: Claimed) -> bool:
        platform = self._platforms[claimed.row.platform]
        message, ref = await self._read(lambda turn: _message(turn, claimed))
        if message is None:
            return await self._settle(claimed, Never("what it was about cannot be shown any more"))
        if claimed.unsure and claimed.row.verb is Verb.SEND:
            finding = await platform.find(message)
            if not await self._write(lambda turn: deliveries.looked_up(turn, claimed, finding, platform.pace)):
                return True
        if claimed.until - self._clock() < deliveries.LEASE / 2:
            return await self._settle(claimed, NotSent("the lease ran short before it was sent"))
        return await self._settle(claimed, await _try(platform, claimed, message, ref))

    async def _settle(self, claimed: Claimed, outcome: Outcome) -> bool:
        pace = self._paces[claimed.row.platform]
        if not isinstance(outcome, NotSent | Never | Unknown):
            return await self._write(lambda turn: deliveries.settle(turn, claimed, outcome, pace))
        log.warning("delivery %s on %s: %s", claimed.row.id, claimed.row.platform, outcome.reason)
        return await self._write(lambda turn: deliveries.settle(turn, claimed, outcome, pace))

    async def _read(self, work: Callable[[Turn], Found]) -> Found:
        return await self._database.read(lambda session: work(Turn(session, self._clock(), self._ring)))

    async def _write(self, work: Callable[[Turn], Found]) -> Found:
        return await self._database.write(lambda session: work(Turn(session, self._clock(), self._ring)))


def _message(turn: Turn, claimed: Claimed) -> tuple[Message | None, str | None]:
    """What is sent, and the ref of the card that it updates; no message when there is nothing to show."""
    row = claimed.row
    card = drawing.draw(turn, row)
    if card is None:
        return None, None
    ref = None if deliveries.first_card(row) else deliveries.standing_ref(turn, row)
    return Message(
        delivery=row.id,
        place=deliveries.place_of(row),
        card=card,
        under=ref if row.verb is Verb.SEND else None,
        attempt=row.attempts,
    ), ref


async def _try(platform: ChatPlatform, claimed: Claimed, message: Message, ref: str | None) -> Outcome:
    row = claimed.row
    if row.posting_id is not None and ref is None and not deliveries.first_card(row):
        return NotSent("the card does not stand yet", wait=NO_CARD_YET)
    try:
        match row.verb:
            case Verb.SEND:
                return await platform.send(message)
            case Verb.UPDATE:
                return await platform.update(message, ref or "")
            case Verb.WITHDRAW:
                return await platform.withdraw(message, ref or "")
    except Exception as error:  # noqa: BLE001 - an adapter's fault must not stop the round, and says nothing of the text
        return Unknown(type(error).__name__)


def start(rounds: Rounds, every: timedelta = timedelta(seconds=1)) -> AsyncIOScheduler:
    """Start the clock in the running loop: one job, which never runs twice at once and is never given up as late."""
    scheduler = AsyncIOScheduler(timezone="UTC")
    scheduler.add_job(
        rounds.tick,
        IntervalTrigger(seconds=every.total_seconds(), timezone="UTC"),
        misfire_grace_time=None,
        coalesce=True,
        max_instances=1,
    )
    scheduler.start()
    return scheduler
