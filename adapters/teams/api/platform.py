"""Sends to Teams: `bot.interface.ports.ChatPlatform` over the Bot Connector.

A place is a channel id or a person's directory id. A `ref` is a message id, after the id of its thread's first message
if it is a reply.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any, Protocol
from uuid import UUID

from adapters.teams.activity import PLATFORM, THREAD, IncomingActivity, ref_of
from adapters.teams.api.client import TeamsClient
from adapters.teams.api.connector import OutgoingCard, is_group_chat
from adapters.teams.api.conversations import Conversations
from adapters.teams.api.faults import TeamsApiError, TeamsRefused
from adapters.teams.api.outcomes import (
    NOT_ALLOWED,
    before_sending,
    direct,
    is_gone,
    is_no_message,
    is_not_wanted,
    may_be_gone,
    outcome,
    takes_nothing,
)
from adapters.teams.api.rosters import TeamsRosters
from bot.interface.parts import Card
from bot.interface.ports import (
    BLOCKED,
    NOT_INSTALLED,
    CannotTell,
    ChatPlatform,
    Finding,
    Gone,
    Health,
    Message,
    Never,
    NotSent,
    Outcome,
    Pace,
    Place,
    Sent,
)
from bot.interface.refused_requests import RefusedRequests
from bot.interface.unavailable import Unavailable
from bot.people.connections import Connections, Conversing

PACE = Pace(place=timedelta(seconds=2), tenant=timedelta(milliseconds=25))
"""One message in 2 s keeps all four limits of a conversation (7 in 1 s, 8 in 2 s, 60 in 30 s, 1,800 in an hour). One in
25 ms, ten at once, keeps the tenant's 50 a second. (Microsoft's page on rate limits, October 2026.)"""

REFUSED = "requests are refused: {}"
"""How health names a reason that looks like a wrong setting of ours."""
NO_DATABASE = "the database cannot be used"


class Draw(Protocol):
    """Draws a card as an Adaptive Card; `reader` is given for a card in a person's own chat."""

    def __call__(self, card: Card, *, delivery: UUID | None, attempt: int, reader: str | None) -> Mapping[str, Any]:
        """The Adaptive Card, of plain values."""
        ...


class TeamsPlatform(ChatPlatform):
    """Sends to Teams through the connector. Everything comes in over HTTP, so there is nothing to drain."""

    def __init__(
        self,
        client: TeamsClient,
        conversations: Conversations,
        connections: Connections,
        rosters: TeamsRosters,
        draw: Draw,
        refused: RefusedRequests,
    ) -> None:
        self.connections = connections
        self.rosters = rosters
        self._draw = draw
        self._refused = refused
        self._client = client
        self._connector = client.connector
        self._conversations = conversations

    @property
    def name(self) -> str:
        """The platform's name, as in `Place.platform`."""
        return PLATFORM

    @property
    def pace(self) -> Pace:
        """How fast Teams accepts messages."""
        return PACE

    async def send(self, message: Message) -> Outcome:
        """Post a card: in a personal chat, as a new thread of a channel, or in the thread of `message.under`."""
        return await self._send(message, self._conversations.of)

    async def update(self, message: Message, ref: str) -> Outcome:
        """Replace the card of the message `ref`."""

        async def replace(where: Conversing, under: str, activity: str) -> None:
            await self._connector.replace(where, activity, self._outgoing_card(message, known=True), under)

        return await self._change(message.place, ref, replace)

    async def withdraw(self, message: Message, ref: str) -> Outcome:
        """Delete the message `ref`."""

        async def remove(where: Conversing, under: str, activity: str) -> None:
            await self._connector.remove(where, activity, under)

        return await self._change(message.place, ref, remove)

    async def find(self, message: Message) -> Finding:
        """Teams has no way to read a message back."""
        return CannotTell()

    async def start(self) -> None:
        """Open the client. A token or keys that cannot be fetched yet are fetched when they are needed."""
        await self._client.open()

    async def close(self) -> None:
        """Cancel reading rosters, and close the client."""
        await self.rosters.close()
        await self._client.close()

    def health(self) -> Health:
        """Whether the client has what it needs to send and to check, and no refusals point to a wrong setting."""
        health, suspected = self._client.health(), self._refused.suspected()
        return Health(ok=False, text=REFUSED.format(suspected)) if health.ok and suspected else health

    def refusals(self) -> Mapping[str, int]:
        """How many requests were refused, by reason."""
        return self._refused.counts()

    async def daily(self) -> None:
        """Read every channel's roster again, and find what was given up by mistake. Raises `Unavailable`."""
        await self.rosters.find_again()
        await self.rosters.bring_all()
        await self._find_people_again()

    async def _find_people_again(self) -> None:
        """Open chats with people who seem to take no messages, and type in them: neither leaves anything behind."""
        for place in await self.connections.unreached(PLATFORM, self._client.options.tenant):
            try:
                await self._connector.show_typing(await self._conversations.opened(place))
            except TeamsApiError:
                continue
            await self.connections.reached(place)

    async def answer(self, activity: IncomingActivity, card: Mapping[str, Any], summary: str) -> str:
        """Post a card in the thread of an activity. Returns its ref. Raises `TeamsApiError`."""
        where = Conversing(activity.conversation, activity.service)
        return ref_of(activity.conversation, await self._connector.post(where, OutgoingCard(card, summary)))

    async def tell(self, person: str, card: Mapping[str, Any], summary: str) -> None:
        """Post a card in a personal chat, without the outbox or retries. Raises `TeamsApiError` and `Unavailable`."""
        where = await self._conversations.of(Place(PLATFORM, self._client.options.tenant, person, direct=True))
        await self._connector.post(where, OutgoingCard(card, summary))

    async def _send(self, message: Message, find: Callable[[Place], Awaitable[Conversing]]) -> Outcome:
        again = message.place.direct and find == self._conversations.of
        try:
            where = await find(message.place)
        except Unavailable:
            return NotSent(NO_DATABASE)
        except TeamsApiError as fault:
            if again and (may_be_gone(fault) or takes_nothing(fault)):
                return await self._send(message, self._conversations.opened)
            return _outcome_before_sending(message.place, fault)
        try:
            return Sent(await self._post(message, where))
        except TeamsApiError as fault:
            # Certainly nothing was posted. The chat that is known may be an old one, and one answer is not believed.
            if again and (may_be_gone(fault) or takes_nothing(fault)):
                return await self._send(message, self._conversations.opened)
            under = "" if is_group_chat(where.conversation) else message.under or ""
            return await self._outcome_of(message.place, fault, under)

    async def _post(self, message: Message, where: Conversing) -> str:
        outgoing_card = self._outgoing_card(message, alert=message.place.direct)
        if message.place.direct or is_group_chat(where.conversation):
            return await self._connector.post(where, outgoing_card)
        if message.under:
            root = message.under.partition("/")[0]
            posted = await self._connector.post(where, outgoing_card, under=root)
            return ref_of(f"{where.conversation}{THREAD}{root}", posted)
        return await self._connector.start_thread(where, outgoing_card)

    async def _change(self, place: Place, ref: str, step: Callable[[Conversing, str, str], Awaitable[None]]) -> Outcome:
        under, _, activity = ref.rpartition("/")
        if not activity:
            return Never("the message has no id")
        try:
            where = await self._conversations.of(place)
            # The first message of a thread is in the thread with its own id.
            in_thread = not place.direct and not is_group_chat(where.conversation)
            await step(where, (under or activity) if in_thread else "", activity)
        except Unavailable:
            return NotSent(NO_DATABASE)
        except TeamsApiError as fault:
            return await self._outcome_of(place, fault, ref)
        return Sent(ref)

    async def _outcome_of(self, place: Place, fault: TeamsApiError, ref: str = "") -> Outcome:
        """The outcome of a call that failed. `ref` is the message that was to be changed or replied to, if any."""
        if place.direct and takes_nothing(fault):
            if ref:  # a change of a message: whether the person takes messages is found out when one is sent
                return NotSent(str(fault))
            return Never(BLOCKED) if is_not_wanted(fault) else direct(outcome(fault), fault)
        if not may_be_gone(fault) and not takes_nothing(fault):
            return direct(outcome(fault), fault) if place.direct else outcome(fault)
        try:
            return await self._after_a_look(place, fault, ref)
        except Unavailable:
            return NotSent(NO_DATABASE)
        except TeamsApiError:
            return NotSent(str(fault))  # it cannot be looked at now, and so it is not believed

    async def _after_a_look(self, place: Place, fault: TeamsApiError, ref: str) -> Outcome:
        """The outcome of a call that was refused as if the bot were not there: that is looked at before it is believed.

        Raises `TeamsApiError` and `Unavailable`.
        """
        if place.direct:
            if ref:  # a change of a message: whether the person has the app is found out when one is sent
                return Gone(ref, str(fault)) if is_no_message(fault) else direct(outcome(fault), fault)
            return Never(NOT_INSTALLED) if is_gone(fault) else direct(outcome(fault), fault)
        if takes_nothing(fault):
            return outcome(fault) if await self.rosters.refuses_all(place) else NotSent(str(fault))
        if await self.rosters.check(place):
            return outcome(fault)
        return Gone(ref, str(fault)) if ref and is_no_message(fault) else NotSent(str(fault))

    def _outgoing_card(self, message: Message, *, alert: bool = False, known: bool = False) -> OutgoingCard:
        """The card of a message. One in a channel that is `known` to stand need not be reported by clients."""
        reader = message.place.address if message.place.direct else None
        delivery = None if known and reader is None else message.delivery
        card = self._draw(message.card, delivery=delivery, attempt=message.attempt, reader=reader)
        return OutgoingCard(card, message.card.fallback, alert)


def _outcome_before_sending(place: Place, fault: TeamsApiError) -> Outcome:
    if place.direct and is_not_wanted(fault):
        return Never(BLOCKED)
    if place.direct and isinstance(fault, TeamsRefused) and fault.code in NOT_ALLOWED:
        return Never(NOT_INSTALLED)
    return direct(before_sending(fault), fault) if place.direct else before_sending(fault)
