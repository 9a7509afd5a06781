"""One try of a delivery: draw its card, look up an earlier try where one may have arrived, and ask the platform."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from bot.interface.clock import Clock
from bot.interface.parts import Card
from bot.interface.ports import CannotTell, ChatPlatform, Finding, Message, Never, NotSent, Unknown
from bot.interface.unavailable import Unavailable
from bot.outbox import deliveries
from bot.outbox.deliveries import AttemptOutcome, Claimed, PutBack
from bot.sending import rendering, send_deadline, unconfirmed
from bot.unit_of_work.runner import UnitOfWorkRunner
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Verb
from storage.faults import where

log = logging.getLogger(__name__)

CALL_SECONDS = 25.0
"""How long a platform may take to answer, at most: less than half a lease, so that a lease outlives its try."""
OF_A_LEASE = 5 / 12


@dataclass(frozen=True)
class Rendered:
    """What is sent, and the ref of the card that is updated or withdrawn; no message when there is nothing to show."""

    message: Message | None
    ref: str = ""


def rendered(uow: UnitOfWork, claimed: Sequence[Claimed]) -> list[Rendered]:
    """Draw deliveries, those that show the same once."""
    cards: dict[tuple[str, str, UUID | None], Card | None] = {}
    return [_rendered(uow, each, cards) for each in claimed]


def _rendered(uow: UnitOfWork, claimed: Claimed, cards: dict[tuple[str, str, UUID | None], Card | None]) -> Rendered:
    row = claimed.row
    same = (row.screen, row.subject, row.person_id)
    if same not in cards:
        cards[same] = rendering.draw(uow, row)
    card = cards[same]
    if card is None:
        return Rendered(None)
    ref = deliveries.ref_of_card(uow, row)
    message = Message(
        delivery=row.id,
        place=deliveries.place_of(row),
        card=card,
        under=ref if row.verb is Verb.SEND else None,
        attempt=row.attempts,
        since=row.made_at,
    )
    return Rendered(message, ref or "")


class Attempts:
    """Makes tries that are covered by leases of that length. `clock` gives aware UTC."""

    def __init__(self, runner: UnitOfWorkRunner, clock: Clock, lease: timedelta) -> None:
        self._runner = runner
        self._clock = clock
        self._lease = lease

    async def make(self, platform: ChatPlatform, claimed: Claimed, card: Rendered | None) -> AttemptOutcome | None:
        """How a try ended, which is still to be written; None when looking it up has settled it.

        `card` is what was drawn; None where that could not be done together with others. Raises `Unavailable`.
        """
        try:
            card = card or (await self._runner.read(lambda uow: rendered(uow, [claimed])))[0]
        except Unavailable:
            return PutBack(unsure=claimed.unsure)
        except Exception as error:  # noqa: BLE001 - a card that cannot be drawn is not sent, and its text is never logged
            return await self._not_drawn(platform, claimed, f"it could not be drawn: {named(error)}")
        message = card.message
        if message is None:
            return Never("what it was about cannot be shown any more")
        if claimed.unsure:
            if not await self._looked_up(platform, claimed, await self._found(platform, message)):
                return None
            message = replace(message, attempt=message.attempt + 1)
        if self._clock() > claimed.begin_by:
            return PutBack(unsure=False)
        with send_deadline.begun_by(claimed.begin_by, self._clock):
            return await self._asked(platform, claimed.row.verb, message, card.ref)

    async def _not_drawn(self, platform: ChatPlatform, claimed: Claimed, reason: str) -> AttemptOutcome | None:
        if not claimed.unsure:
            return NotSent(reason)
        # An earlier try may have arrived: that it cannot be drawn now does not make it one that did not.
        log.warning("delivery %s on %s: %s", claimed.row.id, platform.name, reason)
        await self._looked_up(platform, claimed, CannotTell(for_now=True))
        return None

    async def _looked_up(self, platform: ChatPlatform, claimed: Claimed, finding: Finding) -> bool:
        return await self._runner.write(lambda uow: unconfirmed.looked_up(uow, claimed, finding, platform.pace))

    def _in_time(self) -> asyncio.Timeout:
        return asyncio.timeout(min(CALL_SECONDS, self._lease.total_seconds() * OF_A_LEASE))

    async def _found(self, platform: ChatPlatform, message: Message) -> Finding:
        try:
            async with self._in_time():
                return await platform.find(message)
        except Exception as error:  # noqa: BLE001 - an adapter's fault tells nothing of the message, or of its text
            log.warning("delivery %s on %s could not be looked up: %s", message.delivery, platform.name, named(error))
            return CannotTell(for_now=True)

    async def _asked(self, platform: ChatPlatform, verb: Verb, message: Message, ref: str) -> AttemptOutcome:
        try:
            async with self._in_time():
                match verb:
                    case Verb.SEND:
                        return await platform.send(message)
                    case Verb.UPDATE:
                        return await platform.update(message, ref)
                    case Verb.WITHDRAW:
                        return await platform.withdraw(message, ref)
        except send_deadline.DeadlinePassed:
            return PutBack(unsure=False)
        except Exception as error:  # noqa: BLE001 - an adapter's fault must not stop the round, and says no text
            return Unknown(named(error))


def named(error: Exception) -> str:
    """What an error is and where it was raised: its own text may hold what was typed."""
    return f"{type(error).__name__} at {where(error.__traceback__)}"
