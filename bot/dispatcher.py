"""The dispatcher: the three entries that every platform calls, and what was posted in a place.

`home`, `open` and `submit` give a Card or a Form that only the person who clicked sees. What others see changes only
through postings and deliveries, which the rules write in the same transaction.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from bot.admin import audit, holds
from bot.calendar.dates import short_date
from bot.digests.csv_export import Download
from bot.handlers import OPENS, SUBMITS, browsing, downloading, first_days, guests
from bot.handlers.context import Draft, HandlerContext, LookFirst
from bot.interface.actor import Actor
from bot.interface.announcements import Announcement
from bot.interface.answers import Answers
from bot.interface.clock import Clock
from bot.interface.intents import DownloadCsv, Intent
from bot.interface.pages import PAGE_SIZE, Page
from bot.interface.parts import Card, Screen
from bot.interface.platforms import display_name, offered
from bot.interface.ports import Place
from bot.interface.unavailable import Unavailable
from bot.outbox import deliveries
from bot.people import accounts, digest_schedules, installations, newcomers, people, places, role_holders
from bot.people.people import Member, Named, Roster
from bot.people.role_holders import NotNamed
from bot.policies import ends, policies, release_terms
from bot.policies.policies import Accountable, Announced, IfUnclear, Opening
from bot.screens import refusals as says
from bot.screens.notice.account_damaged import account_damaged_card
from bot.sending import rendering, unconfirmed
from bot.unit_of_work.errors import FormRefused, Instead
from bot.unit_of_work.organisation import Value
from bot.unit_of_work.runner import WaitedForRunner
from bot.unit_of_work.unit_of_work import Sealed, UnitOfWork
from storage import Audience, Conflict, Database, Delivery, State, endings, rejoining
from storage import deliveries as stored_deliveries
from storage import policies as stored_policies
from storage.keys import KeyRing

log = logging.getLogger(__name__)

Found = TypeVar("Found")


class NoSuchChannel(Exception):
    """No connected channel has that name, or several have it. Its text is a sentence to show."""


class NoSuchPolicy(Exception):
    """There is no policy of that id. Its text is a sentence to show."""


class NotAnAddress(Exception):
    """A person was named by something that is no e-mail address. Its text is a sentence to show."""


@dataclass(frozen=True)
class PostedMessage:
    """A message in a place, rendered as of now: its ref, when it was made, and the ref of the card it is under."""

    ref: str
    delivery: UUID
    card: Card
    at: datetime
    under: str | None


@dataclass(frozen=True)
class PostedPage:
    """One page of a place's messages, oldest first, and after them all that stands under a card on it."""

    page: Page
    messages: tuple[PostedMessage, ...]


class Dispatcher:
    """One dispatcher over one database.

    `clock` gives aware UTC; `admins` are e-mail addresses.
    """

    def __init__(
        self,
        database: Database,
        ring: KeyRing,
        clock: Clock,
        *,
        admins: Iterable[str] = (),
    ) -> None:
        self._runner = WaitedForRunner(database, ring, clock, admins)

    async def home(self, actor: Actor, newcomer: Member | None = None) -> Card:
        """The home of this person, by role. `newcomer` is as in `open`. Raises `UnknownPerson`, `Unavailable`."""
        return await self._runner.read(lambda uow: self._card(uow, browsing.home, actor, newcomer))

    async def open(
        self, intent: Intent, actor: Actor, answers: Answers | None = None, newcomer: Member | None = None
    ) -> Screen:
        """Open what a button names; changes nothing. `answers` are what a form begins with, if anything.

        `newcomer` is who the platform says this member of a connected channel is, if no roster lists them yet. Raises
        `UnknownPerson`, `Unavailable`.
        """
        draft = Draft(answers or {})
        return await self._runner.read(lambda uow: self._open(uow, intent, actor, draft, newcomer))

    async def submit(
        self, intent: Intent, answers: Answers, actor: Actor, nonce: str = "", newcomer: Member | None = None
    ) -> Screen:
        """Do what a form or a button asks, in one transaction; give what it leads to. `newcomer` is as in `open`.

        A refused form comes back as the same form, with its answers and its problems. The same form sent twice does
        one thing. Raises `UnknownPerson`, `Unavailable`.
        """
        draft = Draft(answers, {}, nonce) if nonce else Draft(answers)
        try:
            return await self._submitted(intent, actor, draft, newcomer)
        except Instead as instead:
            return instead.screen
        except Sealed:
            return says.refusal_form(says.closed_for_good(None))
        except FormRefused as refused:
            again = Draft(answers, refused.problems, draft.nonce)
        return await self._runner.read(lambda uow: self._open(uow, intent, actor, again, newcomer))

    async def _submitted(self, intent: Intent, actor: Actor, draft: Draft, newcomer: Member | None) -> Screen:
        try:
            return await self._write_and_rejoin(lambda uow: self._submit(uow, intent, actor, draft, newcomer))
        except LookFirst as first:
            look, problems = first.look, first.problems
        asked = replace(draft, problems=problems)
        found = await self._runner.read(lambda uow: look(self._allowed(uow, actor, intent, newcomer), intent, asked))
        if found is not None:
            return found
        compared = replace(draft, compared=True)
        return await self._write(lambda uow: self._submit(uow, intent, actor, compared, newcomer))

    async def seen(self, delivery: UUID, ref: str, attempt: int, place: Place | None = None) -> Card | None:
        """Note that a client shows a delivery's card, made by the attempt of that number: it has arrived, as `ref`.

        `place` is where it stands, if the platform says so: the delivery may have gone to another account since.

        Returns what to show instead where another copy of it is the one that counts: this one is then withdrawn.
        """
        return await self._write(lambda uow: unconfirmed.seen(uow, delivery, ref, attempt, place))

    async def typed(self, actor: Actor, newcomer: Member | None = None) -> Card:
        """The reply to a person who typed into a chat. What they typed is not passed on, and so not kept.

        `newcomer` is as in `open`.
        """
        return await self._runner.read(lambda uow: self._card(uow, browsing.typed_in_chat, actor, newcomer))

    async def reacted(self, actor: Actor, ref: str) -> Card | None:
        """The reply to a person who reacted to the message `ref` in the channel they are in.

        None where an admin has not turned reactions on, and where the message is no policy's card.
        """
        return await self._runner.read(
            lambda uow: self._if_recognised(uow, actor, lambda context: browsing.reacted(context, ref))
        )

    async def card(self, policy: UUID, actor: Actor) -> Card | None:
        """A policy's card for the chat in which this person posted a link to its page.

        None if there is no such policy, for someone who is not known or not on it, and where others may read it who
        are not.
        """
        return await self._runner.read(lambda uow: self._linked_card(uow, policy, actor))

    async def public_card(self, policy: UUID) -> Card | None:
        """A policy's card for anyone, without a login; None if it has no public page, or was closed for good.

        Raises `Unavailable`.
        """
        return await self._runner.read(lambda uow: rendering.public_card_of(uow, policy))

    async def page(self, name: str, address: str) -> Card:
        """A page about this deployment, for anyone: `about`, `privacy` or `terms`, reached at `address`.

        Raises `Unavailable`.
        """
        return await self._runner.read(lambda uow: browsing.PAGES[name](uow.organisation_view(), address))

    async def download(self, intent: DownloadCsv, actor: Actor, newcomer: Member | None = None) -> Download | None:
        """The file that a button names; None if there is none for this person. `newcomer` is as in `open`.

        Raises `UnknownPerson`, `Unavailable`.
        """
        return await self._runner.read(
            lambda uow: self._if_recognised(uow, actor, lambda context: downloading.download(context, intent), newcomer)
        )

    async def posted_messages(self, place: Place, number: int = 1) -> PostedPage:
        """One page of the messages in a place, for a platform that keeps none of its own; `number` counts from 1."""
        return await self._runner.read(lambda uow: _posted_page(uow, place, number))

    async def arrived_as(self, delivery: UUID, place: Place) -> str | None:
        """The ref of a delivery that has arrived in that place; None if it has not."""
        return await self._runner.read(lambda uow: _arrived_as(uow, delivery, place))

    async def was_sent_to(self, delivery: UUID, place: Place) -> bool:
        """Whether a delivery of that id was for that place, or for the person of that account. Raises `Unavailable`."""
        return await self._runner.read(lambda uow: deliveries.delivery_to(uow, delivery, place) is not None)

    async def drawn(self, delivery: UUID, place: Place) -> Card | None:
        """A delivery's card as of now; None if it was for another place, or can no longer be shown."""
        return await self._runner.read(lambda uow: _drawn(uow, delivery, place))

    async def enrol(self, roster: Roster) -> None:
        """Take in the whole roster of a connected channel, and hand policies to owners who were named by address.

        The digest schedules of people whose time zone has changed follow it.
        """

        def work(uow: UnitOfWork) -> int:
            enrolled = people.enrol(uow, roster)
            digest_schedules.follow(uow, enrolled.moved)
            policies.meet(uow, enrolled.emails, roster.platform)
            return enrolled.left_out

        left_out = await self._write_and_rejoin(work)
        if left_out:
            log.warning("%d lines of a roster on %s cannot be stored and were left out", left_out, roster.platform)

    async def begin_round(self, platform: str) -> None:
        """Begin to read the rosters of all connected channels of a platform. Raises `Unavailable`."""
        await self._write(lambda uow: newcomers.begin_round(uow, platform))

    async def end_round(self, platform: str) -> None:
        """End a round of which every roster was read and taken in. Raises `Unavailable`."""
        await self._write(lambda uow: newcomers.end_round(uow, platform))

    async def announce(
        self,
        announcements: Iterable[Announcement],
        *,
        owner: str,
        channel: str | None = None,
        by: Actor | None = None,
        audience: Audience | None = None,
        if_unclear: IfUnclear = IfUnclear.REFUSE,
    ) -> Announced:
        """Open or reword policies for these announcements, all or none. `by` is the person who announces, if any.

        Without an `audience`, the channel's members are on them or, without a channel, everyone.
        `if_unclear` says what becomes of those that may be new wordings of a policy or may be others on its page.
        Raises `NoSuchChannel`, `NotAnAddress`, `AnnouncementsUnclear`, and `UnknownPerson`, also for a guest.
        """
        listed = list(announcements)

        def work(uow: UnitOfWork) -> Announced:
            announced = policies.announce(uow, listed, _opening(uow, owner, channel, by, audience), if_unclear)
            changed = " ".join(str(each.id) for each in (*announced.opened, *announced.reworded))
            if by is None and changed:
                audit.record(uow, audit.OPERATOR, "announce", changed)
            return announced

        return await self._write(work)

    async def describe(self, values: Mapping[str, Value]) -> dict[str, Value]:
        """Set the organisation's terms, by the names in `bot.unit_of_work.organisation`; give them all as they are."""

        def work(uow: UnitOfWork) -> dict[str, Value]:
            audit.watch(uow)
            found = release_terms.describe(uow, values)
            uow.rejoins = "domains" in values
            # Each start says which zone the settings have: an entry is for what changes.
            audit.record_changes(uow, audit.OPERATOR, "organisation")
            return found

        return await self._write_and_rejoin(work)

    async def proved(self) -> None:
        """Note that an operator has proved today that they have a good copy of the end-months file."""

        def work(uow: UnitOfWork) -> None:
            endings.proved(uow.session, uow.today)
            audit.record(uow, audit.OPERATOR, "keys prove")

        await self._write(work)

    async def hold(self, policy_id: UUID, reason: str | None) -> str:
        """Put a policy on legal hold or, without a reason, lift it; a sentence that says so.

        Raises `NoSuchPolicy`, and `FormRefused` where it is too late.
        """

        def work(uow: UnitOfWork) -> str:
            policy = stored_policies.policy(uow.session, policy_id)
            if policy is None:
                raise NoSuchPolicy(says.NO_SUCH_POLICY)
            audit.watch(uow)
            if reason is not None:
                holds.hold(uow, policy, reason)
                done = f"{policy.title} is on legal hold. Its texts are kept."
            else:
                until = holds.lift(uow, policy)
                done = f"{policy.title} is not on hold. It is closed for good after {short_date(until)}."
            audit.record(uow, audit.OPERATOR, "hold" if reason is not None else "lift-hold", str(policy_id))
            return done

        return await self._write(work)

    async def rewrap(self) -> int:
        """Wrap all keys with the first master key; how many had another one before."""

        def work(uow: UnitOfWork) -> int:
            changed = ends.rewrap(uow) + installations.rewrap(uow) + accounts.rewrap(uow) + audit.rewrap(uow)
            audit.record(uow, audit.OPERATOR, "keys rewrap", str(changed))
            return changed

        return await self._write(work)

    def _context(self, uow: UnitOfWork, actor: Actor, newcomer: Member | None = None) -> HandlerContext:
        visitor = people.recognise(uow, actor, newcomer)
        return HandlerContext(uow, visitor, display_name(actor.platform))

    def _card(
        self, uow: UnitOfWork, draw: Callable[[HandlerContext], Card], actor: Actor, newcomer: Member | None
    ) -> Card:
        try:
            return draw(self._context(uow, actor, newcomer))
        except people.AccountDamaged:
            return account_damaged_card(uow.organisation_view())

    def _if_recognised(
        self,
        uow: UnitOfWork,
        actor: Actor,
        work: Callable[[HandlerContext], Found | None],
        newcomer: Member | None = None,
    ) -> Found | None:
        try:
            return work(self._context(uow, actor, newcomer))
        except people.AccountDamaged:
            return None

    def _allowed(self, uow: UnitOfWork, actor: Actor, intent: Intent, newcomer: Member | None = None) -> HandlerContext:
        """The context for what an intent names. Raises `Instead` for a guest who may not do it."""
        context = self._context(uow, actor, newcomer)
        guests.check(context, intent)
        return context

    def _linked_card(self, uow: UnitOfWork, policy: UUID, actor: Actor) -> Card | None:
        try:
            context = self._context(uow, actor)
        except (people.UnknownPerson, people.AccountDamaged):
            return None
        return browsing.linked_card(context, policy)

    def _open(
        self, uow: UnitOfWork, intent: Intent, actor: Actor, draft: Draft, newcomer: Member | None = None
    ) -> Screen:
        handler = OPENS.get(type(intent))
        try:
            context = self._allowed(uow, actor, intent, newcomer)
            if handler is not None:
                return offered(handler(context, intent, draft), actor.platform)
        except Instead as instead:
            return instead.screen
        except Sealed:
            return says.refusal_form(says.closed_for_good(None))
        return says.refusal_form(draft.problems.get("", says.NOT_FOUND))

    def _submit(self, uow: UnitOfWork, intent: Intent, actor: Actor, draft: Draft, newcomer: Member | None) -> Screen:
        handler = SUBMITS.get(type(intent))
        if handler is None:
            return self._open(uow, intent, actor, draft, newcomer)
        context = self._allowed(uow, actor, intent, newcomer)
        first_days.check(context, intent)
        screen = handler(context, intent, draft)
        audit.record_click(uow, actor, intent)
        return offered(screen, actor.platform)

    async def _write_and_rejoin(self, work: Callable[[UnitOfWork], Found]) -> Found:
        """Write; then look at people's accounts again if they may have to be joined or separated now.

        A few at a time, each in its own transaction: ten thousand of them would keep all others from writing. The
        worker goes on with it where this process dies.
        """

        def noting(uow: UnitOfWork) -> tuple[Found, bool]:
            found = work(uow)
            if uow.rejoins:
                rejoining.begin(uow.session)
            return found, uow.rejoins

        found, again = await self._write(noting)
        while again:
            again = await self._write(policies.rejoin)
        return found

    async def _write(self, work: Callable[[UnitOfWork], Found]) -> Found:
        try:
            return await self._runner.write(work)
        except Conflict:
            raise Unavailable("Every attempt met a change that another process made first.") from None


def _posted_page(uow: UnitOfWork, place: Place, number: int) -> PostedPage:
    here = (place.platform, place.workspace, place.address)
    page = Page.of(number, stored_deliveries.number_posted(uow.session, *here))
    newest = stored_deliveries.newest_posted(uow.session, *here, offset=page.offset, limit=PAGE_SIZE)
    cards = [each.posting_id for each in newest if each.posting_id and deliveries.first_card(each)]
    under = stored_deliveries.posted_under(uow.session, *here, cards) if cards else []
    return PostedPage(page, tuple(_posted_messages(uow, [*newest[::-1], *under])))


def _posted_messages(uow: UnitOfWork, rows: Iterable[Delivery]) -> Iterable[PostedMessage]:
    for row in rows:
        card = rendering.draw(uow, row)
        if card is not None and row.ref is not None:
            under = None if deliveries.first_card(row) else deliveries.ref_of_card(uow, row)
            yield PostedMessage(ref=row.ref, delivery=row.id, card=card, at=row.made_at, under=under)


def _arrived_as(uow: UnitOfWork, delivery: UUID, place: Place) -> str | None:
    row = deliveries.delivery_to(uow, delivery, place)
    here = row is not None and row.state is State.SENT and deliveries.place_of(row) == place
    return row.ref if row is not None and here else None


def _drawn(uow: UnitOfWork, delivery: UUID, place: Place) -> Card | None:
    row = deliveries.delivery_to(uow, delivery, place)
    card = rendering.draw(uow, row) if row is not None else None
    return offered(card, place.platform) if card is not None else None


def _opening(uow: UnitOfWork, owner: str, channel: str | None, by: Actor | None, audience: Audience | None) -> Opening:
    try:
        named = role_holders.find(uow, owner)
    except NotNamed as refused:
        raise NotAnAddress(refused.sentence) from None
    if named == people.Named():
        raise NotAnAddress(says.NO_SUCH_PERSON)
    if named.unclear:
        raise NotAnAddress(_several_have_it(uow, named))
    found = places.called(uow, channel) if channel else []
    if channel and len(found) != 1:
        raise NoSuchChannel(says.no_such_channel(places.of_channels(uow, found).values()))
    nobody = people.Named()
    announced_by = _announcer(uow, by) if by else None
    return Opening(
        Accountable(named, nobody, nobody), channels=tuple(found), announced_by=announced_by, audience=audience
    )


def _several_have_it(uow: UnitOfWork, named: Named) -> str:
    names = places.of_people(uow, named.unclear)
    accounts = [(f"{each.platform}/{each.workspace}/{each.user}", names[each.id]) for each in named.unclear]
    return says.several_have_the_address(named.email or "", accounts)


def _announcer(uow: UnitOfWork, actor: Actor) -> UUID:
    try:
        visitor = people.recognise(uow, actor)
    except people.AccountDamaged:
        raise people.UnknownPerson from None
    if visitor.guest:
        raise people.UnknownPerson
    return visitor.id
