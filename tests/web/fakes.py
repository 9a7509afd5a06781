"""A dispatcher and a worker that keep their calls in memory and give what a test sets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID, uuid4

from bot.digests.csv_export import Download
from bot.dispatcher import Dispatcher, PostedMessage, PostedPage
from bot.handlers.browsing import PAGES
from bot.interface import intents
from bot.interface.actor import Actor
from bot.interface.answers import Answers
from bot.interface.intents import Intent
from bot.interface.pages import Page
from bot.interface.parts import Card, Form, Heading
from bot.interface.ports import ChatPlatform, Message, Place
from bot.interface.unavailable import Unavailable
from bot.people.people import Member, Roster, UnknownPerson
from bot.screens import invented
from bot.worker.worker import Worker
from tests.web import screens

TYPED = "Councils use about 140 permit systems"
"""Text in an error, which must be neither shown nor logged."""
AT = datetime(2026, 11, 30, 9, 5, tzinfo=UTC)


@dataclass
class FakeDispatcher(Dispatcher):
    """Knows whom it has enrolled, keeps what is submitted, and refuses a flag without a reason."""

    down: bool = False
    broken: bool = False
    enrolled: set[str] = field(default_factory=set)
    submitted: list[tuple[Intent, Answers, Actor, str]] = field(default_factory=list)
    opened: list[tuple[Intent, Actor]] = field(default_factory=list)
    posted: dict[Place, list[PostedMessage]] = field(default_factory=dict)
    screen: Card | Form | None = None
    downloads: dict[UUID, Download] = field(default_factory=dict)
    public_cards: dict[UUID, Card] = field(default_factory=dict)

    def post(self, place: Place, card: Card, under: str | None = None, at: datetime = AT) -> PostedMessage:
        """Post a card in a place."""
        delivery = uuid4()
        posted = PostedMessage(ref=str(delivery), delivery=delivery, card=card, at=at, under=under)
        self.posted.setdefault(place, []).append(posted)
        return posted

    async def home(self, actor: Actor, newcomer: Member | None = None) -> Card:
        self._check(actor)
        return screens.home(actor.user)

    async def open(
        self, intent: Intent, actor: Actor, answers: Answers | None = None, newcomer: Member | None = None
    ) -> Card | Form:
        self._check(actor)
        self.opened.append((intent, actor))
        if self.screen:
            return self.screen
        match intent:
            case intents.GiveView():
                return screens.flag_form()
            case intents.NameOwner():
                return screens.settings_form()
            case intents.SeeDigest():
                return screens.digest()
        return screens.protected()

    async def page(self, name: str, address: str) -> Card:
        if self.down:
            raise Unavailable
        return PAGES[name](invented.ORGANISATION, address)

    async def download(
        self, intent: intents.DownloadCsv, actor: Actor, newcomer: Member | None = None
    ) -> Download | None:
        self._check(actor)
        return self.downloads.get(intent.digest)

    async def public_card(self, policy: UUID) -> Card | None:
        if self.down:
            raise Unavailable
        if self.broken:
            raise RuntimeError(TYPED)
        return self.public_cards.get(policy)

    async def submit(
        self, intent: Intent, answers: Answers, actor: Actor, nonce: str = "", newcomer: Member | None = None
    ) -> Card | Form:
        self._check(actor)
        self.submitted.append((intent, answers, actor, nonce))
        if self.screen:
            return self.screen
        match intent:
            case intents.GiveView() if problems := _problems(answers):
                kept = {name: values if name in _CHOICES else values[0] for name, values in answers.items() if values}
                return screens.flag_form(**kept, nonce=nonce, problems=problems)
            case intents.NameOwner():
                return screens.settings_form(**{name: values[0] for name, values in answers.items() if values})
            case intents.AnswerFlags():
                return Card((Heading("Answer sent to 1 flag.", 1),), "Answer sent to 1 flag.")
        return screens.receipt()

    async def seen(self, delivery: UUID, ref: str, attempt: int, place: Place | None = None) -> Card | None:
        """Keeps nothing, and gives nothing else to show."""

    async def posted_messages(self, place: Place, number: int = 1) -> PostedPage:
        if self.down:
            raise Unavailable
        every = self.posted.get(place, [])
        alone = [each for each in every if each.under not in {one.ref for one in every}][::-1]
        page = Page.of(number, len(alone))
        here = [*page.of_items(alone)][::-1]
        under = [each for each in every if each.under in {one.ref for one in here}]
        return PostedPage(page, (*here, *under))

    async def arrived_as(self, delivery: UUID, place: Place) -> str | None:
        return next((each.ref for each in self.posted.get(place, ()) if each.delivery == delivery), None)

    async def enrol(self, roster: Roster) -> None:
        self.enrolled |= {member.user for member in roster.members}

    def _check(self, actor: Actor) -> None:
        if self.down:
            raise Unavailable
        if self.broken:
            raise RuntimeError(TYPED)
        if actor.user not in self.enrolled:
            raise UnknownPerson


_CHOICES = {"promise", "verdict", "theme", "same"}


def _problems(answers: Answers) -> dict[str, str]:
    problems = {}
    if not answers.get("promise"):
        problems["promise"] = "Select who can know this is from you"
    if not answers.get("theme"):
        problems["theme"] = "Select what it is mainly about"
    because = "".join(answers.get("because", ()))
    if not because.strip():
        problems["because"] = "Enter why"
    if len(because) > 3000:
        problems["because"] = f"Why must be 3,000 characters or fewer. You have {len(because):,}"
    return problems


@dataclass
class FakeWorker(Worker):
    """Has messages due at given instants, and perhaps a digest; each tick sends those that are due by the clock."""

    clock: Callable[[], datetime]
    platform: ChatPlatform | None = None
    events: list[tuple[datetime, Place]] = field(default_factory=list)
    digest: datetime | None = None
    ticks: list[datetime] = field(default_factory=list)
    broken: bool = False

    def add(self, platform: ChatPlatform) -> None:
        self.platform = platform

    async def tick(self) -> None:
        self.ticks.append(self.clock())
        if self.broken:
            raise RuntimeError(TYPED)
        due = [event for event in self.events if event[0] <= self.clock()]
        for event in due:
            self.events.remove(event)
            assert self.platform is not None
            await self.platform.send(Message(uuid4(), event[1], screens.digest()))

    async def next_due(self) -> datetime | None:
        return min((at for at, _ in self.events), default=None)

    async def next_digest(self) -> datetime | None:
        return self.digest
