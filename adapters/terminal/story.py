"""The story of one policy, from announcement to hearing back, played in a terminal by the dispatcher and the worker.

Nothing in it is prepared: every card and form was given by the dispatcher or sent by the worker.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID

from rich.console import Console

from adapters.terminal.render import framed
from bot.calendar.dates import moment
from bot.dispatcher import Dispatcher
from bot.interface.actor import Actor
from bot.interface.announcements import Announcement
from bot.interface.intents import (
    AnswerFlags,
    GiveView,
    Intent,
    MyFlags,
    NotSettled,
    SayDone,
    SecondFlag,
    SeeFlags,
    Settle,
)
from bot.interface.parts import Button, Card, Form, FormButton, Quote, Screen
from bot.interface.ports import Absent, ChatPlatform, Finding, Message, Outcome, Pace, Sent
from bot.people.people import Member, Roster
from bot.worker.worker import Worker

PLATFORM = "story"
CHANNEL = "digital-delivery"
ZONE = "Europe/London"
TITLE = "Single parking permit"
PEOPLE = {
    "amina": ("Amina Yusuf", "a developer"),
    "tomos": ("Tomos Rees", "a data engineer"),
    "kezia": ("Kezia Barnes", "a service designer"),
    "helen": ("Helen Marsh", "the policy owner"),
    "daniel": ("Daniel Okoro", "a delivery manager"),
}
PERMITS = (
    "Councils use about 140 permit systems. For 60 of them the supplier's contract ends after April, "
    "so those cannot be joined up by then."
)


def _buttons(screen: Screen) -> list[Intent]:
    """What the buttons of a screen ask for."""
    parts = screen.parts if isinstance(screen, Card) else screen.body
    return [each.intent for each in parts if isinstance(each, Button | FormButton)]


class StoryBroken(Exception):
    """The story did not go as it should; the text says where."""


class StoryTime:
    """The story's clock, aware UTC: it starts on a Monday morning, and the story moves it on."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at


class Storyteller(ChatPlatform):
    """Plays the story, and is the platform that its messages go to."""

    name = PLATFORM
    pace = Pace()

    def __init__(self, console: Console, dispatcher: Dispatcher, worker: Worker, time: StoryTime) -> None:
        self._console = console
        self._dispatcher = dispatcher
        self._worker = worker
        self._time = time
        self._sent: list[Message] = []

    async def send(self, message: Message) -> Outcome:
        """Keep the message as sent."""
        self._sent.append(message)
        return Sent(str(message.delivery))

    async def update(self, message: Message, ref: str) -> Outcome:
        """Keep the newer card."""
        self._sent.append(message)
        return Sent(ref)

    async def withdraw(self, message: Message, ref: str) -> Outcome:
        """Nothing is withdrawn in this story."""
        return Sent(ref)

    async def find(self, message: Message) -> Finding:
        """No outcome is ever unknown in this story."""
        return Absent()

    async def tell(self) -> bool:
        """Play the story; False, with the reason printed, where it does not go as it should."""
        try:
            await self._play()
        except StoryBroken as broken:
            self._console.print(f"The story broke: {broken}", style="bold")
            return False
        return True

    async def _play(self) -> None:
        policy = await self._announce()
        await self._speak_up(policy)
        await self._until_release()
        await self._second(policy)
        digest = await self._next_digest()
        await self._answer(digest)
        await self._hear_back()
        again = await self._next_digest()
        self._expect(any(isinstance(each, Quote) and "60 councils" in each.text for each in again.parts), "not settled")
        self._scene("The policy owner reads what is still in the way. Nothing that was said is lost.")
        await self._keep_promise()

    async def _announce(self) -> UUID:
        members = tuple(Member(user, name, f"{user}@example.org", ZONE) for user, (name, _) in PEOPLE.items())
        await self._dispatcher.enrol(Roster(PLATFORM, PLATFORM, CHANNEL, CHANNEL, members))
        announcement = Announcement(
            TITLE,
            "From April, one permit for every council: people apply once, online.",
            "https://example.org/announcements/single-parking-permit",
            None,
        )
        done = await self._dispatcher.announce([announcement], owner="helen@example.org", channel=CHANNEL)
        await self._worker.tick()
        self._scene("A policy is announced. Its card stands in the channel of those who would build it.")
        self._show(self._last(CHANNEL), "The channel digital-delivery")
        return done.opened[0].id

    async def _speak_up(self, policy: UUID) -> None:
        self._scene("Four of them give their view: three confidentially, one by name.")
        receipt = await self._give_view(
            policy, "amina", "confidential", "not", "timetable", PERMITS, "Start in April with councils that share one."
        )
        self._show(receipt, "What Amina sees, and nobody else")
        await self._give_view(
            policy,
            "tomos",
            "confidential",
            "if",
            "legacy",
            "A third of vehicle records have no address that we can match.",
            "Let people confirm their address when they apply, in place of a bulk match.",
        )
        await self._give_view(
            policy,
            "kezia",
            "confidential",
            "if",
            "users",
            "Carers change from week to week, and the form asks for one name.",
            "Let the household name whoever visits that day.",
        )
        await self._give_view(
            policy, "daniel", "named", "cannot-tell", "law", "May councils share blue badge data for this purpose?", ""
        )

    async def _give_view(
        self, policy: UUID, user: str, promise: str, verdict: str, theme: str, because: str, remedy: str
    ) -> Screen:
        answers = {
            "promise": promise,
            "verdict": verdict,
            "theme": theme,
            "because": because,
            "remedy": remedy,
        }
        return await self._fill_in(user, GiveView(policy), answers)

    async def _until_release(self) -> None:
        card = self._last(CHANNEL)
        while "4 flags" not in str(self._last(CHANNEL)):
            await self._move_on()
            self._expect(self._time.at < datetime(2026, 12, 1, tzinfo=UTC), "the flags were never shown")
        self._expect(card != self._last(CHANNEL), "the card did not change")
        self._scene("The next working day the confidential flags are shown, in one batch that tells no hours.")
        self._show(self._last(CHANNEL), "The channel digital-delivery")

    async def _second(self, policy: UUID) -> None:
        flags = await self._dispatcher.open(SeeFlags(policy), self._who("daniel"))
        body = getattr(flags, "body", ())
        said = next((n for n, each in enumerate(body) if isinstance(each, Quote) and each.text == PERMITS), None)
        if said is None:
            raise StoryBroken("Daniel cannot read the flag")
        intents = [each.intent for each in body[said:] if isinstance(each, FormButton)]
        second = next(each for each in intents if isinstance(each, SecondFlag))
        self._scene("Daniel sees one of them too, and says so in place of writing it again.")
        self._show(await self._fill_in("daniel", second, {}), "What Daniel sees, and nobody else")

    async def _next_digest(self) -> Card:
        before = len(self._to("helen"))
        while len(self._to("helen")) == before:
            await self._move_on()
            self._expect(self._time.at < datetime(2026, 12, 15, tzinfo=UTC), "no digest was sent")
        digest = self._to("helen")[-1]
        self._scene("The policy owner gets one digest.")
        self._show(digest, f"To Helen Marsh: {digest.fallback}")
        return digest

    async def _answer(self, digest: Card) -> None:
        intents = [each.intent for each in digest.parts if isinstance(each, FormButton)]
        answer = next((each for each in intents if isinstance(each, AnswerFlags)), None)
        if answer is None:
            raise StoryBroken("the digest has no button to answer")
        text = "We publish which councils go first in April, and when the others join."
        sent = await self._fill_in("helen", answer, {"kind": "change", "text": text, "by_date": "2026-12-03"})
        self._scene("She answers, in her own name, for everyone to read.")
        self._show(sent, "What Helen sees")
        await self._worker.tick()
        notice = next(each.card for each in self._sent if each.place.address == CHANNEL and text in str(each.card))
        self._show(notice, "Under the card in digital-delivery")

    async def _hear_back(self) -> None:
        mine = await self._dispatcher.open(MyFlags(), self._who("amina"))
        self._scene("Nobody messages Amina. She looks for herself, and says that it is not settled.")
        self._show(mine, "What Amina sees, and nobody else")
        intents = [each.intent for each in getattr(mine, "body", ()) if isinstance(each, FormButton)]
        not_settled = next((each for each in intents if isinstance(each, NotSettled)), None)
        if not_settled is None:
            raise StoryBroken("Amina did not hear back")
        text = "The 60 councils whose contracts end later still have no date."
        self._show(await self._fill_in("amina", not_settled, {"text": text}), "What Amina sees, and nobody else")

    async def _keep_promise(self) -> None:
        while not any(isinstance(each, SayDone) for each in _buttons(self._to("helen")[-1])):
            await self._move_on()
            self._expect(self._time.at < datetime(2026, 12, 4, tzinfo=UTC), "nobody asked about the promise")
        self._scene("Two working days before the day that she promised, the policy owner is asked about it.")
        self._show(self._to("helen")[-1], f"To Helen Marsh: {self._to('helen')[-1].fallback}")
        done = next(each for each in _buttons(self._to("helen")[-1]) if isinstance(each, SayDone))
        text = "The list is published: 80 councils go first, and each of the others has a date."
        await self._fill_in("helen", done, {"text": text})
        await self._worker.tick()
        self._scene("She has kept it, and says how. Everyone reads that under the card.")
        notice = next(each.card for each in self._sent if each.place.address == CHANNEL and text in str(each.card))
        self._show(notice, "Under the card in digital-delivery")
        mine = await self._dispatcher.open(MyFlags(), self._who("amina"))
        self._expect(text in str(mine), "Amina did not hear that it is done")
        settle = next((each for each in _buttons(mine) if isinstance(each, Settle)), None)
        if settle is None:
            raise StoryBroken("Amina cannot say whether that settles it")
        self._scene("Amina looks again. Now it is settled.")
        settled = await self._dispatcher.submit(settle, {}, self._who("amina"), "settled")
        self._show(settled, "What Amina sees, and nobody else")

    async def _fill_in(self, user: str, intent: Intent, answers: Mapping[str, str]) -> Screen:
        form = await self._dispatcher.open(intent, self._who(user))
        if not isinstance(form, Form) or form.intent is None:
            raise StoryBroken(f"{intent.name} opened no form")
        typed = {name: (value,) for name, value in answers.items()}
        done = await self._dispatcher.submit(form.intent, typed, self._who(user), form.nonce)
        if isinstance(done, Form) and done.problems:
            raise StoryBroken("; ".join(done.problems.values()))
        return done

    async def _move_on(self) -> None:
        due = await self._worker.next_due()
        if due is None:
            raise StoryBroken("nothing is due any more")
        self._time.at = max(self._time.at, due)
        await self._worker.tick()

    def _who(self, user: str) -> Actor:
        return Actor(PLATFORM, PLATFORM, user, CHANNEL)

    def _to(self, address: str) -> list[Card]:
        return [each.card for each in self._sent if each.place.address == address]

    def _last(self, address: str) -> Card:
        return self._to(address)[-1]

    def _expect(self, held: bool, otherwise: str) -> None:
        if not held:
            raise StoryBroken(otherwise)

    def _scene(self, sentence: str) -> None:
        self._console.print()
        self._console.print(f"{moment(self._time.at, ZONE)}. {sentence}", style="bold", markup=False, highlight=False)

    def _show(self, screen: Screen, where: str) -> None:
        self._console.print(framed(screen, where))
