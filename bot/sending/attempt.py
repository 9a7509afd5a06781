"""One attempt at a delivery: render its card, look up an earlier attempt that may have arrived, call the platform."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from bot.interface.clock import Clock
from bot.interface.parts import Card
from bot.interface.platforms import offered
from bot.interface.ports import CannotTell, ChatPlatform, Finding, Message, Never, NotSent, Unknown
from bot.interface.unavailable import Unavailable
from bot.outbox import deliveries
from bot.outbox.claims import Claimed
from bot.outbox.outcomes import AttemptOutcome, PutBack
from bot.runtime.logs import type_and_place
from bot.sending import rendering, send_deadline, unconfirmed
from bot.unit_of_work.runner import UnitOfWorkRunner
from bot.unit_of_work.unit_of_work import UnitOfWork
from storage import Verb

log = logging.getLogger(__name__)

CALL_SECONDS = 25.0
"""How long a call to a platform may take: less than half a lease, so that the lease outlives the attempt."""
OF_A_LEASE = 5 / 12
"""With a shorter lease, which part of it a call may take."""


@dataclass(frozen=True)
class Rendered:
    """What to send, and the ref of the card to update or withdraw; no message when there is nothing to show."""

    message: Message | None
    ref: str = ""


def rendered(uow: UnitOfWork, claimed: Sequence[Claimed]) -> list[Rendered]:
    """Render deliveries; those that show the same card are drawn once."""
    cards: dict[tuple[str, str, UUID | None], Card | None] = {}
    return [_rendered(uow, each, cards) for each in claimed]


def _rendered(uow: UnitOfWork, claimed: Claimed, cards: dict[tuple[str, str, UUID | None], Card | None]) -> Rendered:
    row = claimed.row
    shows = (row.screen, row.subject, row.person_id)
    if shows not in cards:
        cards[shows] = rendering.draw(uow, row)
    card = cards[shows]
    if card is None:
        return Rendered(None)
    ref = deliveries.ref_of_card(uow, row)
    message = Message(
        delivery=row.id,
        place=deliveries.place_of(row),
        card=offered(card, row.platform),
        under=ref if row.verb is Verb.SEND else None,
        attempt=row.attempts,
        since=row.made_at,
    )
    return Rendered(message, ref or "")


class Attempts:
    """Makes attempts at claimed deliveries, whose leases last `lease`. `clock` gives aware UTC."""

    def __init__(self, runner: UnitOfWorkRunner, clock: Clock, lease: timedelta) -> None:
        self._runner = runner
        self._clock = clock
        self._lease = lease

    async def make(self, platform: ChatPlatform, claimed: Claimed, card: Rendered | None) -> AttemptOutcome | None:
        """Attempt a delivery; gives the outcome, which is still to be written, or None if a lookup has settled it.

        `card` is None if the delivery could not be rendered together with others. Raises `Unavailable`.
        """
        try:
            card = card or (await self._runner.read(lambda uow: rendered(uow, [claimed])))[0]
        except Unavailable:
            return PutBack(unconfirmed=claimed.unconfirmed)
        except Exception as error:  # noqa: BLE001 - a card that cannot be drawn is not sent, and its text is never logged
            return await self._cannot_render(platform, claimed, f"it could not be rendered: {type_and_place(error)}")
        message = card.message
        if message is None:
            return Never("what it was about can no longer be shown")
        if claimed.unconfirmed:
            if not await self._may_send_again(platform, claimed, await self._look_up(platform, message)):
                return None
            message = replace(message, attempt=message.attempt + 1)
        if self._clock() > claimed.begin_by:
            return PutBack(unconfirmed=False)
        with send_deadline.begun_by(claimed.begin_by, self._clock):
            return await self._call(platform, claimed.row.verb, message, card.ref)

    async def _cannot_render(self, platform: ChatPlatform, claimed: Claimed, reason: str) -> AttemptOutcome | None:
        if not claimed.unconfirmed:
            return NotSent(reason)
        # An earlier attempt may have arrived, whether or not the card can be rendered now.
        log.warning("delivery %s on %s: %s", claimed.row.id, platform.name, reason)
        await self._may_send_again(platform, claimed, CannotTell(for_now=True))
        return None

    async def _may_send_again(self, platform: ChatPlatform, claimed: Claimed, finding: Finding) -> bool:
        return await self._runner.write(lambda uow: unconfirmed.act_on_finding(uow, claimed, finding, platform.pace))

    def _call_timeout(self) -> asyncio.Timeout:
        return asyncio.timeout(min(CALL_SECONDS, self._lease.total_seconds() * OF_A_LEASE))

    async def _look_up(self, platform: ChatPlatform, message: Message) -> Finding:
        try:
            async with self._call_timeout():
                return await platform.find(message)
        except Exception as error:  # noqa: BLE001 - the adapter's error says nothing about the message
            failure = type_and_place(error)
            log.warning("delivery %s on %s could not be looked up: %s", message.delivery, platform.name, failure)
            return CannotTell(for_now=True)

    async def _call(self, platform: ChatPlatform, verb: Verb, message: Message, ref: str) -> AttemptOutcome:
        try:
            async with self._call_timeout():
                match verb:
                    case Verb.SEND:
                        return await platform.send(message)
                    case Verb.UPDATE:
                        return await platform.update(message, ref)
                    case Verb.WITHDRAW:
                        return await platform.withdraw(message, ref)
        except send_deadline.DeadlinePassed:
            return PutBack(unconfirmed=False)
        except Exception as error:  # noqa: BLE001 - an adapter's error must not stop the worker
            return Unknown(type_and_place(error))
