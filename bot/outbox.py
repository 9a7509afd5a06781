"""The outbox: brings deliveries to the platforms. Claim, draw, send, settle; no session is open while one is called.

Each platform has so many tries under way at most, so that one that hangs holds up no other; and each place has one, so
that a place that hangs holds up no other. What a try ends in is settled by `bot.deliveries`.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from bot import deliveries, drawing
from bot.deliveries import Claimed
from bot.ports import CannotTell, ChatPlatform, Finding, Message, Never, NotSent, Outcome, Sent, Unknown
from bot.turn import Turn
from bot.turns import Clock, Turns, Unavailable
from storage import Verb
from storage.faults import where

log = logging.getLogger(__name__)

AT_ONCE = 32
"""Tries under way on one platform, at most."""
CALL_SECONDS = 25.0
"""How long a platform may take to answer: less than half a lease, so that a lease outlives the try that it covers."""
PATIENCE_SECONDS = 2.0
"""How long a round waits for the next try to end; what takes longer goes on beside the next rounds."""
ROUND_SECONDS = 10.0
"""How long a round goes on sending, so that releases and digests have their turn."""
TOGETHER_SECONDS = 0.03
"""How long tries that end are gathered before more are begun in their place."""
SETTLE_PAUSES = (1, 2, 4, 8)
"""Seconds between the tries to write an ending down: after them the lease is left to end, as after a crash."""


class _NotTried(Exception):
    """The platform was not asked after all. `unsure` says whether an earlier try may have arrived."""

    def __init__(self, *, unsure: bool) -> None:
        super().__init__("not tried")
        self.unsure = unsure


@dataclass
class Lane:
    """One platform, and the tries that are under way on it."""

    platform: ChatPlatform
    tries: set[asyncio.Task[bool]] = field(default_factory=set)


class Outbox:
    """Sends what is due, through the platforms added to it."""

    def __init__(self, turns: Turns, clock: Clock) -> None:
        self._turns = turns
        self._clock = clock
        self._lanes: dict[str, Lane] = {}

    def add(self, platform: ChatPlatform) -> None:
        """Send through this platform from now on."""
        self._lanes[platform.name] = Lane(platform)

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

    async def close(self, seconds: float = CALL_SECONDS) -> None:
        """Wait up to so many seconds for the tries that are under way, then give them up: their leases will end."""
        under_way = self._under_way()
        if under_way:
            await asyncio.wait(under_way, timeout=seconds)
        for each in under_way:
            each.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)

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
            lane.tries -= ended
        return ended

    def _under_way(self) -> set[asyncio.Task[bool]]:
        return {each for lane in self._lanes.values() for each in lane.tries}

    async def _begin(self, lane: Lane) -> None:
        """Claim as much as may be under way, and begin it. Looks first: an idle round takes no lock."""
        name, pace = lane.platform.name, lane.platform.pace
        while (free := AT_ONCE - len(lane.tries)) > 0:
            if not await self._turns.read(lambda turn: deliveries.any_due(turn, name, pace)):
                return
            claimed = await self._turns.write(lambda turn, most=free: deliveries.claim(turn, name, pace, most))  # type: ignore[misc]
            if not claimed:
                return
            lane.tries |= {asyncio.create_task(self._deliver(lane.platform, each)) for each in claimed}

    async def _deliver(self, platform: ChatPlatform, claimed: Claimed) -> bool:
        """Make one try; whether its ending was written. Raises nothing: what is left undone is done after the lease."""
        try:
            return await self._settle(platform, claimed)
        except Unavailable:
            log.warning("delivery %s on %s: the database cannot be reached", claimed.row.id, platform.name)
        except Exception as error:  # noqa: BLE001 - one delivery must not stop the others, and its text is never logged
            log.error("delivery %s on %s: %s", claimed.row.id, platform.name, _named(error))
        return False

    async def _settle(self, platform: ChatPlatform, claimed: Claimed) -> bool:
        try:
            outcome = await self._outcome(platform, claimed)
        except _NotTried as not_tried:
            unsure = not_tried.unsure
            return await self._written(lambda turn: deliveries.put_back(turn, claimed, unsure=unsure))
        if outcome is None:
            return True
        if not isinstance(outcome, Sent):
            log.warning("delivery %s on %s: %s", claimed.row.id, platform.name, outcome.reason)
        return await self._written(lambda turn: deliveries.settle(turn, claimed, outcome, platform.pace))

    async def _outcome(self, platform: ChatPlatform, claimed: Claimed) -> Outcome | None:
        """How the try ended; None when looking it up has settled it. Raises `_NotTried`."""
        try:
            message, ref = await self._turns.read(lambda turn: _message(turn, claimed))
        except Unavailable:
            raise _NotTried(unsure=claimed.unsure) from None
        except Exception as error:  # noqa: BLE001 - a card that cannot be drawn is not sent, and its text is never logged
            return await self._not_drawn(platform, claimed, f"it could not be drawn: {_named(error)}")
        if message is None:
            return Never("what it was about cannot be shown any more")
        if claimed.unsure:
            if not await self._looked_up(platform, claimed, await _find(platform, message)):
                return None
            message = replace(message, attempt=message.attempt + 1)
        if claimed.until - self._clock() < deliveries.LEASE / 2:
            raise _NotTried(unsure=False)
        return await _try(platform, claimed.row.verb, message, ref)

    async def _not_drawn(self, platform: ChatPlatform, claimed: Claimed, reason: str) -> Outcome | None:
        if not claimed.unsure:
            return NotSent(reason)
        # An earlier try may have arrived: that it cannot be drawn now does not make it one that did not.
        log.warning("delivery %s on %s: %s", claimed.row.id, platform.name, reason)
        await self._looked_up(platform, claimed, CannotTell())
        return None

    async def _looked_up(self, platform: ChatPlatform, claimed: Claimed, finding: Finding) -> bool:
        return await self._written(lambda turn: deliveries.looked_up(turn, claimed, finding, platform.pace))

    async def _written(self, work: Callable[[Turn], bool]) -> bool:
        """Write something down; again, a few times, while the database cannot be reached."""
        for pause in SETTLE_PAUSES:
            with contextlib.suppress(Unavailable):
                return await self._turns.write(work)
            await asyncio.sleep(pause)
        return await self._turns.write(work)


def _message(turn: Turn, claimed: Claimed) -> tuple[Message | None, str]:
    """What is sent, and the ref of the card that it updates; no message when there is nothing to show."""
    row = claimed.row
    card = drawing.draw(turn, row)
    if card is None:
        return None, ""
    ref = None if deliveries.first_card(row) else deliveries.standing_ref(turn, row)
    message = Message(
        delivery=row.id,
        place=deliveries.place_of(row),
        card=card,
        under=ref if row.verb is Verb.SEND else None,
        attempt=row.attempts,
        since=row.made_at,
    )
    return message, ref or ""


async def _find(platform: ChatPlatform, message: Message) -> Finding:
    try:
        async with asyncio.timeout(CALL_SECONDS):
            return await platform.find(message)
    except Exception as error:  # noqa: BLE001 - an adapter's fault tells nothing of the message, and says nothing of its text
        log.warning("delivery %s on %s could not be looked up: %s", message.delivery, platform.name, _named(error))
        return CannotTell()


async def _try(platform: ChatPlatform, verb: Verb, message: Message, ref: str) -> Outcome:
    try:
        async with asyncio.timeout(CALL_SECONDS):
            match verb:
                case Verb.SEND:
                    return await platform.send(message)
                case Verb.UPDATE:
                    return await platform.update(message, ref)
                case Verb.WITHDRAW:
                    return await platform.withdraw(message, ref)
    except Exception as error:  # noqa: BLE001 - an adapter's fault must not stop the round, and says nothing of the text
        return Unknown(_named(error))


def _named(error: Exception) -> str:
    """What an error is and where it was raised: its own text may hold what was typed."""
    return f"{type(error).__name__} at {where(error.__traceback__)}"
