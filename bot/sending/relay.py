"""The outbox: brings deliveries to the platforms. Claim, draw, send, settle; no session is open while one is called.

Each platform has so many tries under way at most, so that one that hangs holds up no other; and each place has one, so
that a place that hangs holds up no other. One try is `bot.sending.attempt`;
what it ends in is settled by `bot.outbox.deliveries`.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from bot.interface.clock import Clock
from bot.interface.ports import ChatPlatform, Sent
from bot.interface.unavailable import Unavailable
from bot.outbox import deliveries
from bot.outbox.deliveries import BURST, LEASE, Claimed, PutBack
from bot.sending.attempt import Attempts, Rendered, named, rendered
from bot.sending.settlement import Settlement
from bot.unit_of_work.runner import UnitOfWorkRunner

log = logging.getLogger(__name__)

AT_ONCE = 32
"""Tries under way on one platform, at most."""
PATIENCE_SECONDS = 2.0
"""How long a round waits for the next try to end; what takes longer goes on beside the next rounds."""
ROUND_SECONDS = 10.0
"""How long a round goes on sending, so that it ends, however much there is to send."""
TOGETHER_SECONDS = 0.03
"""How long tries that end are gathered before more are begun in their place."""


@dataclass
class Lane:
    """One platform, the tries that are under way on it, and when its next gate opens, by the loop's clock."""

    platform: ChatPlatform
    settlement: Settlement
    attempts: set[asyncio.Task[bool]] = field(default_factory=set)
    opens: list[float] = field(default_factory=list)


class Relay:
    """Sends what is due, through the platforms added to it."""

    def __init__(self, runner: UnitOfWorkRunner, clock: Clock, lease: timedelta = LEASE) -> None:
        self._runner = runner
        self._attempts = Attempts(runner, clock, lease)
        self._lease = lease
        self._lanes: dict[str, Lane] = {}
        self._stopped = False

    def add(self, platform: ChatPlatform) -> None:
        """Send through this platform from now on."""
        self._lanes[platform.name] = Lane(platform, Settlement(self._runner, platform.pace))

    async def send(self) -> int:
        """Begin all that can be claimed until nothing can, and wait for it, but not for what hangs.

        Gives how many tries were settled meanwhile. Raises `Unavailable`.
        """
        settled = 0
        loop = asyncio.get_running_loop()
        until = loop.time() + ROUND_SECONDS
        while True:
            for lane in self._lanes.values():
                await self._begin(lane)
            ended = await self._ended(PATIENCE_SECONDS)
            settled += sum(each.result() for each in ended if not each.cancelled())
            if not ended or loop.time() > until:
                return settled

    async def send_on(self) -> None:
        """Send, and again whenever a gate opens that sending has shut, until all are open. Raises `Unavailable`."""
        await self.send()
        while (pause := self._pause()) is not None:
            await asyncio.sleep(pause)
            await self.send()

    def stop(self) -> None:
        """Claim nothing more."""
        self._stopped = True

    async def close(self, seconds: float) -> None:
        """Wait up to so many seconds for the tries that are under way, then give them up: their leases will end."""
        self.stop()
        under_way = self._under_way()
        if under_way:
            await asyncio.wait(under_way, timeout=seconds)
        for each in under_way:
            each.cancel()
        for lane in self._lanes.values():
            lane.settlement.close()
        await asyncio.gather(*under_way, return_exceptions=True)

    def _pause(self) -> float | None:
        """Seconds until the next gate opens; None where none will, or nothing is to be claimed any more."""
        now = asyncio.get_running_loop().time()
        opens = [min(lane.opens) for lane in self._lanes.values() if lane.opens]
        return None if self._stopped or not opens else max(0.0, min(opens) - now)

    async def _ended(self, seconds: float) -> set[asyncio.Task[bool]]:
        """The tries that have ended, soon after one has; none if none does within so many seconds."""
        under_way = self._under_way()
        if not under_way:
            return set()
        ended, _ = await asyncio.wait(under_way, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        if ended:
            # A claim is a transaction: better one for those that end together than one for each.
            ended, _ = await asyncio.wait(under_way, timeout=TOGETHER_SECONDS)
        for lane in self._lanes.values():
            if lane.attempts & ended:
                _opens_after(lane, lane.platform.pace.place.total_seconds())
            lane.attempts -= ended
        return ended

    def _under_way(self) -> set[asyncio.Task[bool]]:
        return {each for lane in self._lanes.values() for each in lane.attempts}

    async def _begin(self, lane: Lane) -> None:
        """Claim as much as may be under way, and begin it. Looks first: an idle round takes no lock."""
        name, pace = lane.platform.name, lane.platform.pace
        now = asyncio.get_running_loop().time()
        lane.opens = [each for each in lane.opens if each > now]
        while not self._stopped and (free := AT_ONCE - len(lane.attempts)) > 0:
            if not await self._runner.read(lambda uow: deliveries.any_due(uow, name, pace)):
                return
            claimed = await self._runner.write(
                lambda uow, most=free: deliveries.claim(uow, name, pace, most, self._lease)  # type: ignore[misc]
            )
            if not claimed:
                return
            _opens_after(lane, pace.tenant.total_seconds() * BURST / 2)
            lane.attempts |= await self._begun(lane, claimed)

    async def _begun(self, lane: Lane, claimed: list[Claimed]) -> set[asyncio.Task[bool]]:
        """Draw what was claimed, all in one look at the database, and begin a try of each."""
        cards: Sequence[Rendered | None] = [None] * len(claimed)
        with contextlib.suppress(
            Exception
        ):  # what cannot be drawn with others is drawn alone, and so is its fault told
            cards = await self._runner.read(lambda uow: rendered(uow, claimed))
        pairs = zip(claimed, cards, strict=True)
        return {asyncio.create_task(self._deliver(lane, each, card)) for each, card in pairs}

    async def _deliver(self, lane: Lane, claimed: Claimed, card: Rendered | None) -> bool:
        """Make one try; whether its ending was written. Raises nothing: what is left undone is done after the lease."""
        delivery, name = claimed.row.id, lane.platform.name
        try:
            outcome = await self._attempts.make(lane.platform, claimed, card)
            if outcome is None:
                return True
            if not isinstance(outcome, PutBack | Sent):
                log.warning("delivery %s on %s: %s", delivery, name, outcome.reason)
            return await lane.settlement.write(claimed, outcome)
        except Unavailable:
            log.warning("delivery %s on %s: the database cannot be reached", delivery, name)
        except Exception as error:  # noqa: BLE001 - one delivery must not stop the others, and its text is never logged
            log.error("delivery %s on %s: %s", delivery, name, named(error))
        return False


def _opens_after(lane: Lane, seconds: float) -> None:
    if seconds > 0:
        lane.opens.append(asyncio.get_running_loop().time() + seconds)
