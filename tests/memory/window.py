"""What one person has before them: a place, and the form, card or file that was opened over it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from adapters.web.sandbox import SamplePerson
from bot.calendar.dates import moment
from bot.interface.parts import Button, Card, ChoiceQuestion, Form, FormButton, Screen
from bot.interface.parts import Question as Asked
from bot.interface.ports import Place
from tests.memory.client import Client
from tests.memory.pieces import chosen, initial, of_card, of_form
from tests.memory.platform import NAME, WORKSPACE, PostedCard
from tests.stories.company import GUS
from tests.stories.pieces import Action, Piece, Question, Words

if TYPE_CHECKING:
    from tests.memory.stage import InMemory

REPLIES = 10
"""How much deeper the headings of a reply are than those of the card that it is under."""


@dataclass
class Opened:
    """What lies over the place: a screen or the text of a file, and what was filled in."""

    shown: Screen | str
    values: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if isinstance(self.shown, Form):
            self.values = initial(self.shown)

    def look(self) -> list[Piece]:
        """What can be read of it."""
        if isinstance(self.shown, str):
            return [Words(self.shown)]
        return of_card(self.shown) if isinstance(self.shown, Card) else of_form(self.shown, self.values)


class MemoryWindow:
    """`tests.stories.player.Window` for one person."""

    needed = ""

    def __init__(self, stage: InMemory, person: SamplePerson) -> None:
        self._stage = stage
        self._person = person
        self._client = Client(stage.platform, stage.dispatcher, person.user, guest=person.role == GUS.role)
        self._place = "home"
        self._home: Screen | None = None
        self._opened: Opened | None = None

    def go(self, place: str) -> None:
        """Close what is open, and go to the place. A home is drawn when somebody comes to it."""
        self._place, self._opened = place, None
        channels = {each.name: each.id for each in self._stage.company.channels}
        self._client.channel = channels.get(place, "")
        if place == "home":
            self._home = self._stage.run(self._client.home())
            self._stage.moment()

    def look(self) -> Sequence[Piece]:
        """What lies over the place, else the place itself."""
        if self._opened is not None:
            return self._opened.look()
        if self._place == "home":
            assert isinstance(self._home, Card)
            return of_card(self._home)
        return list(self._messages()) or [Words(f"{self._person.name} has no messages.")]

    def press(self, action: Action, *, twice: bool = False) -> None:
        """Press a button, or send the form; `twice` before the first has been answered."""
        self._opened = Opened(self._stage.run(self._pressed(action, 2 if twice else 1)))
        self._stage.moment()

    def fill(self, question: Question, values: tuple[str, ...]) -> None:
        """Fill in the form that is open."""
        assert self._opened is not None
        asked = question.handle
        assert isinstance(asked, Asked)
        self._opened.values[asked.name] = chosen(asked, values) if isinstance(asked, ChoiceQuestion) else values

    async def _pressed(self, action: Action, times: int) -> Screen | str:
        answers = await asyncio.gather(*(self._answer(action) for _ in range(times)))
        return answers[-1]

    async def _answer(self, action: Action) -> Screen | str:
        pressed = action.handle
        if isinstance(pressed, FormButton):
            return await self._client.opens(pressed.intent)
        if isinstance(pressed, Button):
            return await self._client.submits(pressed.intent, {})
        assert self._opened is not None
        form = self._opened.shown
        assert isinstance(form, Form)
        assert form.intent is not None
        return await self._client.submits(form.intent, self._opened.values, form.nonce)

    def _messages(self) -> Iterator[Piece]:
        posted = self._stage.platform.messages(self._here())
        for card in (each for each in posted if each.under is None):
            yield from self._message(card)
            for reply in (each for each in posted if each.under == card.ref):
                yield from self._message(reply, REPLIES)

    def _message(self, posted: PostedCard, deeper: int = 0) -> Iterator[Piece]:
        yield Words(moment(posted.at, self._stage.company.zone))
        yield from of_card(posted.card, deeper)

    def _here(self) -> Place:
        if self._place == "inbox":
            return Place(NAME, WORKSPACE, self._person.user, direct=True)
        assert self._client.channel, f"there is no channel {self._place}"
        return Place(NAME, WORKSPACE, self._client.channel)
