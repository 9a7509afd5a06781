"""The desk: the three doors through which every platform asks, and what stands in a place.

`home`, `follow` and `submit` give a Card or a Form for the eyes of whoever clicked. What others see changes only
through postings and deliveries, which the rules write in the same transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from bot.digests.csv_export import Download
from bot.handlers import OPENS, SENDS, browsing, downloading
from bot.handlers.context import Draft, Visit
from bot.handlers.form_cache import Blanks
from bot.interface.actor import Who
from bot.interface.announcements import Announcement
from bot.interface.intents import DownloadCsv, Intent
from bot.interface.parts import Card, Screen
from bot.interface.ports import Place
from bot.outbox import deliveries
from bot.people import digest_schedules, installations, people
from bot.people.people import Roster
from bot.policies import policies
from bot.policies.policies import Accountable, Announced, Opening
from bot.screens import refusals as says
from bot.sending import rendering, unconfirmed
from bot.unit_of_work import organisation
from bot.unit_of_work.errors import Instead, Refused
from bot.unit_of_work.form_input import Answers
from bot.unit_of_work.organisation import Value
from bot.unit_of_work.runner import Clock, Turns, Unavailable
from bot.unit_of_work.unit_of_work import Sealed, Turn
from storage import Conflict, Database
from storage import channels as stored_channels
from storage import deliveries as stored_deliveries
from storage.keys import KeyRing

__all__ = ["Clock", "Desk", "Download", "NoSuchChannel", "NotAnAddress", "Standing", "Unavailable"]

Found = TypeVar("Found")


class NoSuchChannel(Exception):
    """There is no connected channel of that name, or more than one; its text is a sentence."""


class NotAnAddress(Exception):
    """Somebody was named by something that is no e-mail address; its text is a sentence."""


@dataclass(frozen=True)
class Standing:
    """A message that stands in a place, drawn as of now: its ref, when it was made, and the ref it stands under."""

    ref: str
    delivery: UUID
    card: Card
    at: datetime
    under: str | None


class Desk:
    """One desk over one database.

    `clock` gives aware UTC; `admins` are e-mail addresses; `called` says what a platform is called on screens.
    """

    def __init__(
        self,
        database: Database,
        ring: KeyRing,
        clock: Clock,
        *,
        admins: Iterable[str] = (),
        called: Mapping[str, str] | None = None,
    ) -> None:
        addresses = frozenset(each.strip().casefold() for each in admins)
        self._turns = Turns(database, ring, clock, addresses)
        self._blanks = Blanks(database, clock)
        self._called = dict(called or {})

    async def home(self, who: Who) -> Card:
        """What concerns this person, by role. Raises `UnknownPerson`, `Unavailable`."""
        return await self._turns.read(lambda turn: browsing.home(self._visit(turn, who)))

    async def follow(self, intent: Intent, who: Who, answers: Answers | None = None) -> Screen:
        """Open what a button names; changes nothing. `answers` are what a form begins with, if anything.

        Raises `UnknownPerson`, `Unavailable`.
        """
        blank = None if answers else self._blanks.find(intent, who)
        if blank is not None:
            return blank
        as_of = self._blanks.as_of
        screen = await self._turns.read(lambda turn: self._open(turn, intent, who, Draft(answers or {})))
        self._blanks.keep(intent, who, screen, as_of)
        return screen

    async def submit(self, intent: Intent, answers: Answers, who: Who, nonce: str = "") -> Screen:
        """Do what a form or a button asks, in one transaction; give what it leads to.

        A refused form comes back as the same form, with its answers and its problems. The same form sent twice does
        one thing. Raises `UnknownPerson`, `Unavailable`.
        """
        draft = Draft(answers, {}, nonce) if nonce else Draft(answers)
        try:
            return await self._write(lambda turn: self._send(turn, intent, who, draft))
        except Instead as instead:
            return instead.screen
        except Sealed:
            return says.refusal_form(says.NOT_FOUND)
        except Refused as refused:
            again = Draft(answers, refused.problems, draft.nonce)
        return await self._turns.read(lambda turn: self._open(turn, intent, who, again))

    async def seen(self, delivery: UUID, ref: str, attempt: int) -> Card | None:
        """A client shows the card of a delivery, made by the try of that number: it has arrived, as `ref`.

        Gives what is to stand there instead where another copy of it is the one that counts; this one is withdrawn.
        """
        return await self._write(lambda turn: unconfirmed.seen(turn, delivery, ref, attempt))

    async def typed(self, who: Who) -> Card:
        """What is said to somebody who typed something into a chat. It is not given here, and so not kept."""
        return await self._turns.read(lambda turn: browsing.typed_in_chat(self._visit(turn, who)))

    async def reacted(self, who: Who, ref: str) -> Card | None:
        """What is said to somebody who reacted to the message `ref` in the channel they are in.

        None where an admin has not turned reactions on, and where the message is no policy's card.
        """
        return await self._turns.read(lambda turn: browsing.reacted(self._visit(turn, who), ref))

    async def card(self, policy: UUID) -> Card | None:
        """A policy's card where somebody puts a link to its page into a chat; None when there is no such policy."""
        return await self._turns.read(lambda turn: rendering.linked_card_of(turn, policy))

    async def public_card(self, policy: UUID) -> Card | None:
        """A policy's card for somebody whom nobody knows; None when there is no such policy, or not any more.

        Raises `Unavailable`.
        """
        return await self._turns.read(lambda turn: rendering.public_card_of(turn, policy))

    async def download(self, intent: DownloadCsv, who: Who) -> Download | None:
        """The file that a button names, for who asks; None when there is nothing of that kind for them.

        Raises `UnknownPerson`, `Unavailable`.
        """
        return await self._turns.read(lambda turn: downloading.download(self._visit(turn, who), intent))

    async def standing(self, place: Place) -> tuple[Standing, ...]:
        """What was sent to a place and stands there, oldest first, for a platform that keeps no messages of its own."""
        return await self._turns.read(lambda turn: tuple(_standing(turn, place)))

    async def drawn(self, delivery: UUID, place: Place) -> Card | None:
        """A delivery as of now; None where none of that id was for that place, or it cannot be shown any more."""
        return await self._turns.read(lambda turn: _drawn(turn, delivery, place))

    async def enrol(self, roster: Roster) -> None:
        """Take in the whole roster of a connected channel, and give waiting policies to those who are seen in it.

        The digests of whoever has moved follow them.
        """

        def work(turn: Turn) -> None:
            enrolled = people.enrol(turn, roster)
            digest_schedules.follow(turn, enrolled.moved)
            policies.meet(turn, enrolled.emails)

        await self._write(work)

    async def announce(
        self,
        announcements: Iterable[Announcement],
        *,
        owner: str,
        channel: str | None = None,
        by: Who | None = None,
    ) -> Announced:
        """Open or reword policies for what was announced, all or none; `by` is who announces, where it is a person.

        Raises `NoSuchChannel`, `NotAnAddress`, `UnknownPerson`.
        """
        listed = list(announcements)
        return await self._write(lambda turn: _announce(turn, listed, owner, channel, by))

    async def describe(self, values: Mapping[str, Value]) -> dict[str, Value]:
        """Set the organisation's terms, by the names in `bot.unit_of_work.organisation`; give them all as they are."""
        return await self._write(lambda turn: organisation.describe(turn, values))

    async def rewrap(self) -> int:
        """Wrap the keys of policies and installations by the first master key; how many another one wrapped before."""
        return await self._write(lambda turn: policies.rewrap(turn) + installations.rewrap(turn))

    def _visit(self, turn: Turn, who: Who) -> Visit:
        visitor = people.recognise(turn, who)
        return Visit(turn, visitor, self._called.get(who.platform, who.platform.capitalize()))

    def _open(self, turn: Turn, intent: Intent, who: Who, draft: Draft) -> Screen:
        visit = self._visit(turn, who)
        door = OPENS.get(type(intent))
        try:
            if door is not None:
                return door(visit, intent, draft)
        except Instead as instead:
            return instead.screen
        except Sealed:
            return says.refusal_form(says.NOT_FOUND)
        return says.refusal_form(draft.problems.get("", says.NOT_FOUND))

    def _send(self, turn: Turn, intent: Intent, who: Who, draft: Draft) -> Screen:
        visit = self._visit(turn, who)
        door = SENDS.get(type(intent))
        if door is None:
            return self._open(turn, intent, who, draft)
        return door(visit, intent, draft)

    async def _write(self, work: Callable[[Turn], Found]) -> Found:
        try:
            return await self._turns.write(work)
        except Conflict:
            raise Unavailable from None


def _standing(turn: Turn, place: Place) -> Iterable[Standing]:
    for row in stored_deliveries.standing(turn.session, place.platform, place.workspace, place.address):
        card = rendering.draw(turn, row)
        if card is not None and row.ref is not None:
            under = None if deliveries.first_card(row) else deliveries.standing_ref(turn, row)
            yield Standing(ref=row.ref, delivery=row.id, card=card, at=row.made_at, under=under)


def _drawn(turn: Turn, delivery: UUID, place: Place) -> Card | None:
    row = stored_deliveries.delivery(turn.session, delivery)
    if row is None or Place(row.platform, row.workspace, row.address, row.direct) != place:
        return None
    return rendering.draw(turn, row)


def _announce(
    turn: Turn, announcements: list[Announcement], owner: str, channel: str | None, by: Who | None
) -> Announced:
    named = people.named(turn, owner)
    if named is None or (named.person_id is None and named.email is None):
        raise NotAnAddress(says.NO_SUCH_PERSON)
    found = stored_channels.by_name(turn.session, channel) if channel else []
    if channel and len(found) != 1:
        raise NoSuchChannel(says.no_such_channel(len(found)))
    nobody = people.Named()
    announced_by = people.recognise(turn, by).id if by else None
    opening = Opening(Accountable(named, nobody, nobody), channels=tuple(found), announced_by=announced_by)
    return policies.announce(turn, announcements, opening)
