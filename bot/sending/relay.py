"""The relay takes deliveries from the outbox to the platforms: claim, render, send, settle.

A platform has a limited number of attempts in flight, and a place only one, so that neither holds up the others when
it hangs. No session is open while a platform is called. One attempt is `bot.sending.attempt`; its outcome is written
by `bot.outbox.claims`.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from bot.interface.clock import Clock
from bot.interface.ports import ChatPlatform, Sent
from bot.interface.unavailable import Unavailable
from bot.outbox import claims, restore_hold
from bot.outbox.claims import BURST, LEASE, Claimed
from bot.outbox.outcomes import PutBack
from bot.runtime.logs import type_and_place
from bot.sending.attempt import Attempts, Rendered, rendered
from bot.sending.settlement import Settlement
from bot.unit_of_work.runner import UnitOfWorkRunner
from bot.unit_of_work.unit_of_work import UnitOfWork

log = logging.getLogger(__name__)

AT_ONCE = 32
"""Attempts in flight on one platform, at most."""
PATIENCE_SECONDS = 2.0
"""How long `send` waits for the next attempt to end; a slower one goes on while others are begun."""
SENDING_SECONDS = 10.0
"""How long one call of `send` goes on, however much there is to send."""
TOGETHER_SECONDS = 0.03
"""How long to wait for more attempts to end before more are begun in their place."""


@dataclass
class Lane:
    """One platform, the attempts in flight on it, and when its throttles open, in seconds of the loop's clock."""

    platform: ChatPlatform
    settlement: Settlement
    attempts: set[asyncio.Task[bool]] = field(default_factory=set)
    opens: list[float] = field(default_factory=list)


class Relay:
    """Sends what is due, through the platforms added to it."""

    def __init__(
        self,
        runner: UnitOfWorkRunner,
        clock: Clock,
        lease: timedelta = LEASE,
        stops_sending: Callable[[UnitOfWork], bool] = restore_hold.stops_sending,
    ) -> None:
        """`stops_sending` says if nothing may be claimed, because the database was restored."""
        self._runner = runner
        self._stops_sending = stops_sending
        self._attempts = Attempts(runner, clock, lease)
        self._lease = lease
        self._lanes: dict[str, Lane] = {}
        self._stopped = False

    def add(self, platform: ChatPlatform) -> None:
        """Send through this platform from now on."""
        self._lanes[platform.name] = Lane(platform, Settlement(self._runner, platform.pace))

    async def send(self) -> int:
        """Claim and attempt deliveries until nothing can be claimed, and wait for them, but not for those that hang.

        Gives how many attempts were settled meanwhile. Raises `Unavailable`.
        """
        settled = 0
        loop = asyncio.get_running_loop()
        until = loop.time() + SENDING_SECONDS
        while True:
            for lane in self._lanes.values():
                await self._fill(lane)
            ended = await self._wait(PATIENCE_SECONDS)
            settled += sum(each.result() for each in ended if not each.cancelled())
            if not ended or loop.time() > until:
                return settled

    async def send_until_idle(self) -> None:
        """Send, and again whenever a throttle opens that sending has closed, until all are open.

        Raises `Unavailable`.
        """
        await self.send()
        while (pause := self._pause()) is not None:
            await asyncio.sleep(pause)
            await self.send()

    def stop(self) -> None:
        """Claim nothing more."""
        self._stopped = True

    async def close(self, seconds: float) -> None:
        """Wait up to `seconds` for the attempts in flight, then cancel them: their leases will end."""
        self.stop()
        in_flight = self._in_flight()
        if in_flight:
            await asyncio.wait(in_flight, timeout=seconds)
        for each in in_flight:
            each.cancel()
        for lane in self._lanes.values():
            lane.settlement.close()
        await asyncio.gather(*in_flight, return_exceptions=True)

    def _pause(self) -> float | None:
        """Seconds until the next throttle opens; None if all are open, or the relay was stopped."""
        now = asyncio.get_running_loop().time()
        opens = [min(lane.opens) for lane in self._lanes.values() if lane.opens]
        return None if self._stopped or not opens else max(0.0, min(opens) - now)

    async def _wait(self, seconds: float) -> set[asyncio.Task[bool]]:
        """Wait until attempts have ended, and give them; none if none ends within `seconds`."""
        in_flight = self._in_flight()
        if not in_flight:
            return set()
        ended, _ = await asyncio.wait(in_flight, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        if ended:
            # A claim is a transaction: better one for all that end together than one for each.
            ended, _ = await asyncio.wait(in_flight, timeout=TOGETHER_SECONDS)
        for lane in self._lanes.values():
            if lane.attempts & ended:
                _throttled(lane, lane.platform.pace.place.total_seconds())
            lane.attempts -= ended
        return ended

    def _in_flight(self) -> set[asyncio.Task[bool]]:
        return {each for lane in self._lanes.values() for each in lane.attempts}

    async def _fill(self, lane: Lane) -> None:
        """Claim as many deliveries as may be in flight, and begin them. Reads first, so that idling takes no lock."""
        pace = lane.platform.pace
        now = asyncio.get_running_loop().time()
        lane.opens = [each for each in lane.opens if each > now]
        while not self._stopped and (free := AT_ONCE - len(lane.attempts)) > 0:
            if not await self._runner.read(lambda uow: self._any_due(uow, lane)):
                return
            claimed = await self._runner.write(
                lambda uow, most=free: self._claim(uow, lane, most)  # type: ignore[misc]
            )
            if not claimed:
                return
            _throttled(lane, pace.tenant.total_seconds() * BURST / 2)
            lane.attempts |= await self._begin(lane, claimed)

    def _any_due(self, uow: UnitOfWork, lane: Lane) -> bool:
        return not self._stops_sending(uow) and claims.any_due(uow, lane.platform.name, lane.platform.pace)

    def _claim(self, uow: UnitOfWork, lane: Lane, most: int) -> list[Claimed]:
        if self._stops_sending(uow):
            return []
        return claims.claim(uow, lane.platform.name, lane.platform.pace, most, self._lease)

    async def _begin(self, lane: Lane, claimed: list[Claimed]) -> set[asyncio.Task[bool]]:
        """Render what was claimed in one transaction, and begin an attempt at each."""
        cards: Sequence[Rendered | None] = [None] * len(claimed)
        # If one cannot be rendered, its own attempt renders it alone, and reports the error.
        with contextlib.suppress(Exception):
            cards = await self._runner.read(lambda uow: rendered(uow, claimed))
        pairs = zip(claimed, cards, strict=True)
        return {asyncio.create_task(self._deliver(lane, each, card)) for each, card in pairs}

    async def _deliver(self, lane: Lane, claimed: Claimed, card: Rendered | None) -> bool:
        """Make one attempt; whether its outcome was written. Raises nothing: after the lease it is taken up again."""
        delivery, name = claimed.row.id, lane.platform.name
        try:
            outcome = await self._attempts.make(lane.platform, claimed, card)
            if outcome is None:
                return True
            if not isinstance(outcome, PutBack | Sent):
                log.warning("delivery %s on %s: %s", delivery, name, outcome.reason)
            return await lane.settlement.write(claimed, outcome)
        except Unavailable as fault:
            log.warning("delivery %s on %s: %s", delivery, name, fault.reason)
        except Exception as error:  # noqa: BLE001 - one delivery must not stop the others, and its text is never logged
            log.error("delivery %s on %s: %s", delivery, name, type_and_place(error))
        return False


def _throttled(lane: Lane, seconds: float) -> None:
    if seconds > 0:
        lane.opens.append(asyncio.get_running_loop().time() + seconds)
